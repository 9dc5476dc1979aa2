/**
 * Numbers of lines as a short text: the first as its distance from a number that is known, the others as that from the one
 * before, in digits of base 32. The lines of a message stand near each other, so most take one or two characters.
 */

/** The first half ends a number, the second half goes on. */
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const digits = new Map([...alphabet].map((character, value) => [character, value]));

/** @param numbers in ascending order @param origin one that whoever reads it knows */
export function numbersText(numbers: readonly number[], origin: number): string {
  let text = '';
  let before = origin;
  for (const [i, n] of numbers.entries()) {
    const distance = n - before;
    // Only the first can be below what it is counted from.
    text += digitsOf(i > 0 ? distance : distance < 0 ? -2 * distance - 1 : 2 * distance);
    before = n;
  }
  return text;
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

function digitsOf(value: number): string {
  let text = alphabet[value % 32] as string;
  for (let rest = Math.floor(value / 32); rest > 0; rest = Math.floor(rest / 32)) text = (alphabet[32 + (rest % 32)] as string) + text;
  return text;
}
