/** Nameservers, asked by themselves: what they answer, how long it takes, and how they fail. */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ask } from '../probe/dns/ask.js';
import { answers, MalformedReply, question, type RecordType, readReply } from '../probe/dns/message.js';
import { type NameserverSettings, ProbeRig } from './probe_rig.js';

let rig: ProbeRig;
beforeEach(() => {
  rig = new ProbeRig();
});
afterEach(() => rig.close());

const never = new AbortController().signal;
const brief = { timeout: 0.2, tries: 3 };

async function asked(settings: NameserverSettings, type: RecordType = 'MX', patience = { timeout: 5, tries: 3 }) {
  const server = await rig.nameserver(settings);
  return { ...(await ask(server, 'relay.test', type, patience, never)), asked: server.asked };
}

test('MX, A and AAAA records, in the order in which they came', async () => {
  const zone = {
    'MX relay.test': ['20 b.relay.test', '10 a.relay.test'],
    'A relay.test': ['192.0.2.25'],
    'AAAA relay.test': ['2001:db8:0:0:0:0:0:19'],
  };
  expect(await asked({ zone })).toMatchObject({
    outcome: 'answered',
    rcode: 'NOERROR',
    transport: 'udp',
    truncated: false,
    tries: 1,
    records: ['20 b.relay.test', '10 a.relay.test'],
  });
  expect((await asked({ zone }, 'A')).records).toEqual(['192.0.2.25']);
  expect((await asked({ zone }, 'AAAA')).records).toEqual(['2001:db8::19']);
});

test('a name that is not there, a server that fails, one that does not serve us, one that only knows its own names', async () => {
  expect(await asked({ zone: { 'MX relay.test': 3 } })).toMatchObject({ outcome: 'answered', rcode: 'NXDOMAIN', records: [] });
  expect(await asked({ zone: { 'MX relay.test': 2 } })).toMatchObject({ outcome: 'answered', rcode: 'SERVFAIL' });
  expect(await asked({ zone: { 'MX relay.test': 5 } })).toMatchObject({ outcome: 'answered', rcode: 'REFUSED' });
  expect(await asked({ zone: { 'MX relay.test': 11 } })).toMatchObject({ outcome: 'answered', rcode: 'RCODE 11' });
  expect(await asked({ recursion: false })).toMatchObject({ outcome: 'answered', rcode: 'NOERROR', recursion: false, records: [] });
});

test('a dead one is asked as often as it may be, and no longer', async () => {
  const found = await asked({ silent: true }, 'MX', brief);
  expect(found).toMatchObject({ outcome: 'timeout', tries: 3, records: [], transport: 'udp' });
  expect(found.asked).toEqual(['udp MX relay.test', 'udp MX relay.test', 'udp MX relay.test']);
  expect(found.seconds).toBeGreaterThanOrEqual(0.59);
  expect(found.seconds).toBeLessThan(5);
});

test('an answer that is late is taken, and its time told', async () => {
  const found = await asked({ zone: { 'MX relay.test': ['10 a.relay.test'] }, delay: 300 }, 'MX', brief);
  expect(found).toMatchObject({ outcome: 'answered', tries: 2, records: ['10 a.relay.test'] });
  expect(found.seconds).toBeGreaterThanOrEqual(0.29);
});

test('what is cut off comes by TCP', async () => {
  const records = Array.from({ length: 60 }, (_, i) => `10 relay${i}.relay.test`);
  const found = await asked({ zone: { 'MX relay.test': records }, truncates: true });
  expect(found).toMatchObject({ outcome: 'answered', transport: 'tcp', truncated: true, records });
  expect(found.asked).toEqual(['udp MX relay.test', 'tcp MX relay.test']);
});

test('what is cut off and cannot be had by TCP', async () => {
  expect(await asked({ truncates: true, withoutTcp: true })).toMatchObject({ outcome: 'unreachable', transport: 'tcp', truncated: true });
});

test('where no nameserver is, the refusal is told at once', async () => {
  const port = await rig.freePort();
  const found = await ask({ address: '127.0.0.1', port }, 'relay.test', 'A', { timeout: 5, tries: 3 }, never);
  expect(found).toMatchObject({ outcome: 'unreachable', error: 'Connection refused' });
  expect(found.seconds).toBeLessThan(4);
});

test('an answer to something else is passed over, a broken one is told', async () => {
  const other = (query: Buffer) =>
    Buffer.concat([Buffer.of((query[0] as number) ^ 1), query.subarray(1, 2), Buffer.of(0x81, 0x80), query.subarray(4)]);
  expect(await asked({ sends: other }, 'MX', brief)).toMatchObject({ outcome: 'timeout' });
  const broken = (query: Buffer) => {
    const reply = Buffer.concat([query, Buffer.of(0xc0, 0xff)]);
    reply.writeUInt16BE(0x8180, 2);
    reply.writeUInt16BE(1, 6);
    return reply;
  };
  expect(await asked({ sends: broken })).toMatchObject({ outcome: 'malformed', error: 'a name in it points forwards' });
});

test('the signal ends it at once', async () => {
  const server = await rig.nameserver({ silent: true });
  const stop = new AbortController();
  const start = performance.now();
  const asking = ask(server, 'relay.test', 'A', { timeout: 60, tries: 3 }, stop.signal);
  stop.abort(new Error('stopped'));
  await expect(asking).rejects.toThrow('stopped');
  expect(performance.now() - start).toBeLessThan(30_000);
});

describe('bytes that anybody may send', () => {
  const query = question(7, 'relay.test', 'MX');
  const head = Buffer.from(query);
  head.writeUInt16BE(0x8180, 2);

  test('end in an answer or in MalformedReply, and never hang', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.integer({ min: 0, max: 0xffff }),
        fc.constantFrom('A', 'AAAA', 'MX'),
        (bytes, count, type) => {
          const reply = Buffer.concat([head, bytes]);
          reply.writeUInt16BE(count, 6);
          try {
            readReply(reply, type as RecordType);
          } catch (error) {
            expect(error).toBeInstanceOf(MalformedReply);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });

  test('a name that points at itself', () => {
    const reply = Buffer.concat([head, Buffer.of(0xc0, head.length)]);
    reply.writeUInt16BE(1, 6);
    expect(() => readReply(reply, 'MX')).toThrow(MalformedReply);
  });

  test('are an answer only to the question that was asked', () => {
    expect(answers(head, query)).toBe(true);
    expect(answers(query, query)).toBe(false);
    expect(answers(head, question(8, 'relay.test', 'MX'))).toBe(false);
    expect(answers(head, question(7, 'other.test', 'MX'))).toBe(false);
    expect(answers(Buffer.from('no'), query)).toBe(false);
  });
});
