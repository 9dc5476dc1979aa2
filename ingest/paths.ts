/** Files out of what was typed: paths, globs, directories, `-`. */
import { readdirSync, type Stats, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { glob } from 'tinyglobby';
import { archivesAt, isArchive } from '../store/archive_place.js';

/** A path that cannot be imported, and why, as a sentence. */
export interface Unusable {
  readonly path: string;
  readonly why: string;
}

export interface Named {
  readonly files: readonly { readonly path: string; readonly stats: Stats }[];
  /** Folders of archives (store/archive_port.ts). */
  readonly archives: readonly string[];
  readonly standardInput: boolean;
  readonly unusable: readonly Unusable[];
}

/** Why something cannot be read, as the end of a sentence. */
export function whyNot(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'EACCES' || code === 'EPERM') return 'may not be read by this user (try sudo, or the group adm)';
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'is not there';
  return `cannot be read (${code ?? String(error)})`;
}

/** @param base what relative paths are relative to */
export async function expand(named: readonly string[], base: string): Promise<Named> {
  const files = new Map<string, Stats>();
  const archives = new Set<string>();
  const unusable: Unusable[] = [];
  for (const name of named) {
    if (name === '-') continue;
    const path = resolve(base, name);
    let stats: Stats | undefined;
    try {
      stats = statSync(path, { throwIfNoEntry: false });
    } catch (error) {
      unusable.push({ path: name, why: whyNot(error) });
      continue;
    }
    if (stats?.isFile()) files.set(path, stats);
    else if (stats?.isDirectory()) addDirectory(path, { files, archives }, unusable);
    else if (stats !== undefined) unusable.push({ path: name, why: 'is neither a file nor a directory; to read a pipe, use - and <' });
    else {
      const found = /[*?[\]{}]/.test(name)
        ? await glob(name, { cwd: base, absolute: true, onlyFiles: true, expandDirectories: false })
        : [];
      for (const match of found) files.set(match, statSync(match));
      if (found.length === 0) unusable.push({ path: name, why: /[*?[{]/.test(name) ? 'matches no file' : 'is not there' });
    }
  }
  return {
    files: [...files].map(([path, stats]) => ({ path, stats })),
    archives: [...archives].sort(),
    standardInput: named.includes('-'),
    unusable,
  };
}

interface Found {
  readonly files: Map<string, Stats>;
  readonly archives: Set<string>;
}

/** The archive that it is; or files and archives right in it: what lies in other folders below is another program's. */
function addDirectory(directory: string, { files, archives }: Found, unusable: Unusable[]): void {
  const found = archivesAt(directory);
  for (const archive of found) archives.add(archive);
  if (isArchive(directory)) return;
  let entries: string[];
  try {
    entries = readdirSync(directory).sort();
  } catch (error) {
    unusable.push({ path: directory, why: whyNot(error) });
    return;
  }
  let any = found.length > 0;
  for (const entry of entries) {
    const path = join(directory, entry);
    const stats = statSync(path, { throwIfNoEntry: false });
    if (!stats?.isFile()) continue;
    files.set(path, stats);
    any = true;
  }
  if (!any) unusable.push({ path: directory, why: 'is a directory without files' });
}
