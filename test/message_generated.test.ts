/** Messages and attempts of generated logs of three hosts agree in every field with what really happened. */
import { describe, expect, test } from 'vitest';
import { generate, type MessageTruth } from '../bench/generate/index.js';
import { Random } from '../bench/generate/random.js';
import type { Attempt } from '../postfix/message/attempt.js';
import type { Fact } from '../postfix/message/fact.js';
import { fold } from '../postfix/message/fold.js';
import type { Message, State } from '../postfix/message/message.js';
import { factsIn } from './message_facts.js';

const lines: string[] = [];
const truths: MessageTruth[] = [];
for (const item of generate({ seed: 5, hosts: 3, days: 2, lines: 60_000 })) {
  if (item.kind === 'line') lines.push(item.line);
  else truths.push(item.message);
}
const facts = factsIn(lines);
const { messages, attempts } = fold(facts);

const secondOf = (seconds: number) => Math.floor(seconds) * 1000;
const bare = (messageId: string) => messageId.replace(/^<(.*)>$/, '$1');

const byEnd = new Map<string, Message>();
const byArrival = new Map<string, Message[]>();
for (const message of messages) {
  if (message.removal !== undefined) byEnd.set(`${message.host} ${message.queueId} ${message.removal}`, message);
  const key = `${message.host} ${message.queueId}`;
  byArrival.set(key, [...(byArrival.get(key) ?? []), message]);
}
const removed = truths.filter((truth): truth is MessageTruth & { removed: number } => truth.removed !== null);
const found = removed.map((truth) => ({ truth, message: byEnd.get(`${truth.host} ${truth.queue_id} ${secondOf(truth.removed)}`) }));

const byMessage = new Map<string, Attempt[]>();
for (const attempt of attempts) {
  if (attempt.message !== undefined) byMessage.set(attempt.message, [...(byMessage.get(attempt.message) ?? []), attempt]);
}

/** What the fold should say of a message that is gone. */
function wanted(truth: MessageTruth & { removed: number }): unknown {
  return {
    messageId: bare(truth.message_id),
    sender: truth.sender,
    size: truth.size,
    client: truth.client === null ? null : [truth.client.host, truth.client.ip, truth.client.user],
    uid: truth.uid === null ? null : String(truth.uid),
    recipients: truth.recipients
      .filter(({ deliveries }) => deliveries > 0)
      .map(({ address, orig_to, status, dsn, relay_ip, deliveries, attempts }) => ({
        address,
        origTo: orig_to,
        status,
        dsn,
        ip: relay_ip,
        deliveries,
        attempts,
      }))
      .sort(byAddress),
    state: stateOf(truth),
    doubles: truth.doubles,
    failures: truth.failures
      .map(({ time, relay_ip, kind, phase }) => failed(secondOf(time), relay_ip, kind, phase))
      .filter(oncePerRecipients)
      .sort(),
    children: [...truth.children].sort(),
  };
}

/** A conversation in which a recipient is turned away goes on for the others. */
const failed = (time: number, ip: string | undefined, kind: string, phase: string | undefined) =>
  phase === 'rcpt' ? `${ip} ${kind} rcpt` : `${time} ${ip} ${kind} ${phase}`;

/** A relay that turns several recipients away in one conversation is one try. */
const oncePerRecipients = (one: string, i: number, all: readonly string[]) => !one.endsWith(' rcpt') || all.indexOf(one) === i;

const byAddress = (a: { address: string; origTo: string | null }, b: { address: string; origTo: string | null }) =>
  `${a.address} ${a.origTo}` < `${b.address} ${b.origTo}` ? -1 : 1;

/** The generator knows of no filtered mail: it is sent to the filter. */
function stateOf({ state, recipients }: MessageTruth): State {
  switch (state) {
    case 'deleted':
    case 'rejected':
    case 'discarded':
    case 'lost':
      return 'discarded';
    case 'sent':
      return recipients.every(({ relay_ip }) => relay_ip === '127.0.0.1') ? 'filtered' : 'sent';
    default:
      return state;
  }
}

function got(message: Message, tries: ReadonlyMap<string, Attempt[]> = byMessage): unknown {
  return {
    messageId: message.messageId,
    sender: message.sender,
    size: message.size,
    client: message.client === undefined ? null : [message.client.host, message.client.ip, message.client.user ?? null],
    uid: message.uid ?? null,
    recipients: message.recipients
      .map(({ address, origTo, status, dsn, deliveries, attempts }) => ({
        address,
        origTo: origTo ?? null,
        status,
        dsn,
        ip: deliveries.at(-1)?.reason.kind === 'suspended' || isConnect(deliveries.at(-1)) ? null : (deliveries.at(-1)?.relay?.ip ?? null),
        deliveries: deliveries.length,
        attempts,
      }))
      .sort(byAddress),
    state: message.state,
    doubles: message.possibleDoubles,
    failures: (tries.get(message.id) ?? [])
      .flatMap((attempt) =>
        attempt.kind === undefined || isLocal(attempt) ? [] : [failed(attempt.time, attempt.relay?.ip, attempt.kind, attempt.phase)],
      )
      .filter(oncePerRecipients)
      .sort(),
    children: message.links
      .filter(({ kind }) => kind !== 'next_hop' && kind !== 'filtered')
      .map(({ queueId }) => queueId)
      .sort(),
  };
}

/** `relay=none`: the relay stands in the reason. */
const isConnect = (delivery: Message['recipients'][number]['deliveries'][number] | undefined) => delivery?.reason.phase === 'connect';
/** The truth has failures over SMTP only. */
const isLocal = ({ program }: Attempt) => !program.endsWith('/smtp');

const isRight = (truth: MessageTruth & { removed: number }, message: Message | undefined, all: ReadonlyMap<string, Attempt[]>) =>
  message !== undefined && JSON.stringify(got(message, all)) === JSON.stringify(wanted(truth));

describe('a log of three hosts', () => {
  test('is large enough to tell', () => {
    expect(removed.length).toBeGreaterThan(5000);
    expect(truths.flatMap(({ failures }) => failures).length).toBeGreaterThan(200);
    const lives = new Map<string, number>();
    for (const { host, queue_id } of truths) lives.set(`${host} ${queue_id}`, (lives.get(`${host} ${queue_id}`) ?? 0) + 1);
    expect([...lives.values()].filter((count) => count > 1).length).toBeGreaterThan(5);
  });

  test('gives every message that has left as it was', () => {
    expect(found.filter(({ message }) => message === undefined).map(({ truth }) => truth)).toEqual([]);
    for (const { truth, message } of found) if (message !== undefined) expect(got(message), message.queueId).toEqual(wanted(truth));
  });

  test('gives what has not left yet as it was left', () => {
    const living = truths.filter(({ removed: time, recipients }) => time === null && recipients.some(({ deliveries }) => deliveries > 0));
    expect(living.length).toBeGreaterThan(2);
    for (const truth of living) {
      const message = byArrival.get(`${truth.host} ${truth.queue_id}`)?.at(-1);
      expect(message?.removal).toBeUndefined();
      const told = truth.recipients.filter(({ deliveries }) => deliveries > 0).map(({ address, status }) => `${address} ${status}`);
      expect(message?.recipients.map(({ address, status }) => `${address} ${status}`).sort()).toEqual(told.sort());
    }
    for (const state of ['rejected', 'discarded', 'lost'] as const) {
      const gone = truths.filter((truth) => truth.state === state);
      expect(gone.length).toBeGreaterThan(0);
      for (const { host, queue_id, arrival } of gone) {
        const lives = byArrival.get(`${host} ${queue_id}`) ?? [];
        const message = lives.find((life) => Math.abs((life.arrival ?? 0) - arrival * 1000) < 2000);
        expect(message, `${host} ${queue_id}`).toMatchObject({ state: 'discarded', ending: state });
      }
    }
  });

  test('gives the same when it is cut into files anywhere, even within a second', () => {
    // Younger files have the shorter names, as logrotate gives them, and begin at offset 0.
    const random = new Random(7);
    const parts: Fact[][] = [];
    for (let at = 0; at < lines.length; ) {
      const end = at + 1 + random.below(600);
      parts.push(factsIn(lines.slice(at, end), `maillog.${String(10_000 - parts.length)}`));
      at = end;
    }
    expect(parts.length).toBeGreaterThan(150);
    const folded = fold(parts.reverse().flat());
    const ends = new Map(folded.messages.map((message) => [`${message.host} ${message.queueId} ${message.removal}`, message]));
    const tries = new Map<string, Attempt[]>();
    for (const attempt of folded.attempts) {
      if (attempt.message !== undefined) tries.set(attempt.message, [...(tries.get(attempt.message) ?? []), attempt]);
    }
    const right = removed.filter((truth) => isRight(truth, ends.get(`${truth.host} ${truth.queue_id} ${secondOf(truth.removed)}`), tries));
    // Where a process writes on both sides of a cut within one second, nothing says in which order.
    expect(right.length / removed.length).toBeGreaterThan(0.9995);
  });
});
