/**
 * The fold of lines while they are added, for a store that was empty: each is parsed already, so nothing has to be read back.
 * That goes only where they come in order of time, each host by itself. Where they do not, or some turn out to be copies, it
 * is given up, and the pass over what is stored (folding.ts) takes its place; rows of it that were committed are undone then,
 * as those of a pass that was broken off. It may be on a thread of its own (fold_beside.ts).
 */
import { join } from 'node:path';
import { disorder } from '../../postfix/identity.js';
import { inFileOrder } from '../../postfix/message/order.js';
import { GrownGarbage } from './collect.js';
import type { Packet } from './fold_packet.js';
import { Unpacker } from './fold_unpack.js';
import { insertStatements, MessageRows, openRowFiles, resultNumbering, rowBuffers, type Written } from './message_rows.js';
import { Numbering } from './numbering.js';
import { Pass } from './pass.js';
import { rowBufferSize } from './rows.js';
import type { StoredFact } from './stored_facts.js';

/** Facts that are put in order at once. */
const factsAtOnce = 1_000;

/** How far the lines of a host have come: milliseconds since the epoch. */
interface Course {
  readonly host: string;
  latest: number;
  /** Facts up to here are folded. */
  folded: number;
}

/** The number of its pass: the store had none. */
export const livePass = 1;

/** What there is to be stored. */
export interface LiveRows {
  /** Lines came that it cannot take in their order: the rest is of no use. */
  readonly isGivenUp: boolean;
  /** What takes the rows in, in a transaction of their last lines or of later ones. */
  readonly statements: readonly string[];
  /** Keys (numbering.ts) of relays that rows name by their place in the list of all that ever were here, from 1 on. */
  readonly relays: readonly string[];
}

/** The last of them. */
export interface LastRows extends LiveRows {
  /** Queue keys (keys.ts) of messages that have to be folded again. */
  readonly again: readonly string[];
  readonly written: Written;
}

/** Where the store's numbers of relays are written: rows of `relayColumns`. */
export const relayNumbers = (folder: string) => join(folder, 'live-relays');

export class LiveFold {
  private readonly origins = new Map<string, number>();
  private readonly courses = new Map<string, Course>();
  private course: Course | undefined;
  /** Facts of the last seconds, of which earlier ones may come. */
  private waiting: StoredFact[] = [];
  private readonly unpacker = new Unpacker();
  private readonly relays = new Numbering('relays', {});
  private readonly results = resultNumbering();
  private isOrdered = true;
  private readonly garbage = new GrownGarbage();
  private readonly buffers = [rowBuffers(), rowBuffers()] as const;
  private readonly resultBuffer = Buffer.allocUnsafe(rowBufferSize);
  private turn = 0;
  private rows: MessageRows;
  private readonly pass: Pass;
  private isBegun = false;
  private isGivenUp = false;

  /**
   * @param folder for files of rows
   * @param commitMessages messages to a transaction, at least: a few rows by themselves are not packed well
   */
  constructor(
    private readonly folder: string,
    private readonly commitMessages: number,
  ) {
    this.rows = this.newRows();
    this.pass = new Pass(0, this.rows);
  }

  /** Lines that come behind those before. */
  add(packet: Packet): void {
    if (!this.isGivenUp) this.unpacker.read(packet, this.addFact);
  }

  /** @param origin a number of its host's */
  private readonly addFact = (fact: StoredFact, origin: number): void => {
    if (this.isGivenUp) return;
    const { waiting } = this;
    const { time } = fact;
    const course = this.courseOf(fact.host, origin);
    if (time <= course.folded) {
      this.giveUp();
      return;
    }
    if (time > course.latest) course.latest = time;
    const last = waiting[waiting.length - 1];
    if (last !== undefined && inFileOrder(last, fact) > 0) this.isOrdered = false;
    waiting.push(fact);
    if (waiting.length < factsAtOnce) return;
    this.foldWaiting(disorder);
    this.garbage.collect();
  };

  /** Lets go of everything, and takes no more. */
  giveUp(): void {
    if (this.isGivenUp) return;
    this.isGivenUp = true;
    this.waiting = [];
    this.rows.close();
  }

  /** What is to be stored now; nothing as long as it is little. */
  cut(): LiveRows {
    const isLittle = this.isGivenUp || this.rows.files.messages.rows < this.commitMessages;
    return isLittle ? { isGivenUp: this.isGivenUp, statements: [], relays: [] } : this.takeRows();
  }

  /** Folds the rest. */
  finish(): LastRows {
    const { written } = this.pass;
    if (this.isGivenUp) return { isGivenUp: true, statements: [], relays: [], again: [], written };
    this.foldWaiting(Number.NEGATIVE_INFINITY);
    const again = [...this.pass.finish()];
    const rows = this.takeRows();
    this.giveUp();
    return { ...rows, again, written };
  }

  private takeRows(): LiveRows {
    const { rows, folder } = this;
    this.rows = this.newRows();
    this.pass.rows = this.rows;
    const inserts = insertStatements(rows.files, relayNumbers(folder));
    const results = this.results.insertStatements(join(folder, 'live-results'), this.resultBuffer);
    const begin = this.isBegun || inserts.length === 0 ? [] : [`UPDATE meta SET value = '${livePass}' WHERE key = 'pass'`];
    if (inserts.length > 0) this.isBegun = true;
    return { isGivenUp: false, statements: [...begin, ...results, ...inserts], relays: this.relays.takeFresh() };
  }

  private foldWaiting(held: number): void {
    const { waiting } = this;
    if (!this.isOrdered) waiting.sort(inFileOrder);
    this.isOrdered = true;
    for (const course of this.courses.values()) course.folded = course.latest - held;
    let kept = 0;
    for (const fact of waiting) {
      if (fact.time > this.courseOf(fact.host, 0).folded) waiting[kept++] = fact;
      else this.pass.add(fact);
    }
    waiting.length = kept;
  }

  private courseOf(host: string, origin: number): Course {
    if (this.course?.host === host) return this.course;
    let course = this.courses.get(host);
    if (course === undefined) {
      course = { host, latest: Number.NEGATIVE_INFINITY, folded: Number.NEGATIVE_INFINITY };
      this.courses.set(host, course);
      this.origins.set(host, origin);
    }
    this.course = course;
    return course;
  }

  private newRows(): MessageRows {
    // One set of files is filled while the other may still be read.
    const turn = this.turn++ % 2;
    const files = openRowFiles(join(this.folder, `live-${turn}-`), this.buffers[turn] as (typeof this.buffers)[0]);
    return new MessageRows(files, livePass, this.origins, this.relays, this.results);
  }
}
