/** `npm run bench -- months`: an import of many days in one command, and questions to the store of them. */
import { statSync } from 'node:fs';
import { z } from 'zod';
import { main as command, type Io } from '../cli/main.js';
import { count } from '../report/render/number.js';
import { openReader } from '../store/open.js';
import type { Reader } from '../store/port.js';
import { dataPath, postscope } from './checkout.js';
import { NotMeasured, runNode, timeNode } from './child.js';
import { type DaysLog, daysLog } from './days_log.js';
import { type Figures, figuresOf, megabytes, rangeText, rateText, secondsText } from './figures.js';
import { importInto } from './importing.js';
import { machineText } from './machine.js';
import { digestOfCode, made, setMade, unmake } from './made.js';
import { firstPages } from './pages.js';
import { type Question, questionsTo } from './questions.js';
import { atMost, type Result, resultsText } from './results.js';

export interface MonthsOptions {
  readonly days: number;
  readonly times: number;
  readonly again: boolean;
}

const importSchema = z.object({
  /** When it was made, as ISO 8601. */
  on: z.string(),
  seconds: z.number(),
  userSeconds: z.number(),
  systemSeconds: z.number(),
  peakBytes: z.number(),
  storeBytes: z.number(),
});
type DaysImport = z.infer<typeof importSchema>;

export async function months({ days, times, again }: MonthsOptions): Promise<number> {
  const log = await daysLog(days);
  const store = dataPath(days === 90 ? 'months.duckdb' : `months.${days}.duckdb`);
  const imported = await importedOf(store, log, again);
  const questions = questionsTo(log, await middleOf(store));
  const results = [
    ...importResults(imported, log),
    ...(await inProcess(store, questions, times)),
    ...asCommands(store, questions, times),
    ...(await firstPages(store, times)),
  ];
  const what = `${days} days, ${count(log.lines)} lines, ${megabytes(log.bytes)}`;
  console.log(`${machineText()}\n${what}; imported ${imported.on}\n\n${resultsText(results)}`);
  if (days !== 90) console.log('\nThe bars are meant for 90 days (leave --days away).');
  return 0;
}

/** The store, and what its import took; it is made where it is not there. */
async function importedOf(store: string, log: DaysLog, again: boolean): Promise<DaysImport> {
  const code = digestOfCode('postfix', 'ingest', 'queue', 'workers', 'store');
  const known = again ? undefined : made(store, importSchema);
  if (known !== undefined) {
    if (known.by !== code) console.error(`The code has changed since ${store} was made: --again imports anew.`);
    return known.notes;
  }
  console.error(`Importing ${count(log.lines)} lines into ${store} …`);
  unmake(store);
  const usage = await importInto(store, log.paths, log.lines);
  const imported = importSchema.parse({ ...usage, on: new Date().toISOString() });
  setMade(store, code, imported);
  return imported;
}

function importResults({ seconds, peakBytes, storeBytes }: DaysImport, log: DaysLog): Result[] {
  const packed = log.paths.reduce((sum, path) => sum + statSync(path).size, 0);
  const ratio = storeBytes / log.bytes;
  return [
    { what: `import of ${log.paths.length} packed files (${megabytes(packed)})`, figure: secondsText(seconds) },
    { what: 'import, as a rate', figure: rateText(log.lines / seconds) },
    { what: 'import, peak memory', figure: megabytes(peakBytes), bar: atMost(peakBytes, 400e6, '400 MB') },
    { what: 'store beside the log', figure: megabytes(storeBytes), ratio: ratio.toFixed(3), bar: atMost(ratio, 0.4, '0.4') },
  ];
}

function questionResult({ what, bar }: Question, figures: Figures, how: string): Result {
  return {
    what: `${what}${how}`,
    figure: secondsText(figures.median),
    range: rangeText(figures, secondsText),
    ...(bar === undefined ? {} : { bar: atMost(figures.median, bar, `${bar} s`) }),
  };
}

/** The middle of what the store has, as ISO 8601. */
async function middleOf(store: string): Promise<string> {
  const reader = await openReader({ path: store });
  try {
    const { first = 0, last = 0 } = await reader.totals({});
    return new Date(Math.round((first + last) / 2)).toISOString();
  } finally {
    await reader.close();
  }
}

/** All that a command does but for starting Node and opening the store: the question, and the answer as text. */
async function inProcess(store: string, questions: readonly Question[], times: number): Promise<Result[]> {
  const reader = await openReader({ path: store });
  try {
    const said: string[] = [];
    const io = worldOf(reader, said);
    const results: Result[] = [];
    for (const question of questions) {
      if (question.alone) continue;
      console.error(`In one process: ${question.what} …`);
      const ask = async () => {
        const began = process.hrtime.bigint();
        const code = await command([...question.argv, '--zone', 'UTC', '--store', store], io);
        if (code !== 0) throw new NotMeasured(`${question.argv.join(' ')} ended with exit code ${code}:\n${said.join('')}`);
        return Number(process.hrtime.bigint() - began) / 1e9;
      };
      await ask();
      const seconds: number[] = [];
      for (let i = 0; i < times; i++) seconds.push(await ask());
      results.push(questionResult(question, figuresOf(seconds), ''));
    }
    return results;
  } finally {
    await reader.close();
  }
}

/** Commands that share a reader, so that it stays open, and print to a terminal that nobody looks at. */
function worldOf(reader: Reader, said: string[]): Io {
  const kept = new Proxy(reader, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (name === 'close') return () => Promise.resolve();
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  return {
    stdout: { write: () => true, isTTY: true, columns: 120 },
    stderr: { write: (text) => said.push(text) },
    env: {},
    now: Date.now,
    zone: 'UTC',
    openReader: () => Promise.resolve(kept),
  };
}

/** What a person waits for who types it, or a script: there is no terminal, so that all relays are printed. */
function asCommands(store: string, questions: readonly Question[], times: number): Result[] {
  const idle: Question = { what: 'postscope --version', argv: ['--version'] };
  return [idle, ...questions].map((question) => {
    console.error(`As a command: ${question.what} …`);
    const argv = question === idle ? idle.argv : [...question.argv, '--zone', 'UTC', '--store', store];
    const { peakBytes } = runNode(postscope, argv, { quiet: true });
    const seconds = Array.from({ length: times }, () => timeNode(postscope, argv));
    return questionResult(question, figuresOf(seconds), `, whole command (${megabytes(peakBytes)})`);
  });
}
