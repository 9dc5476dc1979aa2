/** Name resolution stalls: a floor under c beside failed tries, at every relay alike (FACTS 4). */
import type { Timeouts } from '../../postfix/message/timeouts.js';
import { waitedFor } from '../../postfix/message/timeouts.js';
import { shellWord } from '../render/shell.js';
import { relayLabel } from '../vocabulary.js';
import { type Circumstances, resolvAt } from './circumstances.js';
import type { Commands } from './commands.js';
import type { Evidence, Finding, Sureness } from './finding.js';
import { cellsWithin, type Measures } from './measures.js';
import { type Explanation, explanationsOf, modeOf, shareOfMultiples, usualTimeout } from './nameservers.js';
import type { Judged } from './stall.js';
import { isRemote, triesIn } from './symptom.js';
import type { Stall } from './waits.js';
import { secondsText } from './words.js';

/** From so many names on, mail goes to the whole world and not to the relays of one next hop. */
const mostNames = 12;
const mostlyMultiples = 0.8;

/** @param stalls all of the period, judged */
export function resolverFindings(measures: Measures, stalls: readonly Judged[], timeouts: Timeouts, commands: Commands): Finding[] {
  const judged = alike(stalls.filter((one) => one.of === 'all' || isByTheClock(one)));
  const [first] = judged;
  if (first === undefined) return [];
  const rests = judged.flatMap(({ stall }) => stall.rests);
  const mode = modeOf(rests);
  const occurrences = judged.map(({ stall }) => ({
    // The first that stalled was already waiting.
    since: stall.since - (stall.rests[0]?.rest ?? 0) * 1000,
    until: stall.until,
  }));
  const [since, until] = [Math.min(...occurrences.map((one) => one.since)), Math.max(...occurrences.map((one) => one.until))];
  const resolv = resolvAt(measures.circumstances, until);
  const timeout = resolv?.timeout ?? usualTimeout;
  const names = namesOfNextHop(measures);
  const known = resolv === undefined ? undefined : { servers: resolv.nameservers.length, timeout, attempts: resolv.attempts };
  const explanations = names > 0 && names <= mostNames ? explanationsOf(rests, mode.rest, names, known) : [];
  const multiples = shareOfMultiples(rests, timeout) >= mostlyMultiples;
  const only = judged.every((one) => one.of === 'only');
  const count = judged.reduce((sum, { stall }) => sum + stall.count, 0);
  const of = judged.reduce((sum, { stall }) => sum + stall.of, 0);
  const window = { since, until };
  const hidden = judged.reduce((sum, { stall }) => sum + hiddenIn(measures, stall, timeouts), 0);
  const stalled = rests.reduce((sum, { seconds }) => sum + seconds, 0) + hidden;
  const evidence: Evidence[] = [
    {
      what: 'deliveries whose connection set-up stalled, without a failed try that took the time',
      value: count,
      command: commands.of(['delays', '--by', 'minute'], window),
    },
    {
      what: 'deliveries meanwhile, those apart of which nobody can tell',
      value: of,
      command: commands.of(['delays', '--by', 'minute'], window),
    },
    {
      what: 'relays at which it was so',
      value: Math.max(...judged.map((one) => (one.of === 'all' ? one.relays : 1))),
      command: commands.of(['relays'], window),
    },
    {
      what: `the stall of ${percent(mode.share)} of them`,
      value: mode.rest,
      unit: 's',
      command: commands.of(['delays', '--by', 'minute'], window),
    },
    {
      what: 'time that deliveries lost in c by it',
      value: Math.round(stalled),
      unit: 's',
      command: commands.of(['delays', '--by', 'minute'], window),
    },
  ];
  return [
    {
      cause: 'resolver',
      claim: claimOf({ ...mode, seconds: meanOfMode(rests, mode.rest) }, multiples, timeout, explanations, names, only),
      sure: surenessOf(multiples || explanations.length > 0, mode.share, only),
      refute: refuteOf(only, first),
      since,
      until,
      occurrences,
      messages: messagesOf(judged, measures, count),
      seconds: stalled,
      evidence,
      next: [
        ...nameserverSteps(measures.circumstances, until, busiestName(measures)),
        `Then c is back below a second, and no longer ${mode.rest} s.`,
      ],
    },
  ];
}

/** Those whose stalls are of the length that most have: a few slow names on a quiet night are another matter. */
function alike(judged: readonly Judged[]): Judged[] {
  const rests = judged.flatMap(({ stall }) => stall.rests);
  const { rest } = modeOf(rests);
  const byTheClock = shareOfMultiples(rests, usualTimeout) >= mostlyMultiples;
  return judged.filter(({ stall }) =>
    byTheClock ? shareOfMultiples(stall.rests, usualTimeout) >= 0.6 : Math.abs(modeOf(stall.rests).rest - rest) <= Math.max(1, rest / 5),
  );
}

/** With one relay alone, only the C library's clock tells it from a relay that is slow to greet; without any, names failed (unresolved.ts). */
const isByTheClock = ({ stall, ...one }: Judged) =>
  one.of === 'only' && one.relay !== undefined && shareOfMultiples(stall.rests, usualTimeout) >= mostlyMultiples;

/**
 * Seconds of name resolution that stand with a try: a first try that ran into a time limit is told to have taken all since the
 * hand-off, and of that the limit is its own.
 */
function hiddenIn({ cells }: Measures, window: { readonly since: number; readonly until: number }, timeouts: Timeouts): number {
  let hidden = 0;
  for (const one of triesIn(
    cellsWithin(cells, window).flatMap(({ tries }) => tries),
    window,
  )) {
    const limit = waitedFor(one.kind, one.phase);
    const own = limit === undefined ? undefined : timeouts[limit];
    if (own !== undefined) hidden += Math.max(0, one.seconds - Math.max(one.least, own * one.count + one.count));
  }
  return hidden;
}

/** Deliveries are of recipients; messages are fewer. */
function messagesOf(judged: readonly Judged[], { samples }: Measures, count: number): number {
  const sampled = samples.flatMap(({ messages }) => messages);
  const deliveries = sampled.reduce((sum, { recipients }) => sum + recipients.reduce((all, one) => all + one.deliveries.length, 0), 0);
  const met = sampled.filter(({ recipients }) =>
    recipients.some(({ deliveries: own }) =>
      own.some(
        ({ time, attribution }) =>
          (attribution?.rest.likely ?? 0) >= 2 && judged.some(({ stall }) => time >= stall.since && time <= stall.until),
      ),
    ),
  ).length;
  return samples.every(({ whole }) => whole) ? met : Math.max(met, Math.round((count * sampled.length) / Math.max(1, deliveries)));
}

/** Most mail goes to the relays of one next hop: names of one domain. */
function namesOfNextHop(measures: Measures): number {
  const domains = new Map<string, { names: Set<string>; tries: number }>();
  for (const { relay, count } of measures.cells.flatMap(({ tries }) => tries)) {
    if (!isRemote(relay)) continue;
    const domain = relay.host.slice(relay.host.indexOf('.') + 1);
    const known = domains.get(domain) ?? { names: new Set(), tries: 0 };
    domains.set(domain, { names: known.names.add(relay.host), tries: known.tries + count });
  }
  return [...domains.values()].sort((a, b) => b.tries - a.tries)[0]?.names.size ?? 0;
}

/** The exact length of the most frequent stall: it is counted in whole seconds. */
function meanOfMode(rests: Stall['rests'], mode: number): number {
  const own = rests.filter(({ rest }) => Math.abs(rest - mode) <= 1);
  return own.reduce((sum, { seconds }) => sum + seconds, 0) / own.reduce((sum, { count }) => sum + count, 0);
}

function claimOf(
  mode: { readonly rest: number; readonly share: number; readonly seconds: number },
  multiples: boolean,
  timeout: number,
  explanations: readonly Explanation[],
  names: number,
  only: boolean,
): string {
  const where = only ? 'to the only relay that was used' : 'to every relay';
  const [simplest] = explanations;
  if (simplest !== undefined) {
    const ways = explanations.map((one) => explained(one, names)).join('; or ');
    return `Name resolution stalls: every delivery ${where} first waits ${mode.rest} s = ${simplest.lookups} × ${simplest.each} s. ${ways.charAt(0).toUpperCase()}${ways.slice(1)}.${explanations.length > 1 ? ' The log cannot tell which; resolv.conf does.' : ''}`;
  }
  const each = names > 0 && names <= mostNames ? secondsText(mode.seconds / (names + 1)) : undefined;
  const late = each === undefined ? 'a nameserver answers late' : `a nameserver answers late (${each} for each of ${names + 1} lookups)`;
  if (multiples) {
    return `Name resolution stalls: deliveries ${where} first wait ${Math.round(mode.rest / timeout)} × ${timeout} s. A nameserver does not answer, or ${late}; the log cannot tell which.`;
  }
  if (mode.share >= 0.6) {
    return `Name resolution is slow: deliveries ${where} first wait about ${secondsText(mode.seconds)}: ${late}, or does not answer and resolv.conf has another timeout than ${timeout} s.`;
  }
  return `Name resolution is slow: deliveries ${where} first wait, most often ${mode.rest} s, and not always as long.`;
}

function explained({ lookups, each, why, servers }: Explanation, names: number): string {
  if (why === 'unanswered') {
    const who = servers === 1 ? 'the nameserver does not answer' : 'the nameservers do not answer';
    return `${who} one kind of question, such as AAAA (${each} s for each of ${lookups} names)`;
  }
  const who = servers === 1 ? 'the first nameserver does not answer' : `the first ${servers} nameservers do not answer`;
  return `${who} (${each} s for each of ${lookups} lookups: MX, and ${lookups === names + 1 ? 'an address' : 'two kinds of address'} for each of ${names} names)`;
}

function surenessOf(multiples: boolean, share: number, only: boolean): Sureness {
  if (only) return 'possible';
  return multiples || share >= 0.6 ? 'likely' : 'possible';
}

function refuteOf(only: boolean, { of: judged, ...one }: Judged): string {
  if (only) {
    const relay = judged === 'only' && 'relay' in one && one.relay !== undefined ? relayLabel(one.relay) : 'the relay';
    return `As no other relay was used, it could be ${relay} that greets late: then each nameserver answers at once, and a connection by address waits.`;
  }
  return 'Each nameserver of resolv.conf, asked by itself, answers at once; or c stays as it is once the silent one is taken out.';
}

/** A name that Postfix itself had to look up. */
function busiestName(measures: Measures): string {
  const tries = new Map<string, number>();
  for (const { relay, count } of measures.cells.flatMap((cell) => cell.tries)) {
    if (isRemote(relay)) tries.set(relay.host, (tries.get(relay.host) ?? 0) + count);
  }
  return [...tries].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 'example.com';
}

/** What to do about nameservers that do not answer. @param name one that they have to know */
export function nameserverSteps(circumstances: Circumstances, time: number, name: string): string[] {
  const resolv = resolvAt(circumstances, time);
  const probes = circumstances.probes ?? [];
  const ask =
    resolv === undefined
      ? [
          `Ask each nameserver of /etc/resolv.conf by itself: for ip in $(awk '/^nameserver/{print $2}' /etc/resolv.conf); do dig @$ip +tries=1 +time=5 ${shellWord(name)}; done`,
        ]
      : resolv.nameservers.map((ip, i) => {
          const seen = probes.findLast(({ address }) => address === ip);
          return `Ask the ${ordinals[i] ?? 'next'} nameserver by itself: dig @${ip} +tries=1 +time=5 ${shellWord(name)}${seen === undefined ? '' : ` (a probe says: ${seen.result})`}`;
        });
  return [
    ...ask,
    'Take the one that does not answer out of /etc/resolv.conf, or put it last.',
    copyText(circumstances, time),
    'Restart Postfix, as its processes read resolv.conf only once: postfix stop && postfix start',
  ];
}

/** Chrooted daemons have a copy of their own. */
function copyText(circumstances: Circumstances, time: number): string {
  const { chroot } = resolvAt(circumstances, time) ?? {};
  const compare = 'diff /etc/resolv.conf /var/spool/postfix/etc/resolv.conf';
  return chroot === undefined
    ? `Compare Postfix's own copy, which a chrooted smtp reads (Debian copies it at start): ${compare}`
    : `Postfix's own copy, which a chrooted smtp reads, is another one (${chroot.nameservers.join(', ')}): ${compare}`;
}

const ordinals = ['first', 'second', 'third'];
const percent = (share: number) => `${Math.round(share * 100)} %`;
