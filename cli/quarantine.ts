/** `postscope quarantine`: lines that were kept aside are looked at, and tried again. */
import { type Command, Option } from 'commander';
import { quarantineWords } from '../report/render/doctor.js';
import { counted } from '../report/render/number.js';
import { quarantinedInFull, quarantinedJson, quarantinedLine } from '../report/render/quarantine.js';
import { shellWord } from '../report/render/shell.js';
import { printable } from '../report/render/text.js';
import type { QuarantinedLine, QuarantineReason, Reader, Writer } from '../store/port.js';
import { calledAs } from './called.js';
import { configurationOf } from './config/flags.js';
import { contextOf } from './context.js';
import { positiveInteger, zoneOf } from './flags.js';
import { type Io, write } from './io.js';
import { Failure, mustExist, openStore, openStoreToWrite } from './open.js';
import { pageBehind } from './pages.js';
import { type NamedStore, storeOf } from './store.js';
import { viewOf } from './view.js';

interface Flags {
  readonly store?: string;
  readonly config?: string;
  readonly zone?: string;
  readonly json?: boolean;
}

interface ListFlags extends Flags {
  readonly reason?: QuarantineReason;
  readonly limit: number;
  readonly after?: string;
}

/** Lines asked for at a time. */
const pageLength = 1000;

export function quarantineCommand(program: Command): void {
  const group = program
    .command('quarantine')
    .summary('lines that were set aside: list, show, replay')
    .usage('list|show|replay [options]')
    .description('Lines that are no documents, each with the reason: look at them, and try them again.')
    .helpCommand(false);
  group.addHelpText(
    'after',
    `
Reasons:
  no_time    there is no time in it, so it cannot be placed
  binary     it is not text
  too_long   it is longer than any line of a mail log; only its beginning was kept
  refused    the store refused its document, in words that "show" has
  crash      a worker died of it, more than once

Examples:
  postscope quarantine list --reason refused
  postscope quarantine show 0f6c2a9be1d34c55
  postscope quarantine replay --store elasticsearch`,
  );
  group.action(() => {
    group.outputHelp({ error: true });
    contextOf(group).exitCode = 2;
  });

  const list = common(group.command('list'))
    .summary('which lines there are, by file')
    .description('Lists the lines in quarantine, by file and offset.')
    .addOption(reasonOption('only those of this reason'))
    .option('--limit <n>', 'lines of a page', positiveInteger, 50)
    .option('--after <cursor>', 'the next page: as the end of the page before says')
    .addHelpText('after', '\nOf each line: its id, the reason, where it stood, and how it begins. --json prints an object a line.')
    .action(async (flags: ListFlags) => {
      await withStore(list, flags, async ({ reader, print, note, called }) => {
        const { limit, reason, after } = flags;
        const question = {
          limit,
          ...(reason === undefined ? {} : { reason }),
          ...(after === undefined ? {} : { after }),
        };
        const page = await pageBehind(after, () => reader.quarantined(question));
        for (const line of page.lines) await print(line, quarantinedLine);
        if (page.lines.length === 0) note(after === undefined ? 'No line is in quarantine.' : 'No more lines.');
        if (page.next === undefined) return;
        const again = [
          ...(reason === undefined ? [] : [`--reason ${reason}`]),
          ...(limit === 50 ? [] : [`--limit ${limit}`]),
          ...(flags.store === undefined ? [] : [`--store ${shellWord(flags.store)}`]),
          ...(flags.config === undefined ? [] : [`--config ${shellWord(flags.config)}`]),
          `--after ${shellWord(page.next)}`,
        ];
        note(`More of them: ${called} quarantine list ${again.join(' ')}`);
      });
    });

  const show = common(group.command('show'))
    .argument('<id...>', 'as list names them')
    .summary('all that is known of a line')
    .description('Shows all that is known of a line in quarantine, and the line as far as it was kept.')
    .option('--zone <name>', "time zone to show times in (default: this machine's)")
    .action(async (ids: string[], flags: Flags) => {
      await withStore(show, flags, async ({ reader, print }) => {
        const page = await reader.quarantined({ ids, limit: ids.length });
        for (const line of page.lines) await print(line, quarantinedInFull);
        const missing = ids.filter((id) => !page.lines.some((line) => line.id === id));
        if (missing.length > 0) throw new Failure(`Not in quarantine: ${missing.map(printable).join(', ')}`);
      });
    });

  const replay = common(group.command('replay'))
    .argument('[id...]', 'as list names them; all of them where none is named')
    .summary('try them again: a newer postscope may know what they are')
    .description(
      'Tries lines in quarantine again, as they came, with their zone and host. What can be stored now is stored, and out of quarantine.',
    )
    .addOption(reasonOption('only those of this reason'))
    .addHelpText(
      'after',
      `
Of a line that is too long only its beginning was kept: it stays. What cannot be stored now is named, with the reason.
--json prints an object for each line: its id, and why it stays, or nothing where it is stored.

Exit code 1 where a line stays in quarantine, otherwise 0.`,
    )
    .action(async (ids: string[], flags: Flags & { readonly reason?: QuarantineReason }) => {
      await replayLines(replay, ids, flags);
    });
}

const reasonOption = (doc: string) => new Option('--reason <reason>', doc).choices(Object.keys(quarantineWords));

function common(command: Command): Command {
  return command
    .option('--store <where>', 'a file, the word elasticsearch, or its URL (default: POSTSCOPE_STORE, or the file in your data directory)')
    .option('--config <file>', 'the configuration file (default: POSTSCOPE_CONFIG, or /etc/postscope.yml where there is one)')
    .option('--json', 'print JSON, an object a line');
}

interface Asked {
  readonly reader: Reader;
  print(line: QuarantinedLine, inText: (line: QuarantinedLine, view: ReturnType<typeof viewOf>) => string): Promise<void>;
  note(text: string): void;
  readonly called: string;
}

async function withStore(command: Command, flags: Flags, ask: (asked: Asked) => Promise<void>): Promise<void> {
  const { io } = contextOf(command);
  const view = viewOf(io, zoneOf(flags, io));
  const store = await storeOf(await configurationOf(command, io), io);
  const reader = await openStore(store, io);
  try {
    await ask({
      reader,
      print: (line, inText) => write(io.stdout, flags.json === true ? quarantinedJson(line) : inText(line, view)),
      note: (text) => void io.stderr.write(`${text}\n`),
      called: calledAs(io.env),
    });
  } finally {
    await reader.close();
  }
}

async function replayLines(command: Command, ids: readonly string[], flags: Flags & { readonly reason?: QuarantineReason }): Promise<void> {
  const context = contextOf(command);
  const { io } = context;
  const store: NamedStore = await storeOf(await configurationOf(command, io), io);
  mustExist(store, io);
  const writer = await openStoreToWrite(
    store,
    io,
    (holder) => void io.stderr.write(`Waiting for ${printable(holder)}, which has the store open …\n`),
  );
  try {
    const { stored, stay, missing } = await replayAll(writer, ids, flags, io);
    for (const id of missing) io.stderr.write(`${printable(id)}: not in quarantine\n`);
    if (flags.json !== true) {
      const rest = stay === 0 ? 'none stays in quarantine' : `${counted(stay, 'line')} ${stay === 1 ? 'stays' : 'stay'} in quarantine`;
      await write(io.stdout, stored + stay === 0 ? 'No line to try again.\n' : `${counted(stored, 'line')} stored, ${rest}.\n`);
    }
    if (stay + missing.length > 0) context.exitCode = 1;
  } finally {
    await writer.close();
  }
}

/** A page at a time; those that stay are in front of the next one. */
async function replayAll(writer: Writer, ids: readonly string[], flags: Flags & { readonly reason?: QuarantineReason }, io: Io) {
  const { replay } = await import('../workers/quarantine.js');
  const { reason } = flags;
  const found = new Set<string>();
  const asked = { ...(ids.length === 0 ? {} : { ids }), ...(reason === undefined ? {} : { reason }), limit: pageLength };
  let stored = 0;
  let stay = 0;
  for (let after: string | undefined; ; ) {
    const page = await writer.quarantined({ ...asked, ...(after === undefined ? {} : { after }) });
    const { lines } = await replay(writer, page.lines);
    for (const { line, stays } of lines) {
      found.add(line.id);
      if (stays === undefined) stored++;
      else stay++;
      if (flags.json === true) await write(io.stdout, `${JSON.stringify({ id: line.id, stored: stays === undefined, stays })}\n`);
      else if (stays !== undefined) io.stderr.write(`${line.id}  ${printable(line.source.path)}, byte ${line.offset}: ${stays}\n`);
    }
    after = page.next;
    if (after === undefined) break;
  }
  return { stored, stay, missing: ids.filter((id) => !found.has(id)) };
}
