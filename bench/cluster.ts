/**
 * `npm run bench -- cluster`: two shippers, Redis, a worker and Elasticsearch on the same two cores, beside what the same
 * Elasticsearch takes when all that it holds in the end is posted ready-made; and shipping alone.
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
import { NotMeasured, runNode, timeNode } from './child.js';
import { figuresOf, megabytes, rangeText, rateText } from './figures.js';
import type { Log } from './lines_log.js';
import { machineText } from './machine.js';
import { digestOfCode, made, setMade } from './made.js';
import { type BodyPaths, writeBodies } from './ready_made.js';
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
/** The same on every Linux. */
const ticksPerSecond = 100;

/** @returns the exit code */
export async function cluster({ lines, rounds, concurrency }: ClusterOptions): Promise<number> {
  const logs = await twoLogs(lines);
  const bodies = { events: dataPath(`bodies.${lines}`), folded: dataPath(`bodies.${lines}.folded`) };
  const code = digestOfCode('postfix', 'store/elasticsearch');
  let known = made(bodies.folded, z.number());
  if (known?.by !== code) {
    console.error(`Writing documents to ${bodies.events} and ${bodies.folded} …`);
    const notes = await writeBodies(
      bodies,
      logs.map(({ path }) => path),
      prefix,
    );
    setMade(bodies.folded, code, notes);
    known = { by: code, notes };
  }
  const wanted: Documents = { events: lines, folded: known.notes };
  const readyMade: number[] = [];
  const eventsAlone: number[] = [];
  const endToEnd: Through[] = [];
  const writes: number[] = [];
  const shipping: Shipped[] = [];
  const script = join(checkout, 'dist/bench/ready_made.js');
  const elasticsearch = await serverOr(() => startElasticsearch({ heap }));
  try {
    // Its first minute goes into compiling; that must not count for whoever comes first.
    console.error('Warming up …');
    await anew(elasticsearch);
    post(script, elasticsearch, bodies);
    for (let round = 1; round <= rounds; round++) {
      console.error(`Round ${round} of ${rounds}: ready-made, end to end …`);
      await anew(elasticsearch);
      const posted = post(script, elasticsearch, bodies);
      eventsAlone.push(lines / posted.events);
      readyMade.push(lines / posted.all);
      await mustHold(elasticsearch, wanted);
      await anew(elasticsearch);
      endToEnd.push(await throughAll(elasticsearch, logs, concurrency));
      await mustHold(elasticsearch, wanted);
      writes.push((await writesOf(elasticsearch)) / wanted.folded);
    }
  } finally {
    await elasticsearch.stop();
  }
  for (let round = 1; round <= rounds; round++) {
    console.error(`Round ${round} of ${rounds}: shipping alone …`);
    shipping.push(await shipAlone(logs));
  }
  const rates = endToEnd.map(({ seconds }) => lines / seconds);
  const [ceiling, alone, through] = [figuresOf(readyMade), figuresOf(eventsAlone), figuresOf(rates)];
  const ratioTo = (yardstick: readonly number[]) => figuresOf(rates.map((rate, i) => rate / (yardstick[i] as number))).median;
  const ratio = ratioTo(readyMade);
  const shipped = figuresOf(shipping.map(({ rate }) => rate));
  const inRedis = figuresOf(shipping.map(({ redisBytes, rawBytes }) => redisBytes / rawBytes));
  const peak = (of: 'shipper' | 'worker') => Math.max(...endToEnd.map(({ peaks }) => peaks[of]));
  const worker = figuresOf(endToEnd.map(({ workerSeconds }) => (workerSeconds / lines) * 1e6));
  const written = figuresOf(writes);
  const results: Result[] = [
    { what: 'all documents, ready-made', figure: rateText(ceiling.median), range: rangeText(ceiling, rateText), ratio: '1' },
    {
      what: 'end to end',
      figure: rateText(through.median),
      range: rangeText(through, rateText),
      ratio: ratio.toFixed(2),
      bar: atLeast(ratio, 0.65, '0.65'),
    },
    {
      what: 'events alone, ready-made; end to end beside that',
      figure: rateText(alone.median),
      range: rangeText(alone, rateText),
      ratio: ratioTo(eventsAlone).toFixed(2),
    },
    { what: 'CPU of the worker, a line', figure: microsText(worker.median), range: rangeText(worker, microsText) },
    { what: 'writes of a message, attempt or delivery', figure: written.median.toFixed(2) },
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

const microsText = (value: number) => `${Math.round(value)} µs`;

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

/** Documents by what they are: events, and what is folded of them. */
interface Documents {
  readonly events: number;
  readonly folded: number;
}

const foldedIndices = `${prefix}-messages-*,${prefix}-attempts-*`;

async function mustHold({ url }: RunningElasticsearch, wanted: Documents): Promise<void> {
  const held = async (index: string) => {
    await fetch(`${url}/${index}/_refresh`, { method: 'POST' });
    return ((await (await fetch(`${url}/${index}/_count`)).json()) as { count: number }).count;
  };
  const found: Documents = { events: await held(`${prefix}-events-*`), folded: await held(foldedIndices) };
  for (const kind of ['events', 'folded'] as const) {
    if (found[kind] !== wanted[kind]) throw new NotMeasured(`Elasticsearch holds ${found[kind]} of ${wanted[kind]} documents (${kind})`);
  }
}

/** How often messages, attempts and deliveries were written or deleted. */
async function writesOf({ url }: RunningElasticsearch): Promise<number> {
  const answer = (await (await fetch(`${url}/${foldedIndices}/_stats/indexing`)).json()) as {
    _all: { total: { indexing: { index_total: number; delete_total: number } } };
  };
  const { index_total, delete_total } = answer._all.total.indexing;
  return index_total + delete_total;
}

/** @returns seconds until the events were stored, and until all was */
function post(
  script: string,
  { url }: RunningElasticsearch,
  { events, folded }: BodyPaths,
): { readonly events: number; readonly all: number } {
  const [first, second] = runNode(script, [url, events, folded]).output.trim().split('\n').map(Number);
  if (first === undefined || second === undefined) throw new NotMeasured('what posts ready-made documents did not say how long it took');
  return { events: first, all: second };
}

interface Through {
  readonly seconds: number;
  /** Of CPU, of all threads. */
  readonly workerSeconds: number;
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
    // Without a worker they would wait for ever.
    const lost = worker.ended().then(() => Promise.reject(new NotMeasured('the worker ended')));
    await Promise.race([Promise.all(shippers.map((shipper) => shipper.ended())), lost]);
    const seconds = (performance.now() - began) / 1000;
    return {
      seconds,
      workerSeconds: worker.cpuSeconds,
      peaks: { shipper: Math.max(...shippers.map(({ peak }) => peak)), worker: worker.peak },
    };
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

/** A command that runs beside others; its memory and CPU are looked at while it does. */
class Watched {
  /** Bytes. */
  peak = 0;
  cpuSeconds = 0;
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
      // Behind the name, which may have spaces in it: the 14th and 15th field of all are ticks in user and system mode (proc(5)).
      const fields = readFileSync(`/proc/${this.child.pid}/stat`, 'latin1')
        .replace(/^.*\) /s, '')
        .split(' ');
      this.cpuSeconds = (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
    } catch {
      // It has just ended, or this is no Linux.
    }
  }
}
