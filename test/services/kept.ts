/** A server of the tests: ends when whoever started it ends, however that ends. */
import { type ChildProcess, spawn } from 'node:child_process';
import { openSync } from 'node:fs';

export interface Kept {
  /** Of the process group that the server and its children are in. */
  readonly group: number;
  /** Whether it is still there. */
  alive(): boolean;
  /** Sends a signal to all of it. */
  signal(signal: NodeJS.Signals): void;
  /** Resolves when the last of it is gone. */
  gone(): Promise<void>;
}

export interface HowToKeep {
  readonly command: readonly string[];
  /** File that takes what it prints. */
  readonly output: string;
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * A shell leads the group and waits for its standard input to end, which it does with the process that holds the other end,
 * killed or not. Then it kills the group, itself included. A server that ends by itself takes the shell along.
 */
const keeper = '("$@" </dev/null; kill -s KILL -- -$$) & cat >/dev/null; kill -s KILL -- -$$';

export function keep({ command, output, env = process.env }: HowToKeep): Kept {
  const log = openSync(output, 'a');
  const child: ChildProcess = spawn('/bin/sh', ['-c', keeper, 'sh', ...command], { stdio: ['pipe', log, log], detached: true, env });
  const group = child.pid as number;
  let alive = true;
  const gone = new Promise<void>((resolve) => {
    child.once('exit', () => {
      alive = false;
      resolve();
    });
  });
  // It must not hold up the end of this process: the pipe does the rest.
  child.unref();
  return {
    group,
    alive: () => alive,
    signal: (signal) => {
      if (alive) process.kill(-group, signal);
    },
    gone: () => {
      if (alive) child.ref();
      return gone;
    },
  };
}
