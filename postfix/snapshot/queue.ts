/** Mail in the queue, as mailq and postqueue list it. */
import { asciiBytes } from '../grammar.js';
import type { Reason, Relay } from '../message/fact.js';
import { lean } from '../message/lean.js';
import { classify, type Kind, type Phase } from '../reason.js';

export interface QueuedRecipient {
  readonly address: string;
  /** Before aliases and canonical maps, where the listing has it (Postfix 3.10 and later) and it is another. */
  readonly origAddress?: string;
  /** Why the last delivery was put off; absent where none was tried yet. */
  readonly reason?: Reason;
  /** The relay that the reason names. */
  readonly relay?: Relay;
}

export interface QueuedMessage {
  readonly queueId: string;
  /** `active`, `hold`, `deferred`, `incoming`, `maildrop`, `corrupt`; absent where mailq has no mark for it and nothing was tried yet. */
  readonly queue?: string;
  /** Milliseconds since the epoch; to the second. */
  readonly arrival: number;
  /** Bytes. Like the sender, it is not in the log of mail that was held at once. */
  readonly size?: number;
  /** Empty for notices. */
  readonly sender?: string;
  /** postsuper -e: it is returned at the next try (Postfix 3.5 and later). */
  readonly forcedExpire?: true;
  /** Those who wait. */
  readonly recipients: readonly QueuedRecipient[];
}

/** A listing of the queue. */
export interface Listing {
  readonly messages: readonly QueuedMessage[];
  /** Its end was seen, and nothing in it was unreadable. */
  readonly whole: boolean;
}

/** `empty_address_recipient`: what the sender of a notice is shown as. */
export const senderOf = (shown: string): string => (shown === 'MAILER-DAEMON' || shown === '<>' ? '' : shown);

/** What a reason of the queue says, by the grammar of the log (reason.ts), and the relay that it names. */
export function reasonOf(text: string): { readonly reason: Reason; readonly relay?: Relay } {
  const fields = classify(text, asciiBytes(text), 0, text.length);
  const reason: Reason = {
    text,
    ...lean({
      kind: fields?.kind as Kind | undefined,
      phase: fields?.phase as Phase | undefined,
      replyCode: fields?.reply_code,
      enhancedCode: fields?.enhanced_code,
      suspendedKind: fields?.suspended_kind as Kind | undefined,
      mayBeDouble: fields?.may_be_double === 'yes' ? (true as const) : undefined,
    }),
  };
  if (fields?.relay_host === undefined || fields.relay_host === 'none') return { reason };
  const { relay_host: host, relay_ip: ip, relay_port: port, relay_socket: socket } = fields;
  return { reason, relay: lean({ host, ip, port, socket }) };
}
