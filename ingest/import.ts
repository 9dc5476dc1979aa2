/** Takes files into a store: in order of time, each from where it was left, through the queue and one worker. */
import { addAbortSignal, type Readable } from 'node:stream';
import type { TextHider } from '../postfix/privacy/text.js';
import type { Zone } from '../postfix/zone.js';
import { MemoryQueue } from '../queue/memory.js';
import type { BatchSender, Outcome } from '../queue/port.js';
import { manifestAt } from '../store/archive_folder.js';
import type { ArchiveReader } from '../store/archive_port.js';
import { StoreError } from '../store/errors.js';
import { openArchive } from '../store/open.js';
import type { Scope, Writer } from '../store/port.js';
import { work } from '../workers/run.js';
import { batchesOf, endOf, type From, resume } from './archive.js';
import { cut } from './cut.js';
import { importArchive } from './import_archive.js';
import { type Named, type Unusable, whyNot } from './paths.js';
import { PrivateSender } from './private_sender.js';
import { type Ending, linesBefore } from './seam.js';
import { type Survey, survey } from './survey.js';

/** What an import tells while it runs. */
export interface Watching {
  /** The files in the order in which they will be read, and the archives that are taken back before. */
  onPlan?(files: readonly Survey[], archives: readonly string[]): void;
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
  /** It breaks off: what follows could not be read. */
  readonly damaged: boolean;
  /** What was odd, a sentence each. */
  readonly notes: readonly string[];
}

/** A file that was left out, as all of it lies outside what was asked for. */
export interface LeftOut {
  /** Whether it ends before the period, begins after it, or begins with a line of another host. */
  readonly because: 'before' | 'after' | 'host';
  readonly survey: Told;
}

/** What can be told of a file, or of an archive, without reading it. */
type Told = Pick<Survey, 'path' | 'first' | 'anchor' | 'host'>;

const defaultCommitLines = 200_000;

const inFull = (n: number) => n.toLocaleString('en');

export interface ImportOptions extends Watching {
  readonly named: Named;
  readonly store: Writer;
  readonly zone: Zone;
  /** The host of lines that name none. */
  readonly defaultHost: string;
  /** Milliseconds since the epoch; what "now" is. */
  readonly now: number;
  /** Which files are read: those that may have lines of it. A file is taken whole, or not at all. */
  readonly scope?: Scope;
  readonly standardInput?: Readable;
  /** Hides addresses before anything is stored. */
  readonly privacy?: TextHider;
  /** Lines to a commit: what a crash can cost in time. */
  readonly commitLines?: number;
  /** Stops reading; what was read is committed. */
  readonly signal?: AbortSignal;
}

export interface ImportResult extends Outcome {
  readonly files: readonly FileResult[];
  /** What was named and could not be read. */
  readonly unusable: readonly Unusable[];
  readonly leftOut: readonly LeftOut[];
}

/**
 * Imports what was named. Files that cannot be read are left out with the reason; what can be had of a damaged one is kept.
 * @throws StoreError where the store cannot take more; what was committed before is safe
 */
export async function importFiles(options: ImportOptions): Promise<ImportResult> {
  const { named, store, zone } = options;
  const unusable: Unusable[] = [...named.unusable];
  const results: FileResult[] = [];
  const report = (file: FileResult) => {
    results.push(file);
    options.onFile?.(file);
  };
  const surveys = await surveyAll(options, unusable);
  const archives = archivesToTell(named.archives, options, unusable);
  const leftOut = new Map([...archives, ...surveys].flatMap((file) => whyLeftOut(file, options) ?? []).map((file) => [file.survey, file]));
  const wanted = archives.filter((archive) => !leftOut.has(archive)).map(({ path }) => path);
  options.onPlan?.(
    surveys.filter((file) => file.size > 0 && !leftOut.has(file)),
    wanted,
  );
  // Bytes that wait long are held in memory long after they were read: V8 counts them as old.
  const queue = new MemoryQueue(2);
  const sender = options.privacy === undefined ? queue : new PrivateSender(queue, options.privacy);
  // Reading stops when somebody says so, and when the worker is gone.
  const stop = new AbortController();
  const onAbort = () => stop.abort();
  options.signal?.addEventListener('abort', onAbort, { once: true });
  stop.signal.addEventListener('abort', () => queue.close(), { once: true });

  const taken = await takeArchives(wanted, { ...options, signal: stop.signal, report }, unusable);
  const underway = new Map<string, { lines: number; notes: string[] }>();
  const returning = new Set<string>();
  const sizes = new Map(surveys.map(({ path, packing, size }) => [path, packing === 'none' ? size : 0]));
  const working = work({
    queue,
    store,
    commitLines: options.commitLines ?? defaultCommitLines,
    onBatch: ({ source: { path }, offset, next, complete, damaged }, lines, notes) => {
      const file = underway.get(path) ?? { lines: 0, notes: [] };
      file.lines += lines;
      file.notes.push(...notes);
      underway.set(path, file);
      options.onRead?.(path, next - offset, lines);
      if (!complete) return;
      // Not a note for the account: the next import takes it.
      const waits =
        next < (sizes.get(path) ?? 0) ? [`the last line, at byte ${inFull(next)}, has no newline yet and waits for the next import`] : [];
      const back = returning.has(path) ? ['retention had deleted its lines: they are stored again'] : [];
      report({ path, lines: file.lines, known: false, damaged, notes: [...file.notes, ...back, ...waits] });
    },
  });
  // Its failure is waited for below; until then it must not count as unhandled.
  working.catch(onAbort);
  const earlier: Ending[] = [];
  const given = new Set<string>();
  try {
    for (const file of surveys) {
      if (stop.signal.aborted) break;
      if (leftOut.has(file)) {
        // What begins in the second in which this one ends is told apart from it all the same.
        earlier.push({ anchor: file.anchor, text: () => endOf(file) });
        continue;
      }
      if (file.size === 0) {
        report({ path: file.path, lines: 0, known: false, damaged: false, notes: ['is empty'] });
        continue;
      }
      try {
        const start = await startOf(file, store, given);
        if (start === undefined) {
          report({ path: file.path, lines: 0, known: true, damaged: false, notes: [] });
          earlier.push({ anchor: file.anchor, text: () => endOf(file) });
          continue;
        }
        given.add(start.source.key);
        // Its books are there, and where it was left is forgotten (store/retention_port.ts).
        if (start.position.offset === 0 && store.positionOf(start.source.key) !== undefined) returning.add(file.path);
        const before = file.first === undefined ? Buffer.alloc(0) : await linesBefore(file.opening, file.first, earlier);
        const end = await sendFile(file, { ...start, before, zone: zone.name, host: options.defaultHost }, sender, stop.signal);
        earlier.push({ anchor: file.anchor, text: async () => end });
      } catch (error) {
        unusable.push({ path: file.path, why: whyNot(error) });
      }
    }
    if (named.standardInput && !stop.signal.aborted) await sendStream(options, sender, stop.signal);
  } finally {
    queue.close();
    await working;
    options.signal?.removeEventListener('abort', onAbort);
  }
  return { ...summed(taken, await working), files: results, unusable, leftOut: [...leftOut.values()] };
}

/** What the manifests say; an archive that has none that can be read, or cannot be taken in, is unusable. */
function archivesToTell(paths: readonly string[], { privacy, scope = {} }: ImportOptions, unusable: Unusable[]): Told[] {
  return paths.flatMap((path): Told[] => {
    if (privacy !== undefined) {
      unusable.push({ path, why: 'is an archive, whose lines stay as they were stored; leave --privacy away' });
      return [];
    }
    try {
      const { first, last, hosts } = manifestAt(path).manifest;
      return [{ path, first: first ?? undefined, anchor: last ?? 0, host: hosts.find((host) => host === scope.host) ?? hosts.join(', ') }];
    } catch (error) {
      unusable.push({ path, why: `cannot be taken in: ${(error as Error).message}` });
      return [];
    }
  });
}

interface Taking extends ImportOptions {
  readonly signal: AbortSignal;
  report(file: FileResult): void;
}

/** One after the other, before any file; a damaged one is left out whole. */
async function takeArchives(
  paths: readonly string[],
  { store, zone, signal, report, ...options }: Taking,
  unusable: Unusable[],
): Promise<Outcome> {
  let total: Outcome = { read: 0, stored: 0, alreadyThere: 0, quarantined: 0 };
  for (const path of paths) {
    if (signal.aborted) break;
    const onRead = (bytes: number, lines: number) => options.onRead?.(path, bytes, lines);
    const commitLines = options.commitLines ?? defaultCommitLines;
    let archive: ArchiveReader;
    try {
      archive = await openArchive(path);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      unusable.push({ path, why: `cannot be taken in: ${error.message}` });
      continue;
    }
    try {
      const outcome = await importArchive(archive, { store, zone, signal, onRead, commitLines });
      total = summed(total, outcome);
      const notes = outcome.alreadyThere === 0 ? [] : [`${inFull(outcome.alreadyThere)} of its lines were there already`];
      report({ path, lines: outcome.read, known: false, damaged: false, notes });
    } finally {
      archive.close();
    }
  }
  return total;
}

const summed = (a: Outcome, b: Outcome): Outcome => ({
  read: a.read + b.read,
  stored: a.stored + b.stored,
  alreadyThere: a.alreadyThere + b.alreadyThere,
  quarantined: a.quarantined + b.quarantined,
});

type Start = Pick<From, 'source' | 'position'>;

async function surveyAll({ named, zone, now }: ImportOptions, unusable: Unusable[]): Promise<Survey[]> {
  const files: Survey[] = [];
  for (const { path, stats } of named.files) {
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

/** By its first line, and by the time that none is later than. Of a file that tells neither, nothing is known. */
function whyLeftOut(survey: Told, { scope = {}, defaultHost }: ImportOptions): LeftOut | undefined {
  const { first, anchor, host = defaultHost } = survey;
  if (first === undefined) return undefined;
  const { since, until } = scope;
  if (scope.host !== undefined && host !== scope.host) return { because: 'host', survey };
  if (until !== undefined && first >= until) return { because: 'after', survey };
  return since !== undefined && Math.max(first, anchor) < since ? { because: 'before', survey } : undefined;
}

/** Sends one file. @returns its last text */
async function sendFile(file: Survey, from: From, sender: BatchSender, signal: AbortSignal): Promise<Buffer> {
  const batches = batchesOf(file, from);
  for (;;) {
    const step = await batches.next();
    if (step.done) return step.value;
    await sender.send(step.value);
    if (signal.aborted) return (await batches.return(Buffer.alloc(0))).value as Buffer;
  }
}

/**
 * Where to go on with a file; undefined where nothing is new. Files that begin alike share a key: of those that still have,
 * before the place where they were left, what they had then, the one that got furthest is the same.
 */
async function startOf(file: Survey, store: Writer, given: ReadonlySet<string>): Promise<Start | undefined> {
  let best: Start | undefined;
  for (let i = 0; ; i++) {
    const key = i === 0 ? file.key : `${file.key}#${i}`;
    const source = { key, path: file.path };
    const left = store.positionOf(key);
    // Two files of one import are two sources, whatever they begin with.
    if (given.has(key)) continue;
    if (left === undefined) return best ?? { source, position: { offset: 0, complete: false, tail: '' } };
    const position = await resume(file, left);
    if (position === undefined) continue;
    if (file.packing !== 'none' ? position.complete : position.offset === file.size) return undefined;
    if (best === undefined || position.offset > best.position.offset) best = { source, position };
  }
}

/** Standard input: its offsets mean nothing later, so each is a source of its own. */
async function sendStream(
  { standardInput = process.stdin, zone, defaultHost, now }: ImportOptions,
  sender: BatchSender,
  signal: AbortSignal,
): Promise<void> {
  const source = { key: `stdin:${now}`, path: '-' };
  const nothing = Buffer.alloc(0);
  const at = {
    source,
    zone: zone.name,
    host: defaultHost,
    account: undefined,
    before: nothing,
    year: undefined,
    anchor: now,
    damaged: false,
    tail: '',
    notes: [],
  };
  let next = 0;
  try {
    // What it was is stored; whoever writes may go on for ever.
    for await (const { offset, bytes, cut: isCut, next: behind } of cut(addAbortSignal(signal, standardInput), 0, true)) {
      next = behind;
      await sender.send({ ...at, offset, bytes, cut: isCut, next, complete: false });
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  await sender.send({ ...at, offset: next, bytes: nothing, cut: false, next, complete: true });
}
