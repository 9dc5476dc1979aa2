/** One question to the store: opened, asked, answered in the form that was wanted, closed. */
import type { Command } from 'commander';
import type { Zone } from '../postfix/zone.js';
import { count, counted } from '../report/render/number.js';
import { printable, printableLines, withoutStrayControls } from '../report/render/text.js';
import type { View } from '../report/render/view.js';
import { type Holdings, holdingsOf, type Period, periodOf } from '../report/scope.js';
import type { Reader, Scope } from '../store/port.js';
import { calledAs } from './called.js';
import { configurationOf } from './config/flags.js';
import { contextOf } from './context.js';
import { type Format, flagsToRepeat, formatOf, type ReadingOptions, type Repeated, scopeOf, zoneOf } from './flags.js';
import { isRead, write } from './io.js';
import { Failure, openStore } from './open.js';
import { storeOf } from './store.js';
import { viewOf } from './view.js';

export { Failure };

export interface Session {
  readonly reader: Reader;
  readonly scope: Scope;
  readonly zone: Zone;
  readonly view: View;
  readonly format: Format;
  /** The path of the store, or its URL. */
  readonly storePath: string;
  /** For the commands that this run suggests. */
  readonly given: Repeated;
  /** `postscope`, or `npx postscope`. */
  readonly called: string;
  /** To standard output; text for people passes a last net against stray control characters. @throws OutputClosed */
  print(text: string): Promise<void>;
  /** To standard error: what is not part of the answer. */
  note(text: string): void;
  /** Ends the process with this code once all is written. */
  exitWith(code: number): void;
}

export async function answer(command: Command, ask: (session: Session) => Promise<void>): Promise<void> {
  const context = contextOf(command);
  const { io } = context;
  const options = command.opts<ReadingOptions>();
  const zone = zoneOf(options, io);
  const scope = scopeOf(options, zone, io.now());
  const configuration = await configurationOf(command, io);
  const store = await storeOf(configuration, io);
  const format = formatOf(options);
  const note = (text: string) => {
    if (isRead(io.stdout)) io.stderr.write(`${printableLines(text)}\n`);
  };
  const reader = await openStore(store, io, (holder) => note(`Waiting for ${holder}, which is writing to the store …`));
  try {
    await ask({
      reader,
      scope,
      zone,
      view: viewOf(io, zone),
      format,
      storePath: store.shown,
      given: flagsToRepeat(options, store, io),
      called: calledAs(io.env),
      print: (text) => write(io.stdout, format === 'text' ? withoutStrayControls(text) : text),
      note,
      exitWith: (code) => {
        context.exitCode = code;
      },
    });
  } finally {
    await reader.close();
  }
}

/** The period that there are lines for; where there are none, says so on standard error and gives nothing. */
export async function periodAsked(session: Session): Promise<Period | undefined> {
  const holdings = await holdingsOf(session.reader, session.scope);
  const period = periodOf(holdings.asked);
  if (period === undefined) session.note(emptiness(holdings, session));
  return period;
}

/** Says on standard error where lines are left that no message and no attempt was made of: answers about those are without them. */
export async function tellUnfolded({ reader, note, called }: Session): Promise<void> {
  const lines = await reader.unfolded();
  if (lines > 0) note(`Without ${counted(lines, 'line')} of which no messages were made yet; any import does that: ${called} import …`);
}

/** Why there is no answer, and where there would be one. */
export function emptiness({ all }: Holdings, { scope, view, storePath, called }: Session): string {
  const { clock } = view;
  if (all.lines === 0) {
    const fill = /^https?:/.test(storePath) ? 'ship' : 'import';
    return `The store at ${printable(storePath)} holds no lines yet. Fill it: ${called} ${fill} /var/log/maillog*`;
  }
  const asked = [
    scope.host === undefined ? undefined : `of host ${printable(scope.host)}`,
    scope.since === undefined ? undefined : `from ${clock.second(scope.since)}`,
    scope.until === undefined ? undefined : `before ${clock.second(scope.until)}`,
  ].filter((part) => part !== undefined);
  const held = all.first === undefined || all.last === undefined ? '' : `, ${clock.minute(all.first)} to ${clock.minute(all.last)}`;
  const hosts = all.hosts.map(printable).join(', ');
  return `No lines ${asked.join(' ')}. The store holds ${count(all.lines)} of ${hosts}${held} (${clock.name}).`;
}
