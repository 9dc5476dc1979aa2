/** What this machine says of its own Postfix: the commands that an operator would type. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { parsePostconf } from '../../postfix/snapshot/postconf.js';
import type { Missing, Part, What } from './take.js';
import { readText, textOf, UnusableText } from './text.js';

export interface Machine {
  /** Where commands are looked for, before the folders that superusers have: `PATH`. */
  readonly path: string | undefined;
  readonly resolvConf: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Postfix's commands are in folders that a user's PATH lacks. */
const folders = ['/usr/sbin', '/sbin', '/usr/local/sbin', '/usr/local/bin', '/usr/bin', '/bin'];
/** Milliseconds: a queue of 100,000 messages on a slow disk takes minutes to list. */
const patience = 300_000;
const mostOutput = 512 << 20;

/** What could be had, and why not what could not. */
export async function takeFromMachine(
  machine: Machine,
): Promise<{ readonly parts: readonly Part[]; readonly missing: readonly Missing[] }> {
  const parts: Part[] = [];
  const missing: Missing[] = [];
  const command = async (what: What, [name, ...args]: readonly [string, ...string[]]): Promise<Part | Missing> => {
    const from = [name, ...args].join(' ');
    try {
      return { what, from, time: machine.now(), ...(await output(name, args, machine)) };
    } catch (error) {
      return { what, from, why: (error as Error).message };
    }
  };
  const keep = (result: Part | Missing) => {
    if ('text' in result) parts.push(result);
    else missing.push(result);
    return result;
  };

  const listing = await command('postqueue', ['postqueue', '-j']);
  // Postfix before 3.1 has no -j; a system that is down answers neither.
  keep('text' in listing ? listing : await command('mailq', ['postqueue', '-p']));
  keep(await command('postconf', ['postconf', '-n']));
  keep(await command('master', ['postconf', '-M']));
  const basics = await command('version', ['postconf', 'mail_version', 'queue_directory']);
  const { mail_version: version, queue_directory: queue } = 'text' in basics ? valuesIn(basics.text) : {};
  if ('text' in basics && version !== undefined) parts.push({ ...basics, text: version });
  else keep('text' in basics ? { what: 'version', from: basics.from, why: 'it does not say its version' } : basics);
  keep(await resolvConf(machine, queue));
  return { parts, missing };
}

function valuesIn(text: string): Readonly<Record<string, string>> {
  try {
    return parsePostconf(text).content.parameters;
  } catch {
    return {};
  }
}

async function resolvConf({ resolvConf: path, now }: Machine, queueDirectory: string | undefined): Promise<Part | Missing> {
  const time = now();
  try {
    const { text } = await readText(path);
    const copy = queueDirectory === undefined ? undefined : join(queueDirectory, 'etc/resolv.conf');
    // Most systems have none, and most users may not look.
    const chroot = copy === undefined ? undefined : await readText(copy).catch(() => undefined);
    return { what: 'resolv', from: path, time, text, ...(chroot === undefined ? {} : { chroot: chroot.text }) };
  } catch (error) {
    return { what: 'resolv', from: path, why: (error as Error).message };
  }
}

/** @throws Error that says why there is none */
function output(
  name: string,
  args: readonly string[],
  { path }: Machine,
): Promise<{ readonly text: string; readonly said: readonly string[] }> {
  const env = { PATH: [path ?? '', ...folders].filter((folder) => folder !== '').join(':'), LC_ALL: 'C' };
  return new Promise((resolve, reject) => {
    execFile(name, [...args], { env, timeout: patience, maxBuffer: mostOutput, encoding: 'buffer' }, (error, stdout, stderr) => {
      const said = saidOn(stderr);
      if (error !== null) {
        reject(new Error(whyNot(error, said)));
        return;
      }
      try {
        resolve({ text: textOf(stdout), said });
      } catch (problem) {
        reject(problem);
      }
    });
  });
}

/** Warnings and errors of a command, a sentence each. */
function saidOn(stderr: Buffer): string[] {
  try {
    return textOf(stderr)
      .split('\n')
      .filter((line) => line !== '');
  } catch (error) {
    if (error instanceof UnusableText) return [];
    throw error;
  }
}

function whyNot(error: Error & { readonly code?: unknown; readonly killed?: boolean }, said: readonly string[]): string {
  if (error.code === 'ENOENT') return 'there is no such command; is Postfix installed, and its folder in PATH?';
  if (error.code === 'EACCES') return 'this user may not run it';
  if (error.killed === true) return `it did not end within ${patience / 60_000} minutes`;
  const last = said.at(-1);
  return last === undefined ? `it failed (exit code ${String(error.code)})` : `it says: ${last}`;
}
