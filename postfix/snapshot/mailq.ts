/**
 * `mailq`, and `postqueue -p`: the queue for people (postqueue/showq_compat.c; before Postfix 3.0 showq/showq.c wrote it itself).
 *
 *     -Queue ID-  --Size-- ----Arrival Time---- -Sender/Recipient-------
 *     766A1C235B*     942 Tue Nov 24 03:04:53  user20@domain.test
 *     (conversation with relay102.example.net[10.50.0.102] timed out while sending end of data -- …)
 *                                              person7@partner0.test
 *
 *     -- 0 Kbytes in 1 Request.
 *
 * A reason stands for all recipients below it, up to the next one.
 */
import { nearestYear } from '../clock.js';
import type { Zone } from '../zone.js';
import { type Listing, type QueuedMessage, type QueuedRecipient, reasonOf, senderOf } from './queue.js';
import { excerpt, linesOf, NoSnapshot, type Reading } from './reading.js';

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** `asctime` without its year, which Postfix cuts off; `*` active, `!` on hold, `#` to be expired. */
const head = /^([0-9A-Za-z]{6,})([*!]?)(#?) +(\d+) (\w{3}) (\w{3}) +(\d+) (\d\d):(\d\d):(\d\d) *(.*)$/;
const foot = /^-- \d+ Kbytes in (\d+) Requests?\.$/;
const empty = 'Mail queue is empty';
/** Where recipients begin: below the senders, by `S_STRING_FORMAT` and `L_STRING_FORMAT`. */
const recipient = /^ {20,}(\S.*)$/;
const why = /^ *\((.*)\)$/;
/** What stands instead of a reason where only some recipients have one. */
const unavailable = 'reason unavailable';
/** A program's own words, as a shell's `2>&1` puts them in. */
const complaint = /^(?:mailq|postqueue|sendmail|showq)(?:\[\d+\])?: (?:fatal|warning|error|panic): (.*)$/;

export interface Taken {
  /** When the listing was made: milliseconds since the epoch. */
  readonly time: number;
  /** Of the machine that made it. */
  readonly zone: Zone;
}

interface Draft extends Omit<QueuedMessage, 'recipients'> {
  readonly recipients: QueuedRecipient[];
}

/** @throws NoSnapshot where it is no output of mailq */
export function parseMailq(text: string, taken: Taken): Reading<Listing> {
  const lines = linesOf(text);
  if (lines.every((line) => line.trim() === '')) throw new NoSnapshot(`it is empty; mailq says '${empty}' where nothing is queued`);
  const messages: QueuedMessage[] = [];
  const notes: string[] = [];
  const strange: string[] = [];
  let draft: Draft | undefined;
  let reason: ReturnType<typeof reasonOf> | undefined;
  let announced: number | undefined;
  const close = () => {
    if (draft !== undefined) messages.push(withQueue(draft));
    draft = undefined;
    reason = undefined;
  };
  for (const line of lines) {
    if (line === '') continue;
    const match = head.exec(line);
    if (match !== null) {
      close();
      const arrival = arrivalOf(match, taken);
      if (arrival === undefined) strange.push(line);
      else draft = draftOf(match, arrival);
      continue;
    }
    const end = foot.exec(line);
    if (end !== null || line === empty) {
      announced = end === null ? 0 : Number(end[1]);
      continue;
    }
    const [, said] = why.exec(line) ?? [];
    if (draft !== undefined && said !== undefined) reason = said === unavailable ? undefined : reasonOf(said);
    else {
      const [, address] = recipient.exec(line) ?? [];
      if (draft !== undefined && address !== undefined) draft.recipients.push({ address, ...reason });
      else if (complaint.test(line)) notes.push(line);
      else if (!line.startsWith('-')) strange.push(line);
    }
  }
  close();
  if (messages.length === 0 && announced === undefined) {
    const [said] = notes;
    throw new NoSnapshot(
      said === undefined ? `it is no output of mailq: it begins with ${excerpt(lines[0] as string)}` : `it says only ${excerpt(said)}`,
    );
  }
  if (strange.length > 0)
    notes.push(`${strange.length === 1 ? '1 line' : `${strange.length} lines`} cannot be read, such as ${excerpt(strange[0] as string)}`);
  const count = messages.length === 1 ? '1 message' : `${messages.length} messages`;
  if (announced === undefined)
    notes.push(`it is cut off: its last line (-- … Kbytes in … Requests.) is missing; it goes as far as ${count}`);
  else if (announced !== messages.length) notes.push(`its last line speaks of ${announced} requests, and ${count} are in it`);
  return { content: { messages, whole: announced === messages.length && strange.length === 0 }, notes };
}

function draftOf([, queueId, mark, expire, size, , , , , , , sender]: RegExpExecArray, arrival: number): Draft {
  return {
    queueId: queueId as string,
    ...(mark === '*' ? { queue: 'active' } : mark === '!' ? { queue: 'hold' } : {}),
    arrival,
    size: Number(size),
    sender: senderOf((sender as string).trimEnd()),
    ...(expire === '#' ? { forcedExpire: true as const } : {}),
    recipients: [],
  };
}

/** A message without a mark that was tried is in the deferred queue; one that was not may be in the incoming one as well. */
function withQueue(draft: Draft): QueuedMessage {
  const deferred = draft.queue === undefined && draft.recipients.some(({ reason }) => reason !== undefined);
  return deferred ? { ...draft, queue: 'deferred' } : draft;
}

/** In the latest year before the listing in which that date was that day of the week. */
function arrivalOf([, , , , , weekday, month, date, hours, minutes, secs]: RegExpExecArray, { time, zone }: Taken): number | undefined {
  const at = months.indexOf(month as string);
  const day = Number(date);
  if (at < 0 || day < 1 || day > 31) return undefined;
  const latest = nearestYear(time, at, day);
  const matching = Array.from({ length: 12 }, (_, i) => latest - i).find((year) => {
    const then = new Date(Date.UTC(year, at, day));
    return then.getUTCMonth() === at && weekdays[then.getUTCDay()] === weekday;
  });
  const seconds = (Number(hours) * 60 + Number(minutes)) * 60 + Number(secs);
  return zone.resolve(Date.UTC(matching ?? latest, at, day) + seconds * 1000).first;
}
