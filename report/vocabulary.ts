/** The words in which reports speak of what Postfix logs. */
import type { Kind, Phase } from '../postfix/reason.js';
import type { Relay } from '../store/port.js';

export const kindWords: Readonly<Record<Kind, string>> = {
  connect_timeout: 'connect timed out',
  connection_refused: 'connection refused',
  unreachable: 'unreachable',
  dns_failure: 'DNS failure',
  conversation_timeout: 'conversation timed out',
  lost_connection: 'connection lost',
  greeting_refused: 'refused to talk to us',
  rejected_temporary: 'rejected for now (4xx)',
  rejected_permanent: 'rejected for good (5xx)',
  tls_failure: 'TLS failure',
  suspended: 'suspended, not tried',
  expired: 'expired in the queue',
  loop: 'mail loop',
  local_failure: 'failure on this machine',
  other: 'other',
};

export const phaseWords: Readonly<Record<Phase, string>> = {
  connect: 'connect',
  greeting: 'greeting',
  ehlo: 'EHLO',
  starttls: 'STARTTLS',
  auth: 'AUTH',
  mail: 'MAIL FROM',
  rcpt: 'RCPT TO',
  data: 'DATA',
  body: 'message body',
  end_of_data: 'end of data',
  quit: 'QUIT',
};

/** Kinds that read well with the phase behind them. */
const beforePhase: Partial<Record<Kind, string>> = {
  conversation_timeout: 'timed out at',
  lost_connection: 'cut off at',
  rejected_temporary: '4xx at',
  rejected_permanent: '5xx at',
};

/** A failure in words: `timed out at end of data`, `4xx at RCPT TO`, `connect timed out`. */
export function failureWords(kind: Kind, phase: Phase | undefined): string {
  if (phase === undefined) return kindWords[kind];
  const before = beforePhase[kind];
  if (before !== undefined) return `${before} ${phaseWords[phase]}`;
  // What fails while connecting says so by itself.
  return phase === 'connect' || phase === 'greeting' ? kindWords[kind] : `${kindWords[kind]} at ${phaseWords[phase]}`;
}

/** The four parts of `delays=a/b/c/d` (FACTS 2). */
export const delayParts = ['a', 'b', 'c', 'd'] as const;
export type DelayPart = (typeof delayParts)[number];

export const delayNames: Readonly<Record<DelayPart, string>> = {
  a: 'before the queue manager',
  b: 'in the queue manager',
  c: 'connection set-up, DNS too',
  d: 'transmission',
};

/**
 * What is in each part. The queue manager's clock starts anew whenever it takes a message up (`active_arrival` in
 * global/log_adhoc.c), so what a deferred message waited for its next try is in a.
 */
export const delayContents: Readonly<Record<DelayPart, string>> = {
  a: 'reception, milters, filters; for a message tried before, also its wait in the deferred queue',
  b: 'waiting for a turn behind other deliveries to the same destination',
  c: 'DNS, relays tried before, TCP, EHLO, STARTTLS',
  d: 'from MAIL FROM to the last reply',
};

/** Said wherever c is shown for a relay (FACTS 3). */
export const caveatOfC =
  'c belongs to the delivery, not to the relay that the line names: DNS and relays that failed before are in it, ' +
  'so a high c here is no proof against this relay.';

/** A relay as Postfix prints it: `mx.example.com[192.0.2.1]:25`. */
export function relayName({ host, ip, port }: Relay): string {
  if (host === 'none' && ip === undefined) return '(no relay known)';
  return `${host}${ip === undefined ? '' : `[${ip}]`}${port === undefined ? '' : `:${port}`}`;
}

/** The same for people: port 25 goes without saying. */
export const relayLabel = (relay: Relay): string => relayName(relay.port === 25 ? { ...relay, port: undefined } : relay);

/** For each relay the shortest name that tells it from the others: first label, else host, else host with address. */
export function shortNames(relays: readonly Relay[]): string[] {
  const ways: readonly ((relay: Relay) => string)[] = [
    ({ host, ip }) => (host === 'none' && ip === undefined ? '(none)' : isAddress(host) ? host : (host.split('.')[0] as string)),
    ({ host }) => host,
    ({ host, ip }) => `${host}[${ip ?? ''}]`,
  ];
  const tables = ways.map((way) => {
    const names = relays.map(way);
    const counts = new Map<string, number>();
    for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
    return { names, counts };
  });
  return relays.map((relay, i) => {
    const fits = tables.find(({ names, counts }) => counts.get(names[i] as string) === 1);
    return fits?.names[i] ?? relayName(relay);
  });
}

/** An IP address, and no name and no socket: a transport through a socket has its path where others have an address. */
export const isAddress = (host: string): boolean => /^[\d.]+$|:/.test(host);
