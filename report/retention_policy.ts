/** What is to be kept, as it is typed (`18mo`), and which months go by it. */
import {
  type Doomed,
  endOfMonth,
  type KeptKind,
  keptKinds,
  monthOf,
  monthsBetween,
  type Stock,
  startOfMonth,
} from '../store/retention_port.js';

/** A length of time to keep something for. */
export interface Keep {
  /** As it was typed. */
  readonly text: string;
  readonly count: number;
  readonly unit: Unit;
}

type Unit = 'd' | 'w' | 'mo' | 'y';

const units: Readonly<Record<string, Unit>> = { d: 'd', day: 'd', w: 'w', week: 'w', mo: 'mo', month: 'mo', y: 'y', year: 'y' };
/** No log is older than a thousand years, and stamps have years of four digits. */
const longest: Readonly<Record<Unit, number>> = { d: 365_000, w: 52_000, mo: 12_000, y: 1_000 };

export const acceptedKeeps = '18mo (months), 90d (days), 12w (weeks), 2y (years)';

/** @throws RangeError with what is wrong about it */
export function parseKeep(text: string): Keep {
  const [, digits, word = ''] = /^(\d+)\s*([a-z]*)$/i.exec(text.trim()) ?? [];
  const count = Number(digits);
  if (count === 0) throw new RangeError('nothing at all would be kept. At least 1d is wanted');
  const unit = units[word.toLowerCase()] ?? units[word.toLowerCase().replace(/s$/, '')];
  if (digits === undefined || unit === undefined) {
    const what = digits !== undefined && word === '' ? 'a number of what?' : 'not a length of time that I know.';
    throw new RangeError(`${what} Accepted: ${acceptedKeeps}`);
  }
  if (count > longest[unit]) throw new RangeError('longer than any log is old. Leave it away to keep everything');
  return { text: text.trim(), count, unit };
}

/** What is older goes. @param now milliseconds since the epoch @returns the same */
export function limitOf({ count, unit }: Keep, now: number): number {
  if (unit === 'd' || unit === 'w') return now - count * (unit === 'd' ? 1 : 7) * 86_400_000;
  const months = unit === 'mo' ? count : 12 * count;
  const start = startOfMonth(monthOf(now), -months);
  // The 31st of a month that has fewer days is its last.
  return Math.min(start + (now - startOfMonth(monthOf(now))), endOfMonth(monthOf(start)) - 1);
}

export type Policy = Readonly<Record<KeptKind, Keep>>;

/** Whole months that are older than the policy keeps, and under no hold. */
export function doomedBy(policy: Policy, { months }: Pick<Stock, 'months'>, held: ReadonlySet<string>, now: number): Doomed {
  const of = (kind: KeptKind) => {
    const limit = limitOf(policy[kind], now);
    return months.map(({ month }) => month).filter((month) => endOfMonth(month) <= limit && !held.has(month));
  };
  return Object.fromEntries(keptKinds.map((kind) => [kind, of(kind)])) as unknown as Doomed;
}

/** @returns why a policy cannot be: an attempt is told by its message */
export function conflictIn(policy: Policy, now: number): string | undefined {
  if (limitOf(policy.attempts, now) >= limitOf(policy.messages, now)) return undefined;
  return `attempts cannot be kept longer (${policy.attempts.text}) than the messages that they belong to (${policy.messages.text})`;
}

/** A month, a year, a day (meant is its month), or two of them with `..` between. @throws RangeError */
export function parseMonths(text: string): { readonly from: string; readonly to: string } {
  const [first = '', second, ...more] = text.trim().split('..');
  const from = monthsIn(first);
  const to = second === undefined ? from : monthsIn(second);
  if (from === undefined || to === undefined || more.length > 0) {
    throw new RangeError('not a period that I know. Accepted: 2022-04, 2022, 2022-04-17 (its whole month), 2022-04..2022-06');
  }
  if (from[0] > to[1]) throw new RangeError('it ends before it begins');
  return { from: from[0], to: to[1] };
}

function monthsIn(text: string): readonly [first: string, last: string] | undefined {
  const match = /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?$/.exec(text.trim());
  if (match === null) return undefined;
  const [, year, month, day] = match;
  if (month === undefined) return [`${year}-01`, `${year}-12`];
  if (month < '01' || month > '12') return undefined;
  const name = `${year}-${month}`;
  const last = new Date(endOfMonth(name) - 1).getUTCDate();
  return day !== undefined && (Number(day) < 1 || Number(day) > last) ? undefined : [name, name];
}

/** How a period of months is said. */
export function monthsText(from: string, to: string): string {
  if (from === to) return from;
  return from.endsWith('-01') && to === `${from.slice(0, 4)}-12` ? from.slice(0, 4) : `${from}..${to}`;
}

/** Months put together as they are said: `2022-01..2022-03, 2022-05`. */
export function monthsListed(months: readonly string[]): string {
  const runs: { from: string; to: string }[] = [];
  for (const month of [...new Set(months)].sort()) {
    const last = runs.at(-1);
    if (last !== undefined && monthsBetween(last.to, month).length === 2) last.to = month;
    else runs.push({ from: month, to: month });
  }
  return runs.map(({ from, to }) => (from === to ? from : `${from}..${to}`)).join(', ');
}
