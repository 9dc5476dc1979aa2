/** Messages, attempts and what c is put down to agree with what the lab that wrote the logs knows to be true (truth.json). */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Attempt, timeoutsSeen } from '../postfix/message/attempt.js';
import { fold } from '../postfix/message/fold.js';
import type { Delivery, Message } from '../postfix/message/message.js';
import { timeoutsOf } from '../postfix/message/timeouts.js';
import { factsIn } from './message_facts.js';

interface Truth {
  readonly relays: Readonly<Record<string, string>>;
  readonly direct: string;
  readonly dns: { readonly dead: string };
  readonly timeline: readonly {
    readonly time: number;
    readonly event: string;
    readonly relay?: string;
    readonly mode?: string;
    readonly nameservers?: readonly string[];
  }[];
  readonly injected: readonly {
    readonly sender: string;
    readonly recipients: readonly string[];
    readonly message_id: string;
    readonly smtpd: string;
  }[];
  readonly accepted: readonly {
    readonly time: number;
    readonly relay_ip: string;
    readonly message_id: string;
    readonly recipients: readonly string[];
    readonly queued_as: string;
  }[];
}

const logs = join(import.meta.dirname, 'logs');
const bare = (messageId: string) => messageId.replace(/^<(.*)>$/, '$1');

function read(name: string) {
  const folder = join(logs, name);
  const told = JSON.parse(readFileSync(join(folder, 'truth.json'), 'utf8')) as Truth;
  // The relays of the lab read UTF-8 as Latin-1.
  const utf8 = (address: string) => Buffer.from(address, 'latin1').toString('utf8');
  const truth = { ...told, accepted: told.accepted.map((one) => ({ ...one, recipients: one.recipients.map(utf8) })) };
  const facts = factsIn(readFileSync(join(folder, 'maillog'), 'utf8').trimEnd().split('\n'));
  return { truth, facts, ...fold(facts) };
}

/** How a relay in each mode of the lab fails. */
const failureOf: Readonly<Record<string, string>> = {
  drop: 'connect_timeout connect',
  refuse: 'connection_refused connect',
  busy: 'greeting_refused greeting',
  tar_banner: 'conversation_timeout greeting',
  drop_banner: 'lost_connection greeting',
  tar_ehlo: 'conversation_timeout ehlo',
  tar_mail: 'conversation_timeout mail',
  tar_eod: 'conversation_timeout end_of_data',
  drop_eod: 'lost_connection end_of_data',
  greylist: 'rejected_temporary rcpt',
  reject_data: 'rejected_permanent end_of_data',
  tls_broken: 'tls_failure starttls',
};

/** Which relay failed how, and when, in seconds; a try that has begun ends at most ten seconds later. */
function windows({ timeline, relays, direct }: Truth) {
  return timeline.flatMap(({ time, event, relay, mode }, i) => {
    const way = failureOf[mode ?? ''];
    if (event !== 'relay mode' || way === undefined) return [];
    const end = timeline.slice(i + 1).find((later) => later.event === 'relay mode' && later.relay === relay)?.time;
    return [{ ip: relays[relay ?? ''] ?? direct, way, from: time - 1, until: (end ?? Number.POSITIVE_INFINITY) + 10 }];
  });
}

for (const name of readdirSync(logs)) {
  describe(`the log '${name}'`, () => {
    const { truth, messages, attempts } = read(name);
    const remote = new Set([...Object.values(truth.relays), truth.direct]);
    const deliveriesOf = ({ recipients }: Message) =>
      recipients.flatMap(({ address, deliveries }) => deliveries.map((delivery) => ({ address, delivery })));
    const messageOf = new Map(messages.map((message) => [message.id, message]));

    test('every message that was injected is found by its message-ID, with its sender, recipients and client', () => {
      const accepted = truth.injected.filter(({ smtpd }) => smtpd === 'accepted');
      expect(accepted.length).toBeGreaterThan(10);
      for (const { message_id: id, sender, recipients } of accepted) {
        const message = messages.find(({ messageId, client }) => messageId === bare(id) && client !== undefined);
        expect(message, id).toBeDefined();
        expect(message?.client?.ip).toMatch(/^(127\.0\.0\.1|10\.50\.0\.20\d)$/);
        // cleanup threw it away, or holds it, before the queue manager told of its sender.
        if (message?.state === 'discarded' || message?.state === 'held') continue;
        expect(message?.sender, id).toBe(sender);
        expect(message?.recipientCount).toBe(recipients.length);
        expect(message?.recipients.map(({ address, origTo }) => origTo ?? address).sort()).toEqual([...recipients].sort());
        expect(message?.complete, id).toBe(true);
      }
    });

    test('every acceptance is on the right relay: a delivery there, or a try that may have been one', () => {
      for (const { relay_ip: ip, message_id: id, queued_as: queuedAs, recipients, time } of truth.accepted) {
        const mine = messages.filter(({ messageId }) => messageId === bare(id));
        const there = mine
          .flatMap(deliveriesOf)
          .filter(({ delivery }) => delivery.queuedAs === queuedAs && delivery.relay?.ip === ip && delivery.status === 'sent');
        if (there.length > 0) {
          expect(there.map(({ address }) => address).sort()).toEqual([...recipients].sort());
          continue;
        }
        const lost = attempts.filter(
          ({ relay, mayBeDouble, ended, message }) =>
            relay?.ip === ip &&
            mayBeDouble === true &&
            mine.some((one) => one.id === message) &&
            ended.latest / 1000 > time - 1 &&
            ended.earliest / 1000 < time + 10,
        );
        expect(lost.length, id).toBeGreaterThan(0);
      }
      for (const { delivery, address } of messages.flatMap(deliveriesOf)) {
        if (delivery.status !== 'sent' || !remote.has(delivery.relay?.ip ?? '')) continue;
        const acceptance = truth.accepted.find(({ queued_as }) => queued_as === delivery.queuedAs);
        expect(acceptance?.relay_ip).toBe(delivery.relay?.ip);
        expect(acceptance?.recipients).toContain(address);
      }
    });

    test('every message that relays took twice is marked', () => {
      const taken = new Map<string, number>();
      for (const { message_id, recipients } of truth.accepted) {
        for (const recipient of recipients)
          taken.set(`${bare(message_id)} ${recipient}`, (taken.get(`${bare(message_id)} ${recipient}`) ?? 0) + 1);
      }
      const twice = new Set([...taken].filter(([, count]) => count > 1).map(([key]) => key.split(' ')[0]));
      const marked = new Set(messages.filter(({ possibleDoubles }) => possibleDoubles > 0).map(({ messageId }) => messageId));
      for (const id of twice) expect(marked).toContain(id);
      expect(marked.size).toBeGreaterThanOrEqual(twice.size);
      if (name === 'incident') expect(twice.size).toBeGreaterThan(5);
    });

    test('every failure is on a relay that was failing so then, and belongs to a message', () => {
      const failing = windows(truth);
      const failed = attempts.filter(
        ({ relay, kind, text = '' }) => kind !== undefined && remote.has(relay?.ip ?? '') && !/unknown|no valid/i.test(text),
      );
      for (const attempt of failed) {
        const { kind, phase, relay, ended, message } = attempt;
        const fits = failing.filter(
          ({ ip, way, from, until }) =>
            ip === relay?.ip && way === `${kind} ${phase}` && ended.latest / 1000 >= from && ended.earliest / 1000 <= until,
        );
        expect(fits.length, JSON.stringify(attempt)).toBeGreaterThan(0);
        expect(messageOf.get(message ?? '')?.queueId).toBe(attempt.queueId);
      }
      // Nothing was sent to the host of `daemons` that refused for a while.
      expect(failed.length > 0).toBe(failing.length > 0 && name !== 'daemons');
      expect(attempts.filter(({ message }) => message === undefined)).toEqual([]);
      for (const { attempts: count, id, failedAttempts } of messages) {
        const mine = attempts.filter(({ message }) => message === id);
        expect([count, failedAttempts]).toEqual([mine.length, mine.filter(({ outcome }) => outcome !== 'sent').length]);
      }
    });

    test('the parts of every c make c', () => {
      for (const { delivery } of messages.flatMap(deliveriesOf)) {
        if (delivery.attribution === undefined) continue;
        const { failed, rest } = delivery.attribution;
        const own = failed.at(-1)?.attempt === delivery.attempt;
        const whole = delivery.delays.c + (own ? delivery.delays.d : 0);
        const least = failed.reduce((sum, { seconds }) => sum + seconds.least, rest.least);
        const most = failed.reduce((sum, { seconds }) => sum + seconds.most, rest.most);
        expect(least, JSON.stringify(delivery)).toBeLessThanOrEqual(whole + 1.01);
        expect(most, JSON.stringify(delivery)).toBeGreaterThanOrEqual(whole - 1.01);
      }
    });
  });
}

/** main.cf of the lab, as its snapshots of postconf say it. */
const postconf = timeoutsOf([
  ['smtp_connect_timeout', '6s'],
  ['smtp_helo_timeout', '7s'],
  ['smtp_mail_timeout', '7s'],
  ['smtp_rcpt_timeout', '7s'],
  ['smtp_data_init_timeout', '8s'],
  ['smtp_data_done_timeout', '8s'],
]);

describe.each([
  ['postconf', () => postconf],
  ['the log itself', (attempts: readonly Attempt[]) => timeoutsSeen(attempts)],
])('with the timeouts of %s', (_, timeoutsFor) => {
  const explained = (name: string) => {
    const { truth, facts, attempts } = read(name);
    const timeouts = timeoutsFor(attempts);
    const folded = fold(facts, { timeouts: () => timeouts });
    const deliveries = folded.messages.flatMap(({ recipients }) => recipients.flatMap((recipient) => recipient.deliveries));
    return { truth, deliveries, ...folded };
  };
  const ip = (delivery: Delivery, i: number) => delivery.attribution?.failed[i]?.relay?.ip ?? '';
  /** What is neither a failed try's nor known as the set-up of the connection in use. */
  const resolution = ({ attribution }: Delivery) => (attribution?.rest.likely ?? 0) - (attribution?.setup?.likely ?? 0);

  describe.each(['incident', 'longids'])('%s', (name) => {
    const { truth, deliveries } = explained(name);
    const dead = truth.timeline.find(({ nameservers }) => nameservers?.[0] === truth.dns.dead)?.time ?? 0;
    const fixed = truth.timeline.find(({ time, event }) => event === 'postfix stop' && time > dead)?.time ?? 0;
    /** Worked on while the first nameserver was dead. */
    const stalled = deliveries.filter(({ time, delays, attribution }) => time / 1000 - delays.d < fixed && attribution !== undefined);

    test('relaya4 gets the six seconds of its connect timeout, and name resolution 25', () => {
      const waited = stalled.filter((delivery) => delivery.attribution?.failed.some((_, i) => ip(delivery, i) === truth.relays.relaya4));
      expect(waited.length).toBeGreaterThan(3);
      for (const delivery of waited) {
        for (const { relay, seconds } of delivery.attribution?.failed ?? []) {
          if (relay?.ip !== truth.relays.relaya4) continue;
          expect(seconds.likely, JSON.stringify(delivery)).toBeGreaterThanOrEqual(5);
          expect(seconds.likely).toBeLessThanOrEqual(7);
        }
        expect(resolution(delivery), JSON.stringify(delivery)).toBeGreaterThanOrEqual(24);
        expect(resolution(delivery)).toBeLessThanOrEqual(26);
        expect(delivery.attribution?.stalls).toBe(5);
      }
    });

    test('the healthy relay is blamed for nothing, and every delivery to it waited five times for a resolver', () => {
      const healthy = stalled.filter(({ relay, status }) => relay?.ip === truth.relays.relay101 && status === 'sent');
      expect(healthy.length).toBeGreaterThan(10);
      for (const delivery of healthy) {
        expect(delivery.attribution?.failed.map(({ relay }) => relay?.ip)).not.toContain(truth.relays.relay101);
        expect(delivery.attribution?.setup?.likely ?? 0).toBeLessThanOrEqual(1);
        expect(delivery.attribution?.stalls, JSON.stringify(delivery)).toBe(5);
      }
    });

    test('relay102 gets its eight seconds at the end of data', () => {
      const { attempts } = explained(name);
      const hung = attempts.filter(({ kind, phase }) => kind === 'conversation_timeout' && phase === 'end_of_data');
      expect(hung.length).toBeGreaterThan(5);
      for (const { relay, seconds } of hung) {
        expect(relay?.ip).toBe(truth.relays.relay102);
        expect(Math.abs((seconds?.likely ?? 0) - 8)).toBeLessThanOrEqual(1);
      }
    });
  });

  test('on dnsonly no relay is blamed for a second, and a dead nameserver shows as five stalls', () => {
    const { attempts, deliveries } = explained('dnsonly');
    expect(attempts.filter(({ seconds }) => (seconds?.likely ?? 0) >= 1)).toEqual([]);
    expect(deliveries.filter(({ attribution }) => (attribution?.failed.length ?? 0) > 0)).toEqual([]);
    const late = deliveries.filter(({ delays }) => delays.c > 1);
    expect(late.length).toBeGreaterThan(20);
    for (const delivery of late) {
      expect(Math.abs(resolution(delivery) - 25)).toBeLessThanOrEqual(1);
      expect(delivery.attribution?.stalls).toBe(5);
    }
  });

  test.each(['relayonly', 'iso'])('on %s the relay that drops gets its six seconds, and nothing else any', (name) => {
    const { truth, attempts, deliveries } = explained(name);
    for (const { relay, seconds, kind } of attempts) {
      const dropped = relay?.ip === truth.relays.relay103 && kind === 'connect_timeout';
      expect(Math.abs((seconds?.likely ?? 0) - (dropped ? 6 : 0))).toBeLessThan(1);
    }
    for (const { attribution } of deliveries) {
      expect(attribution?.rest.likely ?? 0).toBeLessThan(1);
      expect(attribution?.stalls).toBeUndefined();
    }
  });
});
