/**
 * Any part of a line, as conditions on the words of the line (`event.original`; mappings/templates.ts, `log_words`). They
 * are what must be so in every line that has the text, by three properties of Unicode's word boundaries (UAX #29), which the
 * analyzer splits at: white space always ends a word, no word ends between two ASCII letters or digits, and what is around
 * white space has no say in where a word ends beyond it. So
 *
 *     lost connection with relay101        the text that is looked for
 *          ╰───────┬───────╯               between white space: whole words, as the analyzer makes them
 *     ╰──╯                  ╰──────╯       at its ends: parts of words
 *
 * Whether the line has the text is then looked at (store/matches.ts).
 */
import type { Query } from '../asked.js';
import { contains } from './folded.js';

const field = 'event.original';

/** @returns conditions that all must hold; none where the text has neither letters nor digits */
export function textConditions(text: string): Query[] {
  const pieces = text.split(/[ \t]+/);
  const first = pieces[0] ?? '';
  const last = pieces.at(-1) ?? '';
  if (pieces.length === 1) return longestRun(first) === '' ? [] : [contains(field, longestRun(first))];
  const conditions: Query[] = [];
  const whole = pieces.slice(1, -1).filter((piece) => ascii.test(piece));
  if (whole.some((piece) => alphanumeric.test(piece))) {
    conditions.push({ match: { [field]: { query: whole.join(' '), operator: 'and' } } });
  }
  // A beginning is found at once; an end only by going through all words, which is for where there is nothing else to go by.
  const beginning = /^[a-z0-9]+/i.exec(last)?.[0];
  if (beginning !== undefined) conditions.push({ prefix: { [field]: { value: beginning.toLowerCase() } } });
  else if (longestRun(last) !== '') conditions.push(contains(field, longestRun(last)));
  const ending = /[a-z0-9]+$/i.exec(first)?.[0];
  if (ending !== undefined) conditions.push({ wildcard: { [field]: { value: `*${ending.toLowerCase()}` } } });
  else if (longestRun(first) !== '') conditions.push(contains(field, longestRun(first)));
  return conditions;
}

const ascii = /^[\0-\x7f]+$/;
const alphanumeric = /[a-z0-9]/i;

/** Of letters and digits, the longest: it is in one word, wherever the word begins and ends. */
function longestRun(piece: string): string {
  const runs = piece.match(/[a-z0-9]+/gi) ?? [];
  return runs.reduce((longest, run) => (run.length > longest.length ? run : longest), '').toLowerCase();
}
