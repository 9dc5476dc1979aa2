/**
 * Rows on their way into DuckDB: text that its own CSV reader takes in on another thread while JavaScript goes on parsing.
 * Fields are written as bytes into a buffer that is used again and again; text that is kept has no control characters
 * (postfix/text.ts), so two of those can separate fields without any quoting.
 */
import { closeSync, constants, ftruncateSync, openSync, writeSync } from 'node:fs';
import { diskFull } from '../errors.js';

const separator = 1;
const newline = 10;
const size = 1 << 20;
/** In bytes: a kept line is at most 64 KiB, three bytes a character, and there is one in a row. */
const longestRow = 1 << 18;

/** A file of rows that grows until it is handed to DuckDB. A row is its fields in order, then `end`. */
export class RowFile {
  rows = 0;
  private readonly fd: number;
  private at = 0;
  private lastTime = Number.NaN;
  private lastLength = 0;
  private readonly lastDigits = Buffer.alloc(32);
  private written = 0;

  /** @param buffer of `rowBufferSize` bytes, for this file alone while it is open */
  constructor(
    readonly path: string,
    private readonly buffer: Buffer,
  ) {
    // What is there is written over: pages that the system has already are cheaper than new ones.
    this.fd = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600);
  }

  /** A whole number from 0 to 2^53. */
  integer(value: number): void {
    if (value < 1e9) this.small(value);
    else {
      const high = Math.floor(value / 1e9);
      this.at = digits(this.buffer, digits(this.buffer, this.at, high | 0, 0), (value - high * 1e9) | 0, 9);
      this.buffer[this.at++] = separator;
    }
  }

  /** A whole number from 0 to 10^9. */
  small(value: number): void {
    this.at = digits(this.buffer, this.at, value | 0, 0);
    this.buffer[this.at++] = separator;
  }

  /** Milliseconds since the epoch as whole microseconds. Lines of one second share them, and the digits. */
  time(ms: number): void {
    if (ms !== this.lastTime) {
      const seconds = Math.floor(ms / 1000);
      const end = digits(this.lastDigits, 0, seconds | 0, 0);
      this.lastLength = digits(this.lastDigits, end, Math.round((ms - seconds * 1000) * 1000) | 0, 6);
      this.lastTime = ms;
    }
    const { buffer, lastDigits, lastLength } = this;
    for (let i = 0; i < lastLength; i++) buffer[this.at + i] = lastDigits[i] as number;
    this.at += lastLength;
    buffer[this.at++] = separator;
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
      throw (error as NodeJS.ErrnoException).code === 'ENOSPC' ? diskFull(error) : error;
    }
    this.at = 0;
  }

  close(): void {
    this.flush();
    ftruncateSync(this.fd, this.written);
    closeSync(this.fd);
  }
}

/** Writes a whole number below 10^9, with at least so many digits. @returns where it ends */
function digits(buffer: Buffer, at: number, value: number, least: number): number {
  let length = 1;
  for (let bound = 10; value >= bound; bound *= 10) length++;
  if (length < least) length = least;
  let rest = value;
  for (let i = at + length - 1; i >= at; i--) {
    const next = (rest / 10) | 0;
    buffer[i] = 48 + rest - next * 10;
    rest = next;
  }
  return at + length;
}

export const rowBufferSize = size;

/** The table function that reads a row file with these columns. */
export function readRows(path: string, columns: Readonly<Record<string, string>>): string {
  const types = Object.entries(columns).map(([name, type]) => `'${name}':'${type}'`);
  return `read_csv('${path.replaceAll("'", "''")}', delim='\x01', header=false, quote='', escape='', comment='',
    auto_detect=false, max_line_size=${longestRow}, buffer_size=${longestRow * 16}, columns={${types.join(',')}})`;
}
