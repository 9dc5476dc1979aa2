/** Words by which a line of an action is known before it is parsed. */
import { daemons } from '../../postfix/daemons/index.js';
import { neighbours } from '../../postfix/neighbours/index.js';
import { matcherOf } from '../../postfix/pattern.js';

/** Shorter words stand in too many lines. */
const shortest = 4;
/** A line may be kept with escapes of its envelope's format: these characters have none. */
const plain = /[\w ,.:;=()/-]+/g;

/** @returns texts of which every line of the action has one; undefined where its patterns do not tell */
export function wordsOf(action: string): readonly string[] | undefined {
  const wanted = action.toLowerCase();
  const patterns = new Set(
    [...Object.values(daemons), ...Object.values(neighbours)].flat(2).filter((pattern) => pattern.action === wanted),
  );
  const words = new Set([...patterns].map((pattern) => longest(matcherOf(pattern).literals)));
  return words.size === 0 || [...words].some((word) => word.length < shortest) ? undefined : [...words];
}

const longest = (literals: readonly string[]) =>
  literals.flatMap((literal) => literal.match(plain) ?? []).reduce((best, word) => (word.length > best.length ? word : best), '');
