/** One walk over the bytes of a line: where it ends, whether it is plain ASCII, and a hash of it. */

/** What was found of the line that was walked over last; there is one, used again and again. */
export class LineScan {
  /** Where the line ends: at its newline, or where the bytes do. */
  end = 0;
  /** Whether it is printable ASCII and tabs. */
  plain = true;
  /** 64 bits of hash, in two halves. */
  first = 0;
  second = 0;

  /** @param length of all the bytes, or where to stop at the latest */
  read(bytes: DataView, from: number, length: number): this {
    let h = 0x2545f491;
    let g = 0x1e3779b9;
    let plain = true;
    let at = from;
    scan: while (at < length) {
      while (at + 4 <= length) {
        const word = bytes.getInt32(at, true);
        // A bit of each byte that is below 32, or above 126: a newline, or what is not plain.
        if ((((word - 0x20202020) | (word + 0x01010101) | word) & -2139062144) !== 0) break;
        h = Math.imul(h ^ word, 0x85ebca6b);
        g = Math.imul(((g << 5) | (g >>> 27)) ^ word, 0xc2b2ae35);
        at += 4;
      }
      for (const stop = Math.min(at + 4, length); at < stop; at++) {
        const byte = bytes.getUint8(at);
        if (byte === 10) break scan;
        if ((byte < 32 && byte !== 9) || byte > 126) plain = false;
        h = Math.imul(h ^ byte, 0x85ebca6b);
        g = Math.imul(((g << 5) | (g >>> 27)) ^ byte, 0xc2b2ae35);
      }
    }
    this.end = at;
    this.plain = plain;
    this.first = h ^ (h >>> 15);
    this.second = g ^ (g >>> 13);
    return this;
  }
}
