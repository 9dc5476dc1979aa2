/** Runs programs, one at a time, and says what they took. */
import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

export interface Usage {
  /** From before the process is made until it is gone. */
  readonly seconds: number;
  /** Of all its threads. */
  readonly userSeconds: number;
  readonly systemSeconds: number;
}

export interface NodeUsage extends Usage {
  /** The most memory that it had at a time (RSS), in bytes. */
  readonly peakBytes: number;
  /** Standard output. */
  readonly output: string;
}

/** Something could not be measured: the sentence says what and why. */
export class NotMeasured extends Error {}

const usageAtExit = new URL('./usage_at_exit.js', import.meta.url).href;
const atExit = z.object({ userMicros: z.number(), systemMicros: z.number(), peakBytes: z.number() });

export interface NodeOptions {
  /** What stands in front of the command; see `onCores`. */
  readonly prefix?: readonly string[];
  /** What it says on standard error is only shown where it fails. */
  readonly quiet?: boolean;
}

/**
 * Runs a script in a Node of its own.
 * @throws NotMeasured where it fails
 */
export function runNode(script: string | URL, args: readonly string[], { prefix = [], quiet = false }: NodeOptions = {}): NodeUsage {
  const path = script instanceof URL ? fileURLToPath(script) : script;
  const [command = '', ...words] = [...prefix, process.execPath, '--import', usageAtExit, path, ...args];
  const began = process.hrtime.bigint();
  const ended = spawnSync(command, words, {
    stdio: ['ignore', 'pipe', quiet ? 'pipe' : 'inherit', 'pipe'],
    encoding: 'utf8',
    maxBuffer: 1 << 30,
  });
  const seconds = since(began);
  mustBeFine(ended, [path, ...args]);
  const { userMicros, systemMicros, peakBytes } = atExit.parse(JSON.parse(ended.output[3] ?? ''));
  return { seconds, userSeconds: userMicros / 1e6, systemSeconds: systemMicros / 1e6, peakBytes, output: ended.stdout };
}

/** Runs a script as `runNode` does, quietly and with nothing added. @returns the seconds that it takes */
export function timeNode(script: string, args: readonly string[]): number {
  const began = process.hrtime.bigint();
  const ended = spawnSync(process.execPath, [script, ...args], { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' });
  const seconds = since(began);
  mustBeFine(ended, [script, ...args]);
  return seconds;
}

function mustBeFine({ status, signal, error, stderr }: SpawnSyncReturns<string>, words: readonly string[]): void {
  if (status === 0) return;
  const how = error?.message ?? (signal === null ? `exit code ${status}` : signal);
  throw new NotMeasured(`${words.join(' ')} ended with ${how}${stderr ? `:\n${stderr}` : ''}`);
}

/** Runs any other program, its output thrown away. The shell's `times` tells what a child took (POSIX), so nothing need be installed. */
export function runProgram(command: string, args: readonly string[]): Usage {
  const script = '"$@" > /dev/null; code=$?; times >&3; exit $code';
  const began = process.hrtime.bigint();
  const ended = spawnSync('sh', ['-c', script, 'sh', command, ...args], {
    stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
    encoding: 'utf8',
  });
  const seconds = since(began);
  mustBeFine(ended, [command, ...args]);
  // `0m8.51s 0m0.05s`: the shell, and below it its children.
  const children = (ended.output[3] ?? '').trim().split('\n')[1] ?? '';
  const [userSeconds = Number.NaN, systemSeconds = Number.NaN] = [...children.matchAll(/(\d+)m([\d.]+)s/g)].map(
    ([, minutes, rest]) => Number(minutes) * 60 + Number(rest),
  );
  return { seconds, userSeconds, systemSeconds };
}

const since = (began: bigint) => Number(process.hrtime.bigint() - began) / 1e9;
