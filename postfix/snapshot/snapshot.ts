/** What a machine was like at a moment, kept beside its log. */
import { hash } from 'node:crypto';
import type { Backlog } from './backlog.js';
import type { Master } from './master.js';
import type { Postconf } from './postconf.js';
import type { QueuedMessage } from './queue.js';
import type { Resolv } from './resolv.js';

/** What mailq or postqueue listed, counted; the messages themselves are kept in parts beside it. */
export interface QueueContent {
  readonly source: 'mailq' | 'postqueue';
  /** The listing was not cut off, and nothing in it was unreadable. */
  readonly whole: boolean;
  readonly backlog: Backlog;
}

/** The resolv.conf of the system, and the copy that chrooted daemons read, where there is one that differs. */
export interface ResolvContent extends Resolv {
  readonly chroot?: Resolv;
}

export interface VersionContent {
  /** Of Postfix: `3.7.11`. */
  readonly version: string;
}

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

export interface SnapshotContents {
  readonly queue: QueueContent;
  readonly postconf: Postconf;
  readonly master: Master;
  readonly resolv: ResolvContent;
  readonly version: VersionContent;
  readonly probe: Json;
}

export const snapshotKinds = ['queue', 'postconf', 'master', 'resolv', 'version', 'probe'] as const satisfies (keyof SnapshotContents)[];
export type SnapshotKind = (typeof snapshotKinds)[number];

export type SnapshotOf<K extends SnapshotKind> = {
  [Kind in K]: {
    /** The same host, time, kind and content have the same. 22 characters of base64url. */
    readonly id: string;
    /** As the log names it. */
    readonly host: string;
    /** Milliseconds since the epoch. */
    readonly time: number;
    readonly kind: Kind;
    readonly content: SnapshotContents[Kind];
  };
}[K];
export type Snapshot = SnapshotOf<SnapshotKind>;

/** A snapshot on its way into a store; of a queue, with what was listed. */
export type NewSnapshot = Snapshot & { readonly messages?: readonly QueuedMessage[] };

export function snapshotOf<K extends SnapshotKind>(
  kind: K,
  { host, time }: { readonly host: string; readonly time: number },
  content: SnapshotContents[K],
  messages?: readonly QueuedMessage[],
): NewSnapshot {
  const id = hash('md5', JSON.stringify([host, time, kind, content, messages ?? null]), 'base64url');
  return { id, host, time, kind, content, ...(messages === undefined ? {} : { messages }) } as NewSnapshot;
}

export const isOfKind =
  <K extends SnapshotKind>(kind: K) =>
  (snapshot: Snapshot): snapshot is Extract<Snapshot, { kind: K }> =>
    snapshot.kind === kind;
