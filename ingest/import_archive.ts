/**
 * Takes an archive back into a store (store/archive_port.ts). Its lines are those that were stored: with the times that were resolved then,
 * and their places in the files that they came from; so they are the same documents as before, and what is there already is known.
 */
import type { Zone } from '../postfix/zone.js';
import type { Outcome } from '../queue/port.js';
import type { ArchiveReader } from '../store/archive_port.js';
import type { Progress, Receipt, Source, Writer } from '../store/port.js';
import { LineRestorer } from '../store/restored_line.js';

export interface ArchiveImport {
  readonly store: Writer;
  /** Of the hosts that wrote the lines: what Kibana draws by hour of the day is in it. */
  readonly zone: Zone;
  readonly commitLines: number;
  /** Lines were read, with so many bytes. */
  readonly onRead: (bytes: number, lines: number) => void;
  readonly signal: AbortSignal;
}

/**
 * @returns what became of its lines; where the signal ended it, of those that were read
 * @throws StoreError where the store can take no more; what was committed before is safe
 */
export async function importArchive(archive: ArchiveReader, { store, zone, commitLines, onRead, signal }: ArchiveImport): Promise<Outcome> {
  const total = { read: 0, stored: 0, alreadyThere: 0, quarantined: 0 };
  /** Lines since the last commit, by source. */
  const read = new Map<string, { readonly source: Source; lines: number }>();
  const commit = async () => {
    const receipt = await store.commit([...read.values()].map(({ source, lines }) => progressOf(store, source, lines)));
    for (const what of ['stored', 'alreadyThere', 'quarantined'] as const satisfies (keyof Receipt)[]) total[what] += receipt[what];
    read.clear();
  };
  const restorer = new LineRestorer();
  for await (const lines of archive.lines()) {
    if (signal.aborted) break;
    let bytes = 0;
    for (const line of lines) {
      const { source, text, offset, ordinal, host, time } = line;
      const event = restorer.event(line);
      if (event === undefined) {
        const why = 'of an archive, and this postscope finds no time in it';
        store.setAside({ reason: 'no_time', why, source, offset, ordinal, text, zone: zone.name, host, anchor: time });
      } else store.add(event, { source, offset, ordinal, zone }, text);
      const known = read.get(source.key);
      if (known === undefined) read.set(source.key, { source, lines: 1 });
      else known.lines++;
      bytes += text.text.length + 1;
    }
    total.read += lines.length;
    onRead(bytes, lines.length);
    if (store.pending >= commitLines) await commit();
  }
  await commit();
  if (!signal.aborted) await store.addSnapshots(await archive.snapshots());
  return total;
}

/** The file itself may still come, or have come: where it was left stays as it is. */
function progressOf(store: Writer, source: Source, read: number): Progress {
  const { offset, complete, tail } = store.positionOf(source.key) ?? { offset: 0, complete: false, tail: '' };
  return { source, offset, complete, tail, read, notes: [] };
}
