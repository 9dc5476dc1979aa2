/** How far an import is: a line that is written again and again on a terminal, a line a file elsewhere. */
import { basename } from 'node:path';
import type { FileResult, Watching } from '../ingest/import.js';
import { bytes, count, counted, seconds as span } from '../report/render/number.js';
import { cut, printable } from '../report/render/text.js';
import type { Io } from './io.js';

/** Text comes out of an archive about this many times as large. */
const unpacks = 9;
const refresh = 200;

export class ImportProgress {
  private readonly started: number;
  private readonly bar: boolean;
  private readonly expected = new Map<string, number>();
  private readonly done = new Map<string, number>();
  private lines = 0;
  private drawn = 0;

  constructor(
    private readonly io: Io,
    private readonly storePath: string,
    private readonly standardInput = false,
  ) {
    this.started = io.now();
    this.bar = io.stderr.isTTY === true;
  }

  /** Seconds since the beginning. */
  get seconds(): number {
    return (this.io.now() - this.started) / 1000;
  }

  watching(): Watching {
    return {
      onPlan: (files, archives) => {
        for (const { path, size, packing } of files) this.expected.set(path, packing === 'none' ? size : size * unpacks);
        const what = [
          ...(archives.length > 0 ? [counted(archives.length, 'archive')] : []),
          ...(files.length > 0 || (archives.length === 0 && !this.standardInput) ? [counted(files.length, 'file')] : []),
          ...(this.standardInput ? [`standard input${this.bar && process.stdin.isTTY ? ' (its end is Ctrl-D)' : ''}`] : []),
        ];
        this.io.stderr.write(`Importing ${what.join(' and ')} into ${printable(this.storePath)}\n`);
      },
      onRead: (path, length, lines) => {
        this.lines += lines;
        this.done.set(path, (this.done.get(path) ?? 0) + length);
        this.draw(path);
      },
      onFile: (file) => this.finished(file),
    };
  }

  private finished({ path, lines, known, notes }: FileResult): void {
    const length = this.done.get(path) ?? 0;
    this.expected.set(path, length);
    this.clear();
    const what = known ? 'nothing new' : `${counted(lines, 'line')}, ${bytes(length)}`;
    this.io.stderr.write(`  ${path === '-' ? 'standard input' : printable(path)}: ${what}\n`);
    for (const text of notes) this.io.stderr.write(`    ${printable(text)}\n`);
  }

  private draw(path: string): void {
    const now = this.io.now();
    if (!this.bar || now - this.drawn < refresh) return;
    this.drawn = now;
    const done = sum(this.done);
    // Text of an archive may turn out longer than expected.
    const all = Math.max(done, sum(this.expected));
    const seconds = Math.max(this.seconds, 0.001);
    const left = done === 0 ? '' : `, ${span((seconds * (all - done)) / done)} left`;
    const line = `  ${barOf(done, all)}  ${count(Math.round(this.lines / seconds))} lines/s, ${bytes(done)} of ${bytes(all)}${left}  ${printable(basename(path))}`;
    this.io.stderr.write(`\r\x1b[K${cut(line, (this.io.stderr.columns ?? 80) - 1)}`);
  }

  /** Messages are made of the lines: done so many, and of how many. */
  readonly folding = (done: number, of: number): void => {
    const now = this.io.now();
    if (!this.bar || now - this.drawn < refresh) return;
    this.drawn = now;
    const line = `  ${barOf(done, of)}  folding messages, ${count(done)} of ${counted(of, 'line')}`;
    this.io.stderr.write(`\r\x1b[K${cut(line, (this.io.stderr.columns ?? 80) - 1)}`);
  };

  private clear(): void {
    if (this.bar) this.io.stderr.write('\r\x1b[K');
  }

  /** Takes the bar away. */
  end(): void {
    this.clear();
  }
}

function barOf(done: number, all: number): string {
  const share = all === 0 ? 0 : Math.floor((100 * done) / all);
  const filled = Math.round(share / 5);
  return `${'█'.repeat(filled)}${'░'.repeat(20 - filled)} ${share} %`;
}

const sum = (map: Map<string, number>) => [...map.values()].reduce((total, value) => total + value, 0);
