/** `npm run bench`: parsing and importing one log, beside pflogsumm on the same log in the same run. */
import { createReadStream } from 'node:fs';
import { count } from '../report/render/number.js';
import { dataPath } from './checkout.js';
import { type NodeUsage, NotMeasured, type Usage } from './child.js';
import { onCores } from './cores.js';
import { figuresOf, megabytes, rangeText, rateText, secondsText, timesText } from './figures.js';
import { type Imported, importInto, removeStore } from './importing.js';
import { type Log, linesLog } from './lines_log.js';
import { machineText } from './machine.js';
import { type Pass, parse } from './parsing.js';
import { findPflogsumm } from './pflogsumm.js';
import { atLeast, atMost, type Result, resultsText } from './results.js';

export interface AgainstOptions {
  readonly lines: number;
  /** Whether ten times as many lines are imported too. */
  readonly ten: boolean;
  readonly rounds: number;
}

/** @returns the exit code: 1 where something could not be measured, whatever the figures are */
export async function againstPflogsumm({ lines, ten, rounds }: AgainstOptions): Promise<number> {
  const yardstick = findPflogsumm();
  if (onCores(1) === undefined) console.error('taskset is not installed (util-linux): nothing is confined to its cores');
  const log = linesLog(lines);
  const tenfold = ten ? linesLog(10 * lines) : undefined;
  await readThrough(log.path);

  const summaries: Usage[] = [];
  const passes: { cold: Pass; warm: readonly Pass[] }[] = [];
  const imports: Imported[] = [];
  const store = dataPath('store.duckdb');
  let large: Imported | undefined;
  try {
    // In turn, so that a machine that gets slower or faster meanwhile is so for all of them.
    for (let round = 1; round <= rounds; round++) {
      console.error(`Round ${round} of ${rounds}: pflogsumm, parsing, import …`);
      if (typeof yardstick !== 'string') summaries.push(yardstick.run(log.path));
      passes.push(parse(log.path, lines));
      imports.push(await importInto(store, [log.path], lines));
    }
    if (tenfold !== undefined) {
      console.error(`Importing ${count(tenfold.lines)} lines …`);
      large = await importInto(store, [tenfold.path], tenfold.lines);
    }
  } finally {
    removeStore(store);
  }

  const by = summaries.length === 0 ? undefined : figuresOf(summaries.map(({ seconds }) => seconds)).median;
  const results = [
    ...summaryResults(summaries, log, yardstick),
    ...parsingResults(passes, log, by),
    ...importResults(imports, log, by),
    ...(large === undefined || tenfold === undefined ? [] : largeResults(large, tenfold)),
  ];
  console.log(`${machineText()}\n${count(lines)} lines, ${megabytes(log.bytes)}; ${remarks(passes)}\n\n${resultsText(results)}`);
  if (typeof yardstick === 'string') console.log(`\nNo ratios: ${yardstick}.`);
  if (lines !== 1_000_000) console.log('\nThe bars are meant for 1,000,000 lines (leave --lines away).');
  return typeof yardstick === 'string' ? 1 : 0;
}

/** All shall find the log in memory. */
async function readThrough(path: string): Promise<void> {
  for await (const _ of createReadStream(path, { highWaterMark: 1 << 20 }));
}

function summaryResults(summaries: readonly Usage[], { lines }: Log, yardstick: { version: string } | string): Result[] {
  if (typeof yardstick === 'string') return [{ what: 'pflogsumm', figure: 'missing' }];
  const wall = figuresOf(summaries.map(({ seconds }) => seconds));
  const user = figuresOf(summaries.map(({ userSeconds }) => userSeconds));
  const what = `pflogsumm ${yardstick.version}`;
  return [
    { what: `${what}, the whole job`, figure: secondsText(wall.median), range: rangeText(wall, secondsText), ratio: timesText(1) },
    { what: `${what}, as a rate`, figure: rateText(lines / wall.median), ratio: timesText(1) },
    { what: `${what}, user seconds`, figure: secondsText(user.median), range: rangeText(user, secondsText) },
  ];
}

function parsingResults(passes: readonly { cold: Pass; warm: readonly Pass[] }[], { lines }: Log, by: number | undefined): Result[] {
  const rates = (of: readonly Pass[]) => figuresOf(of.map(({ seconds }) => lines / seconds));
  const warm = rates(passes.flatMap((own) => own.warm));
  const cold = rates(passes.map((own) => own.cold));
  const ratio = (rate: number) => (by === undefined ? Number.NaN : (rate * by) / lines);
  const beside = (rate: number) => (by === undefined ? {} : { ratio: timesText(ratio(rate)) });
  return [
    {
      what: 'parsing alone, one core',
      figure: rateText(warm.median),
      range: rangeText(warm, rateText),
      ...beside(warm.median),
      ...(by === undefined ? {} : { bar: atLeast(ratio(warm.median), 11, '11 ×') }),
    },
    {
      what: 'the same, first pass of a process',
      figure: rateText(cold.median),
      range: rangeText(cold, rateText),
      ...beside(cold.median),
    },
  ];
}

function importResults(imports: readonly Imported[], { lines, bytes }: Log, by: number | undefined): Result[] {
  const wall = figuresOf(imports.map(({ seconds }) => seconds));
  const cores = figuresOf(imports.map(coresUsed));
  const size = figuresOf(imports.map(({ storeBytes }) => storeBytes));
  return [
    {
      what: 'import, two cores',
      figure: secondsText(wall.median),
      range: rangeText(wall, secondsText),
      ...(by === undefined ? {} : { ratio: timesText(by / wall.median), bar: atLeast(by / wall.median, 4, '4 ×') }),
    },
    { what: 'import, as a rate', figure: rateText(lines / wall.median) },
    { what: 'import, cores busy on average', figure: cores.median.toFixed(2), range: rangeText(cores, (value) => value.toFixed(2)) },
    {
      what: 'store beside the log',
      figure: megabytes(size.median),
      range: rangeText(size, megabytes),
      ratio: (size.median / bytes).toFixed(3),
      bar: atMost(size.median / bytes, 0.4, '0.4'),
    },
    memoryResult('import, peak memory', imports),
  ];
}

function largeResults(large: Imported, { lines, bytes }: Log): Result[] {
  const what = `import of ${count(lines)} lines`;
  const ratio = large.storeBytes / bytes;
  return [
    { what, figure: secondsText(large.seconds) },
    { what: `${what}, as a rate`, figure: rateText(lines / large.seconds) },
    { what: 'its store', figure: megabytes(large.storeBytes), ratio: ratio.toFixed(3), bar: atMost(ratio, 0.4, '0.4') },
    memoryResult('its peak memory', [large]),
  ];
}

/** The most of all runs counts, not their median: it is a promise. */
export function memoryResult(what: string, runs: readonly NodeUsage[]): Result {
  const peak = figuresOf(runs.map(({ peakBytes }) => peakBytes));
  return { what, figure: megabytes(peak.median), range: rangeText(peak, megabytes), bar: atMost(peak.most, 400e6, '400 MB') };
}

const coresUsed = ({ userSeconds, systemSeconds, seconds }: Usage) => (userSeconds + systemSeconds) / seconds;

function remarks(passes: readonly { cold: Pass }[]): string {
  const { cold } = passes[0] ?? {};
  if (cold === undefined) throw new NotMeasured('nothing was parsed');
  const { fields, lines, unknown, unplaced } = cold;
  return `${(fields / lines).toFixed(2)} fields a line beside its front, ${count(unknown)} unrecognized, ${count(unplaced)} set aside`;
}
