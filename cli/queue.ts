/** `postscope queue`: what waits, and for what? */
import { type Command, Option } from 'commander';
import { configurationChanges } from '../report/config_changes.js';
import { type QueueReport, queueAt, queueOver } from '../report/queue.js';
import { queueText } from '../report/render/queue.js';
import { queueCsv, queueJson, queueMessagesCsv, queueOverCsv, queueOverJson } from '../report/render/queue_data.js';
import { queueOverText } from '../report/render/queue_over.js';
import { printable } from '../report/render/text.js';
import { contextOf } from './context.js';
import { type ReadingOptions, readingFlags } from './flags.js';
import { answer, Failure, type Session } from './session.js';
import { parseInstant } from './time.js';
import { UsageError } from './usage.js';

interface QueueOptions {
  readonly at?: string;
  readonly over?: true;
  readonly fromLog?: true;
  readonly messages?: true;
}

export function queueCommand(program: Command): void {
  const command = program
    .command('queue')
    .summary('what waits in the queue, for whom and why; how it grew')
    .description('What waits in the queue: by next hop, reason, age and recipient domain, at the latest snapshot or at any past time.')
    .addOption(new Option('--at <time>', 'at this moment: 2026-04-03T14:30, -3h; by a snapshot of the minute before, or else by the log'))
    .addOption(new Option('--over', 'how it grew: at every snapshot of the period, or by the log').conflicts(['at', 'messages']))
    .option('--from-log', 'by the log alone, whatever snapshots there are')
    .option('--messages', 'list the messages too, the oldest first');
  readingFlags(command, {
    since: 'with --over: from this time on: 2026-04-03, 2026-04, "2026-04-03 14:30", today, yesterday, -7d, -3h',
    until: 'with --over: before this time; a date, month or year is meant to its end',
    host: 'only the queue of this host',
  })
    .addHelpText(
      'after',
      `
It says which of the two it is: a snapshot, which is what Postfix itself listed (postscope snapshot), or the log,
which shows for any moment in it what had arrived and had not been removed. The log does not know what waited before
it begins, and of mail that is not tried yet it names the recipients only if their turn came later.

  next hop         the relay that the reason names; mail that was not tried yet has none
  suspended        not tried: Postfix gives a destination a rest after failures, and says for which
  recipients       who waits; a message with several may be in several lines

Examples:
  postscope queue
  postscope queue --at "2026-04-03 14:30" --messages
  postscope queue --over --since -6h`,
    )
    .action(async (options: QueueOptions) => {
      const { io } = contextOf(command);
      const { since, until } = command.opts<ReadingOptions>();
      if (options.over !== true && (since !== undefined || until !== undefined)) {
        throw new UsageError('--since and --until are of --over; one moment is asked for with --at');
      }
      await answer(command, (session) => {
        if (options.over === true) return showOver(session, options.fromLog === true);
        const at = options.at === undefined ? undefined : parseInstant(options.at, '--at', { zone: session.zone, now: io.now() });
        return showAt(session, options, at);
      });
    });
}

async function showAt(session: Session, { fromLog, messages }: QueueOptions, at: number | undefined): Promise<void> {
  const { reader, scope, view, format } = session;
  const reports = await queueAt(reader, {
    ...(scope.host === undefined ? {} : { host: scope.host }),
    ...(at === undefined ? {} : { at }),
    fromLog: fromLog === true,
    withMessages: messages === true,
  });
  if (reports.length === 0) throw new Failure(await nothingKnown(session, at));
  if (format === 'json') return session.print(queueJson(reports));
  if (format === 'csv') return session.print(messages ? queueMessagesCsv(reports, view) : queueCsv(reports, view));
  await session.print(reports.map((report) => queueText(report, view)).join('\n'));
  await noteUnfolded(session, reports);
}

async function showOver(session: Session, fromLog: boolean): Promise<void> {
  const { reader, scope, view, format } = session;
  const courses = await queueOver(reader, scope, fromLog);
  if (courses.length === 0) throw new Failure(await nothingKnown(session, undefined));
  const changes = await configurationChanges(reader, scope);
  if (format === 'json') return session.print(queueOverJson(courses, changes));
  if (format === 'csv') return session.print(queueOverCsv(courses, view));
  await session.print(courses.map((course) => queueOverText(course, changes, view)).join('\n'));
  await noteUnfolded(
    session,
    courses.flatMap(({ points }) => points),
  );
}

/** Messages are made of lines after these were stored: until then, the log knows less than it holds. */
async function noteUnfolded({ reader, note }: Session, reports: readonly QueueReport[]): Promise<void> {
  if (reports.every(({ source }) => source.is === 'snapshot')) return;
  const lines = await reader.unfolded();
  if (lines > 0) note(`${lines} lines are not yet put together to messages: the queue may have been longer. Any import does that.`);
}

async function nothingKnown({ reader, scope, view, called, storePath }: Session, at: number | undefined): Promise<string> {
  const { host } = scope;
  const held = await reader.coverage(host === undefined ? {} : { host });
  const [latest] = await reader.snapshots({ kinds: ['queue'], limit: 1, ...(host === undefined ? {} : { host }) });
  const of = host === undefined ? '' : ` of ${printable(host)}`;
  if (held.length === 0 && latest === undefined) {
    return (
      `The store at ${printable(storePath)} has neither a snapshot of the queue${of} nor lines${of} to make it from.\n` +
      `Take one: ${called} snapshot     or read the log: ${called} import /var/log/maillog*`
    );
  }
  const { clock } = view;
  const spans = held.map((one) => `${printable(one.host)} from ${clock.second(one.first)} to ${clock.second(one.last)}`).join(', ');
  const reaches = held.length === 0 ? 'there are no lines of the log' : `the log reaches only: ${spans}`;
  const last = latest === undefined ? '' : ` The latest snapshot is of ${clock.second(latest.time)}.`;
  const when = at === undefined ? 'in this period' : `at ${clock.second(at)}`;
  return `Nothing is known of the queue${of} ${when}: there is no snapshot of then, and ${reaches} (${clock.name}).${last}`;
}
