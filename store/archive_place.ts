/** Where archives are: what can be told of a path without reading one. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

export const manifestName = 'manifest.json';

/** Whether a path is a folder that says of itself that it is an archive. */
export const isArchive = (path: string): boolean => existsSync(join(path, manifestName));

/** The archive at a path, or those of months in the folder there. */
export function archivesAt(path: string): readonly string[] {
  if (isArchive(path)) return [path];
  return namesIn(path)
    .filter((name) => /^\d{4}-(0[1-9]|1[0-2])$/.test(name))
    .sort()
    .map((name) => join(path, name))
    .filter(isArchive);
}

/** Nothing where there is no folder, or none that may be read. */
export function namesIn(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
