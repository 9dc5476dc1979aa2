/** A mail host, the relays that it sends to, its nameservers, and the record of what was done to them. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { give } from './client.js';
import { becomeMachine, configure, drop, snapshots } from './host.js';
import { type Habits, Nameserver, type Zone } from './nameserver.js';
import { type Manners, Relay } from './relay.js';
import { sh, sleep } from './shell.js';
import { now, Truth } from './truth.js';

export interface Setup {
  /** Names of the relays behind the relayhost. */
  readonly relays: readonly string[];
  /** All of them are addresses of one name. */
  readonly oneName?: boolean;
  /** Domains that have a mail server of their own, beside dest.test. */
  readonly sites?: readonly string[];
  /** Parameters of Postfix that differ from the lab's own. */
  readonly main?: Readonly<Record<string, string>>;
  /** Size of the file system of the queue; by default there is room. */
  readonly spool?: string;
}

const network = '10.50.0.';
export const own = `${network}200`;

/** The nameservers, each at an address of its own. `live` answers at once, the dead ones never. */
const nameservers = { live: `${network}53`, dead: `${network}54`, dead2: `${network}55` };
type NameserverName = keyof typeof nameservers;

interface Names {
  /** Of the mail host, without its domain. */
  readonly host: string;
  readonly domain: string;
  readonly relayhost: string;
  /** The domain that relays have their names in. */
  readonly relays: string;
}

/** Two labs differ in their names, so that nothing can be learnt by heart. */
const names: readonly [Names, ...Names[]] = [
  { host: 'mailer', domain: 'domain.test', relays: 'example.net', relayhost: 'relay.example.net' },
  { host: 'out3', domain: 'firm.test', relays: 'upstream.example', relayhost: 'smarthost.upstream.example' },
];

export class Lab {
  readonly truth = new Truth();
  readonly relays = new Map<string, Relay>();
  private readonly random: () => number;
  private readonly names: Names;
  private readonly servers = new Map<NameserverName, Nameserver>();
  private sent = 0;

  constructor(
    readonly folder: string,
    private readonly seed: number,
    private readonly setup: Setup,
  ) {
    this.random = numbers(seed);
    this.names = this.of(...names);
  }

  /** One of several, by the seed. */
  of<T>(...choices: readonly [T, ...T[]]): T {
    return choices[(this.seed - 1) % choices.length] as T;
  }

  /** Everything stands, and Postfix can be started. */
  async build(): Promise<void> {
    const { relays, oneName = false, sites = [], main = {}, spool = '200m' } = this.setup;
    const { host, domain, relayhost } = this.names;
    const zone: Record<string, Zone[string]> = {};
    const add = (name: string, relayHost: string, site: string, ip: string) => {
      this.relays.set(name, new Relay(name, [relayHost, site], ip, this.truth));
      zone[site] = { mx: [...new Set([...(zone[site]?.mx ?? []), relayHost])] };
      zone[relayHost] = { a: [...(zone[relayHost]?.a ?? []), ip] };
    };
    for (const [i, name] of relays.entries()) {
      add(name, `${oneName ? 'mx' : name}.${this.names.relays}`, relayhost, `${network}${this.of(101, 111) + i}`);
    }
    const direct = ['dest.test', ...sites];
    for (const [i, site] of direct.entries()) add(`mx.${site}`, `mx.${site}`, site, `${network}${120 + i}`);
    await becomeMachine({
      host,
      spool,
      addresses: [own, ...Object.values(nameservers), ...[...this.relays.values()].map(({ ip }) => ip)],
      pid: this.between(11_000, 26_000),
    });
    for (const [name, ip] of Object.entries(nameservers) as [NameserverName, string][]) {
      const server = new Nameserver(zone);
      if (name !== 'live') server.habits = { silentTo: 'all' };
      await server.listen(ip);
      this.servers.set(name, server);
    }
    for (const relay of this.relays.values()) await relay.listen();
    this.resolvConf(['live']);
    const transport = direct.map((site) => `${site} smtp:\n`).join('');
    const ids = { enable_long_queue_ids: this.of('no', 'yes') };
    await configure({ ...base, ...ids, myhostname: `${host}.${domain}`, mydomain: domain, relayhost, ...main }, transport);
  }

  async postfix(verb: 'start' | 'stop' | 'reload'): Promise<void> {
    await sh('postfix', verb);
    this.truth.note(`postfix ${verb}`);
    await sleep(1.5);
  }

  /** Postfix reads resolv.conf when its processes start, and only then. */
  async restart(): Promise<void> {
    await this.postfix('stop');
    await this.postfix('start');
  }

  resolvConf(servers: readonly NameserverName[]): void {
    const addresses = servers.map((name) => nameservers[name]);
    writeFileSync('/etc/resolv.conf', addresses.map((address) => `nameserver ${address}\n`).join(''));
    this.truth.note('resolv.conf', { nameservers: addresses });
  }

  nameserver(name: NameserverName, habits: Habits): void {
    const server = this.servers.get(name);
    if (server !== undefined) server.habits = habits;
    this.truth.note('nameserver', { nameserver: nameservers[name], ...habits });
  }

  relay(name: string): Relay {
    const relay = this.relays.get(name);
    if (relay === undefined) throw new Error(`there is no relay ${name}`);
    return relay;
  }

  /** @param mode a word for it, `ok` for a relay that does nothing in particular */
  async mode(name: string, mode: string, manners: Manners = {}): Promise<void> {
    const relay = this.relay(name);
    if (relay.manners.drop !== manners.drop) await drop(relay.ip, manners.drop === true);
    relay.manners = manners;
    this.truth.note('relay mode', { relay: name, mode, ...manners });
  }

  /** One after the other. @param to an address or a domain; by default the relayhost's domains, and now and then dest.test */
  async inject(count: number, to?: string): Promise<void> {
    for (let i = 0; i < count; i++) await this.give(to, this.between(200, 9000));
  }

  /** Large ones, all at the same time. @param size bytes of each */
  async injectTogether(count: number, size: number): Promise<void> {
    await Promise.all(Array.from({ length: count }, () => this.give(undefined, size)));
  }

  private between(from: number, below: number): number {
    return from + Math.floor(this.random() * (below - from));
  }

  private async give(to: string | undefined, size: number): Promise<void> {
    const domain = to ?? (this.random() < 0.1 ? 'dest.test' : `partner${this.between(0, 9)}.test`);
    const sender = `user${this.between(0, 40)}@${this.names.domain}`;
    const recipient = domain.includes('@') ? domain : `person${this.between(0, 200)}@${domain}`;
    const number = (++this.sent).toString().padStart(4, '0');
    const messageId = `<${Date.now().toString(36)}.${number}.${this.between(1000, 10_000)}@client.test>`;
    const smtpd = await give({ sender, recipient, messageId, size });
    this.truth.injected.push({ time: now(), sender, recipients: [recipient], message_id: messageId, smtpd });
  }

  /** Mail as it comes, about one a second. */
  async flow(seconds: number): Promise<void> {
    const end = now() + seconds;
    while (now() < end) {
      await this.inject(this.between(1, 5));
      await sleep(Math.min(1.5 + this.random() * 2, Math.max(0, end - now())));
    }
  }

  /** @param atMost seconds */
  async drain(atMost: number): Promise<void> {
    const end = now() + atMost;
    while (now() < end && !(await sh('postqueue', '-p')).startsWith('Mail queue is empty')) await sleep(1);
  }

  async snapshot(tag: string): Promise<void> {
    for (const [name, text] of Object.entries(await snapshots())) writeFileSync(join(this.folder, `${tag}-${name}`), text);
    this.truth.note('snapshot', { tag });
  }

  /** Writes the log and the truth. */
  keep(): void {
    const { timeline, injected, accepted } = this.truth;
    const direct = this.relay('mx.dest.test').ip;
    const relays = Object.fromEntries([...this.relays].filter(([, { ip }]) => ip !== direct).map(([name, { ip }]) => [name, ip]));
    const truth = { relays, direct, dns: nameservers, timeline, injected, accepted };
    writeFileSync(join(this.folder, 'truth.json'), `${JSON.stringify(truth, undefined, 1)}\n`);
    writeFileSync(join(this.folder, 'maillog'), readFileSync('/var/log/maillog'));
  }
}

/** As on a small Debian server, with less patience. */
const base = {
  compatibility_level: '3.6',
  mydestination: '$mydomain, localhost',
  mynetworks: '127.0.0.0/8',
  inet_interfaces: '127.0.0.1',
  inet_protocols: 'ipv4',
  smtp_bind_address: own,
  alias_maps: 'hash:/etc/aliases',
  alias_database: 'hash:/etc/aliases',
  transport_maps: 'texthash:/etc/postfix/transport',
  maillog_file: '/var/log/maillog',
  smtpd_relay_restrictions: 'permit_mynetworks, reject_unauth_destination',
  smtp_tls_security_level: 'may',
  smtp_tls_loglevel: '1',
  smtp_connect_timeout: '6s',
  smtp_helo_timeout: '20s',
  minimal_backoff_time: '10s',
  maximal_backoff_time: '40s',
  queue_run_delay: '10s',
  notify_classes: '',
};

/** Random numbers from 0 to 1, the same for the same seed (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed * 0x9e3779b9;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  };
}
