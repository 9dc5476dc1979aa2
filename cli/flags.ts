/** The flags that every command takes, and what they come to. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { Zone } from '../postfix/zone.js';
import { LocalClock } from '../report/render/clock.js';
import { shellWord } from '../report/render/shell.js';
import type { Counted } from '../store/message_port.js';
import type { Scope } from '../store/port.js';
import type { Io } from './io.js';
import type { NamedStore } from './store.js';
import { parseSince, parseUntil } from './time.js';
import { UsageError } from './usage.js';

export interface ReadingOptions {
  readonly since?: string;
  readonly until?: string;
  readonly host?: string;
  readonly store?: string;
  readonly config?: string;
  readonly zone?: string;
  readonly json?: boolean;
  readonly csv?: boolean;
}

/** What a command says of the flags that all take. */
export interface CommonWords {
  readonly since: string;
  readonly until: string;
  readonly host: string;
  readonly zone: string;
  readonly json: string;
  readonly csv: string;
}

const usualWords: CommonWords = {
  since: 'from this time on: 2026-04-03, 2026-04, "2026-04-03 14:30", today, yesterday, -7d, -3h',
  until: 'before this time; a date, month or year is meant to its end',
  host: 'only lines that this host wrote',
  zone: "time zone to read and show times in, such as Europe/Berlin or UTC (default: this machine's)",
  json: 'print JSON',
  csv: 'print CSV, safe to open in a spreadsheet',
};

const commonGroup = 'Common to all commands:';

/** Adds the flags that all commands take, `--store` aside; a command adds its own before. */
export function commonFlags(command: Command, words: Partial<CommonWords> = {}): Command {
  const { since, until, host, zone, json, csv } = { ...usualWords, ...words };
  return command
    .addHelpOption(new Option('-h, --help', 'show this').helpGroup(commonGroup))
    .optionsGroup(commonGroup)
    .option('--since <time>', since)
    .option('--until <time>', until)
    .option('--host <name>', host)
    .option('--zone <name>', zone)
    .addOption(new Option('--json', json).conflicts('csv'))
    .addOption(new Option('--csv', csv).conflicts('json'));
}

/** Adds the flags of a command that uses a store; a command adds its own before. */
export function readingFlags(command: Command, words: Partial<CommonWords> = {}): Command {
  return commonFlags(command, words)
    .option('--store <where>', 'a file, the word elasticsearch, or its URL (default: POSTSCOPE_STORE, or the file in your data directory)')
    .option('--config <file>', 'the configuration file (default: POSTSCOPE_CONFIG, or /etc/postscope.yml where there is one)');
}

/** What is counted: tries at relays, or with this flag what the status lines alone say. */
export interface CountedOption {
  readonly statusLines?: true;
}

export function countedFlag(command: Command): Command {
  return command.option('--status-lines', 'count what the lines of deliveries alone say, without the tries that the fold joined to them');
}

export const countedOf = ({ statusLines }: CountedOption): Counted => (statusLines ? 'status_lines' : 'attempts');

/** The form of an answer. */
export type Format = 'text' | 'json' | 'csv';

export const formatOf = ({ json, csv }: Pick<ReadingOptions, 'json' | 'csv'>): Format =>
  json === true ? 'json' : csv === true ? 'csv' : 'text';

/** A number of things: 1, 2, 3 … */
export function positiveInteger(text: string): number {
  const value = /^\d+$/.test(text) ? Number(text) : 0;
  if (value < 1 || !Number.isSafeInteger(value)) throw new InvalidArgumentError('A whole number above 0 is wanted.');
  return value;
}

/** The zone that was asked for, or the machine's. @throws UsageError */
export function zoneOf(options: Pick<ReadingOptions, 'zone'>, io: Io): Zone {
  const name = options.zone ?? io.zone;
  try {
    return new Zone(name);
  } catch {
    throw new UsageError(
      `--zone ${JSON.stringify(name)}: not a time zone${likeZone(name)}.\n` +
        'Accepted: names such as Europe/Berlin, UTC, or an offset such as +02:00',
    );
  }
}

function likeZone(name: string): string {
  const wanted = name.toLowerCase().replaceAll(' ', '_');
  const like = wanted.length < 3 ? [] : Intl.supportedValuesOf('timeZone').filter((zone) => zone.toLowerCase().includes(wanted));
  return like.length === 0 ? '' : ` (did you mean ${like.slice(0, 3).join(' or ')}?)`;
}

/** @throws UsageError where a time cannot be read, or the period is empty */
export function scopeOf(options: ReadingOptions, zone: Zone, now: number): Scope {
  const moment = { zone, now };
  const since = options.since === undefined ? undefined : parseSince(options.since, moment);
  const until = options.until === undefined ? undefined : parseUntil(options.until, moment);
  if (since !== undefined && until !== undefined && since >= until) {
    const clock = new LocalClock(zone);
    throw new UsageError(
      `--since ${JSON.stringify(options.since)} is not before --until ${JSON.stringify(options.until)}: ` +
        `${clock.iso(since)} is not before ${clock.iso(until)}`,
    );
  }
  return {
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
    ...(options.host === undefined ? {} : { host: options.host }),
  };
}

/** What has to be typed again in the commands that this run suggests, so that they speak of the same lines. */
export interface Repeated {
  /** `--since … --host …`, or nothing. */
  readonly flags: string;
  /** The path or URL of a store that is not the one that would be taken anyway. */
  readonly store: string | undefined;
}

export function flagsToRepeat(options: ReadingOptions, { repeat }: NamedStore, io: Io): Repeated {
  const names = ['since', 'until', 'host', 'zone', 'config'] as const;
  const given = names.filter((name) => options[name] !== undefined && !(name === 'zone' && options.zone === io.zone));
  return { flags: given.map((name) => `--${name} ${shellWord(options[name] as string)}`).join(' '), store: repeat };
}
