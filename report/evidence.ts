/** Every attempt at one relay, to show to whoever runs it: when, from where, how it ended, how long it took, and which message it was. */
import { createHmac, randomBytes } from 'node:crypto';
import type { Attempt } from '../postfix/message/attempt.js';
import type { Message } from '../postfix/message/message.js';
import type { MessageReader } from '../store/message_port.js';
import type { Scope } from '../store/port.js';

/** What becomes of mail addresses: shown, replaced by a word that only tells one from another, or left out. */
export const addressModes = ['full', 'hash', 'none'] as const;
export type AddressMode = (typeof addressModes)[number];

export interface EvidenceRow {
  readonly attempt: Attempt;
  readonly messageId: string | undefined;
  readonly sender: string | undefined;
  readonly recipients: readonly string[];
  /** Queue IDs that the relay gave the message, where it took it. */
  readonly remoteQueueIds: readonly string[];
  /** What the log says of it, addresses as they are wanted. */
  readonly text: string | undefined;
}

export interface EvidenceQuestion {
  readonly scope: Scope;
  /** Host name, its first label, or IP address. */
  readonly relay: string;
  readonly addresses: AddressMode;
}

/** The first page is small, so that it is there soon; the others cost less by the row. */
const pageSizes = { first: 250, most: 4_000 } as const;

/** Pages of attempts, the oldest first. */
export async function* evidence(
  reader: MessageReader,
  { scope, relay, addresses }: EvidenceQuestion,
): AsyncGenerator<readonly EvidenceRow[]> {
  const shown = addressesAs(addresses);
  let limit: number = pageSizes.first;
  for (let after: string | undefined; ; limit = Math.min(limit * 2, pageSizes.most)) {
    const query = { ...scope, relay, withMessages: true, limit } as const;
    const { attempts, messages = [], next } = await reader.attempts(after === undefined ? query : { ...query, after });
    const byId = new Map(messages.map((message) => [message.id, message]));
    yield attempts.map((attempt) => rowOf(attempt, byId.get(attempt.message ?? ''), shown));
    if (next === undefined) return;
    after = next;
  }
}

function rowOf(attempt: Attempt, message: Message | undefined, shown: (address: string) => string | undefined): EvidenceRow {
  const deliveries = (message?.recipients ?? []).flatMap((one) => one.deliveries.filter((delivery) => delivery.attempt === attempt.id));
  return {
    attempt,
    messageId: message?.messageId,
    sender: message?.sender === undefined ? undefined : shown(message.sender),
    recipients: attempt.recipients.map(shown).filter((address) => address !== undefined),
    remoteQueueIds: [...new Set(deliveries.map(({ queuedAs }) => queuedAs).filter((id) => id !== undefined))],
    text: attempt.text?.replace(anyAddress, (address) => shown(address) ?? '(address left out)'),
  };
}

/** Answers repeat the recipient. */
const anyAddress = /"[^"]+"@[^\s<>()[\],;]+|[^\s<>()[\],;:"@]+@[^\s<>()[\],;:]+/g;

/**
 * Hashes have a key that is made anew each time: within one export equal addresses are equal, and nobody can find one out by trying
 * addresses.
 */
export function addressesAs(mode: AddressMode): (address: string) => string | undefined {
  if (mode === 'full') return (address) => address;
  if (mode === 'none') return () => undefined;
  const key = randomBytes(16);
  return (address) =>
    address === '' ? '' : `address-${createHmac('sha256', key).update(address.toLowerCase()).digest('hex').slice(0, 12)}`;
}

/** What the attempts come to. */
export class EvidenceTotals {
  attempts = 0;
  sent = 0;
  failed = 0;
  possibleDoubles = 0;
  /** Seconds that those which failed took, as far as the log tells. */
  seconds = 0;
  first: number | undefined;
  last: number | undefined;
  /** Failures by kind and phase. */
  readonly ways = new Map<string, { readonly kind: Attempt['kind']; readonly phase: Attempt['phase']; count: number }>();
  readonly relays = new Set<string>();
  readonly hosts = new Set<string>();

  add({ host, relay, time, outcome, kind, phase, seconds, mayBeDouble }: Attempt): void {
    this.attempts++;
    this.first = Math.min(this.first ?? time, time);
    this.last = Math.max(this.last ?? time, time);
    this.hosts.add(host);
    if (relay !== undefined) this.relays.add(relay.ip === undefined ? relay.host : `${relay.host}[${relay.ip}]`);
    if (mayBeDouble) this.possibleDoubles++;
    if (outcome !== 'failed') this.sent++;
    else this.failed++;
    if (kind === undefined) return;
    if (outcome === 'failed') this.seconds += seconds?.likely ?? 0;
    const key = `${kind} ${phase ?? ''}`;
    const known = this.ways.get(key);
    if (known === undefined) this.ways.set(key, { kind, phase, count: 1 });
    else known.count++;
  }
}
