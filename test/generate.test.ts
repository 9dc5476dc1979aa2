/** The bench log: repeatable, in order, in the proportions of a real server, and true. */
import { describe, expect, test } from 'vitest';
import { formatSeconds } from '../bench/generate/delays.js';
import { type GenerateOptions, generate, type MessageTruth } from '../bench/generate/index.js';
import { LongQueueIds } from '../bench/generate/queue_id.js';
import { Random } from '../bench/generate/random.js';

interface Log {
  readonly lines: readonly string[];
  readonly messages: readonly MessageTruth[];
}

function log(options: Partial<GenerateOptions> = {}): Log {
  const lines: string[] = [];
  const messages: MessageTruth[] = [];
  for (const item of generate({ seed: 1, hosts: 3, days: 2, lines: 60_000, ...options })) {
    if (item.kind === 'line') lines.push(item.line);
    else messages.push(item.message);
  }
  return { lines, messages };
}

/** Host, program, pid and text of a traditional line. */
function parts(line: string): { second: number; host: string; program: string; pid: string; text: string } {
  const found = /^Nov ([ \d]\d) (\d\d):(\d\d):(\d\d) (\S+) ([^[\s:]+)(?:\[(\d+)\])?: (.*)$/.exec(line);
  if (found === null) throw new Error(`no envelope: ${line}`);
  const [, day, hour, minute, second, host, program, pid, text] = found as unknown as string[];
  const seconds = ((Number(day) * 24 + Number(hour)) * 60 + Number(minute)) * 60 + Number(second);
  return { second: seconds, host: host as string, program: program as string, pid: pid ?? '', text: text as string };
}

/** The queue ID in front of a text, short or long. */
const queueIdOf = (text: string) => /^([0-9A-F]{6,15}|[0-9B-Zb-z]{10,}z[0-9B-Zb-y]+): /.exec(text)?.[1];

const secondOf = (time: number) => Math.floor(time) - Date.UTC(2026, 9, 31) / 1000;

const sample = log();

describe('the same options', () => {
  test('give the same bytes and the same truth', () => {
    expect(log()).toEqual(sample);
  });

  test('with another seed give another log', () => {
    expect(log({ seed: 2, lines: 2000 }).lines).not.toEqual(log({ lines: 2000 }).lines);
  });
});

describe('the lines', () => {
  test('are as many as were asked for', () => {
    expect(sample.lines).toHaveLength(60_000);
  });

  test('are in order of time', () => {
    let last = 0;
    for (const line of sample.lines) {
      const { second } = parts(line);
      expect(second).toBeGreaterThanOrEqual(last);
      last = second;
    }
  });

  test('fill the days asked for', () => {
    const { second } = parts(sample.lines[0] as string);
    const { second: end } = parts(sample.lines.at(-1) as string);
    expect(Math.abs(end - second - 2 * 86_400)).toBeLessThan(0.1 * 2 * 86_400);
  });

  test('are about seven to a mail, of about 150 bytes', () => {
    const perMail = sample.lines.length / sample.messages.length;
    expect(perMail).toBeGreaterThan(6.5);
    expect(perMail).toBeLessThan(8.5);
    const bytes = Buffer.byteLength(sample.lines.join('\n')) / sample.lines.length;
    expect(bytes).toBeGreaterThan(135);
    expect(bytes).toBeLessThan(165);
  });

  test('come from every daemon, smtpd and qmgr first', () => {
    const counts = new Map<string, number>();
    for (const line of sample.lines) {
      const { program } = parts(line);
      counts.set(program, (counts.get(program) ?? 0) + 1);
    }
    const share = (program: string) => (counts.get(program) ?? 0) / sample.lines.length;
    expect(share('postfix/smtpd')).toBeGreaterThan(0.2);
    expect(share('postfix/qmgr')).toBeGreaterThan(0.2);
    expect(share('postfix/cleanup')).toBeGreaterThan(0.1);
    expect(share('postfix/smtp') + share('postfix-out/smtp')).toBeGreaterThan(0.1);
    for (const program of ['postfix/lmtp', 'postfix/virtual', 'postfix/local', 'postfix/pipe', 'postfix/bounce', 'postfix/pickup']) {
      expect(counts.get(program), program).toBeGreaterThan(0);
    }
    for (const program of ['postfix/postscreen', 'postfix/dnsblog', 'postfix/anvil', 'postfix/submission/smtpd', 'opendkim', 'amavis']) {
      expect(counts.get(program), program).toBeGreaterThan(0);
    }
  });

  test('are those of one delivery at a time in each smtp process', () => {
    // A line of a failed attempt belongs to the next delivery line of its process, and to no other message.
    const owner = new Map<string, string>();
    for (const line of sample.lines) {
      const { host, program, pid, text } = parts(line);
      if (!program.endsWith('/smtp')) continue;
      const process = `${host} ${program} ${pid}`;
      const id = queueIdOf(text);
      if (id === undefined) continue;
      const failed = owner.get(process);
      if (failed !== undefined) expect(id).toBe(failed);
      if (text.includes(' to=<')) owner.delete(process);
      else owner.set(process, id);
    }
  });

  test('may have stamps of RFC 3339', () => {
    const { lines } = log({ lines: 500, stamp: 'rfc3339' });
    for (const line of lines) expect(line).toMatch(/^2026-11-18T\d\d:\d\d:\d\d\.\d{6}\+00:00 \S+ \S+: /);
    const stamps = lines.map((line) => line.slice(0, 26));
    expect(stamps).toEqual([...stamps].sort());
  });
});

describe('the truth', () => {
  /** Lines by host and queue ID. */
  const byId = new Map<string, { second: number; text: string; pid: string }[]>();
  for (const line of sample.lines) {
    const { second, host, pid, text } = parts(line);
    const id = queueIdOf(text);
    if (id === undefined) continue;
    const key = `${host} ${id}`;
    const known = byId.get(key);
    if (known) known.push({ second, text, pid });
    else byId.set(key, [{ second, text, pid }]);
  }
  const removed = sample.messages.filter((message) => message.removed !== null);
  /** The lines of a message, without those of another one that had the same queue ID before or after. */
  const linesOf = (message: MessageTruth) =>
    (byId.get(`${message.host} ${message.queue_id}`) ?? []).filter(
      ({ second }) => second >= secondOf(message.arrival) && second <= secondOf(message.removed ?? Infinity),
    );

  test('has every message whose removal is in the log', () => {
    const count = sample.lines.filter((line) => line.endsWith(': removed')).length;
    expect(removed).toHaveLength(count);
    expect(removed.length).toBeGreaterThan(5000);
  });

  test('has the delivery lines of every recipient, and the last status', () => {
    for (const message of removed) {
      const texts = linesOf(message).map(({ text }) => text);
      for (const recipient of message.recipients) {
        const lines = texts.filter((text) => text.includes(`: to=<${recipient.address}>, `));
        expect(lines, `${message.host} ${message.queue_id}`).toHaveLength(recipient.deliveries);
        expect(lines.at(-1)).toContain(`status=${recipient.status} (`);
        if (recipient.relay_ip !== null) expect(lines.at(-1)).toContain(`relay=${recipient.relay}[${recipient.relay_ip}]:`);
      }
    }
  });

  test('has sender, size and client as logged', () => {
    for (const message of removed) {
      const texts = linesOf(message).map(({ text }) => text);
      const { queue_id, sender, size, recipients, client } = message;
      expect(texts).toContain(`${queue_id}: from=<${sender}>, size=${size}, nrcpt=${recipients.length} (queue active)`);
      expect(texts).toContain(`${queue_id}: message-id=${message.message_id}`);
      if (client !== null) expect(texts.join('\n')).toContain(`${queue_id}: client=${client.host}[${client.ip}]`);
    }
  });

  test('has failed attempts at the time and by the process of their lines', () => {
    const spoken = new Set(sample.lines.map((line) => parts(line)).map(({ second, host, pid }) => `${host} ${pid} ${second}`));
    const failures = removed.flatMap((message) => message.failures.map((failure) => ({ host: message.host, ...failure })));
    expect(failures.length).toBeGreaterThan(100);
    for (const { host, pid, time } of failures) expect(spoken).toContain(`${host} ${pid} ${secondOf(time)}`);
  });

  test('gives a failed connection to the message that its process delivers next', () => {
    const waiting = new Map<string, string[]>();
    const found: string[] = [];
    for (const line of sample.lines) {
      const { host, program, pid, text } = parts(line);
      if (!program.endsWith('/smtp')) continue;
      const process = `${host} ${program} ${pid}`;
      const failed = /^connect to (\S+)\[(\S+)\]:25: /.exec(text);
      if (failed !== null) waiting.set(process, [...(waiting.get(process) ?? []), failed[2] as string]);
      const id = queueIdOf(text);
      if (id === undefined || !text.includes(' to=<')) continue;
      for (const ip of waiting.get(process) ?? []) found.push(`${host} ${id} ${ip}`);
      waiting.delete(process);
    }
    const told = sample.messages.flatMap(({ host, queue_id, failures }) =>
      failures.filter(({ phase }) => phase === 'connect').map(({ relay_ip }) => `${host} ${queue_id} ${relay_ip}`),
    );
    expect(found.length).toBeGreaterThan(50);
    const unexplained = found.filter((one) => !told.includes(one));
    expect(unexplained).toEqual([]);
  });

  test('agrees with delay= and with a, b, c, d', () => {
    for (const message of removed) {
      for (const { second, text } of linesOf(message)) {
        const found = / delay=([\d.]+), delays=([\d.]+)\/([\d.]+)\/([\d.]+)\/([\d.]+), /.exec(text);
        if (found === null) continue;
        const [delay, a, b, c, d] = found.slice(1).map(Number) as [number, number, number, number, number];
        // Seconds are rounded when there are ten or more of them, and the stamp is cut off.
        expect(Math.abs(message.arrival + delay - (second + Date.UTC(2026, 9, 31) / 1000) - 0.5), text).toBeLessThanOrEqual(1.01);
        expect(Math.abs(a + b + c + d - delay), text).toBeLessThanOrEqual(2.5);
      }
    }
  });

  test('marks as many doubles as the log warns of', () => {
    const warned = sample.lines.filter((line) => line.includes('message may be sent more than once') && !line.includes('suspended'));
    const doubles = sample.messages.reduce((sum, message) => sum + message.doubles, 0);
    // A warning that is the reason of a delivery line stands there for every recipient.
    expect(doubles).toBeGreaterThan(10);
    expect(doubles).toBeLessThanOrEqual(warned.length);
  });

  test('knows queue IDs that come back', () => {
    const lives = new Map<string, number>();
    for (const { host, queue_id } of sample.messages) lives.set(`${host} ${queue_id}`, (lives.get(`${host} ${queue_id}`) ?? 0) + 1);
    expect([...lives.values()].some((count) => count > 1)).toBe(true);
    expect([...lives.keys()].filter((key) => key.startsWith('out1')).every((key) => lives.get(key) === 1)).toBe(true);
  });

  test('has parents and children that know each other', () => {
    const all = new Set(sample.messages.map(({ host, queue_id }) => `${host} ${queue_id}`));
    for (const { host, children } of sample.messages) for (const child of children) expect(all).toContain(`${host} ${child}`);
    for (const { next } of sample.messages) if (next !== null) expect(all).toContain(`${next.host} ${next.queue_id}`);
  });
});

describe('the incident', () => {
  const relayed = /^Nov (\d\d) (\d\d):.*relay=relay(?:10[123]|a4)\.example\.net\[.*delays=[\d.]+\/([\d.]+)\/([\d.]+)\/([\d.]+),/;
  const inTheMiddle = sample.lines.flatMap((line) => {
    const found = relayed.exec(line);
    const hour = found === null ? 0 : (Number(found[1]) - 18) * 24 + Number(found[2]);
    return found !== null && hour > 17 && hour < 31 ? [{ b: Number(found[3]), c: Number(found[4]) }] : [];
  });

  test('puts a floor of 25 seconds under the connection set-up of all relay deliveries', () => {
    expect(inTheMiddle.length).toBeGreaterThan(100);
    expect(Math.min(...inTheMiddle.map(({ c }) => c))).toBe(25);
  });

  test('makes mail wait in the queue manager', () => {
    expect(Math.max(...inTheMiddle.map(({ b }) => b))).toBeGreaterThan(10);
  });

  test('fails three relays, each in its own way', () => {
    const failures = sample.messages.flatMap((message) => message.failures);
    const has = (ip: string, kind: string) => failures.some((failure) => failure.relay_ip === ip && failure.kind === kind);
    expect(has('10.50.0.102', 'conversation_timeout')).toBe(true);
    expect(has('10.50.0.103', 'lost_connection')).toBe(true);
    expect(has('10.50.0.104', 'connect_timeout')).toBe(true);
    expect(failures.filter(({ relay_ip }) => relay_ip === '10.50.0.101').length).toBeLessThan(20);
  });

  test('can be left out', () => {
    const { lines } = log({ incident: null });
    expect(lines.filter((line) => Number(relayed.exec(line)?.[4] ?? 0) >= 25).length).toBeLessThan(20);
  });
});

describe('what Postfix computes', () => {
  test('seconds have two significant digits, and no more than hundredths', () => {
    const printed = [0, 0.004, 0.005, 0.0149, 0.1, 0.994, 0.996, 1.04, 1.96, 9.94, 9.96, 10.4, 31.2].map(formatSeconds);
    expect(printed).toEqual(['0', '0', '0.01', '0.01', '0.1', '0.99', '1', '1', '2', '9.9', '10', '10', '31']);
  });

  test('a long queue ID tells of its time', () => {
    // logs/longids: 4jYSWk47vGz5ypQ was made on Nov 24 03:11:30.
    const at = Date.UTC(2026, 10, 24, 3, 11, 30) / 1000;
    expect(new LongQueueIds(1000, new Random(1)).take(at).text).toMatch(/^4jYSWk0000z/);
  });
});
