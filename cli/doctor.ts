/** `postscope doctor`: can the answers be trusted? */
import type { Command } from 'commander';
import { examine } from '../report/doctor.js';
import { doctorCsv, doctorText } from '../report/render/doctor.js';
import { json } from '../report/render/json.js';
import { readingFlags } from './flags.js';
import { answer } from './session.js';

export function doctorCommand(program: Command): void {
  const command = program
    .command('doctor')
    .summary('the books: lines read, stored, not understood, missing hours')
    .description(
      'Can the answers be trusted? The books of every imported file, lines that no pattern knows, lines set aside, ' +
        'and hours without a line.',
    );
  readingFlags(command)
    .addHelpText(
      'after',
      `
Books, a line for each file:
  read            complete lines read
  stored          lines that are in the store by this file
  already there   lines that the store had already: the same file again, or a rotated copy of it
  quarantined     lines set aside, as they have no time or are no text
  missing         read, and in none of the three. Anything but 0 is a fault of postscope.

An hour without a line may be a quiet night, a server that was down, or a log file that was not imported.
--since, --until and --host confine what is said of lines and hours; the books are those of whole files.

Exit code 1 where the books of a file do not agree, otherwise 0.

Examples:
  postscope doctor
  postscope doctor --json | jq .unrecognized`,
    )
    .action(async () => {
      await answer(command, async (session) => {
        const report = await examine(session.reader, session.scope);
        if (session.format === 'json') await session.print(json(report));
        else await session.print(session.format === 'csv' ? doctorCsv(report, session.view) : doctorText(report, session.view));
        if (report.disagreeing > 0) {
          session.note(`The books of ${report.disagreeing} of ${report.books.length} files do not agree.`);
          session.exitWith(1);
        }
      });
    });
}
