/**
 * Rows on their way into DuckDB: text that its own CSV reader takes in on another thread while JavaScript goes on parsing.
 * Fields are written as bytes into a buffer that is used again and again; text that is kept has no control characters
 * (postfix/text.ts), so two of those can separate fields without any quoting.
 */
import { closeSync, constants, ftruncateSync, openSync, writeSync } from 'node:fs';
import { diskFull, isDiskFull } from '../errors.js';

const separator = 1;
const newline = 10;
const minus = 45;
const zero = 48;
const one = 49;
const size = 1 << 19;
/** In bytes: a kept line is at most 64 KiB, three bytes a character, and there is one in a row. */
const longestRow = 1 << 18;

/** A file of rows that grows until it is handed to DuckDB. A row is its fields in order, then `end`. */
export class RowFile {
  rows = 0;
  private readonly fd: number;
  private at = 0;
  private readonly view: DataView;
  private written = 0;

  /** @param buffer of `rowBufferSize` bytes, for this file alone while it is open */
  constructor(
    readonly path: string,
    private readonly buffer: Buffer,
  ) {
    // What is there is written over: pages that the system has already are cheaper than new ones.
    this.view = new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
    this.fd = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600);
  }

  /** A whole number up to 2^53, also below zero. Digits are written four at a time, so there may be zeros in front. */
  integer(value: number): void {
    if (value < 0) {
      this.buffer[this.at++] = minus;
      this.integer(-value);
    } else if (value < 1e8) this.small(value);
    else {
      const high = Math.floor(value / 1e8);
      if (high >= 1e8) this.four(Math.floor(high / 1e8));
      this.eight((high % 1e8) | 0);
      this.eight((value % 1e8) | 0);
      this.buffer[this.at++] = separator;
    }
  }

  /** A whole number from 0 up to 10^8. */
  small(value: number): void {
    if (value < 10_000) this.four(value);
    else this.eight(value);
    this.buffer[this.at++] = separator;
  }

  private eight(value: number): void {
    const high = (value / 10_000) | 0;
    this.four(high);
    this.four(value - high * 10_000);
  }

  private four(value: number): void {
    this.view.setInt32(this.at, fours[value] as number, true);
    this.at += 4;
  }

  /** Milliseconds since the epoch as whole microseconds. */
  time(ms: number): void {
    this.integer(Math.round(ms * 1000));
  }

  /** The same, or nothing. */
  optional(value: number | undefined): void {
    if (value === undefined) this.buffer[this.at++] = separator;
    else this.integer(value);
  }

  /** Seconds as whole microseconds, or nothing. */
  seconds(value: number | undefined): void {
    if (value === undefined) this.buffer[this.at++] = separator;
    else this.integer(Math.round(value * 1e6));
  }

  flag(value: boolean): void {
    this.buffer[this.at++] = value ? one : zero;
    this.buffer[this.at++] = separator;
  }

  /** @param ascii whether it is, which is written without conversion */
  text(text: string, ascii: boolean): void {
    this.at += this.buffer.write(text, this.at, ascii ? 'latin1' : 'utf8');
    this.buffer[this.at++] = separator;
  }

  /** Text of ASCII that stands in bytes. */
  bytes(bytes: Uint8Array, from: number, to: number): void {
    this.buffer.set(bytes.subarray(from, to), this.at);
    this.at += to - from;
    this.buffer[this.at++] = separator;
  }

  end(): void {
    this.buffer[this.at - 1] = newline;
    this.rows++;
    if (this.at > size - longestRow) this.flush();
  }

  private flush(): void {
    try {
      // A disk that is nearly full takes a part, and says so only the next time.
      for (let done = 0; done < this.at; ) {
        const taken = writeSync(this.fd, this.buffer, done, this.at - done, this.written);
        this.written += taken;
        done += taken;
      }
    } catch (error) {
      throw isDiskFull(error) ? diskFull(error) : error;
    }
    this.at = 0;
  }

  close(): void {
    this.flush();
    ftruncateSync(this.fd, this.written);
    closeSync(this.fd);
  }
}

/** The four digits of each number below 10,000, as they lie in memory. */
const fours = Int32Array.from({ length: 10_000 }, (_, n) => Buffer.from(String(n).padStart(4, '0')).readInt32LE());

export const rowBufferSize = size;

/** The table function that reads a row file with these columns. */
export function readRows(path: string, columns: Readonly<Record<string, string>>): string {
  const types = Object.entries(columns).map(([name, type]) => `'${name}':'${type}'`);
  return `read_csv('${path.replaceAll("'", "''")}', delim='\x01', header=false, quote='', escape='', comment='',
    auto_detect=false, max_line_size=${longestRow}, buffer_size=${longestRow * 16}, columns={${types.join(',')}})`;
}
