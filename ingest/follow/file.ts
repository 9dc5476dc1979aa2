/** One log file, from when it is first seen until nothing of it can follow. */
import { type FileHandle, open, stat } from 'node:fs/promises';
import { lookBack } from '../../postfix/identity.js';
import type { Zone } from '../../postfix/zone.js';
import { cut, type Stretch } from '../cut.js';
import { whyNot } from '../paths.js';
import { readAt, readFrom } from '../read_at.js';
import { digest, type Survey, survey, yearAt } from '../survey.js';
import { type Packing, packingOf, textOf, UnpackError } from '../unpack.js';
import { carriedOver, firstTime } from './carried.js';
import type { FileRecord } from './checkpoint.js';
import { beginsAs, type HeadPrint, headPrint, printLength, tailOf } from './print.js';
import { Lost, Sending, type Shipping, Stopped } from './sending.js';
import { Slicer } from './slices.js';
import { pause } from './times.js';
import type { Turns } from './turns.js';

/** What is read at once. */
const readLength = 1 << 20;

/** Why reading of a file ended. */
export type End =
  /** All of it is stored, and nothing can follow. */
  | 'finished'
  /** It no longer has what was read of it: its text was cut away, or it is another file in the same place. */
  | 'replaced'
  /** It was taken for an empty log, and is an archive that is being made. */
  | 'packed'
  /** Nobody writes to it. */
  | 'dormant'
  /** Only what is there was wanted, and it is stored. */
  | 'read'
  /** Its first bytes are no text. */
  | 'no_log'
  /** It cannot be read now. */
  | 'failed'
  /** Nothing more is read of any file. */
  | 'stopped';

/** Reading ends here, and what is left of a line is left. */
class Ended extends Error {
  constructor(readonly end: End) {
    super(end);
  }
}

/** Device and inode. */
export const inodeOf = ({ dev, ino }: { readonly dev: number; readonly ino: number }) => `${dev}:${ino}`;

export class TrackedFile {
  readonly sending: Sending;
  readonly id: string;
  /** Which of the names that were asked for it is one of. */
  name: string;
  /** Where it was seen last. */
  at: string;
  inode: string | undefined;
  packing: Packing;
  head: HeadPrint;
  finished: boolean;
  /** When it was seen last. */
  seen: number;
  /** Size when it was closed: it is looked at again when this has changed. */
  size = -1;
  /** It has been renamed, and another file is, or will be, where it was: since when, or 0 if that was before anybody looked. */
  rotatedSince: number | undefined;
  /** It has been seen where it is written to. */
  wasLive = false;
  /** Time of the first line, as far as it is known; files are in this order. */
  first: number | undefined;
  /** What no line of it is later than; undefined while it grows. */
  anchor: number | undefined;
  /** It is not read on before its size changes. */
  rests = false;
  /** A descriptor is open. */
  isOpen = false;
  /** It was removed, and is read through its descriptor. */
  isRemoved = false;
  /** Why it cannot be read now, as the end of a sentence. */
  trouble: string | undefined;
  /** Since when no file is known that has its text. */
  lostSince: number | undefined;
  private carried: Buffer;
  private readonly slicer: Slicer;
  private looked: Survey | undefined;
  private handle: FileHandle | undefined;
  private running: Promise<End> | undefined;

  constructor(
    record: FileRecord,
    private readonly shipping: Shipping,
    private readonly zone: Zone,
    private readonly turns: Turns,
    /** Files that begin before this one, in order. */
    private readonly earlier: (file: TrackedFile) => readonly TrackedFile[],
    shipper: string,
  ) {
    const { id, path, name, at, inode, packing, head, finished, seen, carried, first } = record;
    const source = { key: `ship:${shipper}:${id}`, path };
    this.sending = new Sending(source, record, shipping);
    this.slicer = new Slicer(shipping.asSent);
    this.id = id;
    this.name = name;
    this.at = at;
    this.inode = inode ?? undefined;
    this.packing = packing;
    this.head = head;
    this.finished = finished;
    this.seen = seen;
    this.first = first ?? undefined;
    this.carried = Buffer.from(carried, 'latin1');
  }

  /** As it stands in a checkpoint. */
  toRecord(): FileRecord {
    const { stored } = this.sending.ledger;
    const { offset, tail, read, stored: storedLines, alreadyThere, quarantined, notes } = stored;
    return {
      id: this.id,
      name: this.name,
      path: this.sending.source.path,
      at: this.at,
      inode: this.inode ?? null,
      packing: this.packing,
      head: this.head,
      carried: offset < lookBack ? this.carried.toString('latin1') : '',
      finished: this.finished,
      first: this.first ?? null,
      seen: this.seen,
      offset,
      tail,
      read,
      stored: storedLines,
      alreadyThere,
      quarantined,
      notes: [...notes],
    };
  }

  /** Reads on, until there is no more to read. Never rejects. */
  run(): Promise<End> {
    this.running ??= this.follow()
      .catch((error: unknown): End => {
        if (error instanceof Ended) return error.end;
        if (error instanceof Stopped) return 'stopped';
        // What is no matter of the file is nothing to try again.
        if ((error as NodeJS.ErrnoException).syscall === undefined) this.shipping.fail(error);
        this.trouble = whyNot(error);
        return 'failed';
      })
      .finally(() => {
        this.running = undefined;
      });
    return this.running;
  }

  /** Looks it through before it is read, so that files are known in their order. */
  async look(): Promise<void> {
    this.looked = await survey(this.at, await stat(this.at), this.zone, Date.now());
    this.first ??= this.looked.first;
  }

  /** Whether its last text is known without the file. */
  get isEndKnown(): boolean {
    return this.slicer.last.length > 0;
  }

  /** Its last text. */
  async ending(): Promise<Buffer> {
    const { handle } = this;
    if (handle !== undefined) {
      try {
        const { size } = await handle.stat();
        if (this.packing === 'none') return await readFrom(handle, Math.max(0, size - lookBack), Math.min(size, lookBack));
      } catch {
        // Closed meanwhile; it is to be had by its name.
      }
    }
    try {
      const stats = await stat(this.at);
      if (inodeOf(stats) !== this.inode) return this.slicer.last;
      if (this.packing === 'none') return await readAt(this.at, Math.max(0, stats.size - lookBack), Math.min(stats.size, lookBack));
      let end: Buffer = Buffer.alloc(0);
      for await (const piece of textOf(this.at, this.packing)) end = Buffer.concat([end, piece]).subarray(-lookBack);
      return end;
    } catch {
      return this.slicer.last;
    }
  }

  private async follow(): Promise<End> {
    const { at, sending, shipping } = this;
    if (sending.isLost) sending.rewind();
    const handle = await open(at, 'r');
    this.isOpen = true;
    this.trouble = undefined;
    sending.open = true;
    this.handle = handle;
    try {
      const looked = this.looked ?? (await survey(at, await handle.stat(), this.zone, Date.now()));
      this.looked = undefined;
      this.size = looked.size;
      // It may have been renamed meanwhile; the next scan finds it.
      if (inodeOf(await handle.stat()) !== this.inode || inodeOf(await stat(at)) !== this.inode) return 'failed';
      if (looked.binary && sending.position.offset === 0) return 'no_log';
      this.first ??= looked.first;
      this.anchor = undefined;
      for (;;) {
        try {
          if (this.packing !== 'none') return await this.readPacked(looked);
          const end = await this.readPlain(handle, looked);
          if (end !== undefined) return end;
        } catch (error) {
          if (!(error instanceof Lost)) throw error;
          await pause(shipping.times.retry, shipping.stopping);
          sending.rewind();
        }
      }
    } finally {
      this.handle = undefined;
      this.isOpen = false;
      sending.open = false;
      this.anchor = (await handle.stat()).mtimeMs;
      await handle.close();
    }
  }

  /** @returns undefined where the rest of a line was taken as it is, and the file is read on */
  private async readPlain(handle: FileHandle, looked: Survey): Promise<End | undefined> {
    const { sending } = this;
    const { offset, tail: known } = sending.position;
    const length = Math.min(offset, lookBack);
    const before = await readFrom(handle, offset - length, length);
    const isOther = known !== '' && digest(before.subarray(-printLength)) !== known;
    if (isOther || !beginsAs(await readFrom(handle, 0, this.head.length), this.head)) throw new Ended('replaced');
    if (offset > 0) this.slicer.begin(offset < lookBack ? Buffer.concat([this.carried, before]) : wholeLines(before));
    this.keepHead(offset < printLength ? before : await readFrom(handle, 0, printLength));
    let end: End | undefined;
    const pieces = this.pieces(handle, offset, before.subarray(-printLength), (why) => {
      end = why;
    });
    let tail: Buffer = before.subarray(-printLength);
    for await (const stretch of cut(pieces, offset, true)) {
      tail = await this.give(stretch, looked, tail, () =>
        readFrom(handle, Math.max(0, stretch.next - printLength), Math.min(stretch.next, printLength)),
      );
    }
    if (end !== undefined) await this.finish(end, false);
    return end;
  }

  /** What follows, piece by piece; waits for more, until the file is at its end for good. Ends where the rest of a line is to be taken as it is. */
  private async *pieces(handle: FileHandle, start: number, before: Buffer, onEnd: (end: End) => void): AsyncGenerator<Buffer> {
    const { sending, shipping, turns } = this;
    const { times, stopping, once } = shipping;
    let at = start;
    let front: Buffer = Buffer.from(before);
    let checked = 0;
    // What was there when it was opened may be there for long.
    let wasAtEnd = false;
    let lastGrowth = (await handle.stat()).mtimeMs;
    for (;;) {
      if (stopping.aborted) throw new Stopped();
      if (sending.isLost) throw new Lost();
      const { size, nlink, mtimeMs } = await handle.stat();
      const now = Date.now();
      // What is written between this look and the last one is for whoever opens it again.
      this.size = size;
      this.seen = now;
      if (size < at) throw new Ended('replaced');
      if (size > at) {
        sending.growth.saw(size, now);
        const over = await turns.take();
        try {
          if (stopping.aborted) throw new Stopped();
          // What is in front of the place must be what it was: between two reads the queue may have been full for hours.
          const overlap = front.length;
          const read = await readFrom(handle, at - overlap, overlap + Math.min(readLength, size - at));
          if (!read.subarray(0, overlap).equals(front)) throw new Ended('replaced');
          const piece = read.subarray(overlap);
          if (piece.length > 0) {
            // It was empty when it was first seen.
            if (at === 0 && packingOf(piece) !== 'none') throw new Ended('packed');
            if (at < printLength) this.keepHead(Buffer.concat([at === 0 ? Buffer.alloc(0) : await readFrom(handle, 0, at), piece]));
            front = tailOf(front, piece);
            at += piece.length;
            if (wasAtEnd) lastGrowth = Date.now();
            yield piece;
          }
        } finally {
          over();
        }
        continue;
      }
      // It may have been cut, and have grown to the size that it had. Times of files tick too slowly to tell, at first.
      if (mtimeMs !== checked || now - mtimeMs < 1000) {
        if (!(await readFrom(handle, at - front.length, front.length)).equals(front)) throw new Ended('replaced');
        checked = mtimeMs;
      }
      wasAtEnd = true;
      const { offset } = sending.position;
      // The rest of a line is not waited for.
      sending.growth.end(offset);
      const isRest = at > offset;
      if (nlink === 0 && !this.isRemoved) {
        this.isRemoved = true;
        lastGrowth = now;
      }
      const quiet = now - Math.max(lastGrowth, this.rotatedSince ?? 0);
      if (once) {
        if (isRest && now - mtimeMs <= times.settled && !this.isRemoved) {
          await this.finish('read', false);
          throw new Ended('read');
        }
        onEnd('read');
        return;
      }
      if (this.isRemoved && quiet >= times.removed) {
        onEnd('finished');
        return;
      }
      if (this.rotatedSince !== undefined) {
        if (quiet >= times.rotated) {
          onEnd('finished');
          return;
        }
        if (isRest && quiet >= times.settled) return;
      } else if (!this.isRemoved && quiet >= times.dormant && !isRest && sending.ledger.pending === 0) {
        await sending.report();
        throw new Ended('dormant');
      }
      if (sending.quiet >= times.report) await sending.report();
      await pause(times.poll, stopping);
    }
  }

  private async readPacked(looked: Survey): Promise<End> {
    const { at, packing, sending } = this;
    const { offset } = sending.position;
    const { stopping } = this.shipping;
    let before: Buffer = Buffer.alloc(0);
    let over: (() => void) | undefined;
    let damage: UnpackError | undefined;
    const takeTurn = async () => {
      over?.();
      over = await this.turns.take();
      if (stopping.aborted) throw new Stopped();
    };
    const begin = () => this.slicer.begin(offset < lookBack ? Buffer.concat([this.carried, before]) : wholeLines(before));
    const pieces = async function* (): AsyncGenerator<Buffer> {
      let passed = 0;
      await takeTurn();
      try {
        for await (const piece of textOf(at, packing)) {
          const old = Math.min(piece.length, Math.max(0, offset - passed));
          passed += piece.length;
          if (old > 0) {
            before = Buffer.concat([before, piece.subarray(0, old)]).subarray(-lookBack);
            if (passed >= offset) begin();
          }
          if (old < piece.length) yield piece.subarray(old);
          await takeTurn();
        }
      } catch (error) {
        if (!(error instanceof UnpackError)) throw error;
        damage = error;
      } finally {
        over?.();
      }
    };
    let tail: Buffer = Buffer.alloc(0);
    let known = offset === 0;
    for await (const stretch of cut(pieces(), offset, true)) {
      if (!known) tail = Buffer.from(before.subarray(-printLength));
      known = true;
      tail = await this.give(stretch, looked, tail, undefined);
    }
    if (damage !== undefined) {
      const end = sending.position.offset.toLocaleString('en');
      sending.ledger.note(`${damage.message}; ${end} bytes of text came out whole and are stored, the rest is lost`);
      this.shipping.log.warn({ path: at }, `${at}: ${damage.message}; the first ${end} bytes of its text were read, the rest is lost`);
    }
    await this.finish('finished', damage !== undefined);
    return 'finished';
  }

  /** Sends a stretch. @param before the last bytes in front of it @returns the last bytes of it */
  private async give(stretch: Stretch, looked: Survey, before: Buffer, readTail: (() => Promise<Buffer>) | undefined): Promise<Buffer> {
    const { sending } = this;
    const { offset, bytes, next, cut: isCut } = stretch;
    if (offset === 0) await this.carryOver(bytes);
    const at = (place: number, text: Buffer) =>
      place < looked.size || this.packing !== 'none'
        ? { year: yearAt(looked, place, text), anchor: looked.anchor }
        : { year: undefined, anchor: Date.now() };
    if (isCut) {
      // The bytes that were passed over are not at hand.
      const tail = readTail === undefined ? undefined : await readTail();
      const known = tail === undefined ? '' : digest(tail);
      await sending.send({ offset, bytes, before: this.slicer.last, cut: true, next, tail: known, lines: 1, ...at(offset, bytes) });
      return tail ?? Buffer.alloc(0);
    }
    let tail = before;
    for (const slice of this.slicer.slices(bytes)) {
      const place = offset + slice.at;
      tail = tailOf(tail, slice.bytes);
      await sending.send({
        offset: place,
        bytes: slice.bytes,
        before: slice.before,
        cut: false,
        next: place + slice.bytes.length,
        // Behind a long line of an archive not all of it is at hand.
        tail: tail.length === Math.min(printLength, place + slice.bytes.length) ? digest(tail) : '',
        lines: slice.lines,
        ...at(place, slice.bytes),
      });
    }
    return tail;
  }

  /** Before the first line: what the files before this one have of the second in which it begins. */
  private async carryOver(bytes: Buffer): Promise<void> {
    // Of a file that was empty when it was looked through, nothing is known yet.
    this.first ??= firstTime(bytes, this.zone) ?? Date.now();
    this.carried = await carriedOver(bytes, this.first, this.earlier(this));
    this.slicer.begin(this.carried);
  }

  private async finish(end: End, damaged: boolean): Promise<void> {
    const { sending } = this;
    await sending.drained();
    const complete = end === 'finished' || end === 'read';
    if (end === 'finished') this.finished = true;
    await sending.report({ complete, damaged });
  }

  private keepHead(head: Buffer): void {
    if (head.length > this.head.length && this.head.length < printLength) this.head = headPrint(head);
  }
}

/** From the first beginning of a line. */
const wholeLines = (bytes: Buffer) => bytes.subarray(bytes.indexOf(10) + 1);
