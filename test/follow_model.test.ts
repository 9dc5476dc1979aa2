/** A log server that does whatever it likes, a shipper that is stopped and killed, batches that are stored in any order: each line arrives once. */
import { cpSync, readdirSync, readFileSync, renameSync, rmSync, statSync, truncateSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Rig, type Running, until } from './follow_rig.js';
import { line } from './workshop.js';

type Step =
  | { readonly do: 'append'; readonly lines: number }
  | { readonly do: 'repeat' }
  | { readonly do: 'partial' }
  | { readonly do: 'rename' }
  | { readonly do: 'renameAndWriteLate' }
  | { readonly do: 'copytruncate' }
  | { readonly do: 'compress' }
  | { readonly do: 'remove' }
  | { readonly do: 'another' }
  | { readonly do: 'stop' }
  | { readonly do: 'kill' }
  | { readonly do: 'store'; readonly count: number; readonly order: number }
  | { readonly do: 'lose' }
  | { readonly do: 'wait'; readonly ms: number };

const simple = (
  name:
    | 'repeat'
    | 'partial'
    | 'rename'
    | 'renameAndWriteLate'
    | 'copytruncate'
    | 'compress'
    | 'remove'
    | 'another'
    | 'stop'
    | 'kill'
    | 'lose',
) => fc.constant<Step>({ do: name });
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record<Step & { do: 'append' }>({ do: fc.constant('append'), lines: fc.integer({ min: 1, max: 40 }) }) },
  { weight: 1, arbitrary: simple('repeat') },
  { weight: 2, arbitrary: simple('partial') },
  { weight: 2, arbitrary: simple('rename') },
  { weight: 1, arbitrary: simple('renameAndWriteLate') },
  { weight: 2, arbitrary: simple('copytruncate') },
  { weight: 2, arbitrary: simple('compress') },
  { weight: 1, arbitrary: simple('remove') },
  { weight: 1, arbitrary: simple('another') },
  { weight: 2, arbitrary: simple('stop') },
  { weight: 2, arbitrary: simple('kill') },
  {
    weight: 3,
    arbitrary: fc.record<Step & { do: 'store' }>({ do: fc.constant('store'), count: fc.integer({ min: 1, max: 5 }), order: fc.nat(100) }),
  },
  { weight: 1, arbitrary: simple('lose') },
  { weight: 3, arbitrary: fc.record<Step & { do: 'wait' }>({ do: fc.constant('wait'), ms: fc.integer({ min: 1, max: 60 }) }) },
);

class Server {
  readonly rig = new Rig();
  /** Each line that was written whole. */
  readonly written: string[] = [];
  private running: Running;
  private next = 0;
  private rest = '';
  /** The line that was written last, where the next one into `mail.log` is behind it. */
  private last: string | undefined;
  private readonly names = ['mail.log'];

  constructor(private readonly glob: string) {
    this.rig.cluster.atOnce = false;
    this.rig.write('mail.log', '');
    this.running = this.start();
  }

  private start(): Running {
    return this.rig.start([this.glob, 'extra*.log'], { times: { patience: 15, untouched: 25, removed: 40 } });
  }

  /** The log has been seen: what was rotated before the first shipper came is nobody's. */
  async begin(): Promise<void> {
    await until(() => this.running.state().sources.length === 1, 'the log is open');
  }

  async do(step: Step): Promise<void> {
    const { rig } = this;
    switch (step.do) {
      case 'append':
        this.append('mail.log', step.lines);
        return;
      case 'repeat':
        if (this.rest !== '' || this.last === undefined) return;
        await this.repeat(this.last);
        this.written.push(this.last.trimEnd());
        return;
      case 'partial':
        if (this.rest !== '') return;
        this.rest = line(this.next++);
        rig.append('mail.log', this.rest.slice(0, 25));
        return;
      case 'rename':
        this.endLine();
        this.shift();
        renameSync(rig.path('mail.log'), rig.path('mail.log.1'));
        rig.write('mail.log', '');
        return;
      case 'renameAndWriteLate':
        this.endLine();
        this.shift();
        renameSync(rig.path('mail.log'), rig.path('mail.log.1'));
        rig.write('mail.log', '');
        this.append('mail.log.1', 3);
        return;
      case 'copytruncate':
        this.endLine();
        // What a copy lacks was written between the copying and the cutting, and nobody has it.
        await until(() => this.running.state().sources.some(({ sent }) => sent === rig.size('mail.log')), 'the log is read');
        this.shift();
        cpSync(rig.path('mail.log'), rig.path('mail.log.1'));
        truncateSync(rig.path('mail.log'), 0);
        return;
      case 'compress': {
        const plain = this.rotated().find((name) => !name.endsWith('.gz'));
        if (plain === undefined) return;
        // While an archive is left alone, its end is not known to who has just been started.
        if (rig.size('mail.log') === 0) this.last = undefined;
        rig.write(`${plain}.gz`, gzipSync(readFileSync(rig.path(plain))));
        rmSync(rig.path(plain));
        return;
      }
      case 'remove': {
        const oldest = this.rotated().at(-1);
        if (oldest === undefined) return;
        // No server removes what is some days old before it is shipped.
        await this.catchUp();
        rmSync(rig.path(oldest));
        this.last = undefined;
        return;
      }
      case 'another': {
        const name = `extra${this.names.length}.log`;
        this.names.push(name);
        rig.write(name, '');
        this.append(name, 5);
        return;
      }
      case 'stop':
        await this.running.stop();
        this.running = this.start();
        return;
      case 'kill':
        await rig.kill(this.running);
        this.running = this.start();
        return;
      case 'store':
        rig.cluster.work(() => step.order, step.count);
        await new Promise((resolve) => setTimeout(resolve, 2));
        return;
      case 'lose':
        rig.cluster.lose();
        return;
      case 'wait':
        // So that the shipper gets into any state, and not to wait for one.
        await new Promise((resolve) => setTimeout(resolve, step.ms));
        return;
      default:
        step satisfies never;
    }
  }

  /** Over a rotation, the file before has been sent when the line comes, and the line before the next thing happens: a second holds no more. */
  private async repeat(text: string): Promise<void> {
    const { rig } = this;
    const sent = () => rig.cluster.batches.filter(({ bytes }) => bytes.includes(text)).length;
    const isFirst = rig.size('mail.log') === 0;
    if (isFirst) await until(() => sent() > 0, 'the line is sent');
    const before = sent();
    rig.append('mail.log', text);
    if (isFirst) await until(() => sent() > before, 'it is sent again');
  }

  private append(name: string, count: number): void {
    if (name === 'mail.log') this.endLine();
    let text = '';
    let last = '';
    for (let i = 0; i < count; i++) {
      last = line(this.next++);
      text += this.whole(last);
    }
    this.rig.append(name, text);
    if (name.startsWith('mail.log')) this.last = last;
  }

  private endLine(): void {
    if (this.rest === '') return;
    this.rig.append('mail.log', this.rest.slice(25));
    this.last = this.whole(this.rest);
    this.rest = '';
  }

  private whole(text: string): string {
    this.written.push(text.trimEnd());
    return text;
  }

  private rotated(): string[] {
    const number = (name: string) => Number(/\.(\d+)/.exec(name)?.[1]);
    return readdirSync(this.rig.folder)
      .filter((name) => /^mail\.log\.\d+(\.gz)?$/.test(name))
      .sort((a, b) => number(a) - number(b));
  }

  /** As logrotate does before it rotates. */
  private shift(): void {
    // A file of one second may be a copy of its successor's beginning (ingest/seam.ts).
    const text = readFileSync(this.rig.path('mail.log'), 'utf8');
    if (this.last?.slice(0, 15) === text.slice(0, 15)) this.last = undefined;
    for (const name of this.rotated().reverse()) {
      const [, number = '', gz = ''] = /^mail\.log\.(\d+)(\.gz)?$/.exec(name) ?? [];
      renameSync(this.rig.path(name), this.rig.path(`mail.log.${Number(number) + 1}${gz}`));
    }
  }

  /** All that was written is stored. */
  async catchUp(): Promise<void> {
    const { cluster } = this.rig;
    cluster.atOnce = true;
    cluster.work();
    await until(() => cluster.documents.size >= this.written.length, 'all lines').catch(() => this.fail());
    cluster.atOnce = false;
  }

  private fail(): never {
    const there = [...this.rig.cluster.lines];
    const missing = this.written.filter((text) => {
      const at = there.indexOf(text);
      if (at >= 0) there.splice(at, 1);
      return at < 0;
    });
    const batches = this.rig.cluster.batches.map(
      ({ source, offset, bytes, next }) =>
        `${source.key.slice(-4)} ${source.path.slice(-10)} ${offset} ${bytes.length} ${next} ${bytes.toString('latin1', 0, 16)}`,
    );
    const files = readdirSync(this.rig.folder).map((name) => `${name} ${statSync(this.rig.path(name)).size}`);
    throw new Error(
      `missing: ${missing.join('\n')}\nfiles: ${files.join(', ')}\nsaid: ${this.running.said.join('\n')}\naside: ${this.rig.cluster.aside.join('\n')}\nbatches: ${batches.join('\n')}`,
    );
  }

  async end(): Promise<void> {
    const { cluster } = this.rig;
    try {
      await this.catchUp();
      cluster.atOnce = true;
      cluster.work();
      await this.running.stop();
      expect(cluster.lines).toEqual([...this.written].sort());
      expect(this.running.result?.pending).toBe(0);
      for (const { read, stored, alreadyThere, quarantined, bytes, path } of cluster.accounts.values()) {
        expect(stored + alreadyThere + quarantined, path).toBe(read);
        expect(bytes).toBeGreaterThanOrEqual(0);
      }
      // Offsets of a source are contiguous wherever it was sent from: each batch begins where one ended.
      const ends = new Set<string>();
      for (const { source, offset, next } of cluster.batches) {
        expect(offset === 0 || ends.has(`${source.key} ${offset}`), `${source.path} ${offset}`).toBe(true);
        ends.add(`${source.key} ${next}`);
      }
      expect(statSync(this.rig.checkpoint).size).toBeLessThan(100_000);
    } finally {
      await this.rig.remove();
    }
  }
}

test.each([['mail.log'], ['mail.log*']])('a server that rotates as it likes, followed as %s', async (glob) => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
      const server = new Server(glob);
      try {
        await server.begin();
        for (const each of steps) await server.do(each);
      } finally {
        await server.end();
      }
    }),
    { numRuns: 15, interruptAfterTimeLimit: 5000, endOnFailure: true },
  );
});
