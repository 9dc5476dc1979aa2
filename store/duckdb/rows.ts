/**
 * Rows on their way into DuckDB: text that its own CSV reader takes in on another thread while JavaScript goes on parsing.
 * Fields are written as bytes into a buffer that is used again and again; text that is kept has no control characters
 * (postfix/text.ts), so two of those can separate fields without any quoting.
 */
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';

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

  /** @param buffer of `rowBufferSize` bytes, for this file alone while it is open */
  constructor(
    readonly path: string,
    private readonly buffer: Buffer,
  ) {
    this.fd = openSync(path, 'w', 0o600);
  }

  /** A whole number from 0 to 2^53. */
  integer(value: number): void {
    if (value < 1e9) this.at = digits(this.buffer, this.at, value, 0);
    else {
      const high = Math.floor(value / 1e9);
      this.at = digits(this.buffer, digits(this.buffer, this.at, high, 0), value - high * 1e9, 9);
    }
    this.buffer[this.at++] = separator;
  }

  /** The same, or nothing. */
  optional(value: number | undefined): void {
    if (value === undefined) this.buffer[this.at++] = separator;
    else this.integer(value);
  }

  /** A decimal number of a few digits, or nothing. */
  decimal(value: number | undefined): void {
    if (value === undefined) this.buffer[this.at++] = separator;
    else if (Number.isInteger(value)) this.integer(value);
    else this.text(String(value), true);
  }

  /** @param ascii whether it is, which is written without conversion */
  text(text: string, ascii: boolean): void {
    this.at += this.buffer.write(text, this.at, ascii ? 'latin1' : 'utf8');
    this.buffer[this.at++] = separator;
  }

  end(): void {
    this.buffer[this.at - 1] = newline;
    this.rows++;
    if (this.at > size - longestRow) this.flush();
  }

  private flush(): void {
    if (this.at > 0) writeSync(this.fd, this.buffer, 0, this.at);
    this.at = 0;
  }

  close(): void {
    this.flush();
    closeSync(this.fd);
  }

  remove(): void {
    rmSync(this.path, { force: true });
  }
}

/** Writes a whole number below 10^9, with at least so many digits. @returns where it ends */
function digits(buffer: Buffer, at: number, value: number, least: number): number {
  let length = 1;
  for (let bound = 10; value >= bound; bound *= 10) length++;
  if (length < least) length = least;
  let rest = value | 0;
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
