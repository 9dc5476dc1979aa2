/** `postscope parse`: lines in, documents out, no store. */
import { hostname } from 'node:os';
import type { Command } from 'commander';
import { cut } from '../ingest/cut.js';
import { expand, whyNot } from '../ingest/paths.js';
import { survey } from '../ingest/survey.js';
import { headOf, packingOf, textOf, UnpackError } from '../ingest/unpack.js';
import { Clock } from '../postfix/clock.js';
import { toDocument } from '../postfix/document.js';
import { identityOf, Ordinals } from '../postfix/identity.js';
import { type Event, Parser } from '../postfix/parse.js';
import { type KeptText, keepText } from '../postfix/text.js';
import type { Zone } from '../postfix/zone.js';
import { type Answer, parsedCsvHead, parsedCsvLine } from '../report/render/parsed.js';
import { printable } from '../report/render/text.js';
import type { Scope } from '../store/port.js';
import { contextOf } from './context.js';
import { commonFlags, formatOf, type ReadingOptions, scopeOf, zoneOf } from './flags.js';
import { type Io, write } from './io.js';

export function parseCommand(program: Command): void {
  const command = program
    .command('parse')
    .summary('lines in, one JSON document a line out; no store')
    .description('Reads log lines and prints what postscope makes of each: one JSON document a line, in the same order.')
    .argument('[path...]', 'files as for import; without any, or with -, standard input')
    .option('--default-host <name>', 'host of lines that name none (default: this machine)');
  commonFlags(command, {
    zone: "time zone in which the log was written, and in which times are read here (default: this machine's)",
    json: 'print JSON, as it does anyway',
    csv: 'print a table of the fields that tell most, safe to open in a spreadsheet',
  })
    .addHelpText(
      'after',
      `
Every input line is answered, blank ones too. A line that no pattern knows has event.action "unrecognized"; a line
without a time cannot be placed, and is answered by { "error": { "code": "no_time" }, "event": { "original": … } };
so is one that is too long for a log (too_long), with its beginning. With --since, --until or --host, only the lines
of that period and host are answered.

Field names are those of the Elastic Common Schema where it has one, and postfix.* otherwise. The columns of --csv
have the same names, but for the @ of timestamp, which a spreadsheet takes for the beginning of a formula.

Examples:
  tail -100 /var/log/maillog | postscope parse | jq 'select(.postfix.status == "deferred")'
  postscope parse /var/log/maillog-20220403.gz | jq -r '[.["@timestamp"], .destination.ip, .postfix.delay] | @csv'`,
    )
    .action(async (paths: string[], flags: ReadingOptions & { defaultHost?: string }) => {
      const context = contextOf(command);
      const { io } = context;
      const zone = zoneOf(flags, io);
      const scope = scopeOf(flags, zone, io.now());
      const settings = { zone, scope, host: flags.defaultHost ?? hostname(), csv: formatOf(flags) === 'csv' };
      context.exitCode = await run(paths, settings, io);
    });
}

interface Settings {
  readonly zone: Zone;
  /** Which lines are answered; all of them where it is empty. */
  readonly scope: Scope;
  /** Of lines that name none. */
  readonly host: string;
  readonly csv: boolean;
}

async function run(paths: readonly string[], settings: Settings, io: Io): Promise<number> {
  const now = io.now();
  let code = 0;
  const complain = (path: string, why: string) => {
    code = 1;
    io.stderr.write(`${printable(path)} ${why}\n`);
  };
  if (settings.csv) await write(io.stdout, parsedCsvHead);
  if (paths.length === 0 || paths.includes('-')) await answer(process.stdin, '-', new Clock(settings.zone, () => now), settings, io);
  const named = await expand(paths, io.env.INIT_CWD ?? process.cwd());
  for (const { path, why } of named.unusable) complain(path, why);
  for (const { path, stats } of named.files) {
    try {
      const { anchor, year } = await survey(path, stats, settings.zone, now);
      const text = textOf(path, packingOf(await headOf(path, 8)));
      await answer(text, path, new Clock(settings.zone, () => anchor, year), settings, io);
    } catch (error) {
      complain(path, error instanceof UnpackError ? `is answered only in part: ${error.message}` : whyNot(error));
    }
  }
  return code;
}

/** What is answered where there is no document. */
const refusals = {
  no_time: 'the line has no time that postscope knows',
  too_long: 'the line is too long for a mail log; this is its beginning',
  binary: 'a run of NULs, as a crash leaves them, and no line',
} as const;

async function answer(pieces: AsyncIterable<Buffer>, path: string, clock: Clock, settings: Settings, io: Io): Promise<void> {
  const { scope } = settings;
  const parser = new Parser(clock, settings.host);
  // Where a line without a time belongs nobody knows, so it is in no period and of no host.
  const all = Object.keys(scope).length === 0;
  const shown = settings.csv ? parsedCsvLine : (answer: Answer) => `${JSON.stringify(answer)}\n`;
  const ordinals = new Ordinals();
  const refuse = (code: keyof typeof refusals, { text }: KeptText, offset: number) => ({
    error: { code, message: refusals[code] },
    event: { original: text },
    log: { file: { path }, offset },
  });
  const answerTo = (latin1: string, offset: number): Answer | undefined => {
    const kept = keepText(latin1.endsWith('\r') ? latin1.slice(0, -1) : latin1);
    const event = parser.parse(kept.text);
    if (event === undefined) return all ? refuse('no_time', kept, offset) : undefined;
    const ordinal = ordinals.nextText(kept.text);
    if (!isWithin(event, scope)) return undefined;
    return toDocument(event, kept, { id: identityOf(event.host, event.time, kept, ordinal), path, offset });
  };
  for await (const { offset, bytes, cut: isCut } of cut(pieces, 0, true)) {
    // A character for every byte; what is not UTF-8 would be lost otherwise.
    const text = bytes.toString('latin1');
    if (isCut) {
      if (all) await write(io.stdout, shown(refuse(bytes[0] === 0 ? 'binary' : 'too_long', keepText(text.slice(0, 4096)), offset)));
      continue;
    }
    let out = '';
    for (let at = 0; at < text.length; ) {
      const end = text.indexOf('\n', at);
      const line = text.slice(at, end < 0 ? text.length : end);
      const answer = answerTo(line, offset + at);
      if (answer !== undefined) out += shown(answer);
      at += line.length + 1;
      if (out.length < 65_536) continue;
      await write(io.stdout, out);
      out = '';
    }
    if (out !== '') await write(io.stdout, out);
  }
}

const isWithin = ({ time, host }: Event, scope: Scope) =>
  (scope.since === undefined || time >= scope.since) &&
  (scope.until === undefined || time < scope.until) &&
  (scope.host === undefined || host === scope.host);
