/** Relays, dialled: each step timed, each way to fail told with its phase, certificates read. */
import { readFileSync } from 'node:fs';
import type { SecureContext } from 'node:tls';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { authoritiesOf } from '../probe/authorities.js';
import type { ProbedRelay } from '../probe/result.js';
import { probeRelay } from '../probe/smtp/relay.js';
import { Authority, type Certificate, ProbeRig, type SmtpSettings, smtp } from './probe_rig.js';
import { Workshop } from './workshop.js';

let shop: Workshop;
let authority: Authority;
let good: Certificate;
let caText: string;
let context: SecureContext;
beforeAll(async () => {
  shop = new Workshop();
  authority = new Authority(shop.path('ca'));
  good = authority.signed(['relay.test'], ['20200101000000Z', '20991231000000Z']);
  caText = readFileSync(authority.ca, 'utf8');
  ({ context } = await authoritiesOf({ file: authority.ca }));
});
afterAll(() => shop.remove());

let rig: ProbeRig;
beforeEach(() => {
  rig = new ProbeRig();
});
afterEach(() => rig.close());

const never = new AbortController().signal;

async function probed(port: number, more: { timeout?: number; wrapped?: boolean; signal?: AbortSignal } = {}): Promise<ProbedRelay> {
  const { timeout = 10, wrapped = false, signal = never } = more;
  const relay = { destination: 'relay.test', host: 'relay.test', address: '127.0.0.1', port };
  return probeRelay(relay, { context, helo: 'us.test', timeout, wrapped }, signal);
}

const talkedTo = async (settings: SmtpSettings, more = {}) => probed(await rig.server(smtp(settings)), more);
const phasesOf = ({ steps }: ProbedRelay) => steps.map(({ phase }) => phase);
const failureOf = ({ steps }: ProbedRelay) => {
  const { phase, failure } = steps.at(-1) ?? {};
  return failure === undefined ? undefined : [phase, failure.kind, failure.text];
};

test('a relay that is well, without TLS', async () => {
  const heard: string[] = [];
  const found = await talkedTo({ heard });
  expect(phasesOf(found)).toEqual(['connect', 'greeting', 'ehlo', 'quit']);
  expect(failureOf(found)).toBeUndefined();
  expect(found).toMatchObject({ localAddress: '127.0.0.1', extensions: ['PIPELINING', 'SIZE 10240000'] });
  expect(found.steps[1]?.reply).toBe('220 relay.test ESMTP');
  expect(heard).toEqual(['EHLO us.test', 'QUIT']);
});

test('a relay that is well, with TLS and a certificate that verifies', async () => {
  const heard: string[] = [];
  const found = await talkedTo({ tls: { ...good, cert: good.cert + caText }, heard });
  expect(phasesOf(found)).toEqual(['connect', 'greeting', 'ehlo', 'starttls', 'ehlo', 'quit']);
  expect(failureOf(found)).toBeUndefined();
  expect(found.tls).toMatchObject({ protocol: 'TLSv1.3', name: 'relay.test', nameMatches: true });
  expect(found.tls?.untrusted).toBeUndefined();
  expect(found.tls?.chain.map(({ subject, names }) => [subject, names])).toEqual([
    ['CN=relay.test', ['relay.test']],
    ['CN=Test authority', []],
  ]);
  expect(found.tls?.chain[0]).toMatchObject({ notBefore: '2020-01-01T00:00:00.000Z', notAfter: '2099-12-31T00:00:00.000Z' });
  expect(heard).toEqual(['EHLO us.test', 'STARTTLS', 'EHLO us.test', 'QUIT']);
});

test('TLS from the first byte', async () => {
  const found = await talkedTo({ tls: good, wrapped: true }, { wrapped: true });
  expect(phasesOf(found)).toEqual(['connect', 'starttls', 'greeting', 'ehlo', 'quit']);
  expect(found.tls).toMatchObject({ nameMatches: true });
});

test('a server that knows HELO only', async () => {
  const heard: string[] = [];
  expect(failureOf(await talkedTo({ replies: { EHLO: '502 5.5.2 what?', HELO: '250 relay.test' }, heard }))).toBeUndefined();
  expect(heard).toEqual(['EHLO us.test', 'HELO us.test', 'QUIT']);
});

describe('certificates', () => {
  const tlsOf = async (tls: Certificate) => {
    const found = await talkedTo({ tls });
    expect(failureOf(found)).toBeUndefined();
    return found.tls;
  };

  test('self-signed', async () => {
    const tls = await tlsOf(authority.selfSigned('relay.test'));
    expect(tls).toMatchObject({ untrusted: { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }, nameMatches: true });
    expect(tls?.chain).toHaveLength(1);
  });

  test('expired', async () => {
    const tls = await tlsOf(authority.signed(['relay.test'], ['20200101000000Z', '20200201000000Z']));
    expect(tls).toMatchObject({ untrusted: { code: 'CERT_HAS_EXPIRED', text: 'it has expired' } });
    expect(tls?.chain[0]?.notAfter).toBe('2020-02-01T00:00:00.000Z');
  });

  test('not valid yet', async () => {
    const tls = await tlsOf(authority.signed(['relay.test'], ['20980101000000Z', '20990101000000Z']));
    expect(tls).toMatchObject({ untrusted: { code: 'CERT_NOT_YET_VALID' } });
  });

  test('for another name', async () => {
    const tls = await tlsOf(authority.signed(['other.test', 'more.test'], ['20200101000000Z', '20991231000000Z']));
    expect(tls).toMatchObject({ name: 'relay.test', nameMatches: false });
    expect(tls?.untrusted).toBeUndefined();
    expect(tls?.chain[0]?.names).toEqual(['other.test', 'more.test']);
  });

  test('by an authority that is not known', async () => {
    const other = new Authority(shop.path('other'));
    const tls = await tlsOf(other.signed(['relay.test'], ['20200101000000Z', '20991231000000Z']));
    expect(tls).toMatchObject({ untrusted: { code: expect.stringMatching(/UNABLE_TO_/) } });
  });
});

describe('failures', () => {
  test('nobody listens', async () => {
    expect(failureOf(await probed(await rig.freePort()))).toEqual(['connect', 'connection_refused', 'Connection refused']);
  });

  test('421 instead of a greeting', async () => {
    const found = await talkedTo({ greeting: '421-relay.test Service not available\r\n421 too many connections' });
    expect(failureOf(found)).toEqual(['greeting', 'greeting_refused', '421-relay.test Service not available 421 too many connections']);
  });

  test('EHLO and HELO are rejected', async () => {
    const replies = { EHLO: '550 5.7.1 Access denied', HELO: '550 5.7.1 Access denied' };
    expect(failureOf(await talkedTo({ replies }))).toEqual(['ehlo', 'rejected_permanent', '550 5.7.1 Access denied']);
    expect(failureOf(await talkedTo({ replies: { EHLO: '451 4.3.2 later' } }))).toEqual(['ehlo', 'rejected_temporary', '451 4.3.2 later']);
  });

  test('STARTTLS is offered and refused', async () => {
    const found = await talkedTo({ tls: good, replies: { STARTTLS: '454 4.7.0 TLS not available' } });
    expect(failureOf(found)).toEqual(['starttls', 'tls_failure', 'It offers STARTTLS and refuses it: 454 4.7.0 TLS not available']);
  });

  test('STARTTLS that goes on in plain text', async () => {
    const port = await rig.server((socket) => {
      socket.write('220 relay.test\r\n');
      socket.on('data', (bytes) => {
        const text = bytes.toString('latin1');
        if (text.startsWith('EHLO')) socket.write('250-relay.test\r\n250 STARTTLS\r\n');
        else if (text.startsWith('STARTTLS')) socket.write('220 go on\r\n');
        else socket.write('500 what is this?\r\n');
      });
    });
    expect(failureOf(await probed(port))).toEqual(['starttls', 'tls_failure', expect.stringContaining('TLS handshake failed')]);
  });

  test('commands in front of TLS are not taken for what is in it', async () => {
    const found = await talkedTo({ tls: good, replies: { STARTTLS: '220 go on\r\n250 I am somebody else' } });
    expect(failureOf(found)).toEqual(['starttls', 'tls_failure', expect.stringContaining('behind its reply to STARTTLS')]);
  });

  test.each(['greeting', 'ehlo', 'starttls', 'handshake', 'quit'] as const)('the connection ends at %s', async (endsAt) => {
    const found = await talkedTo({ tls: good, endsAt });
    expect(failureOf(found)?.slice(0, 2)).toEqual([endsAt === 'handshake' ? 'starttls' : endsAt, 'lost_connection']);
  });

  test.each(['greeting', 'ehlo', 'starttls', 'handshake', 'quit'] as const)('silence at %s', async (silentAt) => {
    const found = await talkedTo({ tls: good, silentAt }, { timeout: 0.4 });
    expect(failureOf(found)).toEqual([silentAt === 'handshake' ? 'starttls' : silentAt, 'conversation_timeout', 'No answer within 0.4 s']);
    expect(found.steps.at(-1)?.seconds).toBeGreaterThanOrEqual(0.39);
  });

  test('a greeting without end: in one line, in many, and drop by drop', async () => {
    const line = await rig.server((socket) => {
      const pour = () => {
        while (!socket.destroyed && socket.write('220-'.padEnd(10_000, 'x')));
      };
      socket.on('drain', pour);
      pour();
    });
    expect(failureOf(await probed(line))).toEqual(['greeting', 'other', expect.stringMatching(/^The reply does not end: 220-x/)]);

    const lines = await rig.server((socket) => {
      const pour = () => {
        while (!socket.destroyed && socket.write('220-more\r\n'));
      };
      socket.on('drain', pour);
      pour();
    });
    expect(failureOf(await probed(lines))).toEqual(['greeting', 'other', expect.stringMatching(/^The reply does not end: 220-more/)]);

    const drops = await rig.server((socket) => {
      const drip = setInterval(() => socket.write('2'), 20);
      socket.on('close', () => clearInterval(drip));
    });
    expect(failureOf(await probed(drops, { timeout: 0.4 }))).toEqual(['greeting', 'conversation_timeout', 'No answer within 0.4 s']);
  });

  test('something else than a mail server', async () => {
    const ssh = await rig.server((socket) => socket.write('SSH-2.0-OpenSSH_9.2\r\n'));
    expect(failureOf(await probed(ssh))).toEqual(['greeting', 'other', 'No SMTP reply: SSH-2.0-OpenSSH_9.2']);
  });

  test('the signal ends a conversation at once', async () => {
    const port = await rig.server(() => {});
    const stop = new AbortController();
    const start = performance.now();
    const probing = probed(port, { timeout: 60, signal: stop.signal });
    setTimeout(() => stop.abort(new Error('stopped')), 50);
    await expect(probing).rejects.toThrow('stopped');
    expect(performance.now() - start).toBeLessThan(30_000);
  });
});
