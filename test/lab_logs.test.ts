/** The logs of test/lab: every line is understood, and they agree with what the lab knows to be true. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Clock } from '../postfix/clock.js';
import { Parser, unrecognized } from '../postfix/parse.js';
import { keepText } from '../postfix/text.js';
import { Zone } from '../postfix/zone.js';
import type { Truth } from './lab/truth.js';

interface Kept extends Pick<Truth, 'timeline' | 'injected' | 'accepted'> {
  /** Address of each relay. */
  readonly relays: Readonly<Record<string, string>>;
  /** Address of the one that is reached directly. */
  readonly direct: string;
}

/** The host names that the lab gives. */
const hosts = ['mailer', 'out3'];
const folders = ['logs_more', 'logs_held'].flatMap((under) => {
  const folder = join(import.meta.dirname, under);
  return readdirSync(folder).map((name) => [`${under}/${name}`, join(folder, name)] as const);
});

describe.each(folders)('%s', (_, folder) => {
  const text = readFileSync(join(folder, 'maillog'), 'latin1');
  const lines = text.trimEnd().split('\n');
  const truth = JSON.parse(readFileSync(join(folder, 'truth.json'), 'utf8')) as Kept;

  test('every line is recognised', () => {
    const parser = new Parser(new Clock(new Zone('UTC'), () => Date.parse('2026-12-01T00:00:00Z')));
    const events = lines.map((line) => parser.parse(keepText(line).text));
    expect(lines.filter((_, i) => (events[i]?.action ?? unrecognized) === unrecognized)).toEqual([]);
  });

  test('is small, and of one host, which is the lab', () => {
    expect(text.length).toBeLessThan(400_000);
    const [host = '', ...others] = new Set(lines.map((line) => line.split(/ +/)[3]));
    expect(others).toEqual([]);
    expect(hosts).toContain(host);
  });

  test('what was sent is what relays took, each under its queue ID', () => {
    const addresses = [...Object.values(truth.relays), truth.direct];
    const taken = new Map(truth.accepted.map((one) => [one.queued_as, one.relay_ip]));
    for (const ip of taken.values()) expect(addresses).toContain(ip);
    const sent = [...text.matchAll(/relay=\S+\[(\S+)\]:25, .* status=sent \(250 2\.0\.0 Ok: queued as (\w+)\)/g)];
    expect(sent.length).toBeGreaterThan(30);
    for (const [line, ip, queuedAs = ''] of sent) expect(taken.get(queuedAs), line).toBe(ip);
  });

  test('what reached the queue is what smtpd accepted', () => {
    const active = new Set([...text.matchAll(/\/qmgr\[\d+\]: (\w+): from=/g)].map(([, queueId]) => queueId));
    const queued = [...text.matchAll(/: (\w+): message-id=(<\S+@client\.test>)/g)].filter(([, queueId]) => active.has(queueId));
    const accepted = truth.injected.filter(({ smtpd }) => smtpd === 'accepted').map((one) => one.message_id);
    expect(queued.map(([, , id]) => id).sort()).toEqual(accepted.sort());
  });

  test('trouble begins and ends, and each end has a snapshot of the machine behind it', () => {
    const events = truth.timeline.map(({ event }) => event);
    const ends = events.filter((event) => event === 'fixed' || event === 'drained').length;
    expect(ends).toBe(events.filter((event) => event === 'trouble' || event === 'burst').length);
    expect(ends).toBeGreaterThan(0);
    expect(truth.timeline.findLast(({ event }) => event === 'snapshot')).toMatchObject({ tag: 'after' });
    const names = ['mailq.txt', 'postqueue.ndjson', 'postconf-n.txt', 'postconf-M.txt', 'resolv.conf'];
    const wanted = truth.timeline.flatMap(({ event, tag }) => (event === 'snapshot' ? names.map((name) => `${tag}-${name}`) : []));
    expect(readdirSync(folder).sort()).toEqual([...wanted, 'maillog', 'truth.json'].sort());
  });
});
