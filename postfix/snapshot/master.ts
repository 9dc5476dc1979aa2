/** `postconf -M`, and master.cf itself (postconf/postconf_master.c): the daemons, and what each has other than main.cf. */
import { excerpt, logicalLines, NoSnapshot, type Reading } from './reading.js';

/** A line of master.cf; fields as they stand there, `-` where the default holds. */
export interface Service {
  readonly name: string;
  /** `inet`, `unix`, `unix-dgram`, `fifo` or `pass`. */
  readonly type: string;
  readonly private: string;
  readonly unprivileged: string;
  readonly chroot: string;
  readonly wakeup: string;
  /** Most processes at a time. */
  readonly processes: string;
  /** The program and its arguments, options aside. */
  readonly command: string;
  /** `-o name=value`, by name. */
  readonly options: Readonly<Record<string, string>>;
}

export interface Master {
  readonly services: readonly Service[];
}

const types = new Set(['inet', 'unix', 'unix-dgram', 'fifo', 'pass']);

/** @throws NoSnapshot where no line of it is one of master.cf */
export function parseMaster(text: string): Reading<Master> {
  const lines = logicalLines(text);
  if (lines.length === 0) throw new NoSnapshot('it is empty: no master.cf is without a service');
  const services: Service[] = [];
  const notes: string[] = [];
  for (const { number, line } of lines) {
    const service = serviceOf(line);
    if (service !== undefined) services.push(service);
    else if (/^postconf: /.test(line)) notes.push(line);
    else notes.push(`line ${number}, ${excerpt(line)}: is no line of master.cf`);
  }
  if (services.length === 0)
    throw new NoSnapshot(
      `it is no output of postconf -M, and no master.cf: it begins with ${excerpt((lines[0] as { line: string }).line)}`,
    );
  return { content: { services }, notes };
}

function serviceOf(line: string): Service | undefined {
  const [name, type, isPrivate, unprivileged, chroot, wakeup, processes, program, ...rest] = wordsOf(line);
  if (program === undefined || !types.has(type as string)) return undefined;
  const options: Record<string, string> = {};
  const command = [program];
  for (let i = 0; i < rest.length; i++) {
    const word = rest[i] as string;
    const given = word === '-o' ? rest[++i] : word.startsWith('-o') ? word.slice(2) : undefined;
    if (given === undefined) command.push(word);
    else {
      const [, option, value] = /^\s*([^\s=]+)\s*=\s*(.*?)\s*$/s.exec(given) ?? [];
      if (option === undefined || value === undefined) command.push('-o', given);
      else options[option] = value;
    }
  }
  return {
    name: name as string,
    type: type as string,
    private: isPrivate as string,
    unprivileged: unprivileged as string,
    chroot: chroot as string,
    wakeup: wakeup as string,
    processes: processes as string,
    command: command.join(' '),
    options,
  };
}

/** Words between blanks; `{ … }` is one, without its brackets (Postfix 3.0 and later). */
function wordsOf(line: string): string[] {
  const words: string[] = [];
  for (let at = 0; at < line.length; ) {
    if (/\s/.test(line[at] as string)) {
      at++;
      continue;
    }
    const end = line[at] === '{' ? closing(line, at) : -1;
    if (end >= 0) {
      words.push(line.slice(at + 1, end).trim());
      at = end + 1;
    } else {
      const [word] = /^\S+/.exec(line.slice(at)) as RegExpExecArray;
      words.push(word);
      at += word.length;
    }
  }
  return words;
}

/** Where the bracket closes that opens at `from`, if white space or the end follows; -1 otherwise. */
function closing(line: string, from: number): number {
  let depth = 0;
  for (let at = from; at < line.length; at++) {
    if (line[at] === '{') depth++;
    else if (line[at] === '}' && --depth === 0) return at + 1 === line.length || /\s/.test(line[at + 1] as string) ? at : -1;
  }
  return -1;
}
