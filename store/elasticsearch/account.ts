/** The books of one source, as they lie in `<prefix>-sources`, and how they change. */
import { createHash } from 'node:crypto';
import type { Account, Position, Progress, Receipt, Source, SourceAccount } from '../port.js';

export interface SourceDocument {
  readonly key: string;
  readonly path: string;
  readonly offset: number;
  readonly complete: boolean;
  readonly tail: string;
  readonly read: number;
  readonly stored: number;
  readonly already_there: number;
  readonly quarantined: number;
  readonly notes: readonly string[];
  /** Which commit wrote it: one whose answer was lost is not counted twice. */
  readonly commit: string;
}

/** A key may be longer than the 512 bytes that an `_id` may have. */
export const sourceId = (key: string) => createHash('md5').update(key).digest('base64url');

export const positionOf = ({ offset, complete, tail }: SourceDocument): Position => ({ offset, complete, tail });

export const accountOf = ({ path, read, stored, already_there, quarantined, offset, complete, notes }: SourceDocument): SourceAccount => ({
  path,
  read,
  stored,
  alreadyThere: already_there,
  quarantined,
  bytes: offset,
  complete,
  notes,
});

/** What a commit has to say of a source: how far it was dealt with, or the whole of its books, kept by a shipper. */
export interface Entry {
  readonly source: Source;
  progress?: { readonly to: Progress; readonly became: Receipt };
  account?: Account;
}

/** The books after an entry; undefined where it changes nothing, as they are newer, or have it already. */
export function entered(
  before: SourceDocument | undefined,
  { source, progress, account }: Entry,
  commit: string,
): SourceDocument | undefined {
  if (before?.commit === commit) return undefined;
  let after: SourceDocument | undefined = before;
  if (progress !== undefined) {
    const { to, became } = progress;
    const { offset, complete, tail } = to;
    const from = before ?? empty(source);
    after = {
      ...from,
      offset,
      complete,
      tail,
      read: from.read + to.read,
      stored: from.stored + became.stored,
      already_there: from.already_there + became.alreadyThere,
      quarantined: from.quarantined + became.quarantined,
      // A damaged archive says the same at every import.
      notes: [...new Set([...from.notes, ...to.notes])],
      commit,
    };
  }
  // Older books never take the place of newer ones (store/port.ts).
  if (account !== undefined && (after === undefined || (after.read <= account.read && after.offset <= account.offset))) {
    const { path, offset, complete, tail, read, stored, alreadyThere, quarantined, notes } = account;
    after = {
      key: source.key,
      path,
      offset,
      complete,
      tail,
      read,
      stored,
      already_there: alreadyThere,
      quarantined,
      notes: [...notes],
      commit,
    };
  }
  return after === before ? undefined : after;
}

const empty = ({ key, path }: Source): SourceDocument => ({
  key,
  path,
  offset: 0,
  complete: false,
  tail: '',
  read: 0,
  stored: 0,
  already_there: 0,
  quarantined: 0,
  notes: [],
  commit: '',
});
