/** The document of every line fits the one schema, and a choice of real lines gives the documents that were read through by eye. */
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Clock } from '../postfix/clock.js';
import { daemons } from '../postfix/daemons/index.js';
import { type EventDocument, toDocument } from '../postfix/document.js';
import { fields } from '../postfix/fields.js';
import { neighbours } from '../postfix/neighbours/index.js';
import { Parser, unrecognized } from '../postfix/parse.js';
import { eventSchema } from '../postfix/schema.js';
import { keepText } from '../postfix/text.js';
import { Zone } from '../postfix/zone.js';

const anchor = Date.parse('2026-11-25T00:00:00Z');
const newParser = () => new Parser(new Clock(new Zone('UTC'), () => anchor), 'mailer');

function documentOf(line: string, parser = newParser()): EventDocument {
  const kept = keepText(Buffer.from(line, 'utf8').toString('latin1'));
  const event = parser.parse(kept.text);
  if (event === undefined) throw new Error(`no time: ${line}`);
  return toDocument(event, kept, { id: 'an-identity', path: '/var/log/maillog', offset: 0 });
}

/** The values at a dotted path, and no others, that are addresses of hosts. */
function ipsOf(document: EventDocument): string[] {
  return Object.values(fields)
    .filter(({ type }) => type === 'ip')
    .map(({ path }) => path.split('.').reduce((at: unknown, step) => (at as Record<string, unknown> | undefined)?.[step], document))
    .filter((value) => value !== undefined) as string[];
}

describe('the schema', () => {
  test('takes the document of every sample of every pattern', () => {
    const parser = newParser();
    const wrong: string[] = [];
    let count = 0;
    for (const [program, groups] of [
      ...Object.entries(daemons).map(([name, groups]) => [`postfix/${name}`, groups] as const),
      ...Object.entries(neighbours),
    ]) {
      for (const { level, samples } of groups.flat()) {
        for (const sample of samples) {
          // A text that begins with `warning: ` itself has a queue ID in front of it.
          const queueId = /^(warning|error|fatal|panic): /.test(sample) ? '4233D579836: ' : '';
          const front = `Nov 24 02:59:54 mailer ${program}[7]: ${level === undefined ? '' : `${level}: `}${queueId}`;
          const document = documentOf(front + sample, parser);
          const verdict = eventSchema.safeParse(document);
          if (!verdict.success) wrong.push(`${sample}\n${verdict.error.message}`);
          if (document.event.action === unrecognized) wrong.push(`unrecognized: ${program} ${sample}`);
          for (const ip of ipsOf(document)) if (isIP(ip) === 0) wrong.push(`${ip} in ${sample}`);
          count++;
        }
      }
    }
    expect(wrong).toEqual([]);
    expect(count).toBeGreaterThan(5000);
  });

  const logs = join(import.meta.dirname, 'logs');
  test.each(readdirSync(logs))("takes the document of every line of the log '%s'", (name) => {
    const parser = newParser();
    for (const line of readFileSync(join(logs, name, 'maillog'), 'utf8')
      .trimEnd()
      .split('\n')) {
      const document = documentOf(line, parser);
      expect(eventSchema.safeParse(document).error?.message, line).toBeUndefined();
      expect(document.event.original).toBe(line);
      expect(document.event.action).not.toBe(unrecognized);
    }
  });

  test('is strict: a name that it does not have is an error', () => {
    const document = documentOf('Nov 24 02:59:54 mailer postfix/qmgr[7]: 4233D579836: removed');
    expect(eventSchema.safeParse(document).success).toBe(true);
    expect(eventSchema.safeParse({ ...document, colour: 'red' }).success).toBe(false);
    expect(eventSchema.safeParse({ ...document, postfix: { ...document.postfix, colour: 'red' } }).success).toBe(false);
  });

  test('has IP addresses only where it says so', () => {
    const client = documentOf('Nov 24 02:59:54 mailer postfix/smtpd[7]: connect from odd.example.com[bad::cafe::]');
    expect(client.source).toEqual({ domain: 'odd.example.com', address: 'bad::cafe::' });
    const unknown = documentOf('Nov 24 02:59:54 mailer postfix/smtpd[7]: connect from unknown[unknown]');
    expect(unknown.source).toEqual({ domain: 'unknown' });
    const relay = documentOf(
      'Nov 24 02:59:54 mailer postfix/lmtp[7]: 4233D579836: to=<a@example.com>, relay=host[cafe], delay=1, delays=0/0/1/0, dsn=2.0.0, status=sent (250 ok)',
    );
    expect(relay.destination).toEqual({ domain: 'host', address: 'cafe' });
    for (const document of [client, unknown, relay]) expect(eventSchema.safeParse(document).error?.message).toBeUndefined();
  });
});

describe('golden documents', () => {
  const folder = join(import.meta.dirname, 'golden');
  mkdirSync(folder, { recursive: true });
  const groups = JSON.parse(readFileSync(join(folder, 'lines.json'), 'utf8')) as Record<string, string[]>;
  test.each(Object.entries(groups))('%s', async (name, lines) => {
    const documents = lines.map((line) => {
      const { ecs, log, message, host, ...document } = documentOf(line);
      expect(eventSchema.safeParse({ ecs, log, message, host, ...document }).error?.message).toBeUndefined();
      // What every document has alike is left out.
      return { ...document, log: { level: log.level } };
    });
    await expect(`${JSON.stringify(documents, null, 1)}\n`).toMatchFileSnapshot(join(folder, `${name}.json`));
  });
});
