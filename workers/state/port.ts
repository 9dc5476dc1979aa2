/**
 * Facts of messages in flight: what a fold asks for, from lines that came just now, wherever they were read. What lies here
 * is a copy of what the store has, so all of it may be lost at any time; it is only quicker, and there at once.
 *
 * Why no fact is ever lost, whoever folds at the same time, dies or loses the state in between: a round first puts its facts,
 * which are stored as lines by then, and takes its version after that; all that it reads, it reads later. So of two rounds the
 * one with the higher version has read what the other one put, and in the store the higher version wins. A shelf that has
 * vanished meanwhile (it expired, somebody emptied the state, its server was started again) is known by its birth, which is
 * another one or none, and it is filled from the store before anybody relies on it. Whoever wrote documents looks once more:
 * where the shelf that knows their names is gone, the round begins anew. A round that dies is made again, with the batch that
 * nobody acknowledged.
 */
import type { Fact } from '../../postfix/message/fact.js';
import type { Question } from '../../postfix/message/refold.js';

/** What lies under one key (shelves.ts). */
export interface Shelf {
  /** Names the life of this shelf. */
  readonly born: string;
  readonly facts: readonly Fact[];
  /** What the store had of it when it was born is here too. */
  readonly filled: boolean;
  /** The same of the names of documents. */
  readonly documented: boolean;
}

/** A document of the store: its index and `_id`, with a space in between. */
export type Name = string;

/** The documents that a round is about to write for one queue ID. */
export interface Claim {
  readonly shelf: string;
  readonly born: string;
  readonly names: readonly Name[];
  /** What the store has from before, with the versions; undefined where it is not known. */
  readonly found: ReadonlyMap<Name, number> | undefined;
}

/**
 * What became of a claim. `superseded`: a higher version has claimed before, and writes all that there is to be written. Else
 * the documents of earlier rounds that are none any more, with the versions that they were written with.
 */
export type Claimed = 'superseded' | { readonly stale: ReadonlyMap<Name, number> };

/** One fold, from the facts that it was given to the documents that it wrote. @throws StateLost by every call, StateAway likewise */
export interface Round {
  /**
   * Higher than that of any round before: microseconds since the epoch, doubled. The odd version behind it deletes what was
   * written with it, and nothing that is newer.
   */
  readonly version: number;
  /** @returns in their order; and whether the store may have lines that lay here, were lost, and cannot be searched for yet */
  read(shelves: readonly string[]): Promise<{ readonly shelves: readonly Shelf[]; readonly young: boolean }>;
  /** The lines that the store had when these shelves were read can be searched for now. */
  refreshed(): Promise<void>;
  /** Puts what the store has beside what was read. A shelf that is another one by now stays as it is. */
  fill(shelves: readonly { readonly shelf: string; readonly born: string; readonly facts: readonly Fact[] }[]): Promise<void>;
  claim(claims: readonly Claim[]): Promise<readonly Claimed[]>;
  /** The documents are written. @param ended whether no more lines are likely to come of this queue ID */
  settle(written: readonly { readonly shelf: string; readonly born: string; readonly ended: boolean }[]): Promise<void>;
}

export interface FactState {
  /** Puts facts, by the shelf that they belong to, and begins a round. @throws StateAway */
  begin(facts: ReadonlyMap<string, readonly Fact[]>): Promise<Round>;
  close(): Promise<void>;
}

/** What a round relied on is gone: it begins anew. */
export class StateLost extends Error {}

/** The state cannot be reached now, and may be later. */
export class StateAway extends Error {}

/** What the state is filled from. */
export interface Stored {
  /** Lets be found what was written until now. */
  refresh(): Promise<void>;
  /** @param isKnown tells lines whose facts are not needed */
  facts(question: Question, isKnown: (id: string) => boolean): Promise<readonly Fact[]>;
  /** Names and versions of the documents of these queue keys (postfix/message/keys.ts). */
  documents(queues: readonly string[]): Promise<ReadonlyMap<string, ReadonlyMap<Name, number>>>;
}
