/** All files that are followed: which there are, which of them were known before under another name, and which are new. */
import { randomUUID } from 'node:crypto';
import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { Zone } from '../../postfix/zone.js';
import { expand, whyNot } from '../paths.js';
import { readAt } from '../read_at.js';
import { packingOf } from '../unpack.js';
import type { FileRecord } from './checkpoint.js';
import { type End, inodeOf, TrackedFile } from './file.js';
import { noBooks } from './ledger.js';
import { Once } from './once.js';
import { beginsAs, hasTail, headOfText, headPrint, printLength } from './print.js';
import { type Found, originalName, rotatedBeside, rotatedName } from './rotated.js';
import type { Shipping } from './sending.js';
import { Troubles } from './troubles.js';
import { Turns } from './turns.js';

/** So many files are read at a time; the others wait, with nothing of them in memory. */
const atATime = 4;

/** Times of files are coarse on some file systems. In milliseconds. */
const slack = 2000;

export interface FilesOptions {
  /** Paths, directories and globs. */
  readonly names: readonly string[];
  /** What relative ones are relative to. */
  readonly base: string;
  readonly zone: Zone;
  /** Name of the shipper: part of the keys of its sources. */
  readonly shipper: string;
  readonly shipping: Shipping;
  /** What the checkpoint knows. */
  readonly records: readonly FileRecord[];
}

/** A file that is none of those that are known by their inode. */
interface Candidate extends Found {
  /** Which of the names that were asked for it is one of, or lies beside one of. */
  readonly name: string;
  /** It is one of those that were asked for; otherwise it only lies beside one. */
  readonly named: boolean;
}

/**
 * What a candidate turns out to be. It waits while somebody may be at work on it; if it is what became of a file that was known
 * before this process, its successor cannot know yet which lines stand before it, and is held too.
 */
type Verdict = 'ignored' | 'waits' | 'holds' | 'new' | TrackedFile;

export class Files {
  private readonly tracked: TrackedFile[] = [];
  private readonly turns = new Turns(atATime);
  private readonly once = new Once();
  private readonly running = new Map<TrackedFile, Promise<void>>();
  /** Files that are not to be read, by their inodes, as they were when that was decided. */
  private readonly ignored = new Map<string, string>();
  /** When a candidate was first seen, by its inode. */
  private readonly noticed = new Map<string, number>();
  /** A rotated file that nobody knows is younger than this, or is from before the shipper's time. */
  private since: number;
  /** Inodes and beginnings of files that are no text. */
  private readonly notLogs = new Set<string>();
  private readonly troubles: Troubles;
  private readonly names: ReadonlySet<string>;
  private wakeUp = () => {};

  constructor(private readonly options: FilesOptions) {
    this.troubles = new Troubles(options.shipping.log);
    this.names = new Set(options.names.map((name) => resolve(options.base, name)));
    for (const record of options.records) this.track(record);
    this.since = options.records.length === 0 ? Number.POSITIVE_INFINITY : Math.max(...options.records.map(({ seen }) => seen)) - slack;
  }

  records(): FileRecord[] {
    return this.tracked.map((file) => file.toRecord());
  }

  get all(): readonly TrackedFile[] {
    return this.tracked;
  }

  /** What is there and cannot be read, a sentence each. */
  get unreadable(): string[] {
    return this.troubles.all;
  }

  /** Follows until reading has to stop; with `once`, until all that is there is read and stored. */
  async follow(): Promise<void> {
    const { shipping } = this.options;
    while (!shipping.stopping.aborted) {
      const waits = await this.scan();
      if (shipping.once) {
        const ends = this.running.size > 0;
        await Promise.all(this.running.values());
        if (!ends && !waits) break;
        if (!ends) await this.nap();
      } else await this.nap();
    }
    await Promise.all(this.running.values());
    if (shipping.once) for (const file of this.tracked) if (file.inode === undefined) await this.close(file);
  }

  private async nap(): Promise<void> {
    const { times, stopping } = this.options.shipping;
    await new Promise<void>((resolve) => {
      const over = () => {
        clearTimeout(timer);
        stopping.removeEventListener('abort', over);
        resolve();
      };
      const timer = setTimeout(over, times.scan);
      stopping.addEventListener('abort', over, { once: true });
      if (stopping.aborted) over();
      this.wakeUp = over;
    });
  }

  /** Looks which files there are. @returns whether one of them cannot be judged yet */
  async scan(): Promise<boolean> {
    const began = Date.now();
    const inTrouble = this.tracked.filter(({ inode, trouble }) => inode !== undefined && trouble !== undefined);
    this.troubles.begin(inTrouble.filter((file) => this.isAskedFor(file)).map(({ at, trouble = '' }) => [at, trouble] as const));
    const named = await this.named();
    const byInode = new Map(this.tracked.flatMap((file) => (file.inode === undefined ? [] : [[file.inode, file] as const])));
    const found = new Set<TrackedFile>();
    const candidates: Candidate[] = [];
    const take = async (candidate: Candidate) => {
      const file = byInode.get(inodeOf(candidate.stats));
      // Two names of one file are one file. What is no longer asked for is let be.
      if (file !== undefined && (found.has(file) || !(candidate.named || this.isAskedFor(file)))) return;
      if (file !== undefined && (await this.isStill(file, candidate))) found.add(file);
      else candidates.push(candidate);
    };
    for (const file of named.values()) await take(file);
    const missing = new Set(this.tracked.filter((file) => !found.has(file) && this.isAskedFor(file)).map(({ inode }) => inode));
    const isMissing = missing.size > 0 ? (stats: Stats) => missing.has(inodeOf(stats)) : undefined;
    for (const { path, stats, of: name } of await rotatedBeside(this.bases(named), isMissing)) {
      if (!named.has(path)) await take({ path, stats, name, named: false });
    }
    for (const file of this.tracked) {
      if (!found.has(file) && !file.isOpen && !this.running.has(file) && this.isAskedFor(file)) {
        file.inode = undefined;
        file.lostSince ??= began;
      }
    }
    let waits = false;
    const held = new Set<string>();
    const fresh: TrackedFile[] = [];
    candidates.sort((a, b) => a.stats.mtimeMs - b.stats.mtimeMs);
    for (const candidate of candidates) {
      const verdict = await this.judge(candidate, found);
      if (verdict === 'holds') held.add(dirname(candidate.path));
      if (verdict === 'waits' || verdict === 'holds') waits = true;
      else if (verdict === 'new') await this.add(candidate, fresh);
      else if (verdict !== 'ignored') this.adopt(verdict, candidate);
      if (verdict instanceof TrackedFile) found.add(verdict);
      for (const file of fresh) found.add(file);
    }
    const there = new Set(candidates.map(({ stats }) => inodeOf(stats)));
    for (const inode of this.noticed.keys()) if (!there.has(inode)) this.noticed.delete(inode);
    for (const inode of this.ignored.keys()) if (!there.has(inode)) this.ignored.delete(inode);
    for (const file of this.tracked) {
      await this.markRotated(file, named);
      if (file.isOpen) this.troubles.over(file.at);
    }
    if (fresh.length > 0) await this.options.shipping.remember();
    const due = this.tracked.filter((file) => this.isDue(file) && (file.sending.position.offset > 0 || !held.has(dirname(file.at))));
    // Their order tells which lines stand before which.
    for (const file of due) if (file.first === undefined) await file.look().catch(() => {});
    for (const file of due) this.start(file);
    if (!waits) for (const file of [...this.tracked]) await this.sayWhatIsGone(file, began);
    this.troubles.end();
    this.since = began - slack;
    return waits;
  }

  private isAskedFor(file: TrackedFile): boolean {
    return this.names.has(file.name);
  }

  /** What the names stand for now, by path. */
  private async named(): Promise<Map<string, Candidate>> {
    const { base, shipping } = this.options;
    const files = new Map<string, Candidate>();
    for (const name of this.names) {
      try {
        const { files: found, unusable } = await expand([name], base);
        for (const { path, stats } of found) files.set(path, { path, stats, name, named: true });
        for (const { path, why } of unusable) {
          if (this.once.isNews(`name ${path}`, why)) shipping.log.warn({ path }, `${path} ${why}; it is read as soon as it can be`);
        }
        if (unusable.length === 0 && this.once.over(`name ${name}`)) shipping.log.info({ path: name }, `${name} is there now`);
      } catch (error) {
        // A file that vanishes while one looks for it. What lasts is said.
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') continue;
        const why = whyNot(error);
        if (this.once.isNews(`name ${name}`, why)) shipping.log.warn({ path: name, err: error }, `${name} ${why}; it is tried again`);
      }
    }
    return files;
  }

  /** The logs beside which rotated ones may lie, each with the name that was asked for. */
  private bases(named: ReadonlyMap<string, Candidate>): Map<string, string> {
    const bases = new Map<string, string>();
    const add = (path: string, name: string) => {
      bases.set(path, name);
      bases.set(join(dirname(path), originalName(basename(path))), name);
    };
    for (const { path, name } of named.values()) add(path, name);
    for (const file of this.tracked) if (this.isAskedFor(file)) add(file.sending.source.path, file.name);
    return bases;
  }

  /** Whether a file of a known inode is the one that is known. Where it is, it is known where it is. */
  private async isStill(file: TrackedFile, { path, stats, name }: Candidate): Promise<boolean> {
    if (!file.isOpen && !this.running.has(file) && stats.size !== file.size) {
      try {
        const isWhole = file.packing !== 'none' && file.finished;
        const fits =
          beginsAs(await headOfText(path, file.packing), file.head) &&
          (isWhole || (await hasTail(path, file.packing, stats.size, file.sending.position)));
        if (!fits) {
          file.inode = undefined;
          file.lostSince ??= Date.now();
          return false;
        }
        if (file.finished && (isWhole || stats.size === file.sending.position.offset)) file.size = stats.size;
        else {
          file.finished = false;
          file.rests = false;
        }
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return true;
        this.troubles.note(path, whyNot(error));
        return true;
      }
    }
    file.at = path;
    file.name = name;
    file.seen = Date.now();
    file.lostSince = undefined;
    return true;
  }

  private async judge({ path, stats, named }: Candidate, found: ReadonlySet<TrackedFile>): Promise<Verdict> {
    const inode = inodeOf(stats);
    const state = `${stats.size}:${stats.mtimeMs}`;
    if (this.ignored.get(inode) === state) return 'ignored';
    const { times } = this.options.shipping;
    const now = Date.now();
    if (!this.noticed.has(inode)) this.noticed.set(inode, now);
    const isNew = now - (this.noticed.get(inode) ?? now) < times.untouched;
    const isTouched = now - stats.ctimeMs < times.untouched;
    try {
      const packing = packingOf(await readAt(path, 0, printLength));
      const head = await headOfText(path, packing);
      const alike = this.tracked.filter((file) => file.head.length > 0 && beginsAs(head, file.head));
      const lost = alike.filter((file) => !file.isOpen && !found.has(file) && !this.running.has(file));
      if (packing !== 'none' && isTouched) return lost.some((file) => !file.isEndKnown) ? 'holds' : 'waits';
      if (head.length === 0) return named && packing === 'none' ? 'new' : 'ignored';
      lost.sort((a, b) => b.sending.position.offset - a.sending.position.offset);
      for (const file of lost) {
        if (await hasTail(path, packing, stats.size, file.sending.position)) {
          file.packing = packing;
          return file;
        }
      }
      // A copy may be half made, and what it is a copy of is about to be cut or removed.
      const isCopy = alike.length > 0 && (isNew || (isTouched && originalName(basename(path)) !== basename(path)));
      // One that is being closed is not given up yet.
      if (isCopy || alike.some((file) => file.isRemoved && (file.isOpen || this.running.has(file)))) return 'waits';
      if (this.notLogs.has(`${inode} ${headPrint(head).digest}`)) return 'ignored';
      if (named || stats.mtimeMs >= this.since) return 'new';
      this.ignored.set(inode, state);
      return 'ignored';
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') this.troubles.note(path, whyNot(error));
      return 'ignored';
    }
  }

  private adopt(file: TrackedFile, { path, stats, name }: Candidate): void {
    file.name = name;
    file.inode = inodeOf(stats);
    file.at = path;
    file.seen = Date.now();
    file.lostSince = undefined;
    file.finished = false;
    file.rests = false;
    file.size = -1;
  }

  private async add({ path, stats, name }: Candidate, fresh: TrackedFile[]): Promise<void> {
    const inode = inodeOf(stats);
    try {
      const packing = packingOf(await readAt(path, 0, printLength));
      const head = headPrint(await headOfText(path, packing));
      // Renamed meanwhile, and another is there: the next scan finds both.
      if (inodeOf(await stat(path)) !== inode) return;
      const at = { name, path, at: path, inode, packing, head, carried: '', finished: false, first: null, seen: Date.now() };
      const file = this.track({ ...noBooks, ...at, id: randomUUID(), notes: [] });
      fresh.push(file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') this.troubles.note(path, whyNot(error));
    }
  }

  private track(record: FileRecord): TrackedFile {
    const { shipping, zone, shipper } = this.options;
    const file = new TrackedFile(record, shipping, zone, this.turns, (of) => this.earlier(of), shipper);
    this.tracked.push(file);
    return file;
  }

  /** The files of its folder that begin before it, in order; of those that have not been looked through yet, the ones that were seen before it. */
  private earlier(file: TrackedFile): TrackedFile[] {
    const folder = dirname(file.at);
    const own = file.first ?? Number.POSITIVE_INFINITY;
    const place = this.tracked.indexOf(file);
    const begin = ({ first, finished }: TrackedFile, at: number) => first ?? (finished || at > place ? Number.POSITIVE_INFINITY : own - 1);
    return this.tracked
      .map((other, at) => ({ other, begin: begin(other, at) }))
      .filter((each) => each.other !== file && dirname(each.other.at) === folder && each.begin < own)
      .sort((a, b) => a.begin - b.begin)
      .map(({ other }) => other);
  }

  /** A file that is no longer where it was followed has been rotated away; so has one whose name says so, if what it was is there. */
  private async markRotated(file: TrackedFile, named: ReadonlyMap<string, Candidate>): Promise<void> {
    const stats = named.get(file.at)?.stats ?? (await stat(file.at).catch(() => undefined));
    const isThere = stats !== undefined && inodeOf(stats) === file.inode;
    const name = basename(file.at);
    const hasSuccessor = [...named.keys()].some((path) => dirname(path) === dirname(file.at) && rotatedName(basename(path))(name));
    if (isThere && file.at === file.sending.source.path && !hasSuccessor) {
      file.rotatedSince = undefined;
      file.wasLive = true;
    } else file.rotatedSince ??= file.wasLive ? Date.now() : 0;
  }

  private isDue(file: TrackedFile): boolean {
    return file.inode !== undefined && !file.finished && !file.rests && !this.running.has(file) && this.isAskedFor(file);
  }

  private start(file: TrackedFile): void {
    if (this.options.shipping.stopping.aborted) return;
    const running = file.run().then((end) => {
      this.running.delete(file);
      this.onEnd(file, end);
    });
    this.running.set(file, running);
  }

  private onEnd(file: TrackedFile, end: End): void {
    const { log } = this.options.shipping;
    const { at: path } = file;
    // It may have been open for less than the time between two scans.
    if (end !== 'failed') this.troubles.over(path);
    switch (end) {
      case 'replaced':
        file.inode = undefined;
        file.lostSince = Date.now();
        log.info({ path }, `${path} was cut or replaced; it is read from its beginning, and its old text is looked for beside it`);
        this.wakeUp();
        return;
      case 'packed':
        this.forget(file);
        return;
      case 'no_log':
        if (this.once.isNews(`log ${path}`, 'no log'))
          log.warn({ path }, `${path} is not a log: it begins with binary data; it is left out`);
        this.notLogs.add(`${file.inode} ${file.head.digest}`);
        this.forget(file);
        return;
      case 'failed':
        // Renamed while it was opened: the next scan finds it.
        if (file.trouble === undefined) return;
        this.troubles.note(path, file.trouble);
        file.rests = this.options.shipping.once;
        return;
      case 'dormant':
      case 'read':
        file.rests = true;
        return;
      case 'finished':
      case 'stopped':
        return;
      default:
        end satisfies never;
    }
  }

  /** Files whose text is nowhere to be found, and those that it is time to forget. */
  private async sayWhatIsGone(file: TrackedFile, now: number): Promise<void> {
    const { times, log } = this.options.shipping;
    if (file.isOpen || file.inode !== undefined || file.lostSince === undefined) return;
    const isNothing = file.head.length === 0 && file.sending.position.offset === 0;
    const isOld = now - file.seen > times.forgotten && file.sending.ledger.pending === 0;
    if (isNothing || isOld || !this.isAskedFor(file)) {
      if (!isNothing && !isOld) return;
      this.forget(file);
      return;
    }
    if (file.finished || now - file.lostSince < 2 * times.untouched) return;
    const { path } = file.sending.source;
    log.warn(
      { path, offset: file.sending.position.offset },
      `the log that was ${path} is gone, and was found under no other name; it was read up to byte ${file.sending.position.offset.toLocaleString('en')}`,
    );
    await this.close(file);
  }

  /** Nothing more can come of it. */
  private async close(file: TrackedFile): Promise<void> {
    if (file.finished || file.sending.ledger.pending > 0) return;
    file.finished = true;
    await file.sending.report({ complete: true }).catch(() => {});
  }

  private forget(file: TrackedFile): void {
    const at = this.tracked.indexOf(file);
    if (at >= 0) this.tracked.splice(at, 1);
  }
}
