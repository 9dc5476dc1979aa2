/** A batch as the data of a job: a header that can be read, and the lines packed. */
import { promisify } from 'node:util';
import { constants, deflate, inflate } from 'node:zlib';
import { z } from 'zod';
import type { Account } from '../../store/port.js';
import type { LineBatch, Outcome } from '../port.js';

/** Of what is written here. A worker that finds another one leaves the job alone. */
export const version = 1;

/** No batch is nearly as large (ingest/cut.ts); what claims to be is not unpacked. */
const largest = 64 * 1024 * 1024;

const count = z.number().int().nonnegative();

const sourceSchema = z.object({ key: z.string(), path: z.string() });

const accountSchema = z.object({
  source: sourceSchema,
  path: z.string(),
  read: count,
  stored: count,
  alreadyThere: count,
  quarantined: count,
  bytes: count,
  offset: count,
  complete: z.boolean(),
  tail: z.string(),
  notes: z.array(z.string()),
});

const headerSchema = z.object({
  source: sourceSchema,
  offset: count,
  zone: z.string(),
  host: z.string(),
  year: z.number().int().optional(),
  anchor: z.number(),
  cut: z.boolean(),
  next: count,
  complete: z.boolean(),
  damaged: z.boolean(),
  tail: z.string(),
  notes: z.array(z.string()),
  account: accountSchema.optional(),
  lengths: z.array(count).optional(),
  /** Lengths of the two stretches of text in `lines`, one behind the other. */
  before: count,
  bytes: count,
});

export const outcomeSchema = z.object({ read: count, stored: count, alreadyThere: count, quarantined: count });

/** A batch on its way. */
const batchSchema = z.object({ batch: headerSchema, lines: z.string() });
/** What came of one that is stored. */
const receiptSchema = z.object({ outcome: outcomeSchema });

/** A batch that is ready to be sent, any number of times. */
export interface Packed {
  readonly header: z.infer<typeof headerSchema>;
  /** Not yet in the base64 that JSON wants: outside of the heap, and a quarter smaller. */
  readonly lines: Buffer;
}

/**
 * Of 1,000 lines (145 KB), zlib's level 1 leaves 12 to 21 %, in 0.7 ms of a thread of libuv's. Brotli's quality 1 is as fast and leaves
 * a tenth less, its quality 0 is half as fast again and leaves as much; but zlib notices when what comes out is not what went in.
 * Output in one piece is one turn of a thread and not four.
 */
const packing = { level: constants.Z_BEST_SPEED, chunkSize: 64 * 1024 };

const pack1 = promisify<Buffer, typeof packing, Buffer>(deflate);
const unpack1 = promisify<Buffer, { maxOutputLength: number; chunkSize: number }, Buffer>(inflate);

export async function pack(batch: LineBatch): Promise<Packed> {
  const { bytes, before, year, account, source, notes, lengths, ...rest } = batch;
  const text = before.length === 0 ? bytes : Buffer.concat([before, bytes]);
  const header = {
    ...rest,
    source: { key: source.key, path: source.path },
    notes: [...notes],
    ...(year === undefined ? {} : { year }),
    ...(account === undefined ? {} : { account: plain(account) }),
    ...(lengths === undefined ? {} : { lengths: [...lengths] }),
    before: before.length,
    bytes: bytes.length,
  };
  return { header, lines: await pack1(text, packing) };
}

const plain = ({ source, notes, ...rest }: Account) => ({ ...rest, source: { key: source.key, path: source.path }, notes: [...notes] });

/** The data of a job that is to be done. */
export const dataOf = ({ header, lines }: Packed) => ({ version, batch: header, lines: lines.toString('base64') });

/** The data of a job that is done. */
export const receiptOf = (outcome: Outcome) => ({ version, outcome });

/** Says why the data of a job cannot be read. */
export class Unreadable extends Error {}

/**
 * @param room makes a buffer for the lines, of this length at least
 * @returns the batch; or its outcome, where a worker had stored it and was lost before it could say so
 * @throws Unreadable
 */
export async function unpack(
  data: unknown,
  room: (length: number) => Buffer = Buffer.allocUnsafeSlow,
): Promise<{ readonly batch: LineBatch } | { readonly outcome: Outcome }> {
  const written = z.object({ version: z.number() }).safeParse(data).data?.version;
  if (written === undefined) throw new Unreadable('this is no batch of postscope: is another program using the queue?');
  if (written !== version) {
    const [newer, older] = written > version ? ['shipper', 'worker'] : ['worker', 'shipper'];
    throw new Unreadable(
      `the batch is of version ${written}, and this worker reads ${version}: the ${newer} is newer, update the ${older}`,
    );
  }
  const receipt = receiptSchema.safeParse(data);
  if (receipt.success) return { outcome: receipt.data.outcome };
  const read = batchSchema.safeParse(data);
  if (!read.success) {
    const { path = [], message = '' } = read.error.issues[0] ?? {};
    throw new Unreadable(`the header of the batch is not as it should be: ${path.join('.')} ${message}`.trim());
  }
  const { before, bytes, year, account, lengths, ...rest } = read.data.batch;
  if (lengths !== undefined && lengths.reduce((sum, one) => sum + one, 0) !== rest.next - rest.offset) {
    throw new Unreadable('the header of the batch is not as it should be: lengths and offsets do not agree');
  }
  const length = before + bytes;
  if (length > largest) throw new Unreadable(`the batch claims to be of ${length} bytes; the largest that is read is of ${largest}`);
  const unpacked = await unpackLines(read.data.lines, length);
  const text = room(length).subarray(0, length);
  unpacked.copy(text);
  const lines = { before: text.subarray(0, before), bytes: text.subarray(before), ...(lengths === undefined ? {} : { lengths }) };
  return { batch: { ...rest, year, account, ...lines } };
}

async function unpackLines(lines: string, length: number): Promise<Buffer> {
  let text: Buffer;
  try {
    text = await unpack1(Buffer.from(lines, 'base64'), { maxOutputLength: Math.max(length, 1), chunkSize: Math.max(length, 64) });
  } catch (error) {
    throw new Unreadable(`the lines of the batch cannot be unpacked: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (text.length !== length) throw new Unreadable(`the batch should have ${length} bytes of lines and has ${text.length}`);
  return text;
}
