/**
 * What was changed in the configuration, and when: between two snapshots of a host, as nobody was there at the moment itself. And what
 * was in force at a moment, of the timeouts.
 */
import { type Timeouts, timeoutsOf } from '../postfix/message/timeouts.js';
import type { Service } from '../postfix/snapshot/master.js';
import type { Postconf } from '../postfix/snapshot/postconf.js';
import type { Resolv } from '../postfix/snapshot/resolv.js';
import { isOfKind, type ResolvContent, type Snapshot } from '../postfix/snapshot/snapshot.js';
import type { Scope } from '../store/port.js';
import type { SnapshotReader } from '../store/snapshot_port.js';

/** Kinds of snapshots that are configuration. */
export const configurationKinds = ['postconf', 'master', 'resolv', 'version'] as const;
type ConfigurationKind = (typeof configurationKinds)[number];

/** Something that one snapshot has otherwise than the one before. */
export interface Change {
  readonly host: string;
  readonly kind: ConfigurationKind;
  /** `smtp_connect_timeout`, `smtp/unix -o smtp_connect_timeout`, `nameserver`, `chroot nameserver`, `Postfix`. */
  readonly name: string;
  /** Absent where it was not there, or main.cf did not set it. */
  readonly before?: string;
  readonly after?: string;
  /** Times of the two snapshots: milliseconds since the epoch. */
  readonly since: number;
  readonly until: number;
}

/** Changes that became visible in a period: against the last snapshot before it, too. */
export async function configurationChanges(reader: SnapshotReader, scope: Scope): Promise<readonly Change[]> {
  const { since, until, host } = scope;
  const only = { kinds: configurationKinds, limit: mostSnapshots, ...(host === undefined ? {} : { host }) };
  const within = await reader.snapshots({ ...only, ...(since === undefined ? {} : { since }), ...(until === undefined ? {} : { until }) });
  const before = since === undefined ? [] : await reader.snapshots({ ...only, latestBefore: since - 1 });
  return changesIn([...before, ...within]);
}

/** A month of every five minutes. */
const mostSnapshots = 4 * 9_000;

/** @param snapshots in any order @returns by time, then host and kind */
export function changesIn(snapshots: readonly Snapshot[]): readonly Change[] {
  const changes: Change[] = [];
  const last = new Map<string, Snapshot>();
  for (const snapshot of [...snapshots].sort((a, b) => a.time - b.time || (a.id < b.id ? -1 : 1))) {
    const line = `${snapshot.kind} ${snapshot.host}`;
    const before = last.get(line);
    last.set(line, snapshot);
    if (before === undefined) continue;
    const { host, kind, time: until } = snapshot;
    for (const one of differences(before, snapshot))
      changes.push({ host, kind: kind as ConfigurationKind, ...one, since: before.time, until });
  }
  return changes.sort((a, b) => a.until - b.until || order(a.host, b.host) || order(a.kind, b.kind));
}

const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

type Difference = Pick<Change, 'name' | 'before' | 'after'>;

function differences(before: Snapshot, after: Snapshot): Difference[] {
  if (before.kind === 'postconf' && after.kind === 'postconf') return parameters(before.content, after.content);
  if (before.kind === 'master' && after.kind === 'master') return services(before.content.services, after.content.services);
  if (before.kind === 'resolv' && after.kind === 'resolv') return resolvers(before.content, after.content);
  if (before.kind === 'version' && after.kind === 'version') return same('Postfix', before.content.version, after.content.version);
  return [];
}

/** `postconf -n` does not print what is at its default, and `postconf` prints all: such two are compared in what both have. */
function parameters(before: Postconf, after: Postconf): Difference[] {
  const names = new Set([...Object.keys(before.parameters), ...Object.keys(after.parameters)]);
  return [...names].sort().flatMap((name) => {
    const [was, is] = [own(before.parameters, name), own(after.parameters, name)];
    if (before.complete !== after.complete && (was === undefined || is === undefined)) return [];
    return same(name, was, is);
  });
}

const own = (values: Readonly<Record<string, string>>, name: string) => (Object.hasOwn(values, name) ? values[name] : undefined);

function same(name: string, before: string | undefined, after: string | undefined): Difference[] {
  if (before === after) return [];
  return [{ name, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) }];
}

const fields = ['private', 'unprivileged', 'chroot', 'wakeup', 'processes', 'command'] as const satisfies readonly (keyof Service)[];

function services(before: readonly Service[], after: readonly Service[]): Difference[] {
  const [was, is] = [byName(before), byName(after)];
  return [...new Set([...was.keys(), ...is.keys()])].sort().flatMap((name) => {
    const [one, other] = [was.get(name), is.get(name)];
    if (one === undefined || other === undefined) return same(name, one?.command, other?.command);
    const options = new Set([...Object.keys(one.options), ...Object.keys(other.options)]);
    return [
      ...fields.flatMap((field) => same(`${name} ${field}`, one[field], other[field])),
      ...[...options].sort().flatMap((option) => same(`${name} -o ${option}`, own(one.options, option), own(other.options, option))),
    ];
  });
}

const byName = (all: readonly Service[]) => new Map(all.map((service) => [`${service.name}/${service.type}`, service]));

function resolvers(before: ResolvContent, after: ResolvContent): Difference[] {
  const [was, is] = [before.chroot ?? before, after.chroot ?? after];
  const copies = before.chroot === undefined && after.chroot === undefined ? [] : resolver(was, is, 'chroot ');
  return [...resolver(before, after, ''), ...copies];
}

function resolver(before: Resolv, after: Resolv, whose: string): Difference[] {
  const gone = before.nameservers.filter((server) => !after.nameservers.includes(server));
  const added = after.nameservers.filter((server) => !before.nameservers.includes(server));
  const order = ({ nameservers }: Resolv) => nameservers.join(', ');
  return [
    ...gone.map((server) => ({ name: `${whose}nameserver`, before: server })),
    ...added.map((server) => ({ name: `${whose}nameserver`, after: server })),
    ...(gone.length + added.length === 0 ? same(`${whose}nameserver order`, order(before), order(after)) : []),
    ...same(`${whose}search`, before.search.join(' ') || undefined, after.search.join(' ') || undefined),
    ...(['timeout', 'attempts', 'ndots', 'rotate'] as const).flatMap((name) =>
      same(`${whose}${name}`, String(before[name]), String(after[name])),
    ),
  ];
}

/** Defaults of main.cf (global/mail_params.h), the same from Postfix 2.10 to 3.12. */
const defaults = {
  smtp_connect_timeout: '30s',
  smtp_helo_timeout: '300s',
  smtp_starttls_timeout: '300s',
  smtp_mail_timeout: '300s',
  smtp_rcpt_timeout: '300s',
  smtp_data_init_timeout: '120s',
  smtp_data_xfer_timeout: '180s',
  smtp_data_done_timeout: '600s',
  smtp_quit_timeout: '300s',
} as const;

/**
 * How long smtp(8) of a host waits for a relay at a moment: by the last snapshot of its configuration until then, or else by the first one
 * after; master.cf goes before main.cf, and what neither sets is at its default.
 * @param time milliseconds since the epoch
 * @returns undefined where there is no snapshot of its main.cf
 */
export function timeoutsInForce(snapshots: readonly Snapshot[], host: string, time: number): Timeouts | undefined {
  const own = snapshots.filter((snapshot) => snapshot.host.toLowerCase() === host.toLowerCase());
  const main = inForce(own.filter(isOfKind('postconf')), time)?.content.parameters;
  if (main === undefined) return undefined;
  const master = inForce(own.filter(isOfKind('master')), time)?.content.services;
  const options = master?.find(({ name, type }) => name === 'smtp' && type === 'unix')?.options;
  const values = new Map(Object.entries({ ...defaults, ...main, ...options }));
  return timeoutsOf(Object.keys(defaults).map((name) => [name, expanded(name, values, 10)]));
}

function inForce<T extends Snapshot>(snapshots: readonly T[], time: number): T | undefined {
  const byTime = [...snapshots].sort((a, b) => a.time - b.time);
  return byTime.findLast((snapshot) => snapshot.time <= time) ?? byTime[0];
}

/** A value, or that of the one which it refers to: `$smtp_helo_timeout`. */
function expanded(name: string, values: ReadonlyMap<string, string>, depth: number): string {
  const value = values.get(name) ?? '';
  const [, braced, bracketed, bare] = /^\$(?:\{(\w+)\}|\((\w+)\)|(\w+))$/.exec(value.trim()) ?? [];
  const other = braced ?? bracketed ?? bare;
  return other === undefined || depth === 0 ? value : expanded(other, values, depth - 1);
}
