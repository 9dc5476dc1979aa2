/** One way in which one relay fails, and when. */
import type { Attempt } from '../../postfix/message/attempt.js';
import type { Message } from '../../postfix/message/message.js';
import { type Timeouts, waitedFor } from '../../postfix/message/timeouts.js';
import type { Kind, Phase } from '../../postfix/reason.js';
import type { TryCount } from '../../store/message_port.js';
import type { Relay } from '../../store/port.js';
import { isAddress } from '../vocabulary.js';
import type { Cell } from './measures.js';
import { type Beat, type Stretch, stretchesOf } from './stretch.js';

/** What failed how: tries that are alike but for their time. */
export interface Way {
  readonly relay: Relay;
  readonly kind: Kind;
  readonly phase: Phase | undefined;
  readonly replyCode: number | undefined;
  readonly enhancedCode: string | undefined;
}

export interface Symptom extends Way {
  /** Each in which it failed more than now and then. */
  readonly stretches: readonly Stretch[];
  /** The counts of which the stretches are made. */
  readonly tries: readonly TryCount[];
  /** Some of its attempts, the oldest first; all where there are no more. */
  readonly attempts: readonly Attempt[];
  readonly whole: boolean;
  /** Distinct messages in the stretches, at least. */
  readonly messages: number;
  /** Some of the messages that it met, where what became of them tells more. */
  readonly met: readonly Message[];
}

/** A relay by its address; one that has none by its name. */
export const addressOf = ({ ip, host }: Relay) => ip ?? host;

/** Whether it is reached over a network: local agents and sockets are not. */
export const isRemote = ({ ip }: Relay) => ip !== undefined && isAddress(ip) && ip !== '::1' && !ip.startsWith('127.');

/** Postfix gives up on TLS without naming the relay. */
const isNameless = ({ relay, kind }: TryCount) => kind === 'tls_failure' && relay.host === 'none';

/** Which failures delay mail, or keep it from ever going: a recipient who does not exist, or whose mailbox is full, is nobody's fault here. */
export function isTrouble({ kind, phase, enhancedCode = '' }: Pick<TryCount, 'kind' | 'phase' | 'enhancedCode'>): boolean {
  switch (kind) {
    case 'connect_timeout':
    case 'connection_refused':
    case 'unreachable':
    case 'conversation_timeout':
    case 'lost_connection':
    case 'greeting_refused':
    case 'tls_failure':
      return true;
    case 'rejected_temporary':
      return !/^4\.(?:1\.|2\.[12])/.test(enhancedCode);
    case 'rejected_permanent':
      return phase !== 'rcpt' && !/^5\.[123]\./.test(enhancedCode);
    default:
      return false;
  }
}

/** Refusals are told apart by what was answered; all else only by where it failed. */
export const wayKey = ({ kind, phase, replyCode, enhancedCode }: Omit<Way, 'relay'>) =>
  kind === 'rejected_temporary' || kind === 'rejected_permanent' || kind === 'greeting_refused'
    ? `${kind} ${phase ?? ''} ${replyCode ?? ''} ${enhancedCode ?? ''}`
    : `${kind} ${phase ?? ''}`;

/** A symptom before its attempts were looked at. */
export type Outline = Omit<Symptom, 'attempts' | 'whole' | 'messages' | 'met'>;

/** Every way in which every relay failed, those that are too rare for a finding too. */
export function outlinesOf(cells: readonly Cell[]): Outline[] {
  const byRelay = new Map<string, { cell: Cell; one: TryCount }[]>();
  for (const cell of cells) {
    for (const one of cell.tries) if (isRemote(one.relay) || isNameless(one)) put(byRelay, addressOf(one.relay), { cell, one });
  }
  const outlines: Outline[] = [];
  for (const own of byRelay.values()) {
    const others = own.map(({ one: { first, last, count, outcome } }, i) => ({ first, last, count, well: outcome !== 'failed', i }));
    others.sort((a, b) => a.first - b.first);
    const ways = new Map<string, { cell: Cell; one: TryCount; i: number }[]>();
    for (const [i, { cell, one }] of own.entries()) {
      if (one.kind !== undefined && isTrouble(one)) put(ways, wayKey(one as TryCount & { kind: Kind }), { cell, one, i });
    }
    for (const failed of ways.values()) {
      const beats = new Map<Cell, Beat>();
      for (const { cell, one } of failed) beats.set(cell, joined(beats.get(cell), one));
      const bad = new Set(failed.map(({ i }) => i));
      const { relay, kind, phase, replyCode, enhancedCode } = (failed[0] as (typeof failed)[number]).one;
      // Some lines name no port.
      const named = own.find(({ one }) => one.relay.port !== undefined)?.one.relay ?? relay;
      const way: Way = { relay: named, kind: kind as Kind, phase, replyCode, enhancedCode };
      outlines.push({
        ...way,
        stretches: stretchesOf(
          [...beats.values()],
          others.filter(({ i }) => !bad.has(i)),
        ),
        tries: failed.map(({ one }) => one),
      });
    }
  }
  return outlines;
}

const joined = (beat: Beat | undefined, { first, last, count }: TryCount): Beat => ({
  first: Math.min(beat?.first ?? first, first),
  last: Math.max(beat?.last ?? last, last),
  count: (beat?.count ?? 0) + count,
});

/** Those counts that fall into a stretch, wholly or in part. */
export const triesIn = (tries: readonly TryCount[], { since, until }: { readonly since: number; readonly until: number }) =>
  tries.filter(({ first, last }) => last >= since && first <= until);

/**
 * Seconds that tries took. One that ran into a time limit took just that, where the limit is known: what the log leaves open is
 * name resolution before it.
 */
export function secondsOf({ kind, phase, count, seconds, least, most }: TryCount, timeouts: Timeouts): number {
  const limit = waitedFor(kind, phase);
  const known = limit === undefined ? undefined : timeouts[limit];
  return known === undefined ? seconds : Math.min(most, Math.max(least, known * count));
}

function put<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}
