/** Where a program is. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** What `which` would say; /usr/sbin is looked into too, which a user's PATH on Debian has not. */
export function findProgram(name: string): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'].filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
