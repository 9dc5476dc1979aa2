/** Which lines messages and attempts are made of: what the fold does not keep of them, and whoever looks closer wants to see. */
import { triesOf } from '../../postfix/message/attempt.js';
import type { Fact, TlsErrorFact } from '../../postfix/message/fact.js';
import { defaultReach, defaultSilence } from '../../postfix/message/fold.js';
import { keysOf, queueKey } from '../../postfix/message/keys.js';
import { type Life, livesOf } from '../../postfix/message/life.js';
import type { Message } from '../../postfix/message/message.js';
import { isOfWork, type StepFact, workOf } from '../../postfix/message/process.js';
import { isSessionStep, type SessionStep, sessionsOf } from '../../postfix/message/session.js';

export interface Made {
  /** The facts of each message's own lines, by its identity: those with its queue ID. */
  readonly lives: ReadonlyMap<string, Life>;
  /** Lines of each attempt, by its identity. */
  readonly attempts: ReadonlyMap<string, readonly StepFact[]>;
  /** Lines about the session that a message came in, by the message's identity. */
  readonly sessions: ReadonlyMap<string, readonly Fact[]>;
}

/** @param messages what was folded of these facts @param facts each once */
export function linesOf(messages: readonly Message[], facts: Iterable<Fact>): Made {
  const byQueue = new Map<string, Fact[]>();
  const work = new Map<string, (StepFact | TlsErrorFact)[]>();
  const steps = new Map<string, SessionStep[]>();
  for (const fact of facts) {
    const { queue, process } = keysOf(fact);
    if (queue !== undefined) put(byQueue, queue, fact);
    if (isOfWork(fact)) put(work, process ?? `${fact.host} ${fact.program} ${fact.id}`, fact);
    else if (process !== undefined && isSessionStep(fact)) put(steps, process, fact);
  }

  const byFirstLine = new Map(messages.map((message) => [`${queueKey(message.host, message.queueId)} ${message.firstLine}`, message.id]));
  const lives = new Map<string, Life>();
  for (const [key, all] of byQueue) {
    for (const life of livesOf(all, defaultSilence)) {
      const id = byFirstLine.get(`${key} ${life[0].time}`);
      if (id !== undefined) lives.set(id, life);
    }
  }

  const attempts = new Map<string, readonly StepFact[]>();
  for (const all of work.values()) {
    const { jobs, strays } = workOf(all, defaultReach);
    for (const job of jobs) for (const { steps } of triesOf(job).tries) attempts.set(steps[0].id, steps);
    for (const stray of strays) attempts.set(stray.id, [stray]);
  }

  const ofClient = new Map<string, readonly Fact[]>();
  for (const all of steps.values()) {
    for (const [client, { tls, greeting, hangUp }] of sessionsOf(all, defaultReach)) {
      ofClient.set(
        client,
        [tls, greeting, hangUp].filter((fact) => fact !== undefined),
      );
    }
  }
  const sessions = new Map<string, readonly Fact[]>();
  for (const [id, life] of lives) {
    const client = life.find(({ is }) => is === 'client');
    const said = client === undefined ? undefined : ofClient.get(client.id);
    if (said !== undefined) sessions.set(id, said);
  }
  return { lives, attempts, sessions };
}

function put<V>(lists: Map<string, V[]>, key: string, value: V): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}
