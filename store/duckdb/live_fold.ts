/**
 * The fold of lines while they are added, for a store that was empty: each is parsed already, so nothing has to be read back.
 * That goes only where they come in order of time, each host by itself. Where they do not, or some turn out to be copies, it
 * is given up, and the pass over what is stored (folding.ts) takes its place; rows of it that were committed are undone then,
 * as those of a pass that was broken off.
 */
import { join } from 'node:path';
import { disorder } from '../../postfix/identity.js';
import { type Fact, factOf } from '../../postfix/message/fact.js';
import { inFileOrder } from '../../postfix/message/order.js';
import type { Event } from '../../postfix/parse.js';
import type { KeptText } from '../../postfix/text.js';
import type { Place } from '../port.js';
import { collectGarbage } from './collect.js';
import { insertStatements, MessageRows, openRowFiles, rowBuffers, type Written } from './message_rows.js';
import type { Numbering } from './numbering.js';
import { Pass } from './pass.js';
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

/** Garbage is collected every so many facts. */
const factsToCollect = 25_000;

/** The number of its pass: the store had none. */
const number = 1;

export class LiveFold {
  private readonly origins = new Map<string, number>();
  private readonly courses = new Map<string, Course>();
  private course: Course | undefined;
  /** Facts of the last seconds, of which earlier ones may come. */
  private waiting: StoredFact[] = [];
  private isOrdered = true;
  private added = 0;
  private readonly buffers = [rowBuffers(), rowBuffers()] as const;
  private turn = 0;
  private rows: MessageRows;
  private readonly pass: Pass;
  private isBegun = false;
  /** Lines came that it cannot take in their order. */
  isGivenUp = false;

  /**
   * @param folder for files of rows
   * @param commitMessages messages to a transaction, at least: a few rows by themselves are not packed well
   */
  constructor(
    private readonly folder: string,
    private readonly commitMessages: number,
    private readonly relays: Numbering,
    private readonly results: Numbering,
  ) {
    this.rows = this.newRows();
    this.pass = new Pass(0, this.rows);
  }

  /** @param n the line's number @param time its stamp as it is stored @param origin a number of its host's @param mark see mark.ts */
  add(event: Event, { source, offset }: Place, n: number, time: number, origin: number, mark: number, kept: KeptText): void {
    event.time = time;
    const fact = factOf(event, String(n), { path: source.path, offset }) as (Fact & { stored?: StoredFact['stored'] }) | undefined;
    if (fact === undefined) return;
    // The identity of a message is made of its first line.
    const line = 'queueId' in fact && fact.queueId !== undefined ? kept.text : '';
    fact.stored = { n, line, mark, named: 0, before: 0 };
    const { waiting } = this;
    const course = this.courseOf(fact.host, origin);
    if (time <= course.folded) {
      this.giveUp();
      return;
    }
    if (time > course.latest) course.latest = time;
    const last = waiting.at(-1);
    if (last !== undefined && inFileOrder(last, fact) > 0) this.isOrdered = false;
    waiting.push(fact as StoredFact);
    if (waiting.length >= factsAtOnce) this.foldWaiting(disorder);
    if (++this.added % factsToCollect === 0) collectGarbage();
  }

  /** Lets go of everything: the pass over what is stored has to do it. */
  giveUp(): void {
    this.isGivenUp = true;
    this.waiting = [];
    this.rows.close();
  }

  /** What takes the rows in that there are, in the transaction of their last lines; nothing as long as they are few. */
  statements(): readonly string[] {
    return this.rows.files.messages.rows < this.commitMessages ? [] : this.rowStatements();
  }

  private rowStatements(): readonly string[] {
    const { rows } = this;
    this.rows = this.newRows();
    this.pass.rows = this.rows;
    const statements = insertStatements(rows.files);
    if (this.isBegun || statements.length === 0) return statements;
    this.isBegun = true;
    return [`UPDATE meta SET value = '${number}' WHERE key = 'pass'`, ...statements];
  }

  /** Folds the rest. @returns what takes the rows in, and queue keys (keys.ts) of messages that have to be folded again */
  finish(): {
    readonly number: number;
    readonly statements: readonly string[];
    readonly again: ReadonlySet<string>;
    readonly written: Written;
  } {
    this.foldWaiting(Number.NEGATIVE_INFINITY);
    const again = this.pass.finish();
    const statements = this.rowStatements();
    this.rows.close();
    return { number, statements, again, written: this.pass.written };
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
    return new MessageRows(files, number, this.origins, this.relays, this.results);
  }
}
