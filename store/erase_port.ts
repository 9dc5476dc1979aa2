/**
 * One person's data taken out of a store: every line that names them, with all that is made of it, is rewritten with a pseudonym in
 * the place of each of their addresses, or goes. Both stores do the same, and are then as if the log had never named them: a
 * rewritten line has another identity, and so have the messages that begin with it.
 */
import type { Eraser } from '../postfix/privacy/erasure.js';
import type { Erasure } from './retention_port.js';

/** What names them. */
export const namingKinds = ['lines', 'messages', 'attempts', 'snapshots', 'quarantined', 'holds'] as const;
export type NamingKind = (typeof namingKinds)[number];
/** How many of each. Of attempts, those of these messages; of holds, those whose reason names them. */
export type Naming = Readonly<Record<NamingKind, number>>;

export const noneNaming: Naming = { lines: 0, messages: 0, attempts: 0, snapshots: 0, quarantined: 0, holds: 0 };
export const isNobody = (naming: Naming): boolean => namingKinds.every((kind) => naming[kind] === 0);

export interface EraseOptions {
  readonly eraser: Eraser;
  /** Lines, and messages whole with all their lines and attempts, go; otherwise a pseudonym stands in them. */
  readonly remove: boolean;
  /** Lines are changed: where their facts are kept beside the store, these are to be forgotten. */
  readonly forget?: () => Promise<void>;
  /** Milliseconds that a cluster is asked for to merge what was deleted; the usual is 45 seconds. */
  readonly mergeFor?: number;
}

/** The questions, and the deed. @throws StoreError, by each */
export interface EraseWriter {
  /** What names them now; with `remove`, what goes. Nothing is changed. */
  naming(): Promise<Naming>;
  /** Ends what an earlier run had begun when it was killed; whoever's data it was. @param onStep told before each part that takes time */
  finish(onStep: (what: string) => void): Promise<void>;
  /** Whoever comes after one that was killed in it finds the rest. */
  erase(by: { readonly time: number; readonly who: string }, onStep: (what: string) => void): Promise<Erasure>;
  /** Where their address can still be read although no question finds it, a sentence each. */
  traces(): Promise<readonly string[]>;
  close(): Promise<void>;
}
