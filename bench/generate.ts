/**
 * Writes a bench log: `node dist/bench/generate.js --lines 1000000 --seed 1 --hosts 3 --days 2 --out DIR`.
 * One file a host in DIR, or all hosts in one file with `--single FILE`; the truth with `--truth FILE`, one message a line.
 */
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { generate } from './generate/index.js';
import type { StampStyle } from './generate/stamp.js';

function count(text: string): number {
  const value = Number(text.replaceAll('_', ''));
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError('Expected a number above zero.');
  return value;
}

/** A share of the time, as `0.3-0.6`, or `none`. */
function incidentPeriod(text: string): { from: number; to: number } | null {
  if (text === 'none') return null;
  const [from, to] = text.split('-').map(Number);
  if (from === undefined || to === undefined || !(from >= 0 && from < to && to <= 1)) {
    throw new InvalidArgumentError('Expected two shares of the time as 0.33-0.66, or none.');
  }
  return { from, to };
}

const PIECE = 1 << 17;

/** A file that is written in large pieces: the lines are too many for a stream's bookkeeping. */
class Lines {
  private readonly file: number;
  private text = '';

  constructor(path: string) {
    this.file = openSync(path, 'w');
  }

  write(line: string): void {
    this.text += `${line}\n`;
    if (this.text.length > PIECE) this.flush();
  }

  close(): void {
    this.flush();
    closeSync(this.file);
  }

  private flush(): void {
    const bytes = Buffer.from(this.text);
    for (let at = 0; at < bytes.length; ) at += writeSync(this.file, bytes, at);
    this.text = '';
  }
}

interface Flags {
  lines?: number;
  seed: number;
  hosts: number;
  days: number;
  stamp: StampStyle;
  incident?: { from: number; to: number } | null;
  out?: string;
  single?: string;
  truth?: string;
}

const program = new Command('generate')
  .description('Write a mail log as a few busy Postfix servers would, with the truth about every message.')
  .option('--lines <n>', 'lines of all hosts together (default: as many as 65,000 mails a day and host make)', count)
  .option('--seed <n>', 'another seed, another log', count, 1)
  .option('--hosts <n>', 'servers', count, 3)
  .option('--days <n>', 'days from the first line to the last', count, 2)
  .option('--incident <from-to>', 'when the relays fail, as shares of the time, or none (default: 0.33-0.67)', incidentPeriod)
  .addOption(new Option('--stamp <style>', 'time stamps').choices(['rfc3164', 'rfc3339']).default('rfc3164'))
  .option('--out <dir>', 'write <dir>/<host>.log for every host')
  .option('--single <file>', 'write all hosts to one file, in order of time')
  .option('--truth <file>', 'write what happened to every message, as NDJSON')
  .parse();

const { out, single, truth, ...options } = program.opts<Flags>();
if (out === undefined && single === undefined) program.error('Expected --out DIR or --single FILE.');

const byHost = new Map<string, Lines>();
const all = single === undefined ? undefined : new Lines(single);
const truths = truth === undefined ? undefined : new Lines(truth);
if (out !== undefined) mkdirSync(out, { recursive: true });

const began = process.hrtime.bigint();
let lines = 0;
for (const item of generate(options)) {
  if (item.kind === 'truth') {
    truths?.write(JSON.stringify(item.message));
    continue;
  }
  lines += 1;
  all?.write(item.line);
  if (out === undefined) continue;
  let file = byHost.get(item.host);
  if (file === undefined) {
    file = new Lines(join(out, `${item.host}.log`));
    byHost.set(item.host, file);
  }
  file.write(item.line);
}
for (const file of [all, truths, ...byHost.values()]) file?.close();
const seconds = Number(process.hrtime.bigint() - began) / 1e9;
process.stderr.write(`${lines} lines in ${seconds.toFixed(1)} s, ${Math.round(lines / seconds)} lines/s\n`);
