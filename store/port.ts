/**
 * What postscope asks of a store, and what it puts in: the one narrow port that DuckDB (embedded) and Elasticsearch
 * (cluster) both stand behind. Reading is a list of questions, never a query language, so that both can give the same answer.
 */
import type { EventDocument } from '../postfix/document.js';
import type { Event } from '../postfix/parse.js';
import type { Kind, Phase } from '../postfix/reason.js';
import type { KeptText } from '../postfix/text.js';
import type { Zone } from '../postfix/zone.js';
import type { MessageReader } from './message_port.js';
import type { SnapshotReader, SnapshotWriter } from './snapshot_port.js';

/** A stretch of event time, and a host, that a question is confined to. */
export interface Scope {
  /** Milliseconds since the epoch, inclusive. */
  readonly since?: number;
  /** Milliseconds since the epoch, exclusive. */
  readonly until?: number;
  readonly host?: string;
}

export type Interval = 'minute' | 'hour' | 'day' | 'week' | 'month';

/** A question about time: buckets begin at local minutes, hours, midnights, Mondays or firsts of `zone` (an IANA name). */
export interface OverTime extends Scope {
  readonly by: Interval;
  readonly zone: string;
}

/** A relay as deliveries name it. `host` is `none` only where no relay is known at all. */
export interface Relay {
  readonly host: string;
  readonly ip: string | undefined;
  readonly port: number | undefined;
}

/** Values of a distribution, in seconds; undefined where nothing was measured. */
export interface Percentiles {
  readonly p50: number | undefined;
  readonly p90: number | undefined;
  readonly p99: number | undefined;
  readonly max: number | undefined;
}

/** Failures of one kind on one relay in one bucket of time. */
export interface FailureCount {
  /** Start of the bucket, milliseconds since the epoch. */
  readonly bucket: number;
  readonly relay: Relay;
  readonly kind: Kind;
  readonly count: number;
  /** Time of the first and of the last of them. */
  readonly first: number;
  readonly last: number;
}

/** Failures that are of one sort: same kind, phase and codes. Their texts differ by addresses and names, so one is shown. */
export interface ReasonCount {
  readonly kind: Kind;
  readonly phase: Phase | undefined;
  readonly replyCode: number | undefined;
  readonly enhancedCode: string | undefined;
  readonly count: number;
  /** How many relays they happened on. */
  readonly relays: number;
  /** The text of the last of them. */
  readonly example: string;
  readonly last: number;
}

/** One relay over a whole period. */
export interface RelaySummary {
  readonly relay: Relay;
  /** Deliveries it took, and attempts that failed on it. */
  readonly attempts: number;
  /** Recipients, by the status of their delivery lines. */
  readonly sent: number;
  readonly deferred: number;
  readonly bounced: number;
  readonly failures: readonly { readonly kind: Kind; readonly phase: Phase | undefined; readonly count: number }[];
  /** Connection set-up of the deliveries that name this relay; part of it may be another's fault (FACTS 3). */
  readonly c: Percentiles;
  readonly d: Percentiles;
  /** Milliseconds since the epoch. */
  readonly firstFailure: number | undefined;
  readonly lastFailure: number | undefined;
}

/** The relays that tell most, and what all others come to. */
export interface RelaysAnswer {
  readonly relays: readonly RelaySummary[];
  readonly others: Pick<RelaySummary, 'attempts' | 'sent' | 'deferred' | 'bounced' | 'failures'> & {
    /** How many they are. */
    readonly relays: number;
  };
}

/** The delay breakdown of the deliveries of one bucket. */
export interface DelaySummary {
  readonly bucket: number;
  readonly deliveries: number;
  readonly a: Percentiles;
  readonly b: Percentiles;
  readonly c: Percentiles;
  readonly d: Percentiles;
  readonly delay: Percentiles;
}

export interface DelaysQuestion extends OverTime {
  /** Which delays are wanted beside `a`, as each takes its time; the others come without percentiles. All by default. */
  readonly beside?: readonly DelayPart[];
}

export const delayParts = ['b', 'c', 'd', 'delay'] as const;
export type DelayPart = (typeof delayParts)[number];

/** What to look for; everything given must hold. Texts are compared without case. */
export interface SearchQuery extends Scope {
  /** An address, or `@domain`, or a local part with `@`. */
  readonly from?: string;
  readonly to?: string;
  readonly messageId?: string;
  readonly queueId?: string;
  /** Host name, its first label, or IP address. */
  readonly relay?: string;
  /** Host name or IP address of an SMTP client. */
  readonly client?: string;
  readonly status?: string;
  readonly kind?: Kind;
  readonly action?: string;
  /** A daemon (`smtp`) or a program as logged (`postfix/smtp`). */
  readonly program?: string;
  /** Any part of the line. */
  readonly text?: string;
  readonly limit: number;
  /** Where the page before ended (`SearchPage.next`). */
  readonly after?: string;
}

/** A page of lines, newest first. */
export interface SearchPage {
  readonly events: readonly EventDocument[];
  /** Cursor of the next page; absent on the last one. */
  readonly next?: string;
}

/** What the store holds of one host, and when it holds nothing. */
export interface HostCoverage {
  readonly host: string;
  readonly lines: number;
  /** Time of the first and of the last line. */
  readonly first: number;
  readonly last: number;
  /** Whole hours between them without a line: start of the first, end of the last. */
  readonly gaps: readonly { readonly since: number; readonly until: number }[];
}

/** The books of one file: read = stored + already there + quarantined. */
export interface SourceAccount {
  readonly path: string;
  readonly read: number;
  readonly stored: number;
  readonly alreadyThere: number;
  readonly quarantined: number;
  /** Bytes of (unpacked) text dealt with. */
  readonly bytes: number;
  /** Whether its end was reached. */
  readonly complete: boolean;
  /** What was odd about it, a sentence each. */
  readonly notes: readonly string[];
}

/** Lines that no pattern knows, by program. */
export interface UnrecognizedProgram {
  /** As logged. */
  readonly program: string;
  readonly count: number;
  /** A few whole lines. */
  readonly examples: readonly string[];
}

/** Lines that could not be placed. */
export interface QuarantineCount {
  readonly reason: QuarantineReason;
  readonly count: number;
  readonly examples: readonly { readonly path: string; readonly offset: number; readonly text: string }[];
}

/**
 * Why a line is kept aside: it has no time, it is not text, it was too long to be kept whole, the store refused its
 * document, or a worker died of it.
 */
export type QuarantineReason = 'no_time' | 'binary' | 'too_long' | 'refused' | 'crash';

/** A line that is kept aside, with all that is needed to try it again. */
export interface Aside {
  readonly reason: QuarantineReason;
  /** What exactly was the matter, where the reason does not say it: an error of the store, in its words. */
  readonly why: string | undefined;
  readonly source: Source;
  /** Byte offset of the line in the (unpacked) text. */
  readonly offset: number;
  /** How many equal lines of the same second came before it, as far as is known. */
  readonly ordinal: number;
  readonly text: KeptText;
  /** As in its batch (queue/port.ts). */
  readonly zone: string;
  readonly host: string;
  readonly anchor: number;
}

/** A line in quarantine. */
export interface QuarantinedLine extends Aside {
  /** Names it, in this store. */
  readonly id: string;
}

/** A page of the quarantine, by path and offset. */
export interface QuarantinePage {
  readonly lines: readonly QuarantinedLine[];
  /** Cursor of the next page; absent on the last one. */
  readonly next?: string;
}

/** Totals of the store. */
export interface Totals {
  readonly lines: number;
  readonly hosts: readonly string[];
  readonly first: number | undefined;
  readonly last: number | undefined;
  /** Bytes on disk. */
  readonly bytes: number;
}

/** The reading side. All periods are half-open; all answers are sorted (time, then name), so that equal stores give equal answers. */
export interface Reader extends MessageReader, SnapshotReader {
  totals(scope: Scope): Promise<Totals>;
  search(query: SearchQuery): Promise<SearchPage>;
  /** All lines of one queue ID, oldest first. */
  trace(queueId: string, scope: Scope): Promise<readonly EventDocument[]>;
  /** Queue IDs of messages with this message-id, in order of time. */
  queueIdsOf(messageId: string, scope: Scope): Promise<readonly string[]>;
  failures(question: OverTime & { readonly kinds?: readonly Kind[] }): Promise<readonly FailureCount[]>;
  /** With a limit: as many of those with the most failures, and as many of the busiest. */
  relays(question: Scope & { readonly limit?: number }): Promise<RelaysAnswer>;
  delays(question: DelaysQuestion): Promise<readonly DelaySummary[]>;
  /** The most frequent sorts of failure, most frequent first. */
  reasons(question: Scope & { readonly limit: number }): Promise<readonly ReasonCount[]>;
  coverage(scope: Scope): Promise<readonly HostCoverage[]>;
  unrecognized(scope: Scope): Promise<readonly UnrecognizedProgram[]>;
  quarantine(): Promise<readonly QuarantineCount[]>;
  /** The lines in quarantine; with `ids`, only those. */
  quarantined(question: {
    readonly reason?: QuarantineReason;
    readonly ids?: readonly string[];
    readonly limit: number;
    readonly after?: string;
  }): Promise<QuarantinePage>;
  sources(): Promise<readonly SourceAccount[]>;
  close(): Promise<void>;
}

/** Which file (or stream) a line came from. `key` is what it is recognised by when it comes again (ingest/survey.ts). */
export interface Source {
  readonly key: string;
  readonly path: string;
}

/** How far a source was dealt with, by what was committed. */
export interface Position {
  /** First byte of the (unpacked) text not yet dealt with. */
  readonly offset: number;
  readonly complete: boolean;
  /** Digest of the bytes in front of `offset`, to tell a file that grew from another one that begins alike. */
  readonly tail: string;
}

/** How far a source was dealt with; kept in the same transaction as its lines. */
export interface Progress extends Position {
  readonly source: Source;
  /** Lines read up to `offset` since the last progress of this source. */
  readonly read: number;
  readonly notes: readonly string[];
}

/** Where a line stood. */
export interface Place {
  readonly source: Source;
  /** Byte offset of the line in the (unpacked) text. */
  readonly offset: number;
  /** How many equal lines of the same second came before it (DESIGN, promise 2). */
  readonly ordinal: number;
  /** The zone of the host that wrote it. */
  readonly zone: Zone;
}

/** What became of the lines of one commit. */
export interface Receipt {
  readonly stored: number;
  readonly alreadyThere: number;
  readonly quarantined: number;
}

/** The books of a source that somebody else keeps: a shipper, whose batches are stored by many workers, in any order. */
export interface Account extends SourceAccount, Position {
  readonly source: Source;
}

/** The writing side. One process writes an embedded store at a time; any number write to a cluster. */
export interface Writer extends Reader, SnapshotWriter {
  /** What was committed of a source before, by its key. */
  positionOf(key: string): Position | undefined;
  /** Takes a line; it counts once `commit` has resolved. `text` is the line as it is kept (`text.ts`). */
  add(event: Event, place: Place, text: KeptText): void;
  /** Keeps a line aside that cannot be placed. */
  setAside(line: Aside): void;
  /** Replaces the books of a source by newer ones; older ones change nothing. Durable with the next commit. */
  record(account: Account): void;
  /** Takes lines out of quarantine, by their ids, with the next commit: they are stored now, or not wanted. */
  release(ids: readonly string[]): void;
  /** Lines taken since the last commit. */
  readonly pending: number;
  /** Resolves when there is room for more lines; undefined where there is. */
  readonly room?: Promise<void> | undefined;
  /** Makes what was added, and the progress, durable at once. Adding may go on meanwhile. */
  commit(progress: readonly Progress[]): Promise<Receipt>;
}

/** What a worker needs of a store. */
export type LineWriter = Pick<Writer, 'add' | 'setAside' | 'record' | 'pending' | 'room' | 'commit'>;
