/** `postscope search`: lines of the log, newest first. */
import type { Command } from 'commander';
import type { EventDocument } from '../postfix/document.js';
import { eventCsvLine, eventInFull, eventLine, eventsCsvHead } from '../report/render/events.js';
import { jsonLine } from '../report/render/json.js';
import { counted } from '../report/render/number.js';
import { shellWord } from '../report/render/shell.js';
import { holdingsOf } from '../report/scope.js';
import type { SearchQuery } from '../store/port.js';
import { positiveInteger, readingFlags } from './flags.js';
import { kindsListed, oneKind } from './kinds.js';
import { pageBehind } from './pages.js';
import { asStored, type PrivacyOptions, privacyFlags, privacyToRepeat } from './privacy.js';
import { answer, emptiness, type Session } from './session.js';

/** Flags that say what to look for, in the order of --help. */
const wanted = ['from', 'to', 'messageId', 'queueId', 'relay', 'client', 'status', 'kind', 'action', 'program', 'text'] as const;

type SearchOptions = PrivacyOptions &
  Pick<SearchQuery, (typeof wanted)[number] | 'limit' | 'after'> & { readonly all?: true; readonly full?: true };

/** Lines asked for at a time with --all. */
const pageOfAll = 20_000;

export function searchCommand(program: Command): void {
  const command = program
    .command('search')
    .summary('lines by sender, recipient, relay, status, text …')
    .description('Finds lines, newest first. Everything that is given must hold; capitals do not matter.')
    .optionsGroup('What to look for:')
    .option('--from <address>', 'envelope sender: an address, @domain, or name@')
    .option('--to <address>', 'envelope recipient, likewise')
    .option('--message-id <id>', 'Message-ID, with or without its brackets')
    .option('--queue-id <id>', 'queue ID')
    .option('--relay <name>', 'relay: host name, its first label, or IP address')
    .option('--client <name>', 'SMTP client: host name or IP address')
    .option('--status <status>', 'status= of a delivery: sent, deferred, bounced, expired …')
    .option('--kind <kind>', 'kind of failure, see below', oneKind)
    .option('--action <action>', 'what the line tells of, as event.action has it in --json')
    .option('--program <name>', 'daemon (smtp) or program as logged (postfix/smtp)')
    .option('--text <text>', 'any part of the line')
    .optionsGroup('What to show:')
    .option('--limit <n>', 'lines of a page', positiveInteger, 50)
    .option('--after <cursor>', 'the next page: as the end of the page before says')
    .option('--all', 'all pages, one after the other')
    .option('--full', 'every field of each line (with --csv: a column for each)');
  privacyFlags(command);
  readingFlags(command)
    .addHelpText(
      'after',
      `
In a store that was filled with --privacy, say so here too: what is asked is hidden likewise, with the same key.

Kinds of failure:
${kindsListed}

One line for each hit: time, host, program, queue ID, text. --json prints one document a line (NDJSON).
Nothing found is no error: exit code 0, no output, and a sentence on standard error.

Examples:
  postscope search --to bob@example.com --since yesterday
  postscope search --relay relay102 --kind connect_timeout --limit 5
  postscope search --status deferred --since -3h --all --csv > deferred.csv
  postscope search --text 'Connection timed out' --json | jq -r '.destination.domain' | sort | uniq -c`,
    )
    .action(async (options: SearchOptions) => {
      const asked = await asStored(command, options);
      await answer(command, (session) => search(session, options, asked));
    });
}

/** @param asked the same options, as the store has what they name */
async function search(session: Session, options: SearchOptions, asked: SearchOptions): Promise<void> {
  const { reader, scope, view, format } = session;
  const full = options.full === true;
  const query: SearchQuery = {
    ...scope,
    ...Object.fromEntries(wanted.flatMap((name) => (asked[name] === undefined ? [] : [[name, asked[name]]]))),
    ...(asked.messageId === undefined ? {} : { messageId: asked.messageId.replace(/^<(.*)>$/, '$1') }),
    limit: options.all ? pageOfAll : options.limit,
    ...(options.after === undefined ? {} : { after: options.after }),
  };
  const show = (event: EventDocument) => {
    if (format === 'json') return jsonLine(event);
    if (format === 'csv') return eventCsvLine(event, full, view);
    return full ? `${eventInFull(event, view)}\n\n` : `${eventLine(event, view)}\n`;
  };
  let found = 0;
  let next: string | undefined;
  let page = await pageBehind(query.after, () => reader.search(query));
  if (format === 'csv') await session.print(eventsCsvHead(full));
  for (;;) {
    await session.print(page.events.map(show).join(''));
    found += page.events.length;
    next = page.next;
    if (next === undefined || !options.all) break;
    page = await reader.search({ ...query, after: next });
  }
  if (found === 0) session.note(await nothingFound(session, options));
  else if (format === 'text') {
    session.note(`${counted(found, 'line')}, newest first, times in ${view.clock.name}.${next === undefined ? '' : ' More of them:'}`);
  }
  if (next !== undefined) session.note(`${format === 'text' ? '' : 'More of them: '}  ${commandOf(session, options, next)}`);
}

async function nothingFound(session: Session, options: SearchOptions): Promise<string> {
  const holdings = await holdingsOf(session.reader, session.scope);
  if (holdings.asked.lines === 0) return emptiness(holdings, session);
  if (options.after !== undefined) return 'No more lines.';
  const { since, until } = session.scope;
  const where = since === undefined && until === undefined ? 'the store' : 'this period';
  return `No line matches, of ${counted(holdings.asked.lines, 'line')} in ${where}.`;
}

/** What to type for the next page. */
function commandOf(session: Session, options: SearchOptions, next: string): string {
  const flagOf = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const { format, given, called } = session;
  const words = wanted.flatMap((name) => (options[name] === undefined ? [] : [`--${flagOf(name)} ${shellWord(options[name])}`]));
  words.push(...privacyToRepeat(options));
  if (options.limit !== 50) words.push(`--limit ${options.limit}`);
  if (options.full) words.push('--full');
  if (format !== 'text') words.push(`--${format}`);
  const store = given.store === undefined ? [] : [`--store ${shellWord(given.store)}`];
  return [`${called} search`, ...words, ...(given.flags === '' ? [] : [given.flags]), ...store, `--after ${shellWord(next)}`].join(' ');
}
