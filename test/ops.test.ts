/** Operations: what a service logs, that its health means progress, its metrics, and an HTTP server that nobody can bring down. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { hider } from '../cli/config/hide.js';
import type { ShipState, SourceState } from '../ingest/follow/state.js';
import { type Health, healthOf } from '../ops/health.js';
import { createLog } from '../ops/log.js';
import { type Depth, QueueDepth } from '../ops/queue_depth.js';
import { type Operations, serveOperations } from '../ops/server.js';
import { ShipOperations } from '../ops/ship.js';
import { WorkOperations } from '../ops/work.js';
import type { BatchReceiver, Outcome, Taken } from '../queue/port.js';

const minute = 60_000;
const depthOf = (waiting: number, active = 0, failed = 0): Depth => ({ waiting, active, delayed: 0, failed });

describe('logs', () => {
  const written: string[] = [];
  const log = (level: 'debug' | 'info' | 'warn' = 'info', secrets: string[] = []) => {
    written.length = 0;
    return createLog({ level, name: 'ship', hide: hider(secrets), to: { write: (line) => written.push(line) } });
  };

  test('are a JSON object a line, with the names of ECS', () => {
    log().info({ path: '/var/log/mail.log' }, 'found');
    expect(written).toHaveLength(1);
    expect(written[0]).toMatch(/\n$/);
    expect(JSON.parse(written[0] as string)).toEqual({
      'log.level': 'info',
      '@timestamp': expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      'service.name': 'postscope-ship',
      path: '/var/log/mail.log',
      message: 'found',
    });
  });

  test('of a level, and above', () => {
    const quiet = log('warn');
    quiet.info({}, 'no');
    quiet.warn({}, 'yes');
    expect(written).toHaveLength(1);
  });

  test('have no secret in them, whichever way it came in', () => {
    const some = log('debug', ['hunter22', 'p@ss/word']);
    some.info({ redis: { url: 'redis://:hunter22@redis:6379', password: 'another' } }, 'connecting to redis://:p%40ss%2Fword@redis');
    some.error({ err: new Error('WRONGPASS for hunter22', { cause: new Error('AUTH p@ss/word') }) }, 'hunter22');
    some.warn({ error: Object.assign(new Error('x'), { meta: { connection: { headers: { authorization: 'ApiKey abc' } } } }) }, 'no');
    const all = written.join('');
    expect(all).not.toMatch(/hunter22|p@ss|p%40ss|another|ApiKey/);
    expect(all).toContain('[hidden]');
  });

  test('tell of an error what it is, and not the connection that hangs on it', () => {
    log().warn(
      { err: Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED', socket: { huge: true } }) },
      'Redis is away',
    );
    expect(JSON.parse(written[0] as string).err).toEqual({
      type: 'Error',
      message: 'connect ECONNREFUSED 127.0.0.1:1',
      code: 'ECONNREFUSED',
      stack_trace: expect.stringContaining('ops.test.ts'),
    });
  });

  test('of what an outsider wrote stay on their line', () => {
    const path = 'a\n{"log.level":"fatal"}\x1b[2J\x9b2J\u202egnp.exe\u{e0001}';
    log().info({ path }, 'found');
    expect((written[0] as string).match(/\n/g)).toHaveLength(1);
    expect(written[0]).toMatch(/^[\x20-\x7e]+\n$/);
    expect(JSON.parse(written[0] as string).path).toBe(path);
  });
});

describe('health', () => {
  test('is well with nothing to do, however long ago it did something', () => {
    expect(healthOf({ toDo: undefined, lastProgress: 0 }, minute, 100 * minute)).toMatchObject({ healthy: true, why: 'nothing to do' });
  });

  test('is ill when there is something to do and nothing was finished for longer than its patience', () => {
    expect(healthOf({ toDo: '3 batches', lastProgress: 0 }, minute, minute)).toMatchObject({
      healthy: true,
      why: 'at work',
      toDo: '3 batches',
    });
    expect(healthOf({ toDo: '3 batches', lastProgress: 0, trouble: 'no answer' }, minute, 2 * minute + 5000)).toEqual({
      healthy: false,
      why: 'nothing was finished for 2 min 5 s, and there is something to do',
      toDo: '3 batches',
      lastProgress: '1970-01-01T00:00:00.000Z',
      trouble: 'no answer',
    });
  });
});

const source = (path: string, more: Partial<SourceState> = {}): SourceState => ({
  path,
  sent: 100,
  stored: 100,
  lagBytes: 0,
  lagSeconds: 0,
  pending: 0,
  open: true,
  ...more,
});

const idle: ShipState = {
  sources: [source('/var/log/mail.log')],
  lines: 10,
  bytes: 1000,
  batches: 2,
  read: 10,
  stored: 7,
  alreadyThere: 2,
  quarantined: 1,
  retries: 3,
  lastProgress: 0,
  waitingSince: undefined,
  unreadable: [],
  lastCheckpoint: 5000,
};

/** A shipper at a time, in a state. */
function shipper() {
  const world = {
    now: 0,
    state: idle as ShipState,
    depth: { last: undefined as Depth | undefined, trouble: undefined as string | undefined },
  };
  const operations = new ShipOperations(5 * minute, world.depth, () => world.now);
  operations.observer.onStart?.(() => world.state);
  return { world, operations };
}

describe('a shipper is', () => {
  test('well before it has begun, and with nothing to ship', () => {
    const before = new ShipOperations(minute, { last: undefined, trouble: undefined }, () => 0);
    expect(before.health().healthy).toBe(true);
    const { world, operations } = shipper();
    world.now = 60 * minute;
    expect(operations.health()).toMatchObject({ healthy: true, why: 'nothing to do' });
  });

  test('ill when something is sent and nothing is stored', () => {
    const { world, operations } = shipper();
    world.state = { ...idle, sources: [source('a', { pending: 4, lagBytes: 4000 })] };
    world.now = 5 * minute;
    expect(operations.health().healthy).toBe(true);
    world.now = 5 * minute + 1;
    expect(operations.health()).toMatchObject({ healthy: false, toDo: '4 batches are sent and not stored, 4000 bytes are not stored' });
  });

  test('ill when a log cannot be read, and says which', () => {
    const { world, operations } = shipper();
    world.state = { ...idle, unreadable: ['/var/log/maillog may not be read by this user'] };
    world.now = 6 * minute;
    expect(operations.health()).toMatchObject({ healthy: false, toDo: expect.stringContaining('; /var/log/maillog may not be read') });
  });

  test('well while a full queue drains, though nothing of its own is stored; ill when it does not drain', () => {
    const { world, operations } = shipper();
    world.state = { ...idle, waitingSince: 0, sources: [source('a', { lagBytes: 4000 })] };
    world.now = 8 * minute;
    expect(operations.health()).toMatchObject({
      healthy: false,
      toDo: expect.stringContaining('the queue takes no more since 1970-01-01T00:00:00.000Z'),
    });
    operations.depthHeard(1999, 2000);
    expect(operations.health().healthy).toBe(true);
    world.now = 14 * minute;
    operations.depthHeard(2000, 1999);
    expect(operations.health().healthy).toBe(false);
  });
});

describe('metrics of a shipper', () => {
  test('are what it says of itself', async () => {
    const { world, operations } = shipper();
    world.now = 90_000;
    world.depth.last = depthOf(12, 2);
    world.state = {
      ...idle,
      waitingSince: 60_000,
      lastProgress: 30_000,
      sources: [source('/var/log/mail.log', { pending: 2, lagBytes: 77, lagSeconds: 1.5 })],
    };
    operations.observer.onStored?.('/var/log/mail.log', 0.3);
    const { type, text } = await operations.metrics();
    expect(type).toMatch(/^text\/plain; version=0\.0\.4/);
    const lines = text.split('\n').filter((line) => line.startsWith('postscope_'));
    expect(lines.filter((line) => !line.includes('_bucket'))).toMatchInlineSnapshot(`
      [
        "postscope_ship_stored_seconds_sum 0.3",
        "postscope_ship_stored_seconds_count 1",
        "postscope_ship_lines_total 10",
        "postscope_ship_bytes_total 1000",
        "postscope_ship_batches_total 2",
        "postscope_ship_retries_total 3",
        "postscope_ship_lines_stored_total{outcome="stored"} 7",
        "postscope_ship_lines_stored_total{outcome="already_there"} 2",
        "postscope_ship_lines_stored_total{outcome="quarantined"} 1",
        "postscope_ship_pending_batches 2",
        "postscope_ship_waiting_seconds 30",
        "postscope_ship_last_progress_timestamp_seconds 30",
        "postscope_ship_checkpoint_timestamp_seconds 5",
        "postscope_ship_file_lag_bytes{file="/var/log/mail.log"} 77",
        "postscope_ship_file_lag_seconds{file="/var/log/mail.log"} 1.5",
        "postscope_queue_batches{state="waiting"} 12",
        "postscope_queue_batches{state="active"} 2",
        "postscope_queue_batches{state="delayed"} 0",
        "postscope_queue_batches{state="failed"} 0",
      ]
    `);
    expect(lines).toContain('postscope_ship_stored_seconds_bucket{le="0.5"} 1');
    expect(text).toContain('process_resident_memory_bytes');
    // Asked again, nothing has been added up twice.
    expect((await operations.metrics()).text).toContain('postscope_ship_lines_total 10\n');
  });

  test('of many files, and of names that somebody chose with care, stay within bounds', async () => {
    const { world, operations } = shipper();
    const many = Array.from({ length: 5000 }, (_, i) => source(`/var/log/${i}`, { lagBytes: i, lagSeconds: i }));
    world.state = { ...idle, sources: [...many, source('a"\n} 1\nowned{\\', { lagBytes: 9_000_000, lagSeconds: 1 })] };
    const { text } = await operations.metrics();
    const bytes = text.split('\n').filter((line) => line.startsWith('postscope_ship_file_lag_bytes{'));
    expect(bytes).toHaveLength(51);
    expect(bytes[0]).toBe('postscope_ship_file_lag_bytes{file="a\\"␊} 1␊owned{\\\\"} 9000000');
    expect(bytes.at(-1)).toBe(`postscope_ship_file_lag_bytes{file="(other files)"} ${(4950 * 4951) / 2}`);
    expect(text).toContain('postscope_ship_file_lag_seconds{file="(other files)"} 4949\n');
    expect(text).not.toMatch(/^owned/m);
    world.state = idle;
    expect((await operations.metrics()).text.match(/postscope_ship_file_lag_bytes\{/g)).toHaveLength(1);
  });
});

const nothing: Outcome = { read: 0, stored: 0, alreadyThere: 0, quarantined: 0 };

/** A worker at a time, and a queue that hands out batches. */
function worker(batches: number) {
  const world = { now: 0, depth: { last: undefined as Depth | undefined, trouble: undefined as string | undefined } };
  const operations = new WorkOperations(5 * minute, world.depth, () => world.now);
  const ended: unknown[] = [];
  const queue: BatchReceiver = {
    async *receive() {
      for (let i = 0; i < batches; i++) {
        const taken: Partial<Taken> = {
          abandoned: 0,
          done: async (outcome) => void ended.push(outcome),
          failed: async (error) => void ended.push(error),
        };
        yield taken as Taken;
      }
    },
    abort: () => {},
  };
  return { world, operations, ended, watched: operations.watch(queue).receive()[Symbol.asyncIterator]() };
}

const next = async (batches: AsyncIterator<Taken>): Promise<Taken> => {
  const { value, done } = await batches.next();
  if (done === true) throw new Error('no more batches');
  return value;
};

describe('a worker is', () => {
  test('well while the queue is empty; ill when there are batches, and none was finished', async () => {
    const { world, operations } = worker(0);
    world.depth.last = depthOf(0);
    world.now = 60 * minute;
    expect(operations.health()).toMatchObject({ healthy: true, why: 'nothing to do' });
    // What another worker holds, and what nobody can read, is not this one's to do.
    world.depth.last = depthOf(0, 4, 2);
    expect(operations.health().why).toBe('nothing to do');
    operations.depthHeard(world.depth.last);
    world.depth.last = depthOf(7, 3);
    expect(operations.health()).toMatchObject({ healthy: true, why: 'at work' });
    world.now = 66 * minute;
    expect(operations.health()).toMatchObject({ healthy: false, toDo: '7 batches wait in the queue, 0 are held here' });
  });

  test('ill when the queue has not answered for long, and says so', () => {
    const { world, operations } = worker(0);
    world.depth.trouble = 'the queue does not say how full it is: no answer';
    world.now = 6 * minute;
    expect(operations.health()).toMatchObject({ healthy: false, trouble: 'the queue does not say how full it is: no answer' });
  });

  test('well again once it finishes one, and says what went wrong until then', async () => {
    const { world, operations, watched, ended } = worker(2);
    world.depth.last = depthOf(1, 1);
    const first = await next(watched);
    const second = await next(watched);
    world.now = 10 * minute;
    await first.failed(new Error('Elasticsearch at http://es cannot be reached'));
    expect(operations.health()).toMatchObject({ healthy: false, trouble: 'Elasticsearch at http://es cannot be reached' });
    await second.done({ ...nothing, read: 10, stored: 7, alreadyThere: 2, quarantined: 1 });
    const health: Health = operations.health();
    expect(health.healthy).toBe(true);
    expect(health.trouble).toBeUndefined();
    expect(ended).toHaveLength(2);
    operations.bulkTook(0.2);
    operations.bulkRetry('429');
    const lines = (await operations.metrics()).text.split('\n').filter((line) => /^postscope_(?!.*_bucket)/.test(line));
    expect(lines).toMatchInlineSnapshot(`
      [
        "postscope_work_batches_total{result="stored"} 1",
        "postscope_work_batches_total{result="returned"} 1",
        "postscope_work_lines_total{outcome="stored"} 7",
        "postscope_work_lines_total{outcome="already_there"} 2",
        "postscope_work_lines_total{outcome="quarantined"} 1",
        "postscope_work_batch_seconds_sum 600",
        "postscope_work_batch_seconds_count 1",
        "postscope_work_bulk_seconds_sum 0.2",
        "postscope_work_bulk_seconds_count 1",
        "postscope_work_retries_total{reason="429"} 1",
        "postscope_work_batches_held 0",
        "postscope_work_last_progress_timestamp_seconds 600",
        "postscope_queue_batches{state="waiting"} 1",
        "postscope_queue_batches{state="active"} 1",
        "postscope_queue_batches{state="delayed"} 0",
        "postscope_queue_batches{state="failed"} 0",
      ]
    `);
  });
});

describe('how full the queue is', () => {
  test('is asked now and then; where it does not answer, that is known', async () => {
    const heard: unknown[] = [];
    let answer: () => Promise<Depth> = async () => depthOf(5);
    const depth = new QueueDepth(
      () => answer(),
      (now, before) => heard.push([now?.waiting, before?.waiting]),
      20,
    );
    await depth.look();
    answer = async () => depthOf(3);
    await depth.look();
    answer = () => new Promise(() => {});
    await depth.look();
    expect(heard).toEqual([
      [5, undefined],
      [3, 5],
      [undefined, 3],
    ]);
    expect(depth.trouble).toBe('the queue does not say how full it is: no answer');
    answer = async () => Promise.reject(new Error('NOAUTH'));
    await depth.look();
    expect(depth.trouble).toBe('the queue does not say how full it is: NOAUTH');
    answer = async () => depthOf(1);
    await depth.look();
    expect([depth.last, depth.trouble]).toEqual([depthOf(1), undefined]);
  });
});

describe('the server of /healthz and /metrics', () => {
  let server: Operations | undefined;
  afterEach(async () => {
    await server?.close();
    server = undefined;
  });

  const well: Health = { healthy: true, why: 'nothing to do', lastProgress: '2026-11-24T00:00:00.000Z' };
  const serve = async (health: () => Health = () => well, metrics = async () => ({ type: 'text/plain', text: 'a 1\n' })) => {
    server = await serveOperations({ host: '127.0.0.1', port: 0, health, metrics });
    return `http://${server.address}`;
  };

  /** Sends bytes, and gives what comes back until the connection ends. */
  async function raw(url: string, bytes: string | Buffer): Promise<string> {
    const { hostname, port } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port) });
    let answer = '';
    socket.on('data', (piece) => {
      answer += piece;
    });
    socket.on('error', () => {});
    socket.end(bytes);
    await once(socket, 'close');
    return answer;
  }

  test('answers two questions', async () => {
    let health = well;
    const url = await serve(() => health);
    const metrics = await fetch(`${url}/metrics?x=1`);
    expect([metrics.status, await metrics.text()]).toEqual([200, 'a 1\n']);
    const good = await fetch(`${url}/healthz`);
    expect([good.status, await good.json()]).toEqual([200, well]);
    health = { ...well, healthy: false, why: 'nothing was finished for 6 min 0 s' };
    const bad = await fetch(`${url}/healthz`);
    expect([bad.status, await bad.json()]).toEqual([503, health]);
  });

  test('and nothing else', async () => {
    const url = await serve();
    expect((await fetch(`${url}/`)).status).toBe(404);
    expect((await fetch(`${url}/metrics/../etc/passwd`)).status).toBe(404);
    const post = await fetch(`${url}/metrics`, { method: 'POST', body: 'x'.repeat(1_000_000) }).catch(() => undefined);
    if (post !== undefined) expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET']);
    expect((await fetch(`${url}/healthz`, { method: 'DELETE' })).status).toBe(405);
  });

  test('outlives whatever is sent to it', async () => {
    const url = await serve();
    expect(await raw(url, 'no HTTP at all\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
    expect(await raw(url, Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00]))).toMatch(/^HTTP\/1\.1 400 |^$/);
    expect(await raw(url, `GET /metrics HTTP/1.1\r\nHost: a\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 4\d\d /);
    await raw(url, 'GET http://[::::/metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    await raw(url, 'GET %00%ff/metrics\x01 HTTP/1.1\r\nHost: a\r\n\r\n');
    await raw(url, 'CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n');
    await raw(url, 'GET /healthz HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade, close\r\n\r\n');
    await raw(url, 'POST /metrics HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\nzz\r\n');
    await Promise.all(Array.from({ length: 100 }, () => raw(url, 'GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')));
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });

  test('where the metrics cannot be gathered, says so', async () => {
    const url = await serve(undefined, () => Promise.reject(new Error('secret of ours')));
    const answer = await fetch(`${url}/metrics`);
    expect([answer.status, await answer.text()]).toEqual([500, 'the metrics could not be gathered\n']);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });

  test('a port that is taken is named, with what to do', async () => {
    const url = new URL(await serve());
    await expect(
      serveOperations({ host: '127.0.0.1', port: Number(url.port), health: () => well, metrics: async () => ({ type: '', text: '' }) }),
    ).rejects.toThrow(
      `cannot listen at 127.0.0.1:${url.port} for /healthz and /metrics: another process listens there. Give this one another port with --metrics-listen, or off`,
    );
  });
});
