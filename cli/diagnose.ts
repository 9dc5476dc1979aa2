/** `postscope diagnose`: why is mail late? */
import type { Command } from 'commander';
import { Commands } from '../report/diagnose/commands.js';
import { circumstancesOf } from '../report/diagnose/snapshots.js';
import { diagnose } from '../report/diagnose.js';
import { diagnosisText } from '../report/render/diagnose.js';
import { json } from '../report/render/json.js';
import { shellWord } from '../report/render/shell.js';
import { type ReadingOptions, readingFlags } from './flags.js';
import { answer, periodAsked } from './session.js';
import { UsageError } from './usage.js';

export function diagnoseCommand(program: Command): void {
  const command = program
    .command('diagnose')
    .summary('why is mail late? the cause, since when, what it cost, what to do')
    .description(
      'Why is mail late? Names each cause that the log shows, with its evidence, what it cost and what to do next; or says that there is none.',
    );
  readingFlags(command)
    .addHelpText(
      'after',
      `
Causes:
  resolver        deliveries to every relay wait for names: a nameserver in resolv.conf does not answer, or late
  relay           tries at one relay fail, or it is slow, while others take mail
  network         no relay can be reached at all
  queue           mail waits for its turn, though nothing it waits behind is slow
  receiving_side  mail is long in coming in
  greylisting     the other side puts off whom it does not know, and takes the same mail later
  rate_limit      the other side takes only so much at a time
  tls             no encrypted connection: handshake, or certificate
  local           this machine: full disk, missing file, a service or Milter that is down

What a delivery lost is put down to what took it: a failed try to the relay that failed, name resolution to the
resolver, and what waits behind them in the queue to both, by their share. Each finding says how sure it is and what would
speak against it, and each figure of its evidence stands above the command that gives it.

Snapshots (postscope snapshot, postscope probe) make it more exact: the timeouts in force, the nameservers by name.
--json prints findings[] with cause, relay, since, until, messages, seconds, evidence, next, claim, sure and refute.

Examples:
  postscope diagnose
  postscope diagnose --since yesterday
  postscope diagnose --since 2026-11-01 --until 2026-11-08 --json`,
    )
    .action(async (options: ReadingOptions) => {
      await answer(command, async (session) => {
        const { reader, scope, view, format, called, given } = session;
        if (format === 'csv')
          throw new UsageError('diagnose has no table: --json has all of it for other programs, and evidence --csv the attempts.');
        if ((await periodAsked(session)) === undefined && format === 'text') return;
        const repeated = [
          ...(['host', 'zone', 'config'] as const).flatMap((name) =>
            options[name] === undefined ? [] : [`--${name} ${shellWord(options[name])}`],
          ),
          ...(given.store === undefined || format === 'text' ? [] : [`--store ${shellWord(given.store)}`]),
        ].join(' ');
        const commands = new Commands(called, view.clock, repeated);
        const diagnosis = await diagnose(reader, scope, commands, await circumstancesOf(reader, scope));
        await session.print(format === 'json' ? json(diagnosis) : diagnosisText(diagnosis, view, given.store));
      });
    });
}
