/** A reader of canned answers, and the ways to make them. What a test does not give is empty. */

import type { Io, Sink } from '../cli/io.js';
import { main } from '../cli/main.js';
import type { EventDocument } from '../postfix/document.js';
import { type FieldName, type Fields, fields } from '../postfix/fields.js';
import type { TryCount } from '../store/message_port.js';
import type {
  DelaySummary,
  FailureCount,
  Percentiles,
  Reader,
  Relay,
  RelaySummary,
  RelaysAnswer,
  SearchQuery,
  Totals,
} from '../store/port.js';

/** What a test gives; of `relays` the summaries alone. Tries are what failures and relays come to, each of a second, unless they are given. */
export type Answers = { [K in Exclude<keyof Reader, 'relays'>]?: Reader[K] } & { relays?: () => Promise<readonly RelaySummary[]> };

const noOthers: RelaysAnswer['others'] = { relays: 0, attempts: 0, sent: 0, deferred: 0, bounced: 0, failures: [] };

export const noTotals: Totals = { lines: 0, hosts: [], first: undefined, last: undefined, bytes: 0 };

export function fakeReader({ relays, ...answers }: Answers = {}): Reader {
  return {
    messages: async () => ({ messages: [] }),
    attempts: async () => ({ attempts: [] }),
    tries: async (question) => {
      if (question.kinds !== undefined) return ((await answers.failures?.(question)) ?? []).map((one) => tried(one));
      const found = ((await relays?.()) ?? []).filter(({ relay }) => question.relays?.includes(relay.host) ?? true);
      return found.flatMap(triesOf);
    },
    rests: async () => [],
    messageCounts: async () => [],
    facts: async () => [],
    unfolded: async () => 0,
    totals: async () => noTotals,
    search: async () => ({ events: [] }),
    trace: async () => [],
    queueIdsOf: async () => [],
    failures: async () => [],
    reasons: async () => [],
    relays: async () => ({ relays: (await relays?.()) ?? [], others: noOthers }),
    delays: async () => [],
    coverage: async () => [],
    unrecognized: async () => [],
    quarantine: async () => [],
    quarantined: async () => ({ lines: [] }),
    sources: async () => [],
    snapshots: async () => [],
    queuedIn: async () => [],
    close: async () => {},
    ...answers,
  };
}

/** Tries that are alike, out of failures that are. */
export const tried = (one: FailureCount, more: Partial<TryCount> = {}): TryCount => ({
  ...one,
  outcome: 'failed',
  phase: undefined,
  replyCode: undefined,
  enhancedCode: undefined,
  messages: one.count,
  possibleDoubles: 0,
  seconds: one.count,
  least: one.count,
  most: one.count,
  shortest: undefined,
  ...more,
});

/** The tries that the summary of a relay would come of. */
function triesOf({ relay, attempts, failures, firstFailure = 0, lastFailure = 0 }: RelaySummary): TryCount[] {
  const of = (count: number, kind: FailureCount['kind'], more: Partial<TryCount>) =>
    tried({ bucket: 0, relay, kind, count, first: firstFailure, last: lastFailure }, more);
  const failed = failures.reduce((sum, { count }) => sum + count, 0);
  return [
    ...(attempts > failed ? [of(attempts - failed, 'other', { outcome: 'sent' as const, kind: undefined })] : []),
    ...failures.map(({ kind, phase, count }) => of(count, kind, { phase })),
  ];
}

/** Milliseconds since the epoch of an ISO time. */
export const at = (iso: string) => Date.parse(iso);

export const relay101: Relay = { host: 'relay101.example.net', ip: '10.50.0.101', port: 25 };
export const relay102: Relay = { host: 'relay102.example.net', ip: '10.50.0.102', port: 25 };
export const relayA4: Relay = { host: 'relaya4.example.net', ip: '10.50.0.104', port: 25 };
/** As `conversation with HOST[IP] timed out` names it. */
export const relay102WithoutPort: Relay = { ...relay102, port: undefined };
/** What somebody's DNS says of their relay. */
export const hostileRelay: Relay = { host: '=cmd|\x1b]0;owned\x07\u202elive', ip: '192.0.2.66', port: 25 };

export const failure = (
  bucket: string,
  relay: Relay,
  kind: FailureCount['kind'],
  count: number,
  more: Partial<FailureCount> = {},
): FailureCount => ({
  bucket: at(bucket),
  relay,
  kind,
  count,
  first: at(bucket),
  last: at(bucket),
  ...more,
});

export const spread = (p50: number, p90: number, p99: number, max: number): Percentiles => ({ p50, p90, p99, max });
export const unmeasured: Percentiles = { p50: undefined, p90: undefined, p99: undefined, max: undefined };

export const summary = (relay: Relay, more: Partial<RelaySummary> = {}): RelaySummary => ({
  relay,
  attempts: 0,
  sent: 0,
  deferred: 0,
  bounced: 0,
  failures: [],
  c: unmeasured,
  d: unmeasured,
  firstFailure: undefined,
  lastFailure: undefined,
  ...more,
});

export const delaysOf = (bucket: string, deliveries: number, more: Partial<DelaySummary> = {}): DelaySummary => ({
  bucket: at(bucket),
  deliveries,
  a: spread(0.01, 0.02, 0.05, 1.2),
  b: spread(0, 0.01, 0.02, 0.5),
  c: spread(0.05, 0.1, 0.2, 2),
  d: spread(0.02, 0.04, 0.1, 3),
  delay: spread(0.1, 0.2, 0.4, 7),
  ...more,
});

interface Line {
  readonly time: string;
  readonly message: string;
  readonly program?: string;
  readonly pid?: number;
  readonly host?: string;
  readonly queueId?: string;
  readonly action?: string;
  readonly outcome?: 'success' | 'failure';
  readonly fields?: Fields;
}

/** The document of a line. */
export function line({
  time,
  message,
  program = 'postfix/smtp',
  pid = 1234,
  host = 'mailer',
  queueId,
  action = 'sent',
  outcome,
  fields: own = {},
}: Line): EventDocument {
  const document: Record<string, unknown> = {
    '@timestamp': new Date(time).toISOString(),
    ecs: { version: '9.0.0' },
    host: { name: host },
    message,
    event: { id: 'x', action, ...(outcome === undefined ? {} : { outcome }), original: message },
    log: { level: 'info', file: { path: '/var/log/maillog' }, offset: 0 },
    process: { name: program, pid },
    postfix: { daemon: program.slice(program.lastIndexOf('/') + 1) },
    email: queueId === undefined ? {} : { local_id: queueId },
  };
  for (const [name, value] of Object.entries(own)) {
    const steps = fields[name as FieldName].path.split('.');
    let inner = document;
    for (const step of steps.slice(0, -1)) {
      inner[step] ??= {};
      inner = inner[step] as Record<string, unknown>;
    }
    inner[steps.at(-1) as string] = value;
  }
  return document as unknown as EventDocument;
}

/** A sink that remembers. */
export class Collected implements Sink {
  text = '';
  constructor(
    readonly isTTY = false,
    readonly columns: number | undefined = undefined,
  ) {}
  write(text: string): boolean {
    this.text += text;
    return true;
  }
}

export interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface RunOptions {
  /** Columns of the terminal; none is a pipe. */
  readonly terminal?: number;
  readonly env?: Record<string, string>;
  readonly zone?: string;
  readonly now?: string;
}

/** Runs a command line against a reader. */
export async function run(
  reader: Reader,
  argv: readonly string[],
  { terminal, env = {}, zone = 'Europe/Berlin', now = '2026-04-10T12:00:00Z' }: RunOptions = {},
): Promise<Run> {
  const stdout = new Collected(terminal !== undefined, terminal);
  const stderr = new Collected(terminal !== undefined, terminal);
  const io: Io = { stdout, stderr, env: { HOME: '/home/op', ...env }, zone, now: () => at(now), openReader: async () => reader };
  const code = await main(argv, io);
  return { code, out: stdout.text, err: stderr.text };
}

/** A reader whose searches are remembered. */
export function searchable(events: readonly EventDocument[], next?: string): { reader: Reader; asked: SearchQuery[] } {
  const asked: SearchQuery[] = [];
  const reader = fakeReader({
    search: async (query) => {
      asked.push(query);
      return next === undefined || query.after !== undefined ? { events } : { events, next };
    },
    totals: async () => ({ ...noTotals, lines: 10, hosts: ['mailer'], first: at('2026-04-01T00:00Z'), last: at('2026-04-10T00:00Z') }),
  });
  return { reader, asked };
}
