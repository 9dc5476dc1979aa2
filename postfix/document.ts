/** The document of one line: ECS 9 names where ECS has one, `postfix.*` otherwise; see fields.ts. */
import { isIP } from 'node:net';
import { type Counter, type FieldName, type Fields, fields } from './fields.js';
import type { Event } from './parse.js';
import type { KeptText } from './text.js';

type Nested<P extends string, V> = P extends `${infer Head}.${infer Rest}` ? { [K in Head]?: Nested<Rest, V> } : { [K in P]?: V };
type Intersection<U> = (U extends unknown ? (u: U) => void : never) extends (i: infer I) => void ? I : never;
/** The fields of a line where they stand in the document. */
type NestedFields = Intersection<{ [K in FieldName]: Nested<(typeof fields)[K]['path'], NonNullable<Fields[K]>> }[FieldName]>;

/** What every document has, whatever the line says. */
interface EventHead {
  '@timestamp': string;
  ecs: { version: string };
  host: { name: string };
  message: string;
  event: { id: string; action: string; outcome?: 'success' | 'failure'; original?: string };
  log: { level: string; file: { path: string }; offset: number; syslog?: { priority: number } };
  process: { name: string; pid?: number };
  email?: { local_id?: string };
  source?: { address?: string };
  postfix?: {
    daemon?: string;
    clock_doubt?: string;
    encoding?: 'bytes';
    relay?: { named_in: 'relay' | 'reason' };
  };
}

export type EventDocument = EventHead & NestedFields;

const pathSteps = Object.fromEntries(Object.entries(fields).map(([name, { path }]) => [name, path.split('.')])) as Record<
  FieldName,
  string[]
>;

function put(document: Record<string, unknown>, steps: readonly string[], value: unknown): void {
  let at = document;
  for (let i = 0; i < steps.length - 1; i++) {
    const step = steps[i] as string;
    at[step] ??= {};
    at = at[step] as Record<string, unknown>;
  }
  at[steps.at(-1) as string] = value;
}

/**
 * An IP address; the patterns only tell what it is made of. What is none is the address of the client or relay all the
 * same, in ECS's field for whatever names one; our own is left out.
 */
function putAddress(document: Record<string, unknown>, name: FieldName, value: string | undefined): void {
  if (value === undefined || value === '') return;
  if (isIP(value) !== 0) put(document, pathSteps[name], value);
  else if (name === 'client_ip') put(document, ['source', 'address'], value);
  else if (name === 'relay_ip') put(document, pathSteps.relay_socket, value);
}

/** Where the line came from, and what it is known by. */
export interface Provenance {
  readonly id: string;
  readonly path: string;
  readonly offset: number;
}

/** The last answer: most logs have whole seconds, and several lines in each. */
let lastWhole = Number.NaN;
let lastIso = '';

/** ISO 8601 with as many decimals as the log had. */
export function isoTime(ms: number): string {
  const whole = Math.floor(ms);
  if (whole !== lastWhole) {
    lastIso = new Date(whole).toISOString();
    lastWhole = whole;
  }
  const micros = Math.round((ms - whole) * 1000);
  return micros === 0 ? lastIso : `${lastIso.slice(0, -1)}${String(micros).padStart(3, '0')}Z`;
}

const outcomes: Readonly<Record<string, 'success' | 'failure'>> = {
  sent: 'success',
  delivered: 'success',
  deliverable: 'success',
  deferred: 'failure',
  bounced: 'failure',
  expired: 'failure',
  undeliverable: 'failure',
  'force-expired': 'failure',
};

/** Whether what the line tells of went well; undefined where that is no question. */
export function outcomeOf(event: Event): 'success' | 'failure' | undefined {
  const status = event.fields.status;
  if (status !== undefined) return outcomes[status];
  if (event.action === 'attempt_failed' || event.level === 'error' || event.level === 'fatal' || event.level === 'panic') return 'failure';
  return event.action.includes('reject') ? 'failure' : undefined;
}

/** The relay that a delivery or a failed attempt is about, and whether `relay=` or the reason names it (FACTS 6). */
export function relayOf(
  event: Event,
): { host: string; ip: string | undefined; port: number | undefined; socket: string | undefined; namedIn: 'relay' | 'reason' } | undefined {
  const own = event.fields;
  if (own.relay_host !== undefined && own.relay_host !== 'none') {
    return { host: own.relay_host, ip: own.relay_ip, port: own.relay_port, socket: own.relay_socket, namedIn: 'relay' };
  }
  const from = event.reason;
  if (from?.relay_host === undefined) return undefined;
  return { host: from.relay_host, ip: from.relay_ip, port: from.relay_port, socket: from.relay_socket, namedIn: 'reason' };
}

/** Makes the document of an event. */
export function toDocument(event: Event, kept: KeptText, from: Provenance): EventDocument {
  const document: EventHead = {
    '@timestamp': isoTime(event.time),
    ecs: { version: '9.0.0' },
    host: { name: event.host },
    message: event.text.slice(event.textAt, event.textEnd),
    event: { id: from.id, action: event.action, original: kept.text },
    log: { level: event.level, file: { path: from.path }, offset: from.offset },
    process: { name: event.program },
  };
  if (event.pid !== undefined) document.process.pid = event.pid;
  if (event.priority !== undefined) document.log.syslog = { priority: event.priority };
  const outcome = outcomeOf(event);
  if (outcome !== undefined) document.event.outcome = outcome;
  const loose = document as unknown as Record<string, unknown>;
  if (event.daemon !== '') put(loose, ['postfix', 'daemon'], event.daemon);
  if (event.doubt !== undefined) put(loose, ['postfix', 'clock_doubt'], event.doubt);
  if (kept.encoding === 'bytes') put(loose, ['postfix', 'encoding'], 'bytes');
  for (const given of [event.reason, event.fields]) {
    if (given === undefined) continue;
    for (const name in given) {
      const value = given[name as FieldName] as string | number | Record<string, Counter> | undefined;
      if (fields[name as FieldName].type === 'ip') putAddress(loose, name as FieldName, value as string | undefined);
      else if (value !== undefined && value !== '') put(loose, pathSteps[name as FieldName], value);
      else if (value === '' && (name === 'sender' || name === 'helo')) put(loose, pathSteps[name as FieldName], '');
    }
  }
  const relay = relayOf(event);
  if (relay !== undefined) {
    // The reason may speak of another machine, whose address and port are none of this one's.
    const { destination } = document as EventDocument;
    if (destination?.ip !== undefined && relay.ip === undefined) delete destination.ip;
    if (destination?.port !== undefined && relay.port === undefined) delete destination.port;
    if (destination?.address !== undefined && relay.socket === undefined) delete destination.address;
    put(loose, ['postfix', 'relay', 'named_in'], relay.namedIn);
    put(loose, pathSteps.relay_host, relay.host);
    putAddress(loose, 'relay_ip', relay.ip);
    if (relay.port !== undefined) put(loose, pathSteps.relay_port, relay.port);
    if (relay.socket !== undefined) put(loose, pathSteps.relay_socket, relay.socket);
  }
  if (event.queueId !== undefined) put(loose, ['email', 'local_id'], event.queueId);
  return document as EventDocument;
}
