/**
 * The log of many days: one server of 65,000 mails a day with short queue IDs, and a small one beside it with long ones.
 * Some messages of them are picked, to be asked for.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { count } from '../report/render/number.js';
import { dataPath } from './checkout.js';
import { DayFiles } from './day_files.js';
import { type GenerateOptions, generate, type MessageTruth } from './generate/index.js';
import { digestOfCode, made, setMade, unmake } from './made.js';

const messageSchema = z.object({ queueId: z.string(), messageId: z.string(), recipient: z.string() });
export type PickedMessage = z.infer<typeof messageSchema>;

const logSchema = z.object({
  /** Names of the files in their folder. */
  names: z.array(z.string()),
  lines: z.number(),
  bytes: z.number(),
  /** An ordinary message in the middle, on the server with short queue IDs. */
  short: messageSchema,
  /** The same on the server with long ones. */
  long: messageSchema,
  /** The message that was tried most often. */
  retried: messageSchema,
});
export interface DaysLog extends Omit<z.infer<typeof logSchema>, 'names'> {
  readonly paths: readonly string[];
}

/** Lines a day of the small server. */
const smallServer = 2000;

/** The log of so many days; it is made where it is not there. */
export async function daysLog(days: number): Promise<DaysLog> {
  const folder = dataPath(`days.${days}`);
  const { names, ...rest } = await writtenLog(folder, days);
  return { ...rest, paths: names.map((name) => join(folder, name)) };
}

async function writtenLog(folder: string, days: number): Promise<z.infer<typeof logSchema>> {
  const generator = digestOfCode('bench/generate');
  const known = made(folder, logSchema);
  if (known?.by === generator) return known.notes;
  console.error(`Writing a log of ${days} days to ${folder} …`);
  unmake(folder);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const large = await write(new DayFiles(folder, 'maillog'), { seed: 1, hosts: 1, days }, 'mx1');
  // Every third server has long queue IDs. It is too small for what the two others write, which is left out.
  const small = await write(new DayFiles(folder, 'maillog-out1'), { seed: 2, hosts: 3, days, lines: 3 * smallServer * days }, 'out1');
  const log = {
    names: [...large.files.names, ...small.files.names],
    lines: large.files.lines + small.files.lines,
    bytes: large.files.bytes + small.files.bytes,
    short: large.ordinary,
    long: small.ordinary,
    retried: large.retried,
  };
  setMade(folder, generator, log);
  return log;
}

async function write(files: DayFiles, options: GenerateOptions, host: string) {
  const picks = new Picks();
  const middle = Math.ceil(options.days / 2);
  let told = 0;
  for (const item of generate(options)) {
    if (item.kind === 'truth') {
      if (item.message.host === host) picks.see(item.message, files.names.length > middle);
      continue;
    }
    if (item.host !== host) continue;
    await files.add(item.line);
    if (files.names.length % 10 === 0 && files.names.length !== told) {
      told = files.names.length;
      console.error(`  ${host}: ${told} days, ${count(files.lines)} lines`);
    }
  }
  await files.close();
  return { files, ...picks.made() };
}

class Picks {
  private ordinary: MessageTruth | undefined;
  private retried: MessageTruth | undefined;
  private most = 0;

  see(message: MessageTruth, isLate: boolean): void {
    if (isLate) this.ordinary ??= isOrdinary(message) ? message : undefined;
    const tries = deliveriesOf(message);
    if (tries <= this.most) return;
    this.most = tries;
    this.retried = message;
  }

  made(): { ordinary: PickedMessage; retried: PickedMessage } {
    if (this.ordinary === undefined || this.retried === undefined) throw new Error('the log is too short to have an ordinary message');
    return { ordinary: picked(this.ordinary), retried: picked(this.retried) };
  }
}

/** Of one recipient of it: a newsletter has many deliveries without a second try. */
const deliveriesOf = ({ recipients }: MessageTruth) => recipients.reduce((most, { deliveries }) => Math.max(most, deliveries), 0);

/** Brought over SMTP, sent at the first try to one recipient of a little known domain (names.ts gives these a number). */
const isOrdinary = ({ state, recipients, failures, client }: MessageTruth) =>
  state === 'sent' &&
  client !== null &&
  recipients.length === 1 &&
  failures.length === 0 &&
  /^[\w.]+@[a-z]+\d+[\w.-]+$/.test(recipients[0]?.address ?? '');

const picked = ({ queue_id, message_id, recipients }: MessageTruth): PickedMessage => ({
  queueId: queue_id,
  messageId: message_id.replace(/^<(.*)>$/, '$1'),
  recipient: recipients[0]?.address ?? '',
});
