/**
 * Numbers of lines as a short text: the first as its distance from a number that is known, the others as that from the one
 * before, in digits of base 32. The lines of a message stand near each other, so most take one or two characters.
 */

/** The first half ends a number, the second half goes on. */
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const digits = new Map([...alphabet].map((character, value) => [character, value]));

/** Room for the longest number, in digits. */
export const longestNumber = 12;

/**
 * Writes numbers as such a text.
 * @param numbers in ascending order @param origin one that whoever reads it knows @param into `longestNumber` bytes for each
 * @returns where the text ends
 */
export function writeNumbers(numbers: readonly number[], origin: number, into: Uint8Array): number {
  let before = origin;
  let at = 0;
  for (let i = 0; i < numbers.length; i++) {
    const n = numbers[i] as number;
    const distance = n - before;
    // Only the first can be below what it is counted from.
    at = writeDigits(i > 0 ? distance : distance < 0 ? -2 * distance - 1 : 2 * distance, into, at);
    before = n;
  }
  return at;
}

export function numbersIn(text: string, origin: number): number[] {
  const numbers: number[] = [];
  let before = origin;
  let value = 0;
  for (const character of text) {
    const digit = digits.get(character) as number;
    value = value * 32 + (digit % 32);
    if (digit >= 32) continue;
    const distance = numbers.length > 0 ? value : value % 2 === 1 ? -(value + 1) / 2 : value / 2;
    before += distance;
    numbers.push(before);
    value = 0;
  }
  return numbers;
}

const codes = Buffer.from(alphabet, 'latin1');

function writeDigits(value: number, into: Uint8Array, from: number): number {
  let length = 1;
  for (let rest = value; rest >= 32; rest = Math.floor(rest / 32)) length++;
  let at = from + length;
  let rest = value;
  into[--at] = codes[rest % 32] as number;
  while (at > from) {
    rest = Math.floor(rest / 32);
    into[--at] = codes[32 + (rest % 32)] as number;
  }
  return from + length;
}
