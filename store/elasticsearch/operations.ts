/** Operations of one bulk request, as the bytes that are sent: they are written once, and parts are cut out to be sent again. */

/** Bytes of the documents of most batches. */
export const aBatch = 5 << 18;
/** Room for what is written without end, which most often is little. */
const little = 16 << 10;

export class Operations {
  /** Where each ends. */
  private readonly ends: number[] = [];
  private at = 0;
  private buffer: Buffer;

  /** @param buffer to write into; it is replaced by a larger one where it is too small */
  constructor(buffer: Buffer) {
    this.buffer = buffer;
  }

  /** @param bytes that are expected, with an eighth on top; a little where nothing is */
  static bufferFor(bytes: number): Buffer {
    return Buffer.allocUnsafeSlow(Math.max(little, bytes + (bytes >> 3)));
  }

  get count(): number {
    return this.ends.length;
  }
  get bytes(): number {
    return this.at;
  }
  /** What was written into, for whoever writes next. */
  get spent(): Buffer {
    return this.buffer;
  }

  /** @param action the action's line as JSON @param document the document as JSON; none where the action has none */
  add(action: string, document?: string): void {
    // Both at once, as each text is put together out of its parts before it is written.
    const text = document === undefined ? `${action}\n` : `${action}\n${document}\n`;
    // A character of UTF-16 takes three bytes at most.
    const room = text.length * 3;
    if (this.at + room > this.buffer.length) this.grow(room);
    this.at += this.buffer.write(text, this.at);
    this.ends.push(this.at);
  }

  /** Adds what others have, in their order. */
  addAll(others: readonly Operations[]): void {
    const room = others.reduce((sum, { at }) => sum + at, 0);
    if (this.at + room > this.buffer.length) this.grow(room);
    for (const { ends, at, buffer } of others) {
      buffer.copy(this.buffer, this.at, 0, at);
      for (const end of ends) this.ends.push(this.at + end);
      this.at += at;
    }
  }

  /** The document of one of them, read back. */
  documentOf(operation: number): unknown {
    const all = this.buffer.toString('utf8', operation === 0 ? 0 : this.ends[operation - 1], this.ends[operation]);
    return JSON.parse(all.slice(all.indexOf('\n') + 1));
  }

  /** The bytes of some of them, which are in rising order. */
  bytesOf(chosen: readonly number[]): Buffer {
    if (chosen.length === this.count) return this.buffer.subarray(0, this.at);
    return Buffer.concat(chosen.map((i) => this.buffer.subarray(i === 0 ? 0 : this.ends[i - 1], this.ends[i])));
  }

  private grow(room: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(this.buffer.length * 2, this.at + room));
    this.buffer.copy(larger, 0, 0, this.at);
    this.buffer = larger;
  }
}
