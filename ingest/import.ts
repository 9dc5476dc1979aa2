/** Takes files into a store: in order of time, each from where it was left, through the queue and one worker. */
import type { Readable } from 'node:stream';
import type { Zone } from '../postfix/zone.js';
import { MemoryQueue } from '../queue/memory.js';
import type { LineBatch } from '../queue/port.js';
import type { Position, Source, Writer } from '../store/port.js';
import { type Tally, work } from '../workers/run.js';
import { batchesOf, continues, lastSecond, tailOf } from './archive.js';
import { cut } from './cut.js';
import type { Named, Unusable } from './paths.js';
import { type Survey, survey } from './survey.js';

/** What an import tells while it runs. */
export interface Watching {
  /** The files in the order in which they will be read. */
  onPlan?(files: readonly Survey[]): void;
  /** A stretch of a file has been read: how many bytes of its text there were, and how many lines. */
  onRead?(path: string, bytes: number, lines: number): void;
  /** A file has been read to its end, or there was nothing new in it. */
  onFile?(file: FileResult): void;
}

export interface FileResult {
  readonly path: string;
  /** Lines read this time. */
  readonly lines: number;
  /** Nothing new: it had been imported to its end before. */
  readonly known: boolean;
  /** What was odd, a sentence each. */
  readonly notes: readonly string[];
}

export interface ImportOptions extends Watching {
  readonly named: Named;
  readonly store: Writer;
  readonly zone: Zone;
  /** The host of lines that name none. */
  readonly defaultHost: string;
  /** Milliseconds since the epoch; what "now" is. */
  readonly now: number;
  readonly standardInput?: Readable;
  /** Lines to a commit: what a crash can cost in time. */
  readonly commitLines?: number;
  /** Stops reading; what was read is committed. */
  readonly signal?: AbortSignal;
}

export interface ImportResult extends Tally {
  readonly files: readonly FileResult[];
  /** What was named and could not be read. */
  readonly unusable: readonly Unusable[];
}

/**
 * Imports what was named. Files that cannot be read are left out with the reason; what can be had of a damaged one is kept.
 * @throws StoreError where the store cannot take more; what was committed before is safe
 */
export async function importFiles(options: ImportOptions): Promise<ImportResult> {
  const { named, store, zone, signal } = options;
  const unusable: Unusable[] = [...named.unusable];
  const files = await surveyAll(options, unusable);
  options.onPlan?.(files);
  const queue = new MemoryQueue();
  const results: FileResult[] = [];
  const report = (file: FileResult) => {
    results.push(file);
    options.onFile?.(file);
  };
  signal?.addEventListener('abort', () => queue.close(), { once: true });

  const underway = new Map<string, { lines: number; notes: string[] }>();
  const working = work({
    queue,
    store,
    zone,
    defaultHost: options.defaultHost,
    commitLines: options.commitLines ?? 200_000,
    onBatch: ({ source: { path }, bytes, notes, complete }, lines) => {
      const file = underway.get(path) ?? { lines: 0, notes: [] };
      file.lines += lines;
      file.notes.push(...notes);
      underway.set(path, file);
      options.onRead?.(path, bytes.length, lines);
      if (complete) report({ path, ...file, known: false });
    },
  });
  // Its failure is waited for below; until then it must not count as unhandled.
  working.catch(() => {});
  let seam: { stamp: string; lines: Buffer } | undefined;
  const given = new Set<string>();
  try {
    for (const file of files) {
      if (signal?.aborted) break;
      try {
        const start = await startOf(file, store, given);
        if (start === undefined) {
          report({ path: file.path, lines: 0, known: true, notes: [] });
          continue;
        }
        given.add(start.source.key);
        seam = await sendFile(file, start, seam, queue, signal);
      } catch (error) {
        unusable.push({ path: file.path, why: whyNot(error) });
      }
    }
    if (named.standardInput && !signal?.aborted) await sendStream(options, queue);
  } finally {
    queue.close();
    await working;
  }
  return { ...(await working), files: results, unusable };
}

/** Sends one file. @returns the end of it, which the next file may continue in the same second */
async function sendFile(
  file: Survey,
  start: { source: Source; position: Position },
  seam: { stamp: string; lines: Buffer } | undefined,
  queue: MemoryQueue,
  signal: AbortSignal | undefined,
): Promise<{ stamp: string; lines: Buffer } | undefined> {
  let last: Buffer | undefined;
  for await (const batch of batchesOf(file, { ...start, before: Buffer.alloc(0) })) {
    const joins = last === undefined && batch.offset === 0 && seam !== undefined && batch.bytes.toString('latin1', 0, 15) === seam.stamp;
    await queue.send(joins ? { ...batch, before: seam.lines } : batch);
    if (batch.bytes.length > 0) last = batch.bytes;
    if (signal?.aborted) break;
  }
  return last === undefined ? undefined : lastSecond(last);
}

async function surveyAll({ named, zone, now }: ImportOptions, unusable: Unusable[]): Promise<Survey[]> {
  const files: Survey[] = [];
  for (const { path, stats } of named.files) {
    if (stats.size === 0) {
      unusable.push({ path, why: 'is empty' });
      continue;
    }
    try {
      const file = await survey(path, stats, zone, now);
      if (file.binary) unusable.push({ path, why: 'is not a log: it begins with binary data' });
      else files.push(file);
    } catch (error) {
      unusable.push({ path, why: whyNot(error) });
    }
  }
  return files.sort((a, b) => (a.first ?? 0) - (b.first ?? 0) || (a.path < b.path ? -1 : 1));
}

function whyNot(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'EACCES' || code === 'EPERM') return 'may not be read by this user (try sudo, or the group adm)';
  if (code === 'ENOENT') return 'is not there';
  return `cannot be read (${code ?? String(error)})`;
}

/**
 * Where to go on with a file; undefined where nothing is new. Files that begin alike share a key: the one that still has,
 * before the place where it was left, what it had then, is the same.
 */
async function startOf(
  file: Survey,
  store: Writer,
  given: ReadonlySet<string>,
): Promise<{ source: Source; position: Position } | undefined> {
  for (let i = 0; ; i++) {
    const key = i === 0 ? file.key : `${file.key}#${i}`;
    const source = { key, path: file.path };
    const position = store.positionOf(key);
    // Two files of one import are two sources, whatever they begin with.
    if (given.has(key)) continue;
    if (position === undefined) return { source, position: { offset: 0, complete: false, tail: '' } };
    if (!(await continues(file, position))) continue;
    const unpacked = file.packing !== 'none';
    if (unpacked ? position.complete : position.offset >= file.size) return undefined;
    return { source, position };
  }
}

/** Standard input: its offsets mean nothing later, so each is a source of its own. */
async function sendStream({ standardInput = process.stdin, now }: ImportOptions, queue: MemoryQueue): Promise<void> {
  const source = { key: `stdin:${now}`, path: '-' };
  const stretches = cut(standardInput as AsyncIterable<Buffer>, 0, true);
  let before: Buffer = Buffer.alloc(0);
  let next = 0;
  const make = (bytes: Buffer, offset: number, isCut: boolean, complete: boolean): LineBatch => ({
    source,
    offset,
    bytes,
    before,
    year: undefined,
    anchor: now,
    cut: isCut,
    next,
    complete,
    tail: tailOf(bytes),
    notes: [],
  });
  for await (const stretch of stretches) {
    next = stretch.next;
    await queue.send(make(stretch.bytes, stretch.offset, stretch.cut, false));
    before = stretch.bytes.subarray(-4096);
    before = before.subarray(before.indexOf(10) + 1);
  }
  await queue.send(make(Buffer.alloc(0), next, false, true));
}
