/** Short stories of troubles that the lab has not: what is said of them, and where it is said that nobody can tell. */
import { describe, expect, test } from 'vitest';
import { Commands } from '../report/diagnose/commands.js';
import { diagnose } from '../report/diagnose.js';
import { LocalClock } from '../report/render/clock.js';
import { referenceReader } from './reference_reader.js';

const commands = new Commands('postscope', new LocalClock('UTC'), '');
const diagnosed = (lines: readonly string[]) => diagnose(referenceReader(lines.join('\n')), {}, commands);

const stampOf = (second: number) => `Nov 24 ${new Date(Date.UTC(2026, 10, 24, 3, 0, second)).toISOString().slice(11, 19)} mailer`;
const queueId = (n: number) => `3F2A8${(0x1c000 + n).toString(16).toUpperCase()}`;

interface Told {
  /** Second of arrival. */
  readonly at: number;
  readonly delays: readonly [a: number, b: number, c: number, d: number];
  readonly relay?: string;
  readonly status?: string;
  readonly dsn?: string;
  readonly pid?: number;
  readonly to?: string;
  readonly client?: string;
}

/** All lines of a message. */
function message(
  n: number,
  {
    at,
    delays,
    relay = 'relay1.example.net[192.0.2.1]:25',
    status = 'sent (250 2.0.0 Ok: queued as 1A2B3C4D5E)',
    dsn = '2.0.0',
    pid = 20 + n,
    to = 'b@example.com',
    client = 'app.example.org[192.0.2.77]',
  }: Told,
): string[] {
  const id = queueId(n);
  const total = delays.reduce((sum, part) => sum + part, 0);
  return [
    `${stampOf(at)} postfix/smtpd[10]: ${id}: client=${client}`,
    `${stampOf(at)} postfix/cleanup[11]: ${id}: message-id=<${n}@example.org>`,
    `${stampOf(at + Math.floor(delays[0]))} postfix/qmgr[12]: ${id}: from=<a@example.org>, size=100, nrcpt=1 (queue active)`,
    `${stampOf(at + Math.floor(total))} postfix/smtp[${pid}]: ${id}: to=<${to}>, relay=${relay}, delay=${total}, delays=${delays.join('/')}, dsn=${dsn}, status=${status}`,
    `${stampOf(at + Math.floor(total))} postfix/qmgr[12]: ${id}: removed`,
  ];
}

const messages = (count: number, of: (i: number) => Told) =>
  Array.from({ length: count }, (_, i) => message(i, of(i)))
    .flat()
    .sort();

describe('a diagnosis', () => {
  test('of mail that is long in coming in names the receiving side, and the client where it is one', async () => {
    const { findings } = await diagnosed(messages(20, (i) => ({ at: i * 5, delays: [20, 0, 0.1, 0.1] })));
    expect(findings).toMatchObject([{ cause: 'receiving_side', messages: 20 }]);
    expect(findings[0]?.claim).toContain('20 of 20 messages took 20 s until the queue manager had them');
    const one = await diagnosed(
      messages(30, (i) =>
        i % 3 === 0
          ? { at: i * 5, delays: [0.1, 0, 0.1, 0.1], client: 'b.example.org[192.0.2.78]' }
          : { at: i * 5, delays: [20, 0, 0.1, 0.1] },
      ),
    );
    expect(one.findings[0]?.claim).toContain('from app.example.org');
  });

  test('of mail that was tried before does not take its wait in the deferred queue for slow reception', async () => {
    const lines = messages(10, (i) => ({ at: i, delays: [0.1, 0, 0.1, 0.1] })).filter(
      (line) => !line.includes('removed') && !line.includes('smtp['),
    );
    const tries = Array.from({ length: 10 }, (_, i) => [
      `${stampOf(i + 1)} postfix/smtp[20]: ${queueId(i)}: to=<b@example.com>, relay=relay1.example.net[192.0.2.1]:25, delay=0.3, delays=0.1/0/0.1/0.1, dsn=4.2.2, status=deferred (host relay1.example.net[192.0.2.1] said: 452 4.2.2 mailbox full (in reply to RCPT TO command))`,
      `${stampOf(i + 301)} postfix/smtp[20]: ${queueId(i)}: to=<b@example.com>, relay=relay1.example.net[192.0.2.1]:25, delay=300, delays=300/0/0.1/0.1, dsn=2.0.0, status=sent (250 2.0.0 Ok)`,
      `${stampOf(i + 301)} postfix/qmgr[12]: ${queueId(i)}: removed`,
    ]).flat();
    expect((await diagnosed([...lines, ...tries].sort())).findings).toEqual([]);
  });

  test('of one relay alone says that it cannot tell a slow greeting from a slow name, unless the C library’s clock does', async () => {
    const slow = await diagnosed(messages(12, (i) => ({ at: i * 10, delays: [0.1, 0, 7, 0.1] })));
    expect(slow.findings).toEqual([]);
    expect(slow.undecided[0]).toContain(
      '12 of 12 deliveries to relay1.example.net[192.0.2.1], the only relay that was used, waited about 7 s',
    );
    const dead = await diagnosed(messages(12, (i) => ({ at: i * 10, delays: [0.1, 0, 10, 0.1] })));
    expect(dead.findings).toMatchObject([{ cause: 'resolver', sure: 'possible' }]);
    expect(dead.findings[0]?.refute).toContain('relay1.example.net[192.0.2.1] that greets late');
  });

  test('of one relay alone that cannot be reached says that it may be the network', async () => {
    const { findings } = await diagnosed(
      messages(8, (i) => ({
        at: i * 10,
        delays: [0.1, 0, 30, 0],
        relay: 'none',
        dsn: '4.4.1',
        status: 'deferred (connect to relay1.example.net[192.0.2.1]:25: Connection timed out)',
      })).filter((line) => !line.includes('removed')),
    );
    expect(findings).toMatchObject([{ cause: 'relay', sure: 'possible', relay: { ip: '192.0.2.1' }, seconds: 240 }]);
    expect(findings[0]?.refute).toContain('the network between would look just the same');
  });

  test('of names that nobody resolves names the resolver', async () => {
    const { findings } = await diagnosed(
      messages(9, (i) => ({
        at: i * 12,
        delays: [0.1, 0, 40, 0],
        relay: 'none',
        dsn: '4.4.3',
        to: `x@dest${i % 3}.test`,
        status: `deferred (Host or domain name not found. Name service error for name=dest${i % 3}.test type=MX: Host not found, try again)`,
      })).filter((line) => !line.includes('removed')),
    );
    expect(findings).toMatchObject([{ cause: 'resolver', kind: 'dns_failure', messages: 9, seconds: 360, sure: 'likely' }]);
    expect(findings[0]?.claim).toContain('dest0.test, dest1.test and dest2.test');
  });

  test('of a domain whose nameservers are gone, among much other mail, is no finding', async () => {
    const good = messages(40, (i) => ({ at: i * 3, delays: [0.1, 0, 0.1, 0.1] }));
    const bad = Array.from({ length: 5 }, (_, i) =>
      message(100 + i, {
        at: i * 20,
        delays: [0.1, 0, 40, 0],
        relay: 'none',
        dsn: '4.4.3',
        status: 'deferred (Host or domain name not found. Name service error for name=gone.test type=MX: Host not found, try again)',
      }),
    ).flat();
    expect((await diagnosed([...good, ...bad].sort())).findings).toEqual([]);
  });
});
