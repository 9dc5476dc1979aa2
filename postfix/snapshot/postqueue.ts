/** `postqueue -j`: the queue for programs, a JSON object a line (Postfix 3.1 and later; postqueue/showq_json.c). */
import { lean } from '../message/lean.js';
import { type Listing, type QueuedMessage, type QueuedRecipient, reasonOf, senderOf } from './queue.js';
import { excerpt, linesOf, NoSnapshot, type Reading } from './reading.js';

/** @throws NoSnapshot where no line of it is one of postqueue -j */
export function parsePostqueue(text: string): Reading<Listing> {
  const lines = linesOf(text);
  const messages: QueuedMessage[] = [];
  const strange: string[] = [];
  for (const line of lines) {
    if (line.trim() === '') continue;
    const message = messageOf(line);
    if (message === undefined) strange.push(line);
    else messages.push(message);
  }
  const first = strange[0];
  if (messages.length === 0 && first !== undefined)
    throw new NoSnapshot(`it is no output of postqueue -j: it begins with ${excerpt(first)}`);
  const notes: string[] = [];
  if (messages.length === 0) notes.push('it is empty, as postqueue -j prints nothing where nothing is queued');
  const cut = strange.length > 0 && !text.endsWith('\n') && strange.at(-1) === lines.at(-1);
  const count = messages.length === 1 ? '1 message' : `${messages.length} messages`;
  if (cut) notes.push(`it is cut off in the middle of its last line, behind ${count}`);
  const odd = strange.length - (cut ? 1 : 0);
  if (odd > 0) notes.push(`${odd === 1 ? '1 line' : `${odd} lines`} cannot be read, such as ${excerpt(first as string)}`);
  return { content: { messages, whole: strange.length === 0 }, notes };
}

type Loose = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Loose => typeof value === 'object' && value !== null && !Array.isArray(value);
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

function messageOf(line: string): QueuedMessage | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (!isObject(value)) return undefined;
  const { queue_name: queue, queue_id: queueId, arrival_time: arrival, message_size: size, sender, recipients } = value;
  if (typeof queue !== 'string' || typeof queueId !== 'string' || typeof sender !== 'string') return undefined;
  // The last year that a stamp of four digits has.
  if (!isCount(arrival) || arrival > 253_402_300_799 || !isCount(size) || !Array.isArray(recipients)) return undefined;
  const waiting = recipients.map(recipientOf);
  if (waiting.includes(undefined)) return undefined;
  return {
    queueId,
    queue,
    arrival: arrival * 1000,
    size,
    sender: senderOf(sender),
    ...(value['forced_expire'] === true ? { forcedExpire: true as const } : {}),
    recipients: waiting as QueuedRecipient[],
  };
}

function recipientOf(value: unknown): QueuedRecipient | undefined {
  if (!isObject(value) || typeof value['address'] !== 'string') return undefined;
  const { address, orig_address: orig } = value;
  // Which of the three it is says where Postfix keeps it: the logs of the deferred, of bounces, or none of them.
  const why = value['delay_reason'] ?? value['bounce_reason'] ?? value['other_reason'];
  const origAddress = typeof orig === 'string' && orig !== '' && orig !== address ? orig : undefined;
  return { address, ...lean({ origAddress }), ...(typeof why === 'string' ? reasonOf(why) : {}) };
}
