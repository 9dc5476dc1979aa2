/** `postscope compare`: is it better since then, or worse, or no different? */
import type { Command } from 'commander';
import type { Zone } from '../postfix/zone.js';
import { compare, type Ends } from '../report/compare.js';
import { comparisonCsv, comparisonText } from '../report/render/compare.js';
import { json } from '../report/render/json.js';
import { printable } from '../report/render/text.js';
import { contextOf } from './context.js';
import { type ReadingOptions, readingFlags, zoneOf } from './flags.js';
import { answer, Failure, periodAsked, type Session } from './session.js';
import { parseSince, parseUntil } from './time.js';
import { UsageError } from './usage.js';

export function compareCommand(program: Command): void {
  const command = program
    .command('compare')
    .argument('[before]', 'a period: 2026-11-01..2026-11-07, or a day, a month')
    .argument('[after]', 'another one')
    .option('--split <time>', 'what was before this time against what came after it')
    .summary('two periods side by side, and whether the difference is chance')
    .description('Is it better since then, or worse? Two periods side by side: volume, failures, delays, reasons, configuration.');
  readingFlags(command)
    .addHelpText(
      'after',
      `
A period is START..END; a date, month or year is meant to its end, so 2026-11-01..2026-11-07 is a whole week.
With --split, --since and --until say where the two begin and end; without them, the store does.

Whether a difference is more than chance:
  shares of failed tries      two-proportion z-test, each relay and kind, corrected for their number (Holm)
  delay                       Mann–Whitney U test over the hours' medians, and over their 90th percentiles
Differences count below p = 0.01. Both tests take what they compare to be independent; mail comes in waves, so a p
just below it says little.

Examples:
  postscope compare 2026-11-01..2026-11-07 2026-11-08..2026-11-14
  postscope compare --split "2026-11-24 14:30" --since 2026-11-23`,
    )
    .action(async (before: string | undefined, after: string | undefined, options: ReadingOptions & { split?: string }) => {
      const { io } = contextOf(command);
      const moment = { zone: zoneOf(options, io), now: io.now() };
      const named = periodsNamed(before, after, options, moment);
      await answer(command, async (session) => {
        const ends = named ?? (await periodsSplit(session, parseSince(options.split as string, moment)));
        if (ends === undefined) return;
        const [first, second] = ends.map((one) => ({ ...one, ...(options.host === undefined ? {} : { host: options.host }) })) as [
          Ends,
          Ends,
        ];
        const { reader, view, format } = session;
        const comparison = await compare(reader, first, second);
        for (const [name, { lines }] of [
          ['before', comparison.before],
          ['after', comparison.after],
        ] as const) {
          if (lines === 0) throw new Failure(`The period ${name} has no lines, so there is nothing to compare.`);
        }
        if (format === 'json') await session.print(json(comparison));
        else if (format === 'csv') await session.print(comparisonCsv(comparison));
        else await session.print(comparisonText(comparison, view));
      });
    });
}

type Moment = { readonly zone: Zone; readonly now: number };

/** @throws UsageError */
function periodsNamed(
  before: string | undefined,
  after: string | undefined,
  { split, since, until }: ReadingOptions & { split?: string },
  moment: Moment,
): [Ends, Ends] | undefined {
  if (split !== undefined) {
    if (before !== undefined) throw new UsageError('--split names both periods: give it, or two periods, not both.');
    return undefined;
  }
  if (before === undefined || after === undefined)
    throw new UsageError('Two periods are wanted, such as 2026-11-01..2026-11-07 2026-11-08..2026-11-14, or --split TIME.');
  if (since !== undefined || until !== undefined)
    throw new UsageError('--since and --until go with --split: two periods say themselves where they begin and end.');
  return [periodOf(before, moment), periodOf(after, moment)];
}

function periodOf(text: string, moment: Moment): Ends {
  const [start = '', end = start, ...more] = text.split('..');
  if (more.length > 0 || start.trim() === '' || end.trim() === '')
    throw new UsageError(`${JSON.stringify(text)} is no period: START..END is wanted, such as 2026-11-01..2026-11-07.`);
  const ends = { since: parseSince(start, moment), until: parseUntil(end, moment) };
  if (ends.since >= ends.until) throw new UsageError(`${JSON.stringify(printable(text))} is no period: it ends before it begins.`);
  return ends;
}

async function periodsSplit(session: Session, split: number): Promise<[Ends, Ends] | undefined> {
  const period = await periodAsked(session);
  if (period === undefined) return undefined;
  const { since = period.first, until = period.last + 1 } = session.scope;
  if (split <= since || split >= until) throw new Failure('The time of --split is not within the period that there are lines for.');
  return [
    { since, until: split },
    { since: split, until },
  ];
}
