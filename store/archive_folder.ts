/**
 * The folder of an archive. It is written under a hidden name beside its place, made durable, and then renamed: whatever has the name of
 * a month is whole. Whoever reads one checks it against its manifest.
 */
import { createHash, type Hash } from 'node:crypto';
import {
  closeSync,
  createReadStream,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { manifestName, namesIn } from './archive_place.js';
import { archiveVersion, type Manifest, manifestSchema } from './archive_port.js';
import { isDiskFull, StoreError } from './errors.js';

/** The manifest of an archive, and the digest of its bytes. @throws StoreError */
export function manifestAt(path: string): { readonly manifest: Manifest; readonly sha256: string } {
  let bytes: Buffer;
  try {
    bytes = readFileSync(join(path, manifestName));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw new StoreError('missing', `there is no archive at ${path}: an archive is a folder with a ${manifestName}`, { cause: error });
    }
    throw new StoreError('not_a_store', `the archive at ${path} cannot be read (${code})`, { cause: error });
  }
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { manifest: manifestIn(bytes.toString(), path), sha256 };
}

function manifestIn(text: string, path: string): Manifest {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new StoreError('not_a_store', `the ${manifestName} of ${path} is not JSON; it is damaged, or another program's`, {
      cause: error,
    });
  }
  const { format, version } = (json ?? {}) as { format?: unknown; version?: unknown };
  if (format !== 'postscope-archive') throw new StoreError('not_a_store', `${path} is not an archive of postscope, by its ${manifestName}`);
  if (typeof version === 'number' && version > archiveVersion) {
    throw new StoreError(
      'newer_version',
      `the archive at ${path} is of version ${version}, this postscope knows ${archiveVersion}; update postscope`,
    );
  }
  const parsed = manifestSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const what = `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`;
  throw new StoreError('not_a_store', `the ${manifestName} of ${path} is damaged (${what}); take another copy of the archive`);
}

/**
 * Holds the files of an archive against its manifest.
 * @param how `size`: cut off ones are found, at once; `digest`: every changed bit is, at the pace of the disk
 * @throws StoreError with the file that is not as it was written
 */
export async function checkFiles(path: string, { files }: Manifest, how: 'size' | 'digest'): Promise<void> {
  for (const { name, bytes, sha256 } of files) {
    const file = join(path, name);
    const stats = statSync(file, { throwIfNoEntry: false });
    if (stats?.isFile() !== true) throw damaged(path, `its file ${name} is missing`);
    if (stats.size !== bytes) throw damaged(path, `its file ${name} has ${stats.size} bytes and not ${bytes}`);
    if (how === 'digest' && (await digestOf(file)) !== sha256)
      throw damaged(path, `its file ${name} has another checksum than the manifest`);
  }
}

export const damaged = (path: string, what: string, cause?: unknown) =>
  new StoreError('not_a_store', `the archive at ${path} is damaged: ${what}; take another copy of it`, { cause });

async function digestOf(file: string): Promise<string> {
  const hash: Hash = createHash('sha256');
  try {
    for await (const piece of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(piece as Buffer);
  } catch (error) {
    throw new StoreError('not_a_store', `${file} cannot be read (${(error as NodeJS.ErrnoException).code})`, { cause: error });
  }
  return hash.digest('hex');
}

/** An archive on its way. */
export class ArchiveDraft {
  private constructor(
    /** Where its files are written to. */
    readonly path: string,
    /** Where it will be. */
    readonly place: string,
  ) {}

  /** @throws StoreError where nothing can be written */
  static begin(folder: string, month: string): ArchiveDraft {
    return new ArchiveDraft(workingFolder(folder, month, 'partial'), join(folder, month));
  }

  /** Where a file is to be written. */
  file(name: string): string {
    return join(this.path, name);
  }

  /** Gives the files their manifest and the folder its name. @param rows of each file @throws StoreError */
  async finish(head: Omit<Manifest, 'files'>, rows: ReadonlyMap<string, number>): Promise<{ manifest: Manifest; sha256: string }> {
    const files: Manifest['files'] = [];
    try {
      for (const [name, count] of rows) {
        const file = this.file(name);
        sync(file);
        files.push({ name, rows: count, bytes: statSync(file).size, sha256: await digestOf(file) });
      }
      const manifest: Manifest = { ...head, files };
      writeFileSync(this.file(manifestName), `${JSON.stringify(manifest, null, 2)}\n`);
      sync(this.file(manifestName));
      sync(this.path);
      this.giveName();
      sync(dirname(this.place));
    } catch (error) {
      throw error instanceof StoreError ? error : unwritable(dirname(this.place), error);
    }
    return manifestAt(this.place);
  }

  private giveName(): void {
    try {
      renameSync(this.path, this.place);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'ENOTEMPTY' && code !== 'EEXIST' && code !== 'ENOTDIR') throw error;
      throw new StoreError('not_writable', `somebody else has made ${this.place} meanwhile; run the same command again`, { cause: error });
    }
  }

  /** Takes it away; where it was finished there is nothing left to take. */
  discard(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/**
 * Makes a hidden folder beside the archives, for one month and this process, and takes away what processes left there that were killed.
 * @throws StoreError where nothing can be written
 */
export function workingFolder(folder: string, month: string, what: 'partial' | 'store'): string {
  const path = join(folder, `.${month}.${process.pid}.${what}`);
  try {
    makeFolder(folder);
    for (const name of namesIn(folder)) if (isLeft(name)) rmSync(join(folder, name), { recursive: true, force: true });
    rmSync(path, { recursive: true, force: true });
    // It holds what a log holds.
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    throw unwritable(folder, error);
  }
  return path;
}

/** Of a process that is no more. */
function isLeft(name: string): boolean {
  const [, pid] = /^\.\d{4}-\d\d\.(\d+)\.(?:partial|store)$/.exec(name) ?? [];
  if (pid === undefined) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

/** One by one: mkdir's own recursion never ends where the system answers ENOENT for ever, as /proc does. */
function makeFolder(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
  if (dirname(folder) !== folder) makeFolder(dirname(folder));
  mkdirSync(folder);
}

function sync(path: string): void {
  const fd = openSync(path, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** @param error of the system, or of DuckDB, which says it in words */
export function unwritable(folder: string, error: unknown): StoreError {
  const { code, message } = error as NodeJS.ErrnoException;
  if (isDiskFull(error)) {
    return new StoreError(
      'disk_full',
      `no space left on the disk of ${folder}; nothing of the archive is left there, name another place with --to`,
      {
        cause: error,
      },
    );
  }
  return new StoreError(
    'not_writable',
    `no archive can be written into ${folder} (${code ?? message.split('\n')[0]}); name another place with --to`,
    {
      cause: error,
    },
  );
}
