/**
 * A batch that workers were lost with. A worker that is killed, or runs out of memory, may be lost with any batch; one that
 * loses worker after worker holds a line that they die of. It is read line by line, and which line is being read is
 * written down first: whoever comes after the next loss knows it. A line that has cost enough of them is set aside.
 */
import { keepText } from '../postfix/text.js';
import { zoneOf } from '../postfix/zone.js';
import type { LineBatch, Outcome, Taken } from '../queue/port.js';
import type { LineWriter } from '../store/port.js';
import { LineReader } from './batch.js';

/** So many workers lost with a batch, and it is suspect: restarts and evictions alone rarely hit the same batch so often. */
const suspicious = 3;
/** So many workers lost with one line, and it is set aside. */
const enough = 3;

const day = 86_400_000;

export const isSuspect = ({ abandoned }: Taken) => abandoned >= suspicious;

/** Reads and stores a batch line by line. Lines that went well before a loss are only counted, as their documents are there. */
export async function readLineByLine({ batch, begun, begin }: Taken, store: LineWriter): Promise<Outcome> {
  const { source, zone: zoneName, host, anchor } = batch;
  const zone = zoneOf(zoneName);
  const total = { read: 0, stored: 0, alreadyThere: 0, quarantined: 0 };
  let reader = new LineReader();
  const commit = async () => {
    const receipt = await store.commit([]);
    total.stored += receipt.stored;
    total.alreadyThere += receipt.alreadyThere;
    total.quarantined += receipt.quarantined;
  };
  /** Of the last line that has one. */
  let time: number | undefined;
  const aside: number[] = [];
  let i = -1;
  for (const line of linesOf(batch)) {
    i++;
    const times = begun?.line === i ? begun.times : 0;
    const wasAside = begun?.aside.includes(i) === true;
    const wentWell = begun !== undefined && i < begun.line;
    if (times >= enough || wasAside) {
      aside.push(i);
      const text = keepText(line.bytes.toString('latin1').replace(/\r?\n$/, ''));
      const why = `${enough} workers were lost while they read it`;
      // A stamp without a year is of about the time of the line before it, whatever years the file has.
      const latest = time === undefined ? anchor : Math.min(anchor, time + day);
      store.setAside({ reason: 'crash', why, source, offset: line.offset, ordinal: 0, text, zone: zoneName, host, anchor: latest });
      // The next line has to know what came before it all the same.
      reader = new LineReader();
      total.read++;
    } else {
      if (!wentWell) {
        if (store.pending > 0) await commit();
        await begin({ line: i, times: times + 1, aside: [...aside] });
      }
      total.read += reader.read(line, {
        event: (event, offset, ordinal, kept) => {
          time = event.time;
          store.add(event, { source, offset, ordinal, zone }, kept);
        },
        aside: (reason, offset, text, ordinal, why) =>
          store.setAside({ reason, why, source, offset, ordinal, text, zone: zoneName, host, anchor }),
      });
    }
    if (!wentWell) await commit();
  }
  await commit();
  return total;
}

const newline = 10;

/** A batch as batches of one line, each with all that is in front of it. */
function* linesOf(batch: LineBatch): Generator<LineBatch> {
  const { lengths, ...rest } = batch;
  const { bytes, cut } = rest;
  if (cut) {
    yield batch;
    return;
  }
  let { offset } = batch;
  for (let from = 0, i = 0; from < bytes.length; i++) {
    const end = bytes.indexOf(newline, from);
    const to = end < 0 ? bytes.length : end + 1;
    const next = offset + (lengths?.[i] ?? to - from);
    yield { ...rest, offset, bytes: bytes.subarray(from, to), before: Buffer.concat([batch.before, bytes.subarray(0, from)]), next };
    offset = next;
    from = to;
  }
}
