/** What a message should be by the generator's truth, what it is by the fold, and whether they agree in every field. */
import type { Attempt } from '../postfix/message/attempt.js';
import type { Message, State } from '../postfix/message/message.js';
import type { MessageTruth } from './generate/index.js';

/** Of a message whose removal is in the log. */
export type LeftTruth = MessageTruth & { readonly removed: number };

/** A stamp of whole seconds, in milliseconds since the epoch. */
export const secondOf = (seconds: number): number => Math.floor(seconds) * 1000;
const bare = (messageId: string) => messageId.replace(/^<(.*)>$/, '$1');

/** One message of a host, by how it left. */
export const keyOf = ({ host, queueId, removal }: { readonly host: string; readonly queueId: string; readonly removal?: number }): string =>
  `${host} ${queueId} ${removal}`;
export const keyOfTruth = ({ host, queue_id, removed }: LeftTruth): string => `${host} ${queue_id} ${secondOf(removed)}`;

/** Attempts by the identity of their message. */
export function byMessage(attempts: Iterable<Attempt>): Map<string, Attempt[]> {
  const lists = new Map<string, Attempt[]>();
  for (const attempt of attempts) {
    if (attempt.message === undefined) continue;
    const known = lists.get(attempt.message);
    if (known === undefined) lists.set(attempt.message, [attempt]);
    else known.push(attempt);
  }
  return lists;
}

/** What the fold should say of a message that is gone. */
export function wanted(truth: LeftTruth): unknown {
  return {
    messageId: bare(truth.message_id),
    sender: truth.sender,
    size: truth.size,
    client: truth.client === null ? null : [truth.client.host, truth.client.ip, truth.client.user],
    uid: truth.uid === null ? null : String(truth.uid),
    recipients: truth.recipients
      .filter(({ deliveries }) => deliveries > 0)
      .map(({ address, orig_to, status, dsn, relay_ip, deliveries, attempts }) => ({
        address,
        origTo: orig_to,
        status,
        dsn,
        ip: relay_ip,
        deliveries,
        attempts,
      }))
      .sort(byAddress),
    state: stateOf(truth),
    doubles: truth.doubles,
    failures: truth.failures
      .map(({ time, relay_ip, kind, phase }) => failed(secondOf(time), relay_ip, kind, phase))
      .filter(oncePerRecipients)
      .sort(),
    children: [...truth.children].sort(),
  };
}

/** A conversation in which a recipient is turned away goes on for the others. */
const failed = (time: number, ip: string | undefined, kind: string, phase: string | undefined) =>
  phase === 'rcpt' ? `${ip} ${kind} rcpt` : `${time} ${ip} ${kind} ${phase}`;

/** A relay that turns several recipients away in one conversation is one try. */
const oncePerRecipients = (one: string, i: number, all: readonly string[]) => !one.endsWith(' rcpt') || all.indexOf(one) === i;

const byAddress = (a: { address: string; origTo: string | null }, b: { address: string; origTo: string | null }) =>
  `${a.address} ${a.origTo}` < `${b.address} ${b.origTo}` ? -1 : 1;

/** The generator knows of no filtered mail: it is sent to the filter. */
function stateOf({ state, recipients }: MessageTruth): State {
  switch (state) {
    case 'deleted':
    case 'rejected':
    case 'discarded':
    case 'lost':
      return 'discarded';
    case 'sent':
      return recipients.every(({ relay_ip }) => relay_ip === '127.0.0.1') ? 'filtered' : 'sent';
    default:
      return state;
  }
}

export function got(message: Message, tries: ReadonlyMap<string, readonly Attempt[]>): unknown {
  return {
    messageId: message.messageId,
    sender: message.sender,
    size: message.size,
    client: message.client === undefined ? null : [message.client.host, message.client.ip, message.client.user ?? null],
    uid: message.uid ?? null,
    recipients: message.recipients
      .map(({ address, origTo, status, dsn, deliveries, attempts }) => ({
        address,
        origTo: origTo ?? null,
        status,
        dsn,
        ip: deliveries.at(-1)?.reason.kind === 'suspended' || isConnect(deliveries.at(-1)) ? null : (deliveries.at(-1)?.relay?.ip ?? null),
        deliveries: deliveries.length,
        attempts,
      }))
      .sort(byAddress),
    state: message.state,
    doubles: message.possibleDoubles,
    failures: (tries.get(message.id) ?? [])
      .flatMap((attempt) =>
        attempt.kind === undefined || isLocal(attempt) ? [] : [failed(attempt.time, attempt.relay?.ip, attempt.kind, attempt.phase)],
      )
      .filter(oncePerRecipients)
      .sort(),
    children: message.links
      .filter(({ kind }) => kind !== 'next_hop' && kind !== 'filtered')
      .map(({ queueId }) => queueId)
      .sort(),
  };
}

/** `relay=none`: the relay stands in the reason. */
const isConnect = (delivery: Message['recipients'][number]['deliveries'][number] | undefined) => delivery?.reason.phase === 'connect';
/** The truth has failures over SMTP only. */
const isLocal = ({ program }: Attempt) => !program.endsWith('/smtp');

export const isRight = (truth: LeftTruth, message: Message | undefined, all: ReadonlyMap<string, readonly Attempt[]>): boolean =>
  message !== undefined && JSON.stringify(got(message, all)) === JSON.stringify(wanted(truth));
