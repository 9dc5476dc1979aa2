/** What ship and work have in common: a log, health and metrics, and an end in good order. */
import type { Health } from '../ops/health.js';
import { createLog, type Log } from '../ops/log.js';
import { type Operations, serveOperations } from '../ops/server.js';
import { hider } from './config/hide.js';
import type { Listen } from './config/kinds.js';
import type { Configuration } from './config/load.js';
import type { Io } from './io.js';

export function logOf(name: 'ship' | 'work', { values, secrets, warnings }: Configuration, io: Io): Log {
  const log = createLog({ level: values['log.level'], name, hide: hider(secrets), to: io.stderr });
  for (const warning of warnings) log.warn({}, warning);
  return log;
}

/** Answers /healthz and /metrics where it is wanted, and says where. @throws Error in a sentence */
export async function operate(
  listen: Listen | 'off',
  operations: { health(): Health; metrics(): Promise<{ readonly type: string; readonly text: string }> },
  { secrets }: Configuration,
  log: Log,
): Promise<Operations | undefined> {
  if (listen === 'off') return undefined;
  const hide = hider(secrets);
  // What went wrong is in the words of whoever said it.
  const health = () => {
    const { trouble, ...rest } = operations.health();
    return trouble === undefined ? rest : { ...rest, trouble: hide(trouble) };
  };
  const server = await serveOperations({ ...listen, health, metrics: () => operations.metrics() });
  log.info({ address: server.address }, `health and metrics at http://${server.address}/healthz and /metrics`);
  return server;
}

/** Says when health turns, so that it stands in the log too. */
export function watchHealth(health: () => Health, log: Log, every = 10_000): { stop(): void } {
  let was = true;
  const timer = setInterval(() => {
    const { healthy, ...about } = health();
    if (healthy !== was) {
      if (healthy) log.info(about, 'healthy again');
      else log.error(about, `unhealthy: ${about.why}`);
    }
    was = healthy;
  }, every);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
