import { describe, expect, test } from 'vitest';
import type { Message } from '../postfix/message/message.js';
import type { MessageQuery } from '../store/message_port.js';
import { at, fakeReader, noTotals, relay102, run } from './fake_reader.js';

const delivery = {
  id: 'd1',
  time: at('2026-04-03T02:12:00Z'),
  program: 'postfix/smtp',
  relay: relay102 as { host: string; ip: string; port: number },
  delay: 75,
  delays: { a: 0, b: 0, c: 75, d: 0 },
  status: 'sent',
  dsn: '2.0.0',
  reason: { text: '250 Ok' },
};

const message = (more: Partial<Message> = {}): Message => ({
  id: 'm1',
  host: 'mailer',
  queueId: '70EAEC233E',
  state: 'sent',
  ending: 'removed',
  complete: true,
  missing: [],
  firstLine: at('2026-04-03T02:10:45Z'),
  lastLine: at('2026-04-03T02:12:00Z'),
  arrival: at('2026-04-03T02:10:45Z'),
  removal: at('2026-04-03T02:12:00Z'),
  delay: 75,
  sender: 'a@example.com',
  size: 1234,
  recipientCount: 2,
  recipients: [
    { address: 'b@example.org', status: 'sent', dsn: '2.0.0', attempts: 2, deliveries: [delivery], relay: delivery.relay },
    { address: 'c@example.org', status: 'sent', dsn: '2.0.0', attempts: 1, deliveries: [delivery], relay: delivery.relay },
  ],
  attempts: 3,
  failedAttempts: 1,
  possibleDoubles: 1,
  links: [],
  facts: 9,
  ...more,
});

function reading(messages: readonly Message[], next?: string) {
  const asked: MessageQuery[] = [];
  const reader = fakeReader({
    messages: async (query) => {
      asked.push(query);
      if (query.after === 'broken') throw new RangeError('no cursor');
      return next === undefined || query.after !== undefined ? { messages } : { messages, next };
    },
    totals: async () => ({ ...noTotals, lines: 10, hosts: ['mailer'], first: at('2026-04-01T00:00Z'), last: at('2026-04-10T00:00Z') }),
  });
  return { reader, asked };
}

describe('messages', () => {
  test('a line for each, with what must not be overlooked', async () => {
    const { reader } = reading([message(), message({ queueId: '7826DC235C', state: 'deferred', complete: false, possibleDoubles: 0 })]);
    const { code, out, err } = await run(reader, ['messages', '--zone', 'UTC'], {});
    expect(code).toBe(0);
    const [, first = '', second = ''] = out.split('\n');
    expect(first).toMatch(
      /^2026-04-03 02:10:45 +70EAEC233E +sent +1 min 15 s +<a@example.com> +<b@example.org> \+1 +may be there twice, 1 of 3 tries failed$/,
    );
    expect(second).toMatch(/7826DC235C +deferred .*1 of 3 tries failed$/);
    expect(err).toContain('2 mails, latest first');
  });

  test('what is asked of the store', async () => {
    const { reader, asked } = reading([]);
    const flags = ['--late', '5min', '--queued', '--doubled', '--from', '@example.com', '--domain', 'example.org', '--relay', 'relay102'];
    const { code, err } = await run(reader, ['messages', ...flags, '--message-id', '<x@y>', '--queue-id', '70EAEC233E']);
    expect(code).toBe(0);
    expect(err).toContain('No mail is like that');
    expect(asked).toEqual([
      {
        lateOver: 300,
        states: ['queued', 'deferred', 'held'],
        possiblyDoubled: true,
        from: '@example.com',
        domain: 'example.org',
        relay: 'relay102',
        messageIds: ['x@y'],
        queueIds: ['70EAEC233E'],
        limit: 50,
      },
    ]);
  });

  test('all that is given must hold, of states too', async () => {
    const { reader, asked } = reading([]);
    await run(reader, ['messages', '--queued', '--state', 'deferred,sent']);
    expect(asked[0]?.states).toEqual(['deferred']);
    await run(reader, ['messages', '--queued', '--bounced']);
    expect(asked[1]?.states).toEqual([]);
  });

  test('the next page is told as it has to be typed', async () => {
    const { reader } = reading([message()], 'cursor 1');
    const { err } = await run(reader, ['messages', '--late', '60', '--doubled', '--limit', '1']);
    expect(err).toContain("postscope messages --doubled --late 60 --limit 1 --after 'cursor 1'");
  });

  test('--all takes every page', async () => {
    const { reader, asked } = reading([message()], 'cursor');
    const { out } = await run(reader, ['messages', '--all', '--json']);
    expect(
      out
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as Message).queueId),
    ).toEqual(['70EAEC233E', '70EAEC233E']);
    expect(asked.map(({ after }) => after)).toEqual([undefined, 'cursor']);
  });

  test('CSV has a row for each recipient, and no formula', async () => {
    const { reader } = reading([message({ sender: '=cmd()@evil.example' })]);
    const { out } = await run(reader, ['messages', '--csv', '--zone', 'UTC']);
    const lines = out.trim().split(/\r?\n/);
    expect(lines).toHaveLength(3);
    expect(lines[1]).toContain("'=cmd()@evil.example");
    expect(lines[1]).toContain('b@example.org,sent,2.0.0,relay102.example.net,10.50.0.102,2,75,3,1,yes');
    expect(lines[2]).toContain('c@example.org');
  });

  test.each([
    [['--late', 'soon'], 'seconds'],
    [['--state', 'lost'], 'States are: queued'],
    [['--after', 'broken'], 'not where a page ended'],
  ])('%j is told in a sentence', async (flags, said) => {
    const { reader } = reading([]);
    const { code, err } = await run(reader, ['messages', ...flags]);
    expect(code).toBe(2);
    expect(err).toContain(said);
  });
});
