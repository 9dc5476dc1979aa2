/** Imports and shippers with `--privacy`: what is stored names nobody, joins as before, and is the same however it came. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { main } from '../cli/main.js';
import { ship } from '../ingest/ship.js';
import type { EventDocument } from '../postfix/document.js';
import { identityOf } from '../postfix/identity.js';
import { Pseudonyms } from '../postfix/privacy/pseudonyms.js';
import { TextHider } from '../postfix/privacy/text.js';
import { dataOf, pack, unpack } from '../queue/bullmq/payload.js';
import type { BatchSender, LineBatch, Sent } from '../queue/port.js';
import { trace } from '../report/trace.js';
import { openReader } from '../store/open.js';
import { LineReader } from '../workers/batch.js';
import { readLineByLine } from '../workers/suspect.js';
import { Collected } from './fake_reader.js';
import { now, Workshop } from './workshop.js';

const key = Buffer.from('k'.repeat(40));
const pseudonyms = new Pseudonyms('pseudonymous', key);
const hider = () => new TextHider(new Pseudonyms('pseudonymous', key));
const incident = readFileSync(join(import.meta.dirname, 'logs/incident/maillog'));

/** Two servers: what one sends on, and bounces, the other has. */
const twoServers = [
  'Nov 23 10:00:00 a postfix/smtpd[1]: 70EAEC233E: client=c.example.org[192.0.2.9], sasl_method=PLAIN, sasl_username=Bob',
  'Nov 23 10:00:00 a postfix/cleanup[2]: 70EAEC233E: message-id=<1.alice@client.example>',
  'Nov 23 10:00:00 a postfix/qmgr[3]: 70EAEC233E: from=<bob@example.com>, size=100, nrcpt=1 (queue active)',
  'Nov 23 10:00:01 a postfix/smtp[4]: 70EAEC233E: to=<alice@example.org>, relay=b.example.org[192.0.2.2]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 81FBEC344F)',
  'Nov 23 10:00:01 a postfix/qmgr[3]: 70EAEC233E: removed',
  'Nov 23 10:00:01 b postfix/smtpd[1]: 81FBEC344F: client=a.example.com[192.0.2.1]',
  'Nov 23 10:00:01 b postfix/cleanup[2]: 81FBEC344F: message-id=<1.alice@client.example>',
  'Nov 23 10:00:01 b postfix/qmgr[3]: 81FBEC344F: from=<bob@example.com>, size=120, nrcpt=1 (queue active)',
  'Nov 23 10:00:02 b postfix/local[4]: 81FBEC344F: to=<alice@example.org>, relay=local, delay=1, delays=0/0/0/1, dsn=5.1.1, status=bounced (unknown user: "alice")',
  'Nov 23 10:00:02 b postfix/cleanup[2]: 92ACEC455A: message-id=<2@b.example.org>',
  'Nov 23 10:00:02 b postfix/bounce[5]: 81FBEC344F: sender non-delivery notification: 92ACEC455A',
  'Nov 23 10:00:02 b postfix/qmgr[3]: 81FBEC344F: removed',
  'Nov 23 10:00:02 b postfix/qmgr[3]: 92ACEC455A: from=<>, size=120, nrcpt=1 (queue active)',
  'Nov 23 10:00:03 b postfix/smtp[4]: 92ACEC455A: to=<bob@example.com>, relay=a.example.com[192.0.2.1]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 2.0.0 Ok)',
  'Nov 23 10:00:03 b postfix/qmgr[3]: 92ACEC455A: removed',
  'alice@example.org wrote this line, and no clock',
]
  .map((line) => `${line}\n`)
  .join('');

/** Takes all, as if it were stored at once. */
class Taking implements BatchSender {
  readonly batches: LineBatch[] = [];

  async send(batch: LineBatch): Promise<Sent> {
    this.batches.push(batch);
    const read = batch.cut
      ? 1
      : batch.bytes
          .toString('latin1')
          .split('\n')
          .filter((line) => line.replace(/\r$/, '') !== '').length;
    return { stored: Promise.resolve({ read, stored: read, alreadyThere: 0, quarantined: 0 }) };
  }
}

interface Line {
  readonly id: string;
  readonly offset: number;
}

/** Reads a batch by itself, as a worker that has only this one does. */
function linesOf(batch: LineBatch): Line[] {
  const lines: Line[] = [];
  new LineReader().read(batch, {
    event: (event, offset, ordinal, kept) => lines.push({ id: identityOf(event.host, event.time, kept, ordinal), offset }),
    aside: () => {},
  });
  return lines;
}

let shop: Workshop;
beforeEach(() => {
  shop = new Workshop();
});
afterEach(() => shop.remove());

const linesIn = (documents: readonly EventDocument[]): Line[] =>
  documents.map(({ event, log }) => ({ id: event.id, offset: log.offset })).sort((a, b) => a.offset - b.offset);

async function shipped(paths: readonly string[], privacy: TextHider | undefined): Promise<LineBatch[]> {
  const sender = new Taking();
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const checkpointPath = shop.path(`shipped-${Math.random()}.json`);
  const where = { zone: 'UTC', host: 'localhost' };
  await ship({ paths, sender, checkpointPath, ...where, log, once: true, ...(privacy === undefined ? {} : { privacy }) });
  return sender.batches;
}

test('an import stores no address, in the quarantine neither; again, all is there already', async () => {
  shop.write('two.log', twoServers);
  const privacy = hider();
  const lines = twoServers.split('\n').length - 1;
  expect(await shop.import(['two.log'], { privacy })).toMatchObject({ read: lines, stored: lines - 1, quarantined: 1 });
  // A copy that begins elsewhere is another source.
  shop.write('copy.log', twoServers.slice(twoServers.indexOf('\n') + 1));
  expect(await shop.import(['two.log'], { privacy: hider() })).toMatchObject({ read: 0 });
  expect(await shop.import(['copy.log'], { privacy: hider() })).toMatchObject({ stored: 0, alreadyThere: lines - 2 });
  const documents = await shop.documents();
  const aside = await shop.read((reader) => reader.quarantined({ limit: 10 }));
  const all = JSON.stringify([documents, aside]);
  expect(all).toContain(pseudonyms.address('alice@example.org'));
  expect(all).not.toMatch(/alice|bob/i);
  expect(documents.find(({ user }) => user?.name !== undefined)?.user?.name).toBe(pseudonyms.address('bob'));
});

test('offsets are those of the file that was read', async () => {
  shop.write('two.log', twoServers);
  shop.write('crlf.log', twoServers.replaceAll('\n', '\r\n\r\n'));
  await shop.import(['two.log', 'crlf.log'], { privacy: hider() });
  for (const { log, message } of await shop.documents()) {
    const file = log.file.path.endsWith('two.log') ? twoServers : twoServers.replaceAll('\n', '\r\n\r\n');
    const line = file.slice(log.offset).split(/\r?\n/, 1)[0] ?? '';
    expect(line.split(']: ')[1]?.slice(0, 12)).toBe(message.slice(0, 12));
  }
});

test('chains join as they did', async () => {
  const plain = new Workshop();
  try {
    for (const one of [plain, shop]) {
      one.write('two.log', twoServers);
      one.write('maillog-20261124', incident);
    }
    await plain.import(['two.log', 'maillog-20261124']);
    await shop.import(['two.log', 'maillog-20261124'], { privacy: hider() });
    const [before, after] = [await openReader({ path: plain.store }), await openReader({ path: shop.store })];
    try {
      const wayOf = async (reader: typeof before, id: string) =>
        (await trace(reader, id, {})).chains.map(({ hops }) =>
          hops.map(({ message }) => [
            message.host,
            message.queueId,
            message.recipients.map(({ deliveries }) => deliveries.map(({ status, delay }) => [status, delay])),
          ]),
        );
      const way = await wayOf(before, '70EAEC233E');
      expect(way[0]?.map(([host, id]) => `${host} ${id}`)).toEqual(
        expect.arrayContaining(['a 70EAEC233E', 'b 81FBEC344F', 'b 92ACEC455A']),
      );
      const ids = [...new Set(incident.toString('latin1').match(/(?<=\]: )[0-9A-F]{10,11}(?=: from=)/g))].filter((_, i) => i % 25 === 0);
      expect(ids.length).toBeGreaterThan(3);
      for (const id of ['70EAEC233E', '92ACEC455A', ...ids]) expect(await wayOf(after, id), id).toEqual(await wayOf(before, id));
    } finally {
      await before.close();
      await after.close();
    }
  } finally {
    plain.remove();
  }
});

describe('a shipper', () => {
  test('sends what an import stores, whichever worker has which batch, and nothing that names anybody', async () => {
    const paths = [shop.write('two.log', twoServers), shop.write('maillog-20261124', incident)];
    await shop.import(['two.log', 'maillog-20261124'], { privacy: hider() });
    const documents = await shop.documents();
    const batches = await shipped(paths, hider());
    const sent = Buffer.concat(batches.flatMap(({ bytes, before }) => [bytes, before])).toString('latin1');
    expect(sent).not.toMatch(/alice|bob@/i);
    const people = new Set(incident.toString('latin1').match(/(?<=[<=])[\w.+-]+@[\w.-]+(?=>)/g));
    const named = new Set(sent.match(/[\w.+-]+@[\w.-]+/g));
    expect([...people].filter((address) => named.has(address))).toEqual([]);
    for (const [name, path] of Object.entries({ 'two.log': paths[0], 'maillog-20261124': paths[1] })) {
      const stored = linesIn(documents.filter(({ log }) => log.file.path.endsWith(name)));
      const own = batches.filter(({ source, bytes }) => source.path === path && bytes.length > 0);
      const read: Line[] = [];
      for (const batch of own) {
        const received = await unpack(dataOf(await pack(batch)));
        if (!('batch' in received)) throw new Error('it is an outcome');
        read.push(...linesOf(received.batch));
      }
      expect(read).toEqual(stored);
    }
  });

  test('tells lines apart that only their addresses told apart', async () => {
    // Without a local part, all of them are equal: of the same second, and over several batches.
    const many = Array.from(
      { length: 2500 },
      (_, i) => `Nov 23 10:00:00 a postfix/qmgr[3]: 70EAEC233E: from=<someone${i}@example.com>, size=1, nrcpt=1 (queue active)\n`,
    ).join('');
    const path = shop.write('many.log', many);
    const batches = (await shipped([path], new TextHider(new Pseudonyms('domain-only', key)))).filter(({ bytes }) => bytes.length > 0);
    expect(batches.length).toBeGreaterThan(2);
    const lines = batches.flatMap(linesOf);
    expect(new Set(lines.map(({ id }) => id)).size).toBe(2500);
    expect(await shop.import(['many.log'], { privacy: new TextHider(new Pseudonyms('domain-only', key)) })).toMatchObject({ stored: 2500 });
    expect(linesIn(await shop.documents())).toEqual(lines);
  });

  test('sends lines of which a worker that reads line by line knows the offsets', async () => {
    const [batch] = await shipped([shop.write('two.log', twoServers)], hider());
    const offsets: number[] = [];
    const nothing = { stored: 0, alreadyThere: 0, quarantined: 0 };
    await readLineByLine(
      { batch: batch as LineBatch, abandoned: 3, begun: undefined, begin: async () => {}, done: async () => {}, failed: async () => {} },
      {
        pending: 0,
        add: (_: unknown, { offset }: { offset: number }) => void offsets.push(offset),
        setAside: ({ offset }: { offset: number }) => void offsets.push(offset),
        record: () => {},
        commit: async () => nothing,
      } as unknown as Parameters<typeof readLineByLine>[1],
    );
    const starts = [...twoServers.matchAll(/^/gm)].map(({ index }) => index).filter((at) => at < twoServers.length);
    expect(offsets).toEqual(starts);
  });

  test('sends lengths that agree with its offsets, or a worker leaves the batch alone', async () => {
    const [batch] = await shipped([shop.write('two.log', twoServers)], hider());
    const packed = await pack({ ...(batch as LineBatch), lengths: [1, 2] });
    await expect(unpack(dataOf(packed))).rejects.toThrow('lengths and offsets do not agree');
  });

  test('sends what was logged where nothing is to be hidden', async () => {
    const batches = await shipped([shop.write('two.log', twoServers)], undefined);
    expect(Buffer.concat(batches.map(({ bytes }) => bytes)).toString()).toBe(twoServers);
    expect(batches.every((batch) => batch.lengths === undefined)).toBe(true);
  });
});

describe('the commands', () => {
  const keyPath = () => shop.path('keys/privacy.key');
  const privately = () => ['--privacy', 'pseudonymous', '--privacy-key', keyPath(), '--store', shop.store];

  test('import makes the key; search and messages hide the question with it', async () => {
    const path = shop.write('two.log', twoServers);
    const call = async (...argv: string[]) => {
      const [stdout, stderr] = [new Collected(), new Collected()];
      const code = await main(argv, { stdout, stderr, env: { INIT_CWD: shop.folder }, now: () => now, zone: 'UTC' });
      return { code, out: stdout.text, err: stderr.text };
    };
    const imported = await call('import', path, ...privately());
    expect([imported.code, imported.err]).toEqual([0, expect.not.stringContaining('error')]);
    const made = new Pseudonyms('pseudonymous', Buffer.from(readFileSync(keyPath(), 'utf8').trim()));
    const found = await call('search', '--to', 'Alice@example.org', ...privately());
    expect(found.out).toContain(`to=<${made.address('alice@example.org')}>`);
    expect(found.out.split('\n').filter((line) => line !== '')).toHaveLength(2);
    const mails = await call('messages', '--from', 'bob@example.com', '--json', ...privately());
    expect(mails.out).toContain('70EAEC233E');
    expect((await call('search', '--to', 'alice@example.org', '--store', shop.store)).out).toBe('');
    const byId = await call('search', '--message-id', '<1.alice@client.example>', ...privately());
    expect(byId.out).toContain('70EAEC233E');
    const traced = await call('trace', '1.alice@client.example', ...privately());
    expect([traced.code, traced.out]).toEqual([0, expect.stringContaining('92ACEC455A')]);
    expect((await call('trace', '81FBEC344F', ...privately())).code).toBe(0);
    const local = await call('search', '--to', 'alice@', ...privately());
    expect([local.code, local.err]).toEqual([2, expect.stringContaining('error: --to: "alice@" has no pseudonym')]);
    const other = await call(
      'search',
      '--to',
      'a@b',
      '--privacy',
      'pseudonymous',
      '--privacy-key',
      shop.path('no.key'),
      '--store',
      shop.store,
    );
    expect([other.code, other.err]).toEqual([1, expect.stringContaining('error: there is no key of pseudonyms at')]);
    const wrong = await call('import', path, '--privacy', 'some');
    expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining('one of none, pseudonymous, domain-only, full')]);
  });
});
