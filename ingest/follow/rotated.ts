/** Which names a log has had when it was rotated: those that logrotate, savelog and newsyslog give. */

import type { Stats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';

const quoted = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const packed = '(?:\\.(?:gz|xz|zst|bz2))?';
/** A number, or a date with or without time. */
const turn = '\\d[\\d._T-]*';

/** Whether a name is that of a rotated `base`: `mail.log.1`, `mail.log-20261124.gz`, `mail-20261124.log`, `mail.1.log.xz`, `mail.log.old`. */
export function rotatedName(base: string): (name: string) => boolean {
  const ext = extname(base);
  const stem = base.slice(0, base.length - ext.length);
  const behind = `${quoted(base)}[-._](?:${turn}|old)${packed}`;
  const inside = ext === '' ? '' : `|${quoted(stem)}[-._]${turn}${quoted(ext)}${packed}`;
  const pattern = new RegExp(`^(?:${behind}${inside})$`);
  return (name) => pattern.test(name);
}

/** The name that a log had before it was rotated, where its name is that of a rotated one. */
export const originalName = (name: string): string => name.replace(new RegExp(`[-._](?:${turn}|old)${packed}$`), '');

export interface Found {
  readonly path: string;
  readonly stats: Stats;
}

/**
 * Files beside those paths that look like rotated ones of them, or are one of the inodes under whatever name.
 * @param paths each with whatever is to be known of what lies beside it
 */
export async function rotatedBeside<T>(
  paths: ReadonlyMap<string, T>,
  isWanted: ((stats: Stats) => boolean) | undefined,
): Promise<(Found & { readonly of: T })[]> {
  const folders = new Map<string, { readonly matches: (name: string) => boolean; readonly of: T }[]>();
  for (const [path, of] of paths) {
    const folder = dirname(path);
    const names = folders.get(folder) ?? [];
    names.push({ matches: rotatedName(basename(path)), of });
    folders.set(folder, names);
  }
  const found: (Found & { readonly of: T })[] = [];
  for (const [folder, names] of folders) {
    for (const entry of await readdir(folder).catch(() => [])) {
      const rotated = names.find(({ matches }) => matches(entry));
      const like = rotated ?? (isWanted === undefined ? undefined : names[0]);
      if (like === undefined) continue;
      const path = join(folder, entry);
      const stats = await stat(path).catch(() => undefined);
      if (stats?.isFile() && (rotated !== undefined || isWanted?.(stats))) found.push({ path, stats, of: like.of });
    }
  }
  return found;
}
