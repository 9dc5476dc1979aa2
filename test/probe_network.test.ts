/** The probe as a process of its own: in a network of its own that drops packets, and stopped by Ctrl-C. */
import { spawn, spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { probeResultSchema } from '../probe/result.js';
import { Built } from './built.js';
import { ProbeRig } from './probe_rig.js';
import { Workshop } from './workshop.js';

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

/** Packets to one port are dropped, to another rejected; a third is told that there is no way to it. Nothing leaves the namespace. */
const rules = `
ip link set lo up
ip addr add 10.50.0.104/32 dev lo
nft add table inet probe
nft add chain inet probe in '{ type filter hook input priority 0; }'
nft add rule inet probe in tcp dport 2525 drop
nft add rule inet probe in tcp dport 2526 reject with tcp reset
nft add rule inet probe in tcp dport 2527 reject with icmp host-unreachable
nft add rule inet probe in udp dport 5353 drop
`;

const missing = whyNoNamespace();

/** Network namespaces and nftables are for root. */
function whyNoNamespace(): string | undefined {
  const tried = spawnSync('unshare', ['-n', 'sh', '-e', '-c', rules], { encoding: 'utf8' });
  if (tried.error !== undefined) return `unshare: ${tried.error.message}`;
  return tried.status === 0 ? undefined : tried.stderr.trim();
}

describe.skipIf(missing !== undefined)(`in a network of its own${missing === undefined ? '' : ` (skipped: ${missing})`}`, () => {
  test('a relay whose packets are dropped, one that is rejected, one without a way to it; a nameserver behind the firewall', async () => {
    const postconf = shop.write('main.cf', 'mail_name = Postfix\ninet_protocols = ipv4\n');
    const relays = ['[10.50.0.104]:2525', '[10.50.0.104]:2526', '[10.50.0.104]:2527', '[192.0.2.1]:25', 'relay.test'];
    const code = `import { main, processIo } from './cli/main.js'; process.exitCode = await main(process.argv.slice(1), processIo());`;
    const argv = ['probe', '--json', '--no-route', '--timeout', '1', '--postconf', postconf, '--nameserver', '10.50.0.104:5353'];
    const script = `${rules}\nexec "$@"`;
    const child = spawn(
      'unshare',
      [
        ...['-n', 'sh', '-e', '-c', script, 'sh', process.execPath, '--input-type=module', '-e', code, '--', ...argv],
        ...relays.flatMap((relay) => ['--relay', relay]),
      ],
      { cwd: built.folder, env: { ...process.env, INIT_CWD: built.folder, TZ: 'UTC' } },
    );
    let out = '';
    let err = '';
    child.stdout.on('data', (piece) => {
      out += piece;
    });
    child.stderr.on('data', (piece) => {
      err += piece;
    });
    const ended = await new Promise((resolve) => child.on('close', resolve));
    expect([ended, err]).toEqual([1, '']);
    const { relays: found, nameservers, findings } = probeResultSchema.parse(JSON.parse(out));
    expect(found.map(({ destination, steps }) => [destination, steps.length, steps[0]?.failure?.kind])).toEqual([
      ['[10.50.0.104]:2525', 1, 'connect_timeout'],
      ['[10.50.0.104]:2526', 1, 'connection_refused'],
      ['[10.50.0.104]:2527', 1, 'unreachable'],
      ['[192.0.2.1]:25', 1, 'unreachable'],
    ]);
    expect(found[0]?.steps[0]?.seconds).toBeGreaterThanOrEqual(0.99);
    expect(nameservers[0]?.questions).toMatchObject([{ name: 'relay.test', type: 'MX', outcome: 'timeout', tries: 3 }]);
    expect(findings.map(({ kind }) => kind)).toEqual(['nameserver_silent', 'name_without_address', ...found.map(() => 'relay_failed')]);
  });
});

test('Ctrl-C ends it at once', async () => {
  const rig = new ProbeRig();
  try {
    let greet = () => {};
    const connected = new Promise<void>((resolve) => {
      greet = resolve;
    });
    const port = await rig.server(() => greet());
    const running = built.postscope(
      'probe',
      '--relay',
      `[127.0.0.1]:${port}`,
      '--nameserver',
      '127.0.0.1:1',
      '--timeout',
      '60',
      '--no-route',
    );
    await connected;
    const start = performance.now();
    running.process.kill('SIGINT');
    expect(await running.ended).toEqual({ code: 130, stdout: '', stderr: 'Stopped.\n' });
    expect(performance.now() - start).toBeLessThan(30_000);
  } finally {
    rig.close();
  }
});
