/** `postscope messages`: which mails were late, are still in the queue, came back, or may have been delivered twice? */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type Message, type State, states } from '../postfix/message/message.js';
import { jsonLine } from '../report/render/json.js';
import { inQueue, messageCsv, messagesCsvHead, messagesText } from '../report/render/messages.js';
import { counted } from '../report/render/number.js';
import { shellWord } from '../report/render/shell.js';
import { holdingsOf } from '../report/scope.js';
import type { MessageQuery } from '../store/message_port.js';
import { positiveInteger, readingFlags } from './flags.js';
import { pageBehind } from './pages.js';
import { asStored, type PrivacyOptions, privacyFlags, privacyToRepeat } from './privacy.js';
import { answer, emptiness, type Session, tellUnfolded } from './session.js';

/** Flags with a value that say what to look for, as they are typed again for the next page. */
const texts = ['from', 'to', 'domain', 'client', 'relay', 'messageId', 'queueId'] as const;
const words = ['queued', 'doubled', 'bounced', 'all'] as const;

interface MessagesOptions
  extends PrivacyOptions,
    Partial<Record<(typeof texts)[number], string>>,
    Partial<Record<(typeof words)[number], true>> {
  readonly state?: readonly State[];
  readonly late?: number;
  readonly limit: number;
  readonly after?: string;
}

/** Messages asked for at a time with --all. */
const pageOfAll = 1_000;

export function messagesCommand(program: Command): void {
  const command = program
    .command('messages')
    .summary('mails by sender, recipient, state, lateness; those delivered twice')
    .description('Finds mails, one line each, the latest first. Everything that is given must hold; capitals do not matter.')
    .optionsGroup('What to look for:')
    .option('--late <time>', 'those that took at least so long from arrival to the last delivery: 30, 5min, 2h', lateness)
    .option('--queued', 'those that are still in the queue, as far as the log tells')
    .option('--doubled', 'those of which a relay may have taken one copy too many')
    .option('--bounced', 'those that came back: bounced or expired')
    .addOption(new Option('--state <states>', `any of ${states.join(', ')}; several with commas`).argParser(stateList))
    .option('--from <address>', "sender: an address, @domain, or name@; '' for notices")
    .option('--to <address>', 'a recipient, likewise')
    .option('--domain <domain>', 'of the sender or of a recipient')
    .option('--client <name>', 'who brought it: host name, IP address, or SASL user')
    .option('--relay <name>', 'a relay that a delivery names: host name, its first label, or IP address')
    .option('--message-id <id>', 'Message-ID, with or without its brackets')
    .option('--queue-id <id>', 'queue ID')
    .optionsGroup('What to show:')
    .option('--limit <n>', 'mails of a page', positiveInteger, 50)
    .option('--after <cursor>', 'the next page: as the end of the page before says')
    .option('--all', 'all pages, one after the other');
  privacyFlags(command);
  readingFlags(command, {
    since: 'that arrived from this time on: 2026-04-03, 2026-04, "2026-04-03 14:30", today, yesterday, -7d, -3h',
    until: 'that arrived before this time; a date, month or year is meant to its end',
    host: 'only mails of this host',
  })
    .addHelpText(
      'after',
      `
A mail is one life of a queue ID on one host, from arrival to removal, with all its recipients. Where the log
begins later, its arrival is worked out from its first delivery; where not even that is there, its first line counts.

  --doubled   a relay fell silent at the end of data: it may have the mail, although Postfix sent it again. There
              may be two of them, and the log cannot say more; the relay's own log can.
  incomplete  the store has not all of its lines: the log was rotated away, or is not imported yet.

In a store that was filled with --privacy, say so here too: what is asked is hidden likewise, with the same key.

--json prints one mail a line (NDJSON), with every delivery of each recipient; --csv a row for each recipient.
Nothing found is no error: exit code 0, no output, and a sentence on standard error.

Examples:
  postscope messages --late 60 --since -1d          what took over a minute
  postscope messages --queued                       what the log leaves in the queue
  postscope messages --doubled --relay relay102 --csv > doubled.csv
  postscope messages --bounced --domain example.com --all`,
    )
    .action(async (options: MessagesOptions) => {
      const asked = await asStored(command, options);
      await answer(command, (session) => list(session, options, asked));
    });
}

/** @param asked the same options, as the store has what they name */
async function list(session: Session, options: MessagesOptions, asked: MessagesOptions): Promise<void> {
  await tellUnfolded(session);
  const { reader, view, format } = session;
  const query = queryOf(session, asked);
  let found = 0;
  let page = await pageBehind(query.after, () => reader.messages(query));
  let hosts: boolean | undefined;
  if (format === 'csv') await session.print(messagesCsvHead());
  for (;;) {
    const { messages } = page;
    hosts ??= new Set(messages.map(({ host }) => host)).size > 1;
    if (messages.length > 0) await session.print(shown(messages, session, hosts));
    found += messages.length;
    if (page.next === undefined || !options.all) break;
    page = await reader.messages({ ...query, after: page.next });
  }
  const { next } = page;
  if (found === 0) session.note(await nothingFound(session, options));
  else if (format === 'text') {
    const more = next === undefined ? '' : ' More of them:';
    session.note(`${counted(found, 'mail')}, latest first, times in ${view.clock.name}.${more}`);
  }
  if (next !== undefined) session.note(`${format === 'text' ? '' : 'More of them: '}  ${commandOf(session, options, next)}`);
  else if (found > 0 && format === 'text') session.note(`The whole way of one:  ${session.called} trace QUEUE-ID`);
}

function shown(messages: readonly Message[], { format, view }: Session, hosts: boolean): string {
  switch (format) {
    case 'json':
      return messages.map((message) => jsonLine(message)).join('');
    case 'csv':
      return messages.map((message) => messageCsv(message, view)).join('');
    case 'text':
      return messagesText(messages, view, hosts);
  }
}

function queryOf({ scope }: Session, options: MessagesOptions): MessageQuery {
  const { queued, bounced, doubled, state, late, messageId, queueId, after } = options;
  const asked = [state, queued ? inQueue : undefined, bounced ? (['bounced', 'expired'] as const) : undefined].filter(
    (some) => some !== undefined,
  );
  const named = (['from', 'to', 'domain', 'client', 'relay'] as const).flatMap((name) =>
    options[name] === undefined ? [] : [[name, options[name]] as const],
  );
  return {
    ...scope,
    ...Object.fromEntries(named),
    ...(messageId === undefined ? {} : { messageIds: [messageId.replace(/^<(.*)>$/, '$1')] }),
    ...(queueId === undefined ? {} : { queueIds: [queueId] }),
    // Everything must hold, these too: `--queued --state deferred` is what is deferred.
    ...(asked.length === 0 ? {} : { states: states.filter((one) => asked.every((some) => (some as readonly State[]).includes(one))) }),
    ...(late === undefined ? {} : { lateOver: late }),
    ...(doubled ? { possiblyDoubled: true as const } : {}),
    limit: options.all ? pageOfAll : options.limit,
    ...(after === undefined ? {} : { after }),
  };
}

async function nothingFound(session: Session, options: MessagesOptions): Promise<string> {
  const holdings = await holdingsOf(session.reader, session.scope);
  if (holdings.asked.lines === 0) return emptiness(holdings, session);
  return options.after === undefined ? 'No mail is like that.' : 'No more mails.';
}

/** What to type for the next page. */
function commandOf({ format, given, called }: Session, options: MessagesOptions, next: string): string {
  const flagOf = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const typed = [
    ...texts.flatMap((name) => (options[name] === undefined ? [] : [`--${flagOf(name)} ${shellWord(options[name])}`])),
    ...words.flatMap((name) => (options[name] ? [`--${name}`] : [])),
    ...(options.late === undefined ? [] : [`--late ${options.late}`]),
    ...(options.state === undefined ? [] : [`--state ${options.state.join(',')}`]),
    ...privacyToRepeat(options),
    ...(options.limit === 50 ? [] : [`--limit ${options.limit}`]),
    ...(format === 'text' ? [] : [`--${format}`]),
    ...(given.flags === '' ? [] : [given.flags]),
    ...(given.store === undefined ? [] : [`--store ${shellWord(given.store)}`]),
  ];
  return [`${called} messages`, ...typed, `--after ${shellWord(next)}`].join(' ');
}

const units: Readonly<Record<string, number>> = { '': 1, s: 1, min: 60, m: 60, h: 3600, d: 86_400 };

/** Seconds. */
function lateness(text: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)\s*(s|min|m|h|d)?$/i.exec(text.trim()) ?? [];
  if (number === undefined) throw new InvalidArgumentError('Wanted are seconds, or a number with min, h or d: 30, 5min, 2h.');
  return Number(number) * (units[(unit ?? '').toLowerCase()] as number);
}

function stateList(text: string): readonly State[] {
  return text.split(',').map((word) => {
    const state = states.find((name) => name === word.trim().toLowerCase());
    if (state === undefined) throw new InvalidArgumentError(`States are: ${states.join(', ')}.`);
    return state;
  });
}
