/** What the commands of one run share; it hangs on the program, so that a command needs nothing but the program to register. */
import type { Command } from 'commander';
import type { Io } from './io.js';

export interface Context {
  readonly io: Io;
  /** What the process ends with: 0 fine, 1 error, 2 wrong usage. */
  exitCode: number;
}

const contexts = new WeakMap<Command, Context>();

export function giveContext(program: Command, io: Io): Context {
  const context: Context = { io, exitCode: 0 };
  contexts.set(program, context);
  return context;
}

/** The context of the program that a command is part of. */
export function contextOf(command: Command): Context {
  let at: Command | null = command;
  while (at !== null) {
    const context = contexts.get(at);
    if (context !== undefined) return context;
    at = at.parent;
  }
  throw new Error('a command that is part of no program');
}
