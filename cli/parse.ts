/** `postscope parse`: lines in, documents out, no store. */
import { hostname } from 'node:os';
import type { Readable } from 'node:stream';
import type { Command } from 'commander';
import split from 'split2';
import { expand } from '../ingest/paths.js';
import { survey } from '../ingest/survey.js';
import { headOf, packingOf, textOf, UnpackError } from '../ingest/unpack.js';
import { Clock } from '../postfix/clock.js';
import { toDocument } from '../postfix/document.js';
import { identityOf, Ordinals } from '../postfix/identity.js';
import { Parser } from '../postfix/parse.js';
import { keepText } from '../postfix/text.js';
import type { Zone } from '../postfix/zone.js';
import { printable } from '../report/render/text.js';
import { contextOf } from './context.js';
import { zoneOf } from './flags.js';
import { type Io, write } from './io.js';

export function parseCommand(program: Command): void {
  const command = program
    .command('parse')
    .summary('lines in, one JSON document a line out; no store')
    .description('Reads log lines and prints what postscope makes of each: one JSON document a line, in the same order.')
    .argument('[path...]', 'files as for import; without any, or with -, standard input')
    .option('--zone <name>', "time zone in which the log was written (default: this machine's)")
    .option('--default-host <name>', 'host of lines that name none (default: this machine)')
    .addHelpText(
      'after',
      `
Every input line is answered, blank ones too. A line that no pattern knows has event.action "unrecognized"; a line
without a time cannot be placed, and is answered by { "error": { "code": "no_time" }, "event": { "original": … } }.
Field names are those of the Elastic Common Schema where it has one, and postfix.* otherwise.

Examples:
  tail -100 /var/log/maillog | postscope parse | jq 'select(.postfix.status == "deferred")'
  postscope parse /var/log/maillog-20220403.gz | jq -r '[.["@timestamp"], .destination.ip, .postfix.delay] | @csv'`,
    )
    .action(async (paths: string[], flags: { zone?: string; defaultHost?: string }) => {
      const context = contextOf(command);
      context.exitCode = await run(paths, { zone: zoneOf(flags, context.io), host: flags.defaultHost ?? hostname() }, context.io);
    });
}

interface Settings {
  readonly zone: Zone;
  readonly host: string;
}

async function run(paths: readonly string[], settings: Settings, io: Io): Promise<number> {
  const now = io.now();
  let code = 0;
  const complain = (path: string, why: string) => {
    code = 1;
    io.stderr.write(`${printable(path)} ${why}\n`);
  };
  if (paths.length === 0 || paths.includes('-')) await answer(process.stdin, '-', new Clock(settings.zone, () => now), settings, io);
  const named = await expand(paths, io.env.INIT_CWD ?? process.cwd());
  for (const { path, why } of named.unusable) complain(path, why);
  for (const { path, stats } of named.files) {
    try {
      const { anchor, year } = await survey(path, stats, settings.zone, now);
      const text = textOf(path, packingOf(await headOf(path, 8)));
      await answer(text, path, new Clock(settings.zone, () => anchor, year), settings, io);
    } catch (error) {
      complain(
        path,
        error instanceof UnpackError ? `: ${error.message}` : `cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)})`,
      );
    }
  }
  return code;
}

/** Offsets are those of the lines as they come; the bytes of a line are told by what text.ts keeps of them. */
async function answer(pieces: Readable | AsyncIterable<Buffer>, path: string, clock: Clock, { host }: Settings, io: Io): Promise<void> {
  const parser = new Parser(clock, host);
  const ordinals = new Ordinals();
  let offset = 0;
  let out = '';
  // Latin-1 keeps a character for every byte; split2 alone would turn odd bytes into question marks.
  const lines = split(/\n/, { maxLength: 16 * 1024 * 1024 });
  const feed = (async () => {
    for await (const piece of pieces) {
      if (!lines.write((piece as Buffer).toString('latin1'))) await new Promise((resolve) => lines.once('drain', resolve));
    }
    lines.end();
  })();
  for await (const raw of lines as AsyncIterable<string>) {
    const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
    const kept = keepText(line);
    const event = parser.parse(kept.text);
    const document =
      event === undefined
        ? {
            error: { code: 'no_time', message: 'the line has no time that postscope knows' },
            event: { original: kept.text },
            log: { file: { path }, offset },
          }
        : toDocument(event, kept, { id: identityOf(event.host, event.time, kept, ordinals.next(kept.text)), path, offset });
    offset += raw.length + 1;
    out += `${JSON.stringify(document)}\n`;
    if (out.length > 65_536) {
      await write(io.stdout, out);
      out = '';
    }
  }
  await feed;
  if (out !== '') await write(io.stdout, out);
}
