/** `postscope parse`: every line is answered, with a document of the schema or with the reason why there is none. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { main } from '../cli/main.js';
import type { EventDocument } from '../postfix/document.js';
import { eventSchema } from '../postfix/schema.js';
import { Built } from './built.js';
import { Collected } from './fake_reader.js';
import { line, lines, now, Workshop } from './workshop.js';

let built: Built;
let shop: Workshop;
beforeAll(() => {
  built = new Built();
  shop = new Workshop();
});
afterAll(() => {
  built.remove();
  shop.remove();
});

type Answer = Omit<EventDocument, 'error'> & { readonly error?: { readonly code: string } };

async function parse(input: string | Buffer, ...args: string[]) {
  const running = built.postscope('parse', '--zone', 'UTC', ...args);
  running.process.stdin?.end(input);
  const { code, stdout, stderr } = await running.ended;
  expect(stdout === '' || stdout.endsWith('\n')).toBe(true);
  return {
    code,
    stderr,
    answers: stdout
      .split('\n')
      .slice(0, -1)
      .map((text) => JSON.parse(text) as Answer),
  };
}

test('one answer a line, in order: documents, unknown lines, blank ones, lines without a time', async () => {
  const input = `${line(0)}\n\r\n${line(1, 'something never seen')}no time here\n${line(2).replace('\n', '\r\n')}\n${line(3).trimEnd()}`;
  const { code, stderr, answers } = await parse(input);
  expect([code, stderr]).toEqual([0, '']);
  expect(answers.map(({ error, event }) => error?.code ?? event.action)).toEqual([
    'connect',
    'no_time',
    'no_time',
    'unrecognized',
    'no_time',
    'connect',
    'no_time',
    'connect',
  ]);
  for (const { log, event } of answers) expect(input.slice(log.offset).startsWith(event.original ?? '')).toBe(true);
});

test('an empty input has no answer', async () => {
  expect(await parse('')).toEqual({ code: 0, stderr: '', answers: [] });
});

test('lines that are too long, and runs of NULs, are answered too, and so is what follows', async () => {
  const input = Buffer.concat([
    Buffer.from(line(0)),
    Buffer.alloc(3 << 20, 'x'),
    Buffer.from(`\n${line(1)}`),
    Buffer.alloc(10_000),
    Buffer.from(line(2)),
  ]);
  const { code, answers } = await parse(input);
  expect(code).toBe(0);
  expect(answers.map(({ error, event }) => error?.code ?? event.action)).toEqual(['connect', 'too_long', 'connect', 'binary', 'connect']);
});

test('bytes that are not UTF-8 are kept', async () => {
  const { answers } = await parse(Buffer.from(line(0, 'warning: Gr\xfc\xdfe').trimEnd(), 'latin1'));
  expect(answers[0]).toMatchObject({ message: 'warning: Grüße', postfix: { encoding: 'bytes' } });
});

test('files, packed ones too; a damaged one is answered as far as it goes', async () => {
  const plain = shop.write('maillog', lines(0, 5));
  const packed = shop.write('maillog.gz', gzipSync(lines(5, 10)));
  const broken = shop.write('broken.gz', gzipSync(lines(10, 4000)).subarray(0, 9000));
  const { code, stderr, answers } = await parse('', plain, packed, broken, shop.path('no'));
  expect(code).toBe(1);
  expect(stderr.split('\n')).toEqual([
    `${shop.path('no')} is not there`,
    `${broken} is answered only in part: the gzip data is damaged or cut off (unexpected end of file)`,
    '',
  ]);
  expect(answers.length).toBeGreaterThan(500);
  expect(answers.slice(0, 10).map(({ log }) => log.file.path)).toEqual([...Array(5).fill(plain), ...Array(5).fill(packed)]);
});

test('every document of a real log is of the schema, and the whole line is in it', async () => {
  const path = join(import.meta.dirname, '../sample/maillog-20261124');
  const out = new Collected();
  const code = await main(['parse', '--zone', 'UTC', path], { stdout: out, stderr: new Collected(), env: {}, now: () => now, zone: 'UTC' });
  expect(code).toBe(0);
  const answers = out.text
    .trimEnd()
    .split('\n')
    .map((text) => JSON.parse(text) as unknown);
  const originals = readFileSync(path, 'utf8').trimEnd().split('\n');
  expect(answers).toHaveLength(originals.length);
  answers.forEach((answer, i) => {
    expect(eventSchema.parse(answer).event.original).toBe(originals[i]);
  });
});

describe('what is chosen', () => {
  const input = [
    line(0),
    'no time here\n',
    line(3600, 'connect from a.example[192.0.2.1]'),
    line(7200).replace('mailer', 'other'),
    line(90_000),
  ].join('');
  const chosen = async (...args: string[]) =>
    (await parse(input, ...args)).answers.map((answer) => answer['@timestamp'] ?? answer.error?.code);

  test('all lines, where nothing is asked for; --json changes nothing', async () => {
    expect(await chosen('--json')).toEqual([
      '2026-11-23T00:00:00.000Z',
      'no_time',
      '2026-11-23T01:00:00.000Z',
      '2026-11-23T02:00:00.000Z',
      '2026-11-24T01:00:00.000Z',
    ]);
  });

  test('lines of a period, and of a host; those without a time are in none', async () => {
    expect(await chosen('--since', '2026-11-23T01:00', '--until', '2026-11-23')).toEqual([
      '2026-11-23T01:00:00.000Z',
      '2026-11-23T02:00:00.000Z',
    ]);
    expect(await chosen('--host', 'other')).toEqual(['2026-11-23T02:00:00.000Z']);
  });
});

test('a table, in which nothing is a formula', async () => {
  const path = shop.write(
    'delivery',
    [
      line(
        0,
        '7826DC235C: to=<=cmd@partner6.test>, relay=relay102.example.net[10.50.0.102]:25, delay=58, delays=0/25/25/8, dsn=4.4.2, status=deferred (conversation with relay102.example.net[10.50.0.102] timed out while sending end of data -- message may be sent more than once)',
      ).replace('smtpd', 'smtp'),
      '=1+1\n',
    ].join(''),
  );
  const out = new Collected();
  const code = await main(['parse', '--csv', path], { stdout: out, stderr: new Collected(), env: {}, now: () => now, zone: 'UTC' });
  expect(code).toBe(0);
  expect(out.text).toMatchInlineSnapshot(`
    "timestamp,host.name,process.name,process.pid,email.local_id,event.action,email.from.address,email.to.address,source.ip,destination.domain,destination.ip,postfix.delay,postfix.delays.before_queue_manager,postfix.delays.queue_manager,postfix.delays.connection_setup,postfix.delays.transmission,postfix.dsn,postfix.status,postfix.reason.kind,postfix.reason.phase,message,error.code
    2026-11-23T00:00:00.000Z,mailer,postfix/smtp,1000,7826DC235C,delivery,,"'=cmd@partner6.test",,relay102.example.net,10.50.0.102,58,0,25,25,8,4.4.2,deferred,conversation_timeout,end_of_data,"7826DC235C: to=<=cmd@partner6.test>, relay=relay102.example.net[10.50.0.102]:25, delay=58, delays=0/25/25/8, dsn=4.4.2, status=deferred (conversation with relay102.example.net[10.50.0.102] timed out while sending end of data -- message may be sent more than once)",
    ,,,,,,,,,,,,,,,,,,,,"'=1+1",no_time
    "
  `);
});
