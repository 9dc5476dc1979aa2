/** `postscope work`: takes lines off the queue, and stores what they say in Elasticsearch. */
import { setFlagsFromString } from 'node:v8';
import type { Command } from 'commander';
import type { Log } from '../ops/log.js';
import type { WorkOperations } from '../ops/work.js';
import type { BatchReceiver } from '../queue/port.js';
import type { ElasticsearchAddress } from '../store/open.js';
import type { FactState } from '../workers/state/port.js';
import { configurationOf, settingFlags } from './config/flags.js';
import type { Configuration } from './config/load.js';
import { contextOf } from './context.js';
import type { Io } from './io.js';
import { untilStopped } from './until_stopped.js';

export function workCommand(program: Command): void {
  const command = program
    .command('work')
    .summary('take lines off the queue, and store them in Elasticsearch')
    .description(
      'Takes batches of lines off the queue in Redis, reads them, and stores what they say in Elasticsearch. It runs until it is stopped.',
    );
  settingFlags(command, 'work');
  command
    .addHelpText(
      'after',
      `
Any number of workers may run, on any machines; a batch that a worker was lost with goes to another. postscope setup
has to be run once before. Where Redis or Elasticsearch is away, it waits, and goes on by itself.

It ends with SIGTERM or Ctrl-C: it takes no more batches, finishes those in hand, and ends with exit code 0; what it cannot
store within 30 seconds goes back to the queue. A second signal ends it at once. Either way no line is lost.

It logs to standard error, a JSON object a line. /healthz answers 503 when there are batches in the queue and none was
finished for longer than health.patience; /metrics is for Prometheus. Passwords and keys: postscope config --help.

Exit codes: 0 stopped; 1 something went wrong; 2 wrong usage.

Examples:
  postscope work --concurrency 4
  ELASTICSEARCH_API_KEY_FILE=/run/secrets/key postscope work --elasticsearch-url https://es.example.org:9200`,
    )
    .action(async () => {
      const context = contextOf(command);
      context.exitCode = await run(await configurationOf(command, context.io), context.io);
    });
}

/** For what is in hand to be stored, after a signal to stop; in milliseconds. Shorter than systemd and Docker are told to wait. */
const grace = 30_000;

/**
 * How far V8 lets the heap of a worker grow before it looks at all of it again, in per cent. By itself it waits until there is three to
 * four times what lives, 600 MB after some minutes; this costs a tenth of the worker's CPU (bench/README.md).
 */
const heapGrowth = 80;

async function run(configuration: Configuration, io: Io): Promise<number> {
  setFlagsFromString(`--heap-growing-percent=${heapGrowth}`);
  const { values } = configuration;
  // Not before they are needed: BullMQ and the client of Elasticsearch take longer to load than `--help` to print.
  const [
    { elasticsearchOf, redisOf },
    { BullReceiver },
    { QueueDepth },
    { WorkOperations },
    { logOf, operate, watchHealth },
    { RedisFacts },
  ] = await Promise.all([
    import('./config/connections.js'),
    import('../queue/bullmq/receiver.js'),
    import('../ops/queue_depth.js'),
    import('../ops/work.js'),
    import('./service.js'),
    import('../workers/state/redis.js'),
  ]);
  const elasticsearch = elasticsearchOf(configuration);
  const address = { redis: redisOf(configuration), name: values['queue.name'], prefix: values['queue.prefix'] };
  const log = logOf('work', configuration, io);
  try {
    const receiver = await BullReceiver.open(address, log);
    const depth = new QueueDepth(
      () => receiver.depth(),
      (now) => operations.depthHeard(now),
    );
    const operations = new WorkOperations(values['health.patience'], depth);
    const server = await operate(values['work.metrics_listen'], operations, configuration, log).catch(async (error: unknown) => {
      await receiver.close();
      throw error;
    });
    const watch = watchHealth(() => operations.health(), log);
    depth.start();
    // Workers of one store share the facts of messages in flight, whatever queue they have their batches from.
    const state = new RedisFacts({ redis: address.redis, prefix: `${address.prefix}:facts:${elasticsearch.prefix}` });
    try {
      await untilStopped(
        (stop) =>
          lanes({
            ...{ receiver: operations.watch(receiver), elasticsearch, state, operations, stop, log },
            concurrency: values['work.concurrency'],
          }),
        (signal) => log.info({ signal }, 'stopping: what is in hand is finished'),
      );
      log.info({ ...receiver.counters }, 'stopped');
      return 0;
    } finally {
      watch.stop();
      depth.stop();
      await state.close();
      await receiver.close();
      await server?.close();
    }
  } catch (error) {
    log.fatal({ err: error }, error instanceof Error ? error.message : String(error));
    return 1;
  }
}

interface Work {
  readonly receiver: BatchReceiver;
  readonly elasticsearch: ElasticsearchAddress;
  readonly state: FactState;
  readonly operations: WorkOperations;
  readonly concurrency: number;
  readonly stop: AbortSignal;
  readonly log: Log;
}

/** Works in as many lanes as are wanted, each with commits of its own, until there is a signal to stop. */
async function lanes({ receiver, elasticsearch, state, operations, concurrency, stop, log }: Work): Promise<void> {
  const [{ ElasticsearchWriters }, { work }] = await Promise.all([
    import('../store/elasticsearch/writers.js'),
    import('../workers/run.js'),
  ]);
  const giveUp = new AbortController();
  let inHand = false;
  const onStop = () => {
    receiver.abort();
    if (inHand) setTimeout(() => giveUp.abort(), grace).unref();
    else giveUp.abort();
  };
  stop.addEventListener('abort', onStop, { once: true });
  try {
    const writers = await ElasticsearchWriters.open({
      ...elasticsearch,
      state,
      signal: giveUp.signal,
      log,
      onRetry: ({ status, reason }) => {
        operations.bulkRetry(status === 0 ? 'no_answer' : String(status));
        operations.went(reason);
      },
      onRequest: ({ seconds }) => operations.bulkTook(seconds),
    });
    inHand = true;
    try {
      log.info({ concurrency, elasticsearch: elasticsearch.url }, 'working');
      const ended = await Promise.allSettled(
        Array.from({ length: concurrency }, () => work({ queue: receiver, store: writers.writer(), commitLines: 0 })),
      );
      for (const lane of ended) if (lane.status === 'rejected') throw lane.reason;
    } finally {
      await writers.close();
    }
  } catch (error) {
    if (!giveUp.signal.aborted) throw error;
    log.warn({}, 'what could not be stored in time is given back to the queue');
  } finally {
    stop.removeEventListener('abort', onStop);
  }
}
