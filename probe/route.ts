/** The way to an address, by `traceroute` or `mtr`, whichever this machine has. */
import { spawn } from 'node:child_process';
import { secondsSince, within } from './deadline.js';
import type { ProbedRoute } from './result.js';

const mostHops = 24;
/** Seconds a route may take: every hop silent, and some. */
const longest = 60;
const mostLines = 64;

/** In the order of preference; neither looks names up, which would wait for the nameservers that are in question. */
const tools = [
  { tool: 'traceroute', flags: ['-n', '-q', '1', '-w', '2', '-m', String(mostHops)] },
  { tool: 'mtr', flags: ['-n', '-r', '-w', '-c', '1', '-m', String(mostHops)] },
] as const;

class NotInstalled extends Error {}

/**
 * @returns undefined where neither tool is installed
 * @throws the signal's reason
 */
export async function route(address: string, env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<ProbedRoute | undefined> {
  for (const { tool, flags } of tools) {
    const start = performance.now();
    const lines: string[] = [];
    let error: string | undefined;
    try {
      error = await run(tool, [...flags, address], env, signal, lines);
    } catch (thrown) {
      signal.throwIfAborted();
      if (thrown instanceof NotInstalled) continue;
      error = thrown instanceof Error && thrown.message !== '' ? thrown.message : `it was not done after ${longest} s`;
    }
    const last = lines.findLast((line) => /^\s*\d+[.\s]/.test(line)) ?? '';
    const reached = last.split(/\s+/).includes(address);
    return { address, tool, seconds: secondsSince(start), lines, reached, ...(error === undefined ? {} : { error }) };
  }
  return undefined;
}

/** @returns what it said on standard error, where it failed */
function run(
  tool: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
  lines: string[],
): Promise<string | undefined> {
  return within(longest, signal, (done, fail) => {
    // Where a mail administrator's shell has no sbin, systems still keep these tools there.
    const child = spawn(tool, args, { env: { ...env, PATH: `${env.PATH ?? ''}:/usr/sbin:/sbin` }, stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    let complaint = '';
    child.stdout.setEncoding('latin1').on('data', (text: string) => {
      out += text;
      for (let end = out.indexOf('\n'); end >= 0; end = out.indexOf('\n')) {
        if (lines.length < mostLines) lines.push(out.slice(0, end).trimEnd().slice(0, 200));
        out = out.slice(end + 1);
      }
      if (out.length > 4096) out = '';
    });
    child.stderr.setEncoding('latin1').on('data', (text: string) => {
      complaint = (complaint + text).slice(0, 500);
    });
    child.on('error', (error: NodeJS.ErrnoException) => fail(error.code === 'ENOENT' ? new NotInstalled() : error));
    child.on('close', (code) => done(code === 0 ? undefined : complaint.trim().replace(/\s+/g, ' ') || `it ended with exit code ${code}`));
    return () => void child.kill('SIGKILL');
  });
}
