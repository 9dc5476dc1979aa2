/** What other people's mail servers answer, in the words of several programs and providers. */
import { longQueueId } from './queue_id.js';
import type { Random } from './random.js';

/** Queue IDs of other people's servers. */
const strangeQueueId = (random: Random, now: number) => longQueueId(now + random.between(-2, 0), 1000 + random.below(1e7));

/** Which program answers at a domain is the same every time: `kind` follows from the domain. */
export function acceptance(random: Random, kind: number, now: number, messageId: string, size: number): string {
  const seconds = Math.floor(now);
  switch (kind % 10) {
    case 0:
    case 1:
      return `250 2.0.0 Ok: queued as ${random.hex(10 + random.below(2))}`;
    case 2:
      return `250 2.0.0 Ok: queued as ${strangeQueueId(random, now)}`;
    case 3:
      return `250 2.0.0 OK  ${seconds} ${random.hex(12).toLowerCase()}-${random.hex(14).toLowerCase()}si.${random.below(900)} - gsmtp`;
    case 4:
      return (
        `250 2.6.0 ${messageId} [InternalId=${random.bits()}${random.below(1e5)}, ` +
        `Hostname=AM0PR01MB${1000 + random.below(9000)}.prod.example.com] ${size + 9000} bytes in 0.${100 + random.below(899)}, ` +
        `${random.below(200)}.${100 + random.below(899)} KB/sec Queued mail for delivery`
      );
    case 5:
      return `250 OK id=1t${random.letters(4)}-${random.letters(11)}-${random.letters(4)}`;
    case 6:
      return `250 2.0.0 4AN${random.letters(5)}${100_000 + random.below(900_000)} Message accepted for delivery`;
    case 7:
      return `250 ok ${seconds} qp ${1000 + random.below(60_000)} server-${random.below(20)}.tower-${random.below(700)}.mail.example.net!`;
    case 8:
      return `250 ok dirdel`;
    default:
      return `250 2.0.0 ${random.hex(8).toLowerCase()}-${random.hex(4).toLowerCase()} mail accepted for delivery`;
  }
}

/** The queue ID in an acceptance of the kind that our own relays give. */
export const RELAY_KIND = 0;

export interface Refusal {
  readonly dsn: string;
  readonly text: string;
}

/** For ever: 5xx to one recipient. */
export function recipientRefused(random: Random, recipient: string, domain: string): Refusal {
  switch (random.below(7)) {
    case 0:
      return { dsn: '5.1.1', text: `550 5.1.1 <${recipient}>: Recipient address rejected: User unknown in virtual mailbox table` };
    case 1:
      return {
        dsn: '5.1.1',
        text:
          "550-5.1.1 The email account that you tried to reach does not exist. Please try 550-5.1.1 double-checking the recipient's " +
          'email address for typos or 550-5.1.1 unnecessary spaces. ' +
          `550 5.1.1  https://support.example.com/mail/?p=NoSuchUser ${random.letters(10)} - gsmtp`,
      };
    case 2:
      return { dsn: '5.4.1', text: `550 5.4.1 Recipient address rejected: Access denied. [${random.letters(12)}.prod.example.com]` };
    case 3:
      return { dsn: '5.0.0', text: `550 No such user (${recipient})` };
    case 4:
      return { dsn: '5.2.1', text: `550 5.2.1 <${recipient}>... Mailbox disabled for this recipient` };
    case 5:
      return {
        dsn: '5.0.0',
        text: `554 delivery error: dd This user doesn't have a ${domain} account (${recipient}) [${random.below(30)}]`,
      };
    default:
      return { dsn: '5.7.1', text: `554 5.7.1 <${recipient}>: Relay access denied` };
  }
}

/** For now: 4xx to one recipient. */
export function recipientDeferred(random: Random, recipient: string): Refusal {
  switch (random.below(6)) {
    case 0:
      return {
        dsn: '4.2.0',
        text:
          `450 4.2.0 <${recipient}>: Recipient address rejected: Greylisted, ` +
          `see http://postgrey.schweikert.ch/help/${recipient.slice(recipient.lastIndexOf('@') + 1)}.html`,
      };
    case 1:
      return { dsn: '4.7.1', text: `451 4.7.1 Greylisting in action, please come back in 00:04:${10 + random.below(50)}` };
    case 2:
      return { dsn: '4.2.2', text: `452 4.2.2 <${recipient}> Mailbox full (over quota): ${random.below(100)}% over; see #4.2.2 <"help">` };
    case 3:
      return { dsn: '4.0.0', text: '451 Temporary local problem - please try later' };
    case 4:
      return {
        dsn: '4.1.1',
        text: `450 4.1.1 <${recipient}>: Recipient address rejected: unverified address: Address verification in progress`,
      };
    default:
      return { dsn: '4.3.0', text: `451 4.3.0 <${recipient}>: Temporary lookup failure` };
  }
}

/** For now: 4xx to the whole message, at MAIL FROM. */
export function senderDeferred(random: Random, sender: string): Refusal {
  switch (random.below(3)) {
    case 0:
      return { dsn: '4.7.1', text: '452 4.7.1 Too many connections from your host, throttled; reply=[421 later]' };
    case 1:
      return { dsn: '4.1.8', text: `450 4.1.8 <${sender}>: Sender address rejected: Domain not found` };
    default:
      return { dsn: '4.3.1', text: '452 4.3.1 Insufficient system storage' };
  }
}

/** For ever: 5xx to the whole message, after its end. */
export function contentRefused(random: Random): Refusal {
  switch (random.below(4)) {
    case 0:
      return {
        dsn: '5.7.1',
        text: `554 5.7.1 Spam message rejected; If this is not spam contact abuse, status=(bounced) ${random.hex(10)}`,
      };
    case 1:
      return {
        dsn: '5.7.26',
        text: `550-5.7.26 Unauthenticated email is not accepted due to domain's DMARC policy. 550 5.7.26 ${random.letters(12)} - gsmtp`,
      };
    case 2:
      return { dsn: '5.3.4', text: '552 5.3.4 Message size exceeds fixed limit' };
    default:
      return { dsn: '5.6.0', text: `554 5.6.0 Message contains <script>alert("${random.hex(4)}")</script>; removed =HYPERLINK("x")` };
  }
}

/** 421 in place of a greeting. */
export function greetingRefused(random: Random, host: string): Refusal {
  switch (random.below(3)) {
    case 0:
      return { dsn: '4.3.2', text: '421 4.3.2 too many connections, try again later' };
    case 1:
      return { dsn: '4.7.0', text: `421 4.7.0 ${host} Error: too many connections from 10.50.0.200` };
    default:
      return { dsn: '4.0.0', text: `421 ${host} Service not available, closing transmission channel` };
  }
}
