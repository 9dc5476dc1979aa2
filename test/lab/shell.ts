/** Programs that the lab runs. It does not wait idly for them: relays and nameservers are in this process, and go on answering. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const exec = promisify(execFile);

/** @returns standard output @throws Error with what the program said, if it fails */
export async function sh(program: string, ...args: string[]): Promise<string> {
  return (await exec(program, args, { maxBuffer: 1 << 26 })).stdout;
}

/** The same for a program that reads standard input. */
export async function feed(text: string, program: string, ...args: string[]): Promise<string> {
  const running = exec(program, args);
  running.child.stdin?.end(text);
  return (await running).stdout;
}

export const sleep = (seconds: number) => new Promise<void>((resolve) => setTimeout(resolve, seconds * 1000));
