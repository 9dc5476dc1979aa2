/**
 * `npm run bench -- cluster`: two shippers, Redis, a worker and Elasticsearch on the same two cores, beside what the same
 * Elasticsearch takes when the same documents are posted ready-made; and shipping alone.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { z } from 'zod';
import { count } from '../report/render/number.js';
import { type RunningElasticsearch, startElasticsearch } from '../test/services/elasticsearch.js';
import { type RunningRedis, startRedis } from '../test/services/redis.js';
import { Unavailable } from '../test/services/unavailable.js';
import { checkout, dataPath, postscope } from './checkout.js';
import { NotMeasured, timeNode } from './child.js';
import { figuresOf, megabytes, rangeText, rateText } from './figures.js';
import type { Log } from './lines_log.js';
import { machineText } from './machine.js';
import { digestOfCode, made, setMade } from './made.js';
import { writeBodies } from './ready_made.js';
import { atLeast, atMost, type Result, resultsText } from './results.js';
import { twoLogs } from './two_logs.js';

export interface ClusterOptions {
  readonly lines: number;
  readonly rounds: number;
  /** Batches that a worker has in hand at once. */
  readonly concurrency: number;
}

const prefix = 'bench';
/** As FACTS measured it. */
const heap = 1024;

/** @returns the exit code */
export async function cluster({ lines, rounds, concurrency }: ClusterOptions): Promise<number> {
  const logs = await twoLogs(lines);
  const bodies = dataPath(`bodies.${lines}`);
  const code = digestOfCode('postfix', 'store/elasticsearch');
  if (made(bodies, z.null())?.by !== code) {
    console.error(`Writing ${count(lines)} documents to ${bodies} …`);
    await writeBodies(
      bodies,
      logs.map(({ path }) => path),
      prefix,
    );
    setMade(bodies, code, null);
  }
  const readyMade: number[] = [];
  const endToEnd: number[] = [];
  const shipping: Shipped[] = [];
  const peaks: { shipper: number; worker: number }[] = [];
  const script = join(checkout, 'dist/bench/ready_made.js');
  const elasticsearch = await serverOr(() => startElasticsearch({ heap }));
  try {
    // Its first minute goes into compiling; that must not count for whoever comes first.
    console.error('Warming up …');
    await anew(elasticsearch);
    timeNode(script, [elasticsearch.url, bodies]);
    for (let round = 1; round <= rounds; round++) {
      console.error(`Round ${round} of ${rounds}: ready-made, end to end …`);
      await anew(elasticsearch);
      readyMade.push(lines / timeNode(script, [elasticsearch.url, bodies]));
      await mustHold(elasticsearch, lines);
      await anew(elasticsearch);
      const run = await throughAll(elasticsearch, logs, concurrency);
      await mustHold(elasticsearch, lines);
      endToEnd.push(lines / run.seconds);
      peaks.push(run.peaks);
    }
  } finally {
    await elasticsearch.stop();
  }
  for (let round = 1; round <= rounds; round++) {
    console.error(`Round ${round} of ${rounds}: shipping alone …`);
    shipping.push(await shipAlone(logs));
  }
  const ceiling = figuresOf(readyMade);
  const through = figuresOf(endToEnd);
  const ratios = figuresOf(endToEnd.map((rate, i) => rate / (readyMade[i] as number)));
  const shipped = figuresOf(shipping.map(({ rate }) => rate));
  const inRedis = figuresOf(shipping.map(({ redisBytes, rawBytes }) => redisBytes / rawBytes));
  const peak = (of: 'shipper' | 'worker') => Math.max(...peaks.map((each) => each[of]));
  const documents = (rate: number) => rateText(rate).replace('lines', 'documents');
  const results: Result[] = [
    { what: 'the same documents, ready-made', figure: documents(ceiling.median), range: rangeText(ceiling, documents), ratio: '1' },
    {
      what: 'end to end',
      figure: documents(through.median),
      range: rangeText(through, documents),
      ratio: ratios.median.toFixed(2),
      bar: atLeast(ratios.median, 0.8, '0.8'),
    },
    {
      what: 'shipping alone, into Redis',
      figure: rateText(shipped.median),
      range: rangeText(shipped, rateText),
      bar: atLeast(shipped.median, 500_000, '500,000 lines/s'),
    },
    { what: 'Redis / queued bytes', figure: inRedis.median.toFixed(2), bar: atMost(inRedis.median, 1.5, '1.5') },
    { what: 'peak memory, a shipper', figure: megabytes(peak('shipper')), bar: atMost(peak('shipper'), 300e6, '300 MB') },
    { what: 'peak memory, the worker', figure: megabytes(peak('worker')), bar: atMost(peak('worker'), 300e6, '300 MB') },
  ];
  console.log(
    `${machineText()}\n${count(lines)} lines, ${megabytes(bytesOf(logs))}; concurrency ${concurrency}\n\n${resultsText(results)}`,
  );
  return 0;
}

const bytesOf = (logs: readonly Log[]) => logs.reduce((sum, { bytes }) => sum + bytes, 0);

async function serverOr<T>(start: () => Promise<T>): Promise<T> {
  try {
    return await start();
  } catch (error) {
    if (error instanceof Unavailable) throw new NotMeasured(error.message);
    throw error;
  }
}

/** Indices of the round before are deleted; templates are there. */
async function anew({ url }: RunningElasticsearch): Promise<void> {
  // Elasticsearch deletes no indices but by their whole names.
  const names = Object.keys((await (await fetch(`${url}/${prefix}-*?features=aliases`)).json()) as object);
  if (names.length > 0) await fetch(`${url}/${names.join(',')}`, { method: 'DELETE' });
  timeNode(postscope, ['setup', '--elasticsearch-url', url, '--elasticsearch-prefix', prefix]);
}

async function mustHold({ url }: RunningElasticsearch, lines: number): Promise<void> {
  await fetch(`${url}/${prefix}-events-*/_refresh`, { method: 'POST' });
  const { count: held } = (await (await fetch(`${url}/${prefix}-events-*/_count`)).json()) as { count: number };
  if (held !== lines) throw new NotMeasured(`Elasticsearch holds ${held} of ${lines} documents`);
}

interface Through {
  readonly seconds: number;
  /** Bytes. */
  readonly peaks: { readonly shipper: number; readonly worker: number };
}

/** From the start of the processes until both shippers know that all is stored. */
async function throughAll({ url }: RunningElasticsearch, logs: readonly Log[], concurrency: number): Promise<Through> {
  const redis = await serverOr(() => startRedis());
  const folder = mkdtempSync(join(tmpdir(), 'postscope-bench-'));
  const began = performance.now();
  const work = ['--concurrency', String(concurrency), '--elasticsearch-url', url, '--elasticsearch-prefix', prefix];
  const worker = new Watched(['work', ...work, '--redis-url', redis.url, '--metrics-listen', 'off']);
  try {
    const shippers = logs.map(({ path }, i) => new Watched(shipping(path, redis, join(folder, String(i)), ['--once'])));
    await Promise.all(shippers.map((shipper) => shipper.ended()));
    const seconds = (performance.now() - began) / 1000;
    return { seconds, peaks: { shipper: Math.max(...shippers.map(({ peak }) => peak)), worker: worker.peak } };
  } finally {
    await worker.stop();
    await redis.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

const shipping = (path: string, redis: RunningRedis, checkpoint: string, more: readonly string[]) => [
  ...['ship', path, '--redis-url', redis.url, '--checkpoint', checkpoint, '--zone', 'UTC', '--metrics-listen', 'off'],
  ...more,
];

interface Shipped {
  readonly rate: number;
  readonly redisBytes: number;
  readonly rawBytes: number;
}

/** Two shippers, and nobody who takes: until all lines are in Redis. From the first line there, as starting Node is not shipping. */
async function shipAlone(logs: readonly Log[]): Promise<Shipped> {
  const redis = await serverOr(() => startRedis());
  const folder = mkdtempSync(join(tmpdir(), 'postscope-bench-'));
  const client = new Redis(redis.url);
  const used = async () => Number(/used_memory:(\d+)/.exec(await client.info('memory'))?.[1]);
  const waiting = () => client.llen('postscope:lines:wait');
  const before = await used();
  const shippers = logs.map(({ path }, i) => new Watched(shipping(path, redis, join(folder, String(i)), [])));
  try {
    let began = 0;
    let last = 0;
    let batches = 0;
    for (;;) {
      const now = await waiting();
      if (now > 0 && began === 0) began = performance.now();
      if (now !== batches) {
        batches = now;
        last = performance.now();
      } else if (batches > 0 && performance.now() - last > 1_500) break;
      if (shippers.some(({ gone }) => gone)) throw new NotMeasured('a shipper ended');
      await pause(2);
    }
    const lines = logs.reduce((sum, log) => sum + log.lines, 0);
    return { rate: (lines * 1000) / (last - began), redisBytes: (await used()) - before, rawBytes: bytesOf(logs) };
  } finally {
    client.disconnect();
    await Promise.all(shippers.map((shipper) => shipper.stop()));
    await redis.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A command that runs beside others; its peak of memory is looked at while it does. */
class Watched {
  peak = 0;
  gone = false;
  private readonly child: ChildProcess;
  private readonly closed: Promise<number | null>;
  private said = '';

  constructor(args: readonly string[]) {
    this.child = spawn(process.execPath, [postscope, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.on('data', (piece) => {
        this.said = (this.said + piece).slice(-4096);
      });
    }
    const watch = setInterval(() => this.look(), 100);
    this.closed = new Promise((resolve) => {
      this.child.once('close', (code) => {
        this.gone = true;
        clearInterval(watch);
        resolve(code);
      });
    });
  }

  /** @throws NotMeasured where it fails */
  async ended(): Promise<void> {
    if ((await this.closed) !== 0) throw new NotMeasured(`${this.child.spawnargs.slice(1).join(' ')}:\n${this.said}`);
  }

  async stop(): Promise<void> {
    this.child.kill('SIGTERM');
    const patience = setTimeout(() => this.child.kill('SIGKILL'), 10_000);
    await this.closed;
    clearTimeout(patience);
  }

  private look(): void {
    try {
      const peak = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${this.child.pid}/status`, 'utf8'))?.[1];
      if (peak !== undefined) this.peak = Number(peak) * 1024;
    } catch {
      // It has just ended, or this is no Linux.
    }
  }
}
