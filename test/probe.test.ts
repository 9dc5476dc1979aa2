/** `postscope probe`: what is asked, what is found, and the sentences about it. */
import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { main } from '../cli/main.js';
import type { AuthorityPlaces } from '../probe/authorities.js';
import { destinationOf } from '../probe/destination.js';
import { destinationsOf, familiesOf, heloOf, lookupOf, parametersOf } from '../probe/parameters.js';
import { NoPlan, type Plan, planOf } from '../probe/plan.js';
import { type ProbeResult, probeResultSchema } from '../probe/result.js';
import { probe } from '../probe/run.js';
import { Collected } from './fake_reader.js';
import { Authority, type FakeNameserver, ProbeRig, smtp } from './probe_rig.js';
import { now, Workshop } from './workshop.js';

let shop: Workshop;
beforeAll(() => {
  shop = new Workshop();
});
afterAll(() => shop.remove());

let rig: ProbeRig;
beforeEach(() => {
  rig = new ProbeRig();
});
afterEach(() => rig.close());

interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs it as if it was typed, with nothing of this machine's PATH. */
async function typed(argv: readonly string[], env: Record<string, string> = {}, terminal?: number): Promise<Said> {
  const stdout = new Collected(terminal !== undefined, terminal);
  const stderr = new Collected();
  const io = { stdout, stderr, env: { PATH: '/nonexistent', NO_COLOR: '1', ...env }, zone: 'UTC', now: () => now };
  const code = await main(['probe', ...argv], io);
  return { code, out: stdout.text, err: stderr.text };
}

const at = ({ address, port }: FakeNameserver) => `${address}:${port}`;

/** Runs it with `--json`: what is printed is of the schema. */
async function found(argv: readonly string[]): Promise<{ code: number; result: ProbeResult; kinds: string[] }> {
  const { code, out, err } = await typed(['--json', '--no-route', ...argv]);
  expect(err).toBe('');
  const result = probeResultSchema.parse(JSON.parse(out));
  return { code, result, kinds: result.findings.map(({ kind }) => kind) };
}

describe('what is typed, and what Postfix is told', () => {
  test('destinations as relayhost has them', () => {
    const read = (text: string) => {
      const { host, port, exchangers } = destinationOf(text);
      return [host, port, exchangers];
    };
    expect(read('relay.test')).toEqual(['relay.test', 25, true]);
    expect(read('Relay.Test.:587')).toEqual(['relay.test', 587, true]);
    expect(read('[relay.test]')).toEqual(['relay.test', 25, false]);
    expect(read('[relay.test]:submission')).toEqual(['relay.test', 587, false]);
    expect(read('[relay.test]:')).toEqual(['relay.test', 25, false]);
    expect(read('[192.0.2.25]:2525')).toEqual(['192.0.2.25', 2525, false]);
    expect(read('192.0.2.25')).toEqual(['192.0.2.25', 25, false]);
    expect(read('[2001:db8::25]:25')).toEqual(['2001:db8::25', 25, false]);
    expect(read('[IPv6:2001:db8::25]')).toEqual(['2001:db8::25', 25, false]);
    expect(read('bücher.test')).toEqual(['xn--bcher-kva.test', 25, true]);
  });

  test.each([
    '',
    '[relay.test',
    'relay.test]:25',
    '2001:db8::25',
    'relay.test:0',
    'relay.test:99999',
    'relay.test:nosuch',
    'a b',
    '-\x1b[2J',
    '[]',
  ])('%j is no destination', (text) => {
    expect(() => destinationOf(text)).toThrow(/Accepted: \[host\]/);
  });

  test('a transport that names a next hop goes before relayhost; fall-backs are probed too', () => {
    const of = (text: string) => destinationsOf(parametersOf(text)).map(({ text }) => text);
    expect(of('relayhost = [a.test]:587\ndefault_transport = smtp\nrelay_transport = relay\n')).toEqual(['[a.test]:587']);
    expect(of('relayhost = a.test, b.test\nsmtp_fallback_relay = c.test\n   [d.test]\n')).toEqual([
      'a.test',
      'b.test',
      'c.test',
      '[d.test]',
    ]);
    expect(of('relayhost = a.test\ndefault_transport = smtp:[b.test]:26\n')).toEqual(['[b.test]:26']);
    expect(of('default_transport = error:no mail for others\n')).toEqual([]);
    expect(of('my_relay = relay.$mydomain\nmydomain = example.test\nrelayhost = [$my_relay]\n')).toEqual(['[relay.example.test]']);
    expect(of('relayhost = [relay.$mydomain]\nmyhostname = us.example.test\n')).toEqual(['[relay.example.test]']);
    expect(of('relayhost = a.test\nsmtp_fallback_relay = $fallback_relay\n')).toEqual(['a.test']);
    expect(() => of('relayhost = $mydomain\n')).toThrow('take postconf, and not postconf -n');
    expect(() => of('relayhost = [a.test\n')).toThrow(/^relayhost = "\[a.test"/);
  });

  test('a parameter that names itself is no endless loop', () => {
    expect(parametersOf('relayhost = $relayhost$relayhost\n').get('relayhost')?.startsWith('$relayhost')).toBe(true);
  });

  test('families, lookups, and the name for EHLO', () => {
    const of = (text: string) => parametersOf(`mail_name = Postfix\n${text}`);
    expect(familiesOf(of(''))).toEqual({ ipv4: true, ipv6: true });
    expect(familiesOf(of('inet_protocols = ipv4\n'))).toEqual({ ipv4: true, ipv6: false });
    expect(lookupOf(of(''))).toEqual({ dns: true, native: false });
    expect(lookupOf(of('disable_dns_lookups = yes\n'))).toEqual({ dns: false, native: true });
    expect(lookupOf(of('smtp_host_lookup = dns, native\n'))).toEqual({ dns: true, native: true });
    expect(heloOf(of('smtp_helo_name = $myhostname\nmyhostname = mail.test\n'), 'box')).toBe('mail.test');
    expect(heloOf(of('smtp_helo_name = a b\n'), 'box')).toBe('box');
  });

  test("a real server's postconf -n and resolv.conf", async () => {
    const of = (name: string) => join(import.meta.dirname, 'logs/incident', name);
    const plan = await planOf({ postconf: of('during-postconf-n.txt'), resolv: of('during-resolv.conf') }, {});
    expect(plan.destinations).toEqual([{ text: 'relay.example.net', host: 'relay.example.net', port: 25, exchangers: true }]);
    expect(plan.nameservers.map(({ address, port }) => `${address}:${port}`)).toEqual(['10.50.0.54:53', '10.50.0.53:53']);
    expect(plan.tls).toEqual({ asked: true, required: false, verified: false });
  });

  test('the resolv.conf in the chroot is read beside it, and postconf is asked', async () => {
    shop.write('queue/etc/resolv.conf', 'nameserver 192.0.2.1\n');
    shop.write('sbin/postconf', `#!/bin/sh\necho "relayhost = [relay.test]"\necho "queue_directory = ${shop.path('queue')}"\n`);
    chmodSync(shop.path('sbin/postconf'), 0o755);
    const plan = await planOf({}, { PATH: shop.path('sbin') });
    expect(plan.from).toBe('postconf');
    expect(plan.destinations.map(({ text }) => text)).toEqual(['[relay.test]']);
    expect(plan.resolv.map(({ path }) => path)).toContain(`${shop.path('queue')}/etc/resolv.conf`);
    expect(plan.nameservers.find(({ address }) => address === '192.0.2.1')?.files).toEqual([`${shop.path('queue')}/etc/resolv.conf`]);
  });

  test('what cannot be probed is said in a sentence', async () => {
    await expect(planOf({}, { PATH: '/nonexistent' })).rejects.toThrow(NoPlan);
    const errors = [
      [['--relay', '[x'], 'error: "[x": no name of a host'],
      [['--relay', 'a.test', '--nameserver', 'dns.test'], '"dns.test" is no nameserver. Accepted: 192.0.2.53'],
      [['--postconf', shop.path('nosuch')], 'cannot be read'],
      [['--postconf', shop.write('junk', 'what is this\n')], 'it is no output of postconf'],
      [['--relay', 'a.test', '--resolv', shop.path('nosuch')], 'cannot be read'],
      [['--relay', 'a.test', '--timeout', '0'], 'Seconds from 0.1 to 600 are wanted'],
      [['--relay', 'a.test', '--json', '--csv'], 'cannot be used with'],
    ] as const;
    for (const [argv, sentence] of errors) {
      const { code, out, err } = await typed(argv);
      expect([code, out]).toEqual([2, '']);
      expect(err).toContain(sentence);
    }
  });
});

test('all is well: MX, addresses, a conversation, exit code 0', async () => {
  const port = await rig.server(smtp());
  const zone = { 'MX relay.test': ['10 mx.relay.test'], 'A mx.relay.test': ['127.0.0.1'] };
  const nameserver = await rig.nameserver({ zone });
  const { code, result, kinds } = await found(['--relay', `relay.test:${port}`, '--nameserver', at(nameserver)]);
  expect(code).toBe(0);
  expect(kinds).toEqual([]);
  expect(nameserver.asked).toEqual(['udp MX relay.test', 'udp A mx.relay.test', 'udp AAAA mx.relay.test']);
  expect(result.relays).toMatchObject([
    { destination: `relay.test:${port}`, host: 'mx.relay.test', address: '127.0.0.1', port, preference: 10 },
  ]);
});

test('a name in brackets has no MX; without MX, a bare name is its own exchanger', async () => {
  const nameserver = await rig.nameserver({ zone: { 'A relay.test': ['127.0.0.1'] } });
  const port = await rig.server(smtp());
  await found(['--relay', `[relay.test]:${port}`, '--nameserver', at(nameserver)]);
  expect(nameserver.asked).toEqual(['udp A relay.test', 'udp AAAA relay.test']);
  const { result } = await found(['--relay', `relay.test:${port}`, '--nameserver', at(nameserver)]);
  expect(result.relays.map(({ host }) => host)).toEqual(['relay.test']);
});

test('settings of a saved postconf: EHLO name, families, authorities, a certificate that has to verify', async () => {
  const authority = new Authority(shop.path('settings'));
  const heard: string[] = [];
  const tls = authority.signed(['other.test'], ['20200101000000Z', '20991231000000Z']);
  const port = await rig.server(smtp({ tls, heard }));
  const nameserver = await rig.nameserver({ zone: { 'A relay.test': ['127.0.0.1'] } });
  const postconf = (level: string) =>
    shop.write(
      'main.cf',
      `relayhost = [relay.test]:${port}\nmyhostname = us.test\ninet_protocols = ipv4\nsmtp_tls_CAfile = ${authority.ca}\nsmtp_tls_security_level = ${level}\n`,
    );
  const may = await found(['--postconf', postconf('may'), '--nameserver', at(nameserver)]);
  expect([may.code, may.kinds]).toEqual([0, ['certificate_wrong_name']]);
  expect(heard[0]).toBe('EHLO us.test');
  expect(nameserver.asked).toEqual(['udp A relay.test']);
  const secure = await found(['--postconf', postconf('secure'), '--nameserver', at(nameserver)]);
  expect([secure.code, secure.kinds]).toEqual([1, ['certificate_wrong_name']]);
});

describe('sentences', () => {
  const never = new AbortController().signal;

  /** A plan as it comes of files, with nameservers of the rig for those of the files. */
  async function probed(servers: readonly FakeNameserver[], relays: readonly string[], more: Partial<Plan> = {}): Promise<ProbeResult> {
    const empty = shop.write('empty.cf', 'mail_name = Postfix\ninet_protocols = ipv4\n');
    const plan = await planOf({ relays, nameservers: servers.map(at), postconf: empty }, {});
    const file = { path: '/etc/resolv.conf', nameservers: servers.map(({ address }) => address), timeout: 5, attempts: 2, notes: [] };
    const nameservers = plan.nameservers.map((server) => ({ ...server, files: [file.path] }));
    const result = await probe(
      { ...plan, nameservers, resolv: [file], ...more },
      { timeout: 1, route: false, now, env: {}, signal: never },
    );
    return probeResultSchema.parse(result);
  }

  const sentences = ({ findings }: ProbeResult) => findings.map(({ severity, sentence, next }) => `${severity}: ${sentence} ${next}`);

  test('a dead nameserver that is the first one', async () => {
    const port = await rig.server(smtp());
    const dead = await rig.nameserver({ silent: true });
    const well = await rig.nameserver({ zone: { 'MX relay.test': ['10 relay.test'], 'A relay.test': ['127.0.0.1'] } });
    const result = await probed([dead, well], [`relay.test:${port}`]);
    expect(sentences(result)[0]).toBe(
      `failure: Nameserver ${at(dead)} does not answer (3 tries of 1 s). It is the first in /etc/resolv.conf, so every lookup of every ` +
        'delivery waits 5 s for it before the next one is asked. Take it out of /etc/resolv.conf, then restart Postfix: it reads the file ' +
        'when its processes start, and a chroot has a copy of its own (postfix stop; postfix start).',
    );
    // Whoever is dead is not waited for again with each name.
    expect(dead.asked).toHaveLength(3);
    expect(result.relays).toHaveLength(1);
  });

  test('all nameservers are dead', async () => {
    const dead = await rig.nameserver({ silent: true });
    const result = await probed([dead], ['relay.test']);
    expect(result.findings.map(({ kind }) => kind)).toEqual(['nameserver_silent', 'name_without_address']);
    expect(result.findings[0]?.sentence).toContain('It is the only one in /etc/resolv.conf, so no name can be looked up.');
    expect(result.findings[1]?.sentence).toBe('No address is known for relay.test: no nameserver gave one.');
  });

  test('a nameserver that fails for some types, refuses, differs, is slow', async () => {
    const port = await rig.freePort();
    const zone = { 'A relay.test': ['127.0.0.1'] };
    const some = await rig.nameserver({ zone, silent: (question) => question.startsWith('AAAA') });
    const refusing = await rig.nameserver({ zone: { 'A relay.test': 5, 'AAAA relay.test': 5 } });
    const old = await rig.nameserver({ zone: { 'A relay.test': 3, 'AAAA relay.test': 3 } });
    const families = { ipv4: true, ipv6: true };
    const result = await probed([some, refusing, old], [`[relay.test]:${port}`], { families });
    expect(sentences(result)).toEqual([
      expect.stringContaining(`failure: Nameserver ${at(some)} answers, but not for AAAA relay.test (3 tries of 1 s).`),
      expect.stringContaining(
        `failure: Nameserver ${at(refusing)} does not look A relay.test, AAAA relay.test up: REFUSED, it does not serve this machine.`,
      ),
      expect.stringContaining(`failure: relay.test[127.0.0.1]:${port} refuses the connection`),
      expect.stringContaining(
        `warning: The nameservers do not agree on A relay.test: ${at(some)} says 127.0.0.1; ${at(old)} says no such name.`,
      ),
    ]);
  });

  test('a slow nameserver', async () => {
    const slow = await rig.nameserver({ zone: { 'A relay.test': ['127.0.0.1'] }, delay: 1100 });
    const port = await rig.server(smtp());
    const empty = shop.write('slow.cf', `relayhost = [relay.test]:${port}\ninet_protocols = ipv4\n`);
    const { kinds, code } = await found(['--postconf', empty, '--nameserver', at(slow)]);
    expect([code, kinds]).toEqual([0, ['nameserver_slow']]);
  });

  test('a domain that takes no mail', async () => {
    const nameserver = await rig.nameserver({ zone: { 'MX relay.test': ['0 .'] } });
    const result = await probed([nameserver], ['relay.test']);
    expect(sentences(result)).toEqual([expect.stringMatching(/^failure: relay.test takes no mail: its MX record says so/)]);
  });

  test('no relayhost: nameservers are asked all the same', async () => {
    const nameserver = await rig.nameserver({ silent: true });
    const result = await probed([nameserver], ['[127.0.0.1]:1'], { destinations: [], helo: 'us.test' });
    expect(nameserver.asked[0]).toBe('udp A us.test');
    expect(result.findings.map(({ kind }) => kind)).toEqual(['nameserver_silent']);
  });

  test('the copy of resolv.conf in the chroot is not the same', async () => {
    const nameserver = await rig.nameserver();
    const file = (path: string, address: string) => ({ path, nameservers: [address], timeout: 5, attempts: 2, notes: [] });
    const resolv = [file('/etc/resolv.conf', '192.0.2.1'), file('/var/spool/postfix/etc/resolv.conf', '192.0.2.2')];
    const result = await probed([nameserver], ['[127.0.0.1]:1'], { destinations: [], resolv });
    expect(sentences(result)).toEqual([
      expect.stringMatching(
        /^warning: \/var\/spool\/postfix\/etc\/resolv.conf, which .* is not the same as \/etc\/resolv.conf: 192.0.2.2 /,
      ),
    ]);
  });

  test('a relay that is silent, and one that refuses to talk', async () => {
    const silent = await rig.server(smtp({ silentAt: 'greeting' }));
    const refusing = await rig.server(smtp({ greeting: '421 4.7.0 too many connections' }));
    const result = await probed([], [`[127.0.0.1]:${silent}`, `[127.0.0.1]:${refusing}`]);
    expect(sentences(result)).toEqual([
      expect.stringMatching(/^failure: .* takes the connection and then says nothing: no answer at the greeting within [\d.]+ s\./),
      expect.stringContaining(`failure: 127.0.0.1[127.0.0.1]:${refusing} refuses to talk to us: 421 4.7.0 too many connections`),
    ]);
  });

  test('an expired certificate', async () => {
    const authority = new Authority(shop.path('expired'));
    const tls = authority.signed(['relay.test'], ['20200101000000Z', '20200201000000Z']);
    const port = await rig.server(smtp({ tls }));
    const nameserver = await rig.nameserver({ zone: { 'A relay.test': ['127.0.0.1'] } });
    const result = await probed([nameserver], [`[relay.test]:${port}`], { authorities: { file: authority.ca } });
    expect(sentences(result)).toEqual([
      `warning: The certificate of relay.test[127.0.0.1]:${port} would not verify: it has expired on 2020-02-01. Mail goes out all the same, ` +
        'since smtp_tls_security_level does not ask for it. Its owner has to renew or replace it; an authority of your own goes into smtp_tls_CAfile.',
    ]);
  });

  test('a relay without STARTTLS, where Postfix wants it', async () => {
    const port = await rig.server(smtp());
    const of = async (level: string) => {
      const postconf = shop.write('tls.cf', `relayhost = [127.0.0.1]:${port}\nsmtp_tls_security_level = ${level}\n`);
      const { code, result } = await found(['--postconf', postconf, '--nameserver', at(await rig.nameserver())]);
      return [code, ...result.findings.map(({ kind, severity }) => `${severity} ${kind}`)];
    };
    expect(await of('none')).toEqual([0]);
    expect(await of('may')).toEqual([0, 'warning relay_without_tls']);
    expect(await of('encrypt')).toEqual([1, 'failure relay_without_tls']);
  });

  test("authorities of Postfix's own: a folder, a file that is not there, a file without any", async () => {
    const authority = new Authority(shop.path('own'));
    const port = await rig.server(smtp({ tls: authority.signed(['relay.test'], ['20200101000000Z', '20991231000000Z']) }));
    const nameserver = await rig.nameserver({ zone: { 'A relay.test': ['127.0.0.1'] } });
    const of = (places: AuthorityPlaces) => probed([nameserver], [`[relay.test]:${port}`], { authorities: places });
    shop.write('certs/0a1b2c3d.0', readFileSync(authority.ca));
    shop.write('certs/README', 'no certificate');
    expect((await of({ folder: shop.path('certs') })).findings).toEqual([]);
    const gone = await of({ file: shop.path('nosuch.pem') });
    expect(gone.findings.map(({ kind }) => kind)).toEqual(['authorities_unreadable', 'certificate_untrusted']);
    expect(gone.findings[0]).toMatchObject({ subject: 'smtp_tls_CAfile', sentence: expect.stringContaining('ENOENT') });
    const empty = await of({ file: shop.path('certs/README') });
    expect(empty.findings[0]?.sentence).toContain('there is no certificate in it');
  });

  test('more addresses than are dialled', async () => {
    const addresses = Array.from({ length: 70 }, (_, i) => `127.0.1.${i + 1}`);
    const nameserver = await rig.nameserver({ zone: { 'A relay.test': addresses } });
    const port = await rig.freePort();
    const result = await probed([nameserver], [`[relay.test]:${port}`]);
    expect(result.relays).toHaveLength(64);
    expect(result.findings.at(-1)?.sentence).toBe('There are 70 addresses; only the first 64 were dialled.');
  });

  test('more mail exchangers than are looked up', async () => {
    const nameserver = await rig.nameserver({
      zone: { 'MX relay.test': Array.from({ length: 50 }, (_, i) => `${i} mx${i}.relay.test`) },
      truncates: true,
    });
    const result = await probed([nameserver], ['relay.test']);
    expect(nameserver.asked).toContain('tcp A mx39.relay.test');
    expect(nameserver.asked).not.toContain('tcp A mx40.relay.test');
    expect(result.findings.at(-1)?.sentence).toBe('There are 50 mail exchangers; only the first 40 were looked up.');
  });
});

describe('as text and CSV', () => {
  const evil = '\x1b]0;owned\x07\x1b[31m=cmd()';

  test('what strangers write does nothing to a terminal or a spreadsheet', async () => {
    const port = await rig.server(smtp({ greeting: `220 ${evil}`, capabilities: [`X${evil}`] }));
    const zone = { 'MX relay.test': ['10 =cmd\x1b[2J.test', '20 relay.test'], 'A relay.test': ['127.0.0.1'] };
    const argv = ['--relay', `relay.test:${port}`, '--nameserver', at(await rig.nameserver({ zone })), '--no-route'];
    for (const format of [[], ['--csv'], ['--json']]) {
      const { out } = await typed([...argv, ...format], {}, 100);
      expect(out).toContain('owned');
      expect(out).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
    }
    const { out } = await typed([...argv, '--csv']);
    expect(out.split('\n')[0]).toBe('time,what,subject,step,seconds,outcome,text');
    for (const cell of out.split(/[\n,]/)) expect(cell).not.toMatch(/^[=+@]/);
  });

  test('the page', async () => {
    const authority = new Authority(shop.path('page'));
    const tls = authority.selfSigned('relay.test');
    const zone = { 'MX relay.test': ['10 relay.test', '20 relay2.test'], 'A relay.test': ['127.0.0.1'], 'A relay2.test': ['127.0.0.2'] };
    const [port, dead, well] = [await rig.server(smtp({ tls })), await rig.nameserver({ silent: true }), await rig.nameserver({ zone })];
    const postconf = shop.write('page.cf', `relayhost = relay.test:${port}\ninet_protocols = ipv4\n`);
    const argv = ['--postconf', postconf, '--nameserver', at(dead), '--nameserver', at(well), '--timeout', '1.5', '--no-route'];
    const { code, out } = await typed(argv, {}, 110);
    expect(code).toBe(1);
    const steady = out
      .replaceAll(String(port), 'PORT')
      .replaceAll(String(dead.port), 'DEAD')
      .replaceAll(String(well.port), 'WELL')
      .replaceAll(shop.folder, '/tmp')
      .replace(/(?<![\d.])0(\.0\d+)? s/g, '0 s')
      .replace(/ +/g, ' ');
    expect(steady).toMatch(/127\.0\.0\.1:DEAD MX relay\.test [\d.]+ s no answer \(3 tries\)/);
    expect(steady).toMatch(/127\.0\.0\.1:WELL MX relay\.test [\d.]+ s 10 relay\.test, 20 relay2\.test/);
    expect(steady).toMatch(/relay.test 127.0.0.1:PORT( [\d.]+ s){5} well/);
    expect(steady).toMatch(/relay2.test 127.0.0.2:PORT [\d.]+ s( –){4} connection refused/);
    expect(steady).toContain('would not verify: it is self-signed');
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(110);
  });
});

test('--keep keeps it in the store, as it was printed', async () => {
  const port = await rig.server(smtp());
  const argv = ['--relay', `[127.0.0.1]:${port}`, '--nameserver', at(await rig.nameserver()), '--no-route', '--json'];
  const { code, out, err } = await typed([...argv, '--keep', '--store', shop.store, '--host', 'mailer']);
  expect([code, err]).toEqual([0, `Kept as of mailer in ${shop.store}.\n`]);
  const kept = await shop.read((reader) => reader.snapshots({ kinds: ['probe'], limit: 10 }));
  expect(kept.map(({ host, time, content }) => ({ host, time, content }))).toEqual([
    { host: 'mailer', time: now, content: JSON.parse(out) },
  ]);
});

describe('routes', () => {
  test('by traceroute, where it is installed; what it says is text', async () => {
    shop.write(
      'bin/traceroute',
      '#!/bin/sh\nfor last; do :; done\necho "traceroute to $last, 24 hops max"\nprintf " 1  192.0.2.1  0.2 ms\\n 2  \\033[2J*\\n 3  $last  0.4 ms\\n"\n',
    );
    chmodSync(shop.path('bin/traceroute'), 0o755);
    const port = await rig.server(smtp());
    const env = { PATH: shop.path('bin') };
    const { out } = await typed(['--relay', `[127.0.0.1]:${port}`, '--nameserver', at(await rig.nameserver())], env);
    expect(out).toMatch(/to 127\.0\.0\.1: arrives, 3 hops/);
    expect(out).not.toContain('\x1b');
  });

  test('a tool that fails, and none at all', async () => {
    shop.write('bad/mtr', '#!/bin/sh\necho "mtr: Failure to open sockets: Permission denied" >&2\nexit 1\n');
    chmodSync(shop.path('bad/mtr'), 0o755);
    const port = await rig.server(smtp());
    const argv = ['--relay', `[127.0.0.1]:${port}`, '--nameserver', at(await rig.nameserver()), '--json'];
    const { out } = await typed(argv, { PATH: shop.path('bad') });
    expect(JSON.parse(out).routes).toMatchObject([
      { tool: 'mtr', reached: false, error: 'mtr: Failure to open sockets: Permission denied' },
    ]);
  });
});

test('the help says what is done, and that nothing is delivered', async () => {
  const { code, out } = await typed(['--help']);
  expect(code).toBe(0);
  for (const word of ['--relay', '--nameserver', '--resolv', '--postconf', '--timeout', '--no-route', 'Nothing is delivered'])
    expect(out).toContain(word);
});

test('no source of it knows MAIL FROM', () => {
  for (const name of ['conversation', 'relay']) {
    expect(readFileSync(new URL(`../probe/smtp/${name}.ts`, import.meta.url), 'utf8')).not.toMatch(/MAIL FROM|RCPT TO|'DATA'/);
  }
});
