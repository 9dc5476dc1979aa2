/** Numbers of lines, a bit each: of a store of a hundred million lines they take 12 MB, however many they are. */
export class LineSet implements Iterable<number> {
  private readonly bits: Uint8Array;
  private count = 0;

  /** @param end all numbers are below it */
  constructor(private readonly end: number) {
    this.bits = new Uint8Array(Math.floor(end / 8) + 1);
  }

  get size(): number {
    return this.count;
  }

  add(n: number): void {
    if (this.has(n)) return;
    this.bits[Math.floor(n / 8)] = (this.bits[Math.floor(n / 8)] as number) | (1 << (n % 8));
    this.count++;
  }

  has(n: number): boolean {
    return ((this.bits[Math.floor(n / 8)] ?? 0) & (1 << (n % 8))) !== 0;
  }

  /** In order. */
  *[Symbol.iterator](): Generator<number> {
    for (let n = 0; n < this.end; n++) {
      if (n % 8 === 0 && this.bits[n / 8] === 0) n += 7;
      else if (this.has(n)) yield n;
    }
  }
}
