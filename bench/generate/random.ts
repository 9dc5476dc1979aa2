/** A seeded source of chance: the same seed and name give the same numbers on every machine. */

/** Mixes a number into 32 well spread bits (the finaliser of MurmurHash3). */
export function scatter(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** 32 bits from a text (FNV-1a). */
export function hashText(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return scatter(h);
}

const HEX = '0123456789ABCDEF';
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789AZ';

export class Random {
  // sfc32 of PractRand: 128 bits of state, of which one is a counter, so that no seed leads to a short cycle.
  private a: number;
  private b: number;
  private c: number;
  private counter = 1;
  private spareNormal: number | undefined;

  constructor(seed: number, name = '') {
    const own = hashText(name);
    this.a = scatter(seed);
    this.b = scatter(seed ^ own);
    this.c = own;
    for (let i = 0; i < 12; i++) this.bits();
  }

  /** 32 random bits. */
  bits(): number {
    const sum = (((this.a + this.b) | 0) + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** From 0 to just below 1. */
  next(): number {
    return this.bits() / 4294967296;
  }

  /** A whole number from 0 to below `count`. */
  below(count: number): number {
    return Math.floor(this.next() * count);
  }

  between(low: number, high: number): number {
    return low + this.next() * (high - low);
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }

  /** The wait until the next of events that come on average every `mean` seconds, independently. */
  exponential(mean: number): number {
    return -mean * Math.log(1 - this.next());
  }

  /** Log-normal: half of the values below `median`, a long tail above. */
  skewed(median: number, sigma = 0.8): number {
    return median * Math.exp(sigma * this.normal());
  }

  /** Mean 0, deviation 1 (Box and Muller, who make two at a time). */
  private normal(): number {
    const spare = this.spareNormal;
    if (spare !== undefined) {
      this.spareNormal = undefined;
      return spare;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - this.next()));
    const angle = 2 * Math.PI * this.next();
    this.spareNormal = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  /** A rank from 0 to below `count`, the first ones most often (Zipf, exponent 1). */
  rank(count: number): number {
    return Math.floor(Math.exp(this.next() * Math.log(count + 1))) - 1;
  }

  /** A rank as above for some, any rank at all for the others: the many that are met once or twice in a log's life. */
  longTail(count: number, known: number): number {
    return this.chance(known) ? this.rank(count) : this.below(count);
  }

  /** Upper-case hexadecimal digits. */
  hex(digits: number): string {
    let text = '';
    for (let i = 0; i < digits; i++) text += HEX[this.bits() >>> 28];
    return text;
  }

  /** Letters and digits that a base 64 text may have. */
  letters(count: number): string {
    let text = '';
    for (let i = 0; i < count; i++) text += LETTERS[this.bits() >>> 26];
    return text;
  }

  /** One of a list, the heavier ones more often. */
  weighted<T extends { readonly weight: number }>(list: readonly T[]): T {
    let left = this.next() * list.reduce((sum, { weight }) => sum + weight, 0);
    for (const one of list) {
      left -= one.weight;
      if (left < 0) return one;
    }
    return list[list.length - 1] as T;
  }

  shuffle<T>(list: readonly T[]): T[] {
    const all = [...list];
    for (let i = all.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      [all[i], all[j]] = [all[j] as T, all[i] as T];
    }
    return all;
  }
}
