/**
 * How far each source is stored, in a file. What stands in it is never ahead of the store (DESIGN, promise 3), so losing the
 * queue, or the last second of checkpoints, costs time and no line.
 */
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';

/** Of the form below; a newer one is not read. */
const version = 1;

const count = z.int().nonnegative();
const books = {
  /** First byte of the (unpacked) text that is not stored. */
  offset: count,
  /** Digest of what is in front of it. */
  tail: z.string(),
  /** What became of the lines in front of it. */
  read: count,
  stored: count,
  alreadyThere: count,
  quarantined: count,
  /** What was odd, a sentence each. */
  notes: z.array(z.string()),
};

const fileSchema = z.strictObject({
  /** Given when the file was first seen; its source is named by it. */
  id: z.string(),
  /** Which of the paths, directories and globs that were asked for it is one of. */
  name: z.string(),
  /** Where it was first seen, and last. */
  path: z.string(),
  at: z.string(),
  /** Device and inode; null where it is not known which file has its text now. */
  inode: z.string().nullable(),
  packing: z.enum(['none', 'gzip', 'xz', 'zstd', 'bzip2']),
  /** How its text begins. */
  head: z.strictObject({ length: count, digest: z.string() }),
  /** Lines of the file before it, of the second in which it begins (ingest/seam.ts); a byte a character. */
  carried: z.string(),
  /** Nothing follows. */
  finished: z.boolean(),
  /** Time of its first line, in milliseconds since the epoch; null where it is not known. */
  first: z.number().nullable(),
  /** When it was last found, in milliseconds since the epoch. */
  seen: z.number(),
  ...books,
});

const journalSchema = z.strictObject({
  id: z.string(),
  /** Of the last line that is stored; null before the first. */
  cursor: z.string().nullable(),
  ...books,
});

const checkpointSchema = z.strictObject({
  version: z.literal(version),
  files: z.array(fileSchema),
  journal: journalSchema.nullable(),
});

/** How far a file is stored. */
export type FileRecord = z.infer<typeof fileSchema>;
/** How far the journal is stored. */
export type JournalRecord = z.infer<typeof journalSchema>;
export type Checkpoint = z.infer<typeof checkpointSchema>;

/** The checkpoint cannot be used. The message says why, and what to do. */
export class CheckpointError extends Error {
  override name = 'CheckpointError';
}

const remedy =
  'Put back a good copy, or move it away: all logs are then shipped from their beginning, and lines that are stored already stay single';

/** @returns undefined where there is none yet @throws CheckpointError */
export async function readCheckpoint(path: string): Promise<Checkpoint | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new CheckpointError(
      `the checkpoint ${path} cannot be read (${code ?? String(error)}). It needs to be read and written by this user`,
    );
  }
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    throw new CheckpointError(`the checkpoint ${path} is damaged: it is not JSON. ${remedy}`);
  }
  const written = z.object({ version: z.int() }).safeParse(content).data?.version;
  if (written !== undefined && written > version) {
    throw new CheckpointError(
      `the checkpoint ${path} was written by a newer postscope (its version is ${written}, this postscope knows ${version}). ` +
        'Use that postscope again, or move the file away: all logs are then shipped from their beginning, and lines that are stored already stay single',
    );
  }
  const { data, error } = checkpointSchema.safeParse(content);
  if (data !== undefined) return data;
  const [issue] = error.issues;
  const where = issue === undefined || issue.path.length === 0 ? '' : ` at ${issue.path.join('.')}`;
  throw new CheckpointError(`the checkpoint ${path} is damaged${where} (${issue?.message ?? 'it has another shape'}). ${remedy}`);
}

/** Replaces the checkpoint: whoever reads it, after whatever crash, reads the old one or the new one whole. */
export async function writeCheckpoint(path: string, { files, journal }: Omit<Checkpoint, 'version'>): Promise<void> {
  const next = `${path}.new`;
  const file = await open(next, 'w', 0o640);
  try {
    await file.writeFile(`${JSON.stringify({ version, files, journal })}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(next, path);
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/**
 * Makes the folder, and tries whether a checkpoint could be written, before anything is read.
 * @throws CheckpointError
 */
export async function prepareCheckpoint(path: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    const file = await open(`${path}.new`, 'a', 0o640);
    await file.close();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CheckpointError(
      `the checkpoint ${path} cannot be written (${code ?? String(error)}). Its folder needs to be writable by this user; or name another`,
    );
  }
}
