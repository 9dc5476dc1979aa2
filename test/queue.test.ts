/** The queue: as snapshots say and as the log says must be the same queue; and what was changed between snapshots. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Message } from '../postfix/message/message.js';
import { parseMailq } from '../postfix/snapshot/mailq.js';
import { parseMaster } from '../postfix/snapshot/master.js';
import { parsePostconf } from '../postfix/snapshot/postconf.js';
import { parsePostqueue } from '../postfix/snapshot/postqueue.js';
import type { QueuedMessage } from '../postfix/snapshot/queue.js';
import { parseResolv } from '../postfix/snapshot/resolv.js';
import { type Snapshot, snapshotOf } from '../postfix/snapshot/snapshot.js';
import { zoneOf } from '../postfix/zone.js';
import { changesIn, timeoutsInForce } from '../report/config_changes.js';
import { momentsOf, queueAt, queuedOf, queueOver } from '../report/queue.js';
import { changeWords } from '../report/render/config_changes.js';
import type { MessageQuery, MessageWriter } from '../store/message_port.js';
import { openReader, openWriter } from '../store/open.js';
import type { Reader } from '../store/port.js';
import { Workshop } from './workshop.js';

const logs = join(import.meta.dirname, 'logs');
const read = (path: string) => readFileSync(join(logs, path), 'utf8');
const at = (iso: string) => Date.parse(iso);

interface Truth {
  readonly timeline: readonly { readonly event: string; readonly time: number; readonly tag?: string }[];
}

/** Moments at which the laboratory asked for the queue: the folder, what its files begin with, and when; whole milliseconds. */
const moments = ['daemons', 'dnsonly', 'faults', 'healthy', 'incident', 'iso', 'longids', 'relayonly'].flatMap((folder) =>
  (JSON.parse(read(`${folder}/truth.json`)) as Truth).timeline
    .filter(({ event }) => event === 'snapshot')
    .map(({ tag, time }) => ({ folder, prefix: tag ? `${tag}-` : '', time: Math.round(time * 1000) })),
);

describe('made again from the log', () => {
  const workshop = new Workshop();
  const stores = new Map<string, { path: string; reader: Reader }>();

  beforeAll(async () => {
    for (const folder of new Set(moments.map((moment) => moment.folder))) {
      const path = workshop.path(`${folder}.duckdb`);
      workshop.write(`${folder}/maillog`, read(`${folder}/maillog`));
      await importLog(workshop, `${folder}/maillog`, path);
      stores.set(folder, { path, reader: await openReader({ path }) });
    }
  }, 120_000);
  afterAll(async () => {
    for (const { reader } of stores.values()) await reader.close();
    workshop.remove();
  });

  const queued = async (folder: string, time: number): Promise<readonly QueuedMessage[]> => {
    const { reader } = stores.get(folder) as { reader: Reader };
    const [report] = await queueAt(reader, { at: time, fromLog: true, withMessages: true });
    expect(report?.source).toEqual({ is: 'log' });
    return report?.messages ?? [];
  };

  test.each(moments)('$folder, $prefix at $time: what Postfix listed', async ({ folder, prefix, time }) => {
    const listed = parsePostqueue(read(`${folder}/${prefix}postqueue.ndjson`)).content.messages;
    // The log has whole seconds: what came or went within the second may be in or not.
    const around: (readonly QueuedMessage[])[] = [];
    for (const offset of [-1000, 0, 1000]) around.push(await queued(folder, time + offset));
    const ids = around.map((messages) => new Set(messages.map(({ queueId }) => queueId)));
    const always = [...(ids[0] as Set<string>)].filter((id) => ids.every((own) => own.has(id)));
    const listedIds = new Set(listed.map(({ queueId }) => queueId));
    expect(always.filter((id) => !listedIds.has(id))).toEqual([]);
    expect([...listedIds].filter((id) => !ids.some((own) => own.has(id)))).toEqual([]);
    // And what it says of each is what Postfix said.
    for (const message of listed) {
      const own = around.flat().find(({ queueId }) => queueId === message.queueId);
      // Nor is the size of what was held at once in the log.
      expect(own).toMatchObject({ sender: message.sender, ...(message.queue === 'hold' ? {} : { size: message.size }) });
      expect(Math.abs((own?.arrival ?? 0) - message.arrival)).toBeLessThanOrEqual(1000);
      if (message.queue !== 'deferred') continue;
      // The log names the relay where the reason does not.
      expect(own?.recipients).toMatchObject(message.recipients);
    }
  });

  test('over time, with the growth of the incident and its end', async () => {
    const { reader } = stores.get('incident') as { reader: Reader };
    const [course] = await queueOver(reader, {});
    expect(course?.points.every(({ source }) => source.is === 'log')).toBe(true);
    const counts = course?.points.map(({ backlog }) => backlog.messages) ?? [];
    expect(Math.max(...counts)).toBeGreaterThan(25);
    expect(counts.slice(-2)).toEqual([0, 0]);
    expect(course?.points.at(-1)?.time).toBe(at('2026-11-24T03:08:00Z'));
  });

  test('its course is one question, and the same as each moment asked by itself', async () => {
    const { reader } = stores.get('incident') as { reader: Reader };
    let asked = 0;
    const counting: Reader = Object.create(reader, {
      messages: {
        value: (query: MessageQuery) => {
          asked++;
          return reader.messages(query);
        },
      },
    });
    const [course] = await queueOver(counting, {});
    expect(asked).toBe(1);
    expect(course?.points.length).toBeGreaterThan(12);
    for (const point of course?.points ?? []) {
      expect([point]).toEqual(await queueAt(reader, { at: point.time, fromLog: true }));
    }
  });

  test('a snapshot goes before the log for a minute, and --from-log before the snapshot', async () => {
    const { path } = stores.get('incident') as { path: string };
    await stores.get('incident')?.reader.close();
    const text = read('incident/during-mailq.txt');
    const of = { host: 'mailer', time: at('2026-11-24T03:06:08Z') };
    const { messages, whole } = parseMailq(text, { time: of.time, zone: zoneOf('UTC') }).content;
    const { backlogOf } = await import('../postfix/snapshot/backlog.js');
    const writer = await openWriter({ path });
    await writer.addSnapshots([snapshotOf('queue', of, { source: 'mailq', whole, backlog: backlogOf(messages, of.time) }, messages)]);
    await writer.close();
    const reader = await openReader({ path });
    stores.set('incident', { path, reader });
    const sourceAt = async (iso: string, fromLog = false) => (await queueAt(reader, { at: at(iso), fromLog }))[0]?.source.is;
    expect(await sourceAt('2026-11-24T03:06:07Z')).toBe('log');
    expect(await sourceAt('2026-11-24T03:06:08Z')).toBe('snapshot');
    expect(await sourceAt('2026-11-24T03:07:08Z')).toBe('snapshot');
    expect(await sourceAt('2026-11-24T03:07:09Z')).toBe('log');
    expect(await sourceAt('2026-11-24T03:06:08Z', true)).toBe('log');
    expect(await sourceAt('2026-11-24T04:07:59Z')).toBe('log');
    expect(await sourceAt('2026-11-24T05:00:00Z')).toBeUndefined();
    const [latest] = await queueAt(reader, { withMessages: true });
    expect(latest?.messages).toEqual([...messages].sort((a, b) => a.arrival - b.arrival || (a.queueId < b.queueId ? -1 : 1)));
    const [fromTheLog] = await queueAt(reader, { at: of.time, fromLog: true });
    expect({ ...fromTheLog?.backlog, queues: [] }).toEqual({ ...latest?.backlog, queues: [] });
  });
});

async function importLog(workshop: Workshop, name: string, path: string): Promise<void> {
  const { importFiles } = await import('../ingest/import.js');
  const { expand } = await import('../ingest/paths.js');
  const store = await openWriter({ path });
  try {
    const named = await expand([name], workshop.folder);
    await importFiles({ named, store, zone: zoneOf('UTC'), defaultHost: 'localhost', now: at('2026-11-24T12:00:00Z') });
    await (store as unknown as MessageWriter).fold();
  } finally {
    await store.close();
  }
}

test('of a message, those wait who wait at that moment', () => {
  const delivery = (time: number, status: string) =>
    ({
      time,
      status,
      reason: { text: `${status} at ${time}` },
      relay: { host: 'mx.test', ip: '192.0.2.1' },
    }) as Message['recipients'][number]['deliveries'][number];
  const message = {
    queueId: '4233D579836',
    host: 'mailer',
    state: 'sent',
    firstLine: 1000,
    size: 7,
    sender: 'a@b.test',
    recipientCount: 3,
    recipients: [
      { address: 'now@one.test', deliveries: [delivery(5000, 'sent')] },
      { address: 'later@one.test', deliveries: [delivery(5000, 'deferred'), delivery(9000, 'sent')] },
    ],
  } as unknown as Message;
  const waiting = (time: number) => queuedOf(message, time)?.recipients.map(({ address, reason }) => [address, reason?.text]);
  expect(waiting(2000)).toEqual([
    ['now@one.test', undefined],
    ['later@one.test', undefined],
    ['', undefined],
  ]);
  expect(waiting(5000)).toEqual([
    ['later@one.test', 'deferred at 5000'],
    ['', undefined],
  ]);
  expect(waiting(9000)).toEqual([['', undefined]]);
  expect(queuedOf({ ...message, recipientCount: 2 }, 9000)).toBeUndefined();
  expect(queuedOf({ ...message, ending: 'rejected' }, 2000)).toBeUndefined();
});

test('moments are round, few, and end at the end', () => {
  expect(
    momentsOf(at('2026-11-24T03:04:51Z'), at('2026-11-24T03:05:03.5Z')).map((time) => new Date(time).toISOString().slice(17, 23)),
  ).toEqual([
    ...['51.000', '52.000', '53.000', '54.000', '55.000', '56.000', '57.000', '58.000', '59.000', '00.000', '01.000', '02.000', '03.000'],
    '03.500',
  ]);
  expect(momentsOf(5, 5)).toEqual([5]);
  for (const length of [60_000, 86_400_000, 90 * 86_400_000, 20 * 365 * 86_400_000])
    expect(momentsOf(0, length).length).toBeLessThanOrEqual(25);
});

describe('changes of the configuration', () => {
  const time = (minute: number) => at('2026-11-24T03:00:00Z') + minute * 60_000;
  const postconf = (minute: number, text: string, host = 'mailer') =>
    snapshotOf('postconf', { host, time: time(minute) }, parsePostconf(text).content);
  const resolv = (minute: number, text: string) => snapshotOf('resolv', { host: 'mailer', time: time(minute) }, parseResolv(text).content);
  const master = (minute: number, text: string) => snapshotOf('master', { host: 'mailer', time: time(minute) }, parseMaster(text).content);
  const words = (...snapshots: Snapshot[]) => changesIn(snapshots).map((change) => changeWords(change));

  test('of the incident: the dead nameserver went, and nothing else', () => {
    const snapshots = ['during', 'dns-only', 'after'].flatMap((tag, i) => [
      postconf(i, read(`incident/${tag}-postconf-n.txt`)),
      master(i, read(`incident/${tag}-postconf-M.txt`)),
      resolv(i, read(`incident/${tag}-resolv.conf`)),
    ]);
    expect(changesIn([...snapshots].reverse())).toEqual([
      { host: 'mailer', kind: 'resolv', name: 'nameserver', before: '10.50.0.54', since: time(1), until: time(2) },
    ]);
    expect(words(...snapshots)).toEqual(['nameserver 10.50.0.54 removed']);
  });

  test('parameters set, changed and no longer set; each host by itself', () => {
    expect(
      words(
        postconf(0, 'smtp_connect_timeout = 30s\nrelayhost = a\n'),
        postconf(1, 'relayhost = z\n', 'other'),
        postconf(2, 'smtp_connect_timeout = 6s\nmynetworks =\n'),
      ),
    ).toEqual(['mynetworks is now set: (empty)', 'relayhost is no longer set (was a)', 'smtp_connect_timeout 30s → 6s']);
  });

  test('postconf and postconf -n are compared in what both print', () => {
    const all = `${Array.from({ length: 600 }, (_, i) => `default_${i} = x`).join('\n')}\nsmtp_connect_timeout = 30s\nrelayhost = a\n`;
    expect(words(postconf(0, all), postconf(1, 'smtp_connect_timeout = 6s\n'))).toEqual(['smtp_connect_timeout 30s → 6s']);
  });

  test('services, their fields and options', () => {
    expect(
      words(
        master(0, 'smtp unix - - y - - smtp\nold unix - - n - - smtp\n'),
        master(1, 'smtp unix - - n - 20 smtp -o smtp_connect_timeout=9s\nsubmission inet n - n - - smtpd\n'),
      ),
    ).toEqual([
      'old/unix removed (was smtp)',
      'smtp/unix chroot y → n',
      'smtp/unix processes - → 20',
      'smtp/unix -o smtp_connect_timeout added: 9s',
      'submission/inet added: smtpd',
    ]);
  });

  test('nameservers, their order, options', () => {
    expect(
      words(
        resolv(0, 'nameserver 10.0.0.9\nnameserver 10.0.0.1\n'),
        resolv(1, 'nameserver 10.0.0.1\nnameserver 10.0.0.9\noptions timeout:1 rotate\n'),
        resolv(2, 'nameserver 10.0.0.1\nnameserver 10.0.0.2\noptions timeout:1 rotate\n'),
      ),
    ).toEqual([
      'nameserver order 10.0.0.9, 10.0.0.1 → 10.0.0.1, 10.0.0.9',
      'timeout 5 → 1',
      'rotate false → true',
      'nameserver 10.0.0.9 removed',
      'nameserver 10.0.0.2 added',
    ]);
  });

  test('the timeouts in force: as set until then, by default, by reference, by master.cf', () => {
    const snapshots = [
      postconf(10, 'smtp_connect_timeout = 6s\nsmtp_mail_timeout = 2m\nsmtp_rcpt_timeout = $smtp_mail_timeout\n'),
      postconf(20, 'myhostname = mailer.test\n'),
      master(20, 'smtp unix - - n - - smtp -o smtp_helo_timeout=10s\n'),
    ];
    const usual = {
      connect: 30,
      greeting: 300,
      ehlo: 300,
      starttls: 300,
      mail: 300,
      rcpt: 300,
      data: 120,
      body: 180,
      end_of_data: 600,
      quit: 300,
    };
    expect(timeoutsInForce(snapshots, 'mailer', time(15))).toEqual({ ...usual, connect: 6, mail: 120, rcpt: 120, greeting: 10, ehlo: 10 });
    expect(timeoutsInForce(snapshots, 'MAILER', time(25))).toEqual({ ...usual, greeting: 10, ehlo: 10 });
    // Before the first one, it is the best that is known.
    expect(timeoutsInForce(snapshots, 'mailer', time(0))?.connect).toBe(6);
    expect(timeoutsInForce(snapshots, 'other', time(25))).toBeUndefined();
    expect(timeoutsInForce([postconf(0, 'smtp_rcpt_timeout = $smtp_rcpt_timeout\n')], 'mailer', time(1))?.rcpt).toBeUndefined();
  });

  test("the laboratory's own", () => {
    expect(timeoutsInForce([postconf(0, read('incident/during-postconf-n.txt'))], 'mailer', time(0))).toEqual({
      ...{ connect: 6, greeting: 7, ehlo: 7, starttls: 300, mail: 7, rcpt: 7, data: 8, body: 180, end_of_data: 8, quit: 300 },
    });
  });
});
