/** Log lines into daily files as logrotate leaves them: named by their day, compressed. */
import { once } from 'node:events';
import { createWriteStream, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { createGzip, type Gzip } from 'node:zlib';

const day = 86_400_000;
const pieceLength = 1 << 20;
/** Of the stamps, which have none (generate/index.ts, END). */
const year = 2026;

/** The file of one day. */
interface DayFile {
  /** As its stamps begin: `Nov  2`. */
  readonly date: string;
  readonly path: string;
  readonly gzip: Gzip;
  readonly written: Promise<void>;
}

export class DayFiles {
  readonly names: string[] = [];
  lines = 0;
  /** Of text, before it is packed. */
  bytes = 0;
  private current: DayFile | undefined;
  private text = '';

  /** @param name goes in front of the date: `maillog`, `out1` */
  constructor(
    private readonly folder: string,
    private readonly name: string,
  ) {}

  /** Takes a line; it is to be waited for where it gives a promise. */
  add(line: string): Promise<void> | undefined {
    this.lines++;
    if (this.current !== undefined && line.startsWith(this.current.date)) {
      this.text += `${line}\n`;
      return this.text.length < pieceLength ? undefined : this.flush();
    }
    return this.begin(line);
  }

  async close(): Promise<void> {
    if (this.current === undefined) return;
    await this.flush();
    const { date, path, gzip, written } = this.current;
    gzip.end();
    await written;
    // The year of all stamps is told by it.
    const end = new Date(Date.parse(`${date} ${year} UTC`) + day);
    utimesSync(path, end, end);
    this.current = undefined;
  }

  private async begin(line: string): Promise<void> {
    await this.close();
    const date = line.slice(0, 6);
    const dated = new Date(Date.parse(`${date} ${year} UTC`)).toISOString().slice(0, 10).replaceAll('-', '');
    const name = `${this.name}-${dated}.gz`;
    const path = join(this.folder, name);
    const gzip = createGzip();
    this.current = { date, path, gzip, written: finished(gzip.pipe(createWriteStream(path))) };
    this.names.push(name);
    this.text = `${line}\n`;
  }

  private async flush(): Promise<void> {
    const bytes = Buffer.from(this.text);
    this.text = '';
    this.bytes += bytes.length;
    if (this.current?.gzip.write(bytes) === false) await once(this.current.gzip, 'drain');
  }
}
