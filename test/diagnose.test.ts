/** A diagnosis agrees with what the lab that wrote the logs knows to be true (truth.json): every cause, in its time, and no other one. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Circumstances } from '../report/diagnose/circumstances.js';
import { Commands } from '../report/diagnose/commands.js';
import type { Cause, Finding } from '../report/diagnose/finding.js';
import { type Diagnosis, diagnose } from '../report/diagnose.js';
import { LocalClock } from '../report/render/clock.js';
import { referenceReader } from './reference_reader.js';

interface Truth {
  readonly relays: Readonly<Record<string, string>>;
  readonly dns: { readonly dead?: string };
  readonly timeline: readonly {
    readonly time: number;
    readonly event: string;
    readonly relay?: string;
    readonly mode?: string;
    readonly nameservers?: readonly string[];
  }[];
}

const commands = new Commands('postscope', new LocalClock('UTC'), '');

function read(folder: string): { truth: Truth; log: string } {
  const truth = JSON.parse(readFileSync(join(folder, 'truth.json'), 'utf8')) as Truth;
  return { truth, log: readFileSync(join(folder, 'maillog'), 'utf8') };
}

const diagnosed = (log: string, circumstances?: Circumstances): Promise<Diagnosis> =>
  diagnose(referenceReader(log), {}, commands, circumstances);

/** Milliseconds between the moment of a change and what the log can show of it: mail comes every few seconds, and tries last some. */
const slack = 15_000;

/** How a relay in each mode of the lab fails. */
const failureOf: Readonly<Record<string, readonly [kind: string, phase: string]>> = {
  drop: ['connect_timeout', 'connect'],
  refuse: ['connection_refused', 'connect'],
  busy: ['greeting_refused', 'greeting'],
  tar_banner: ['conversation_timeout', 'greeting'],
  drop_banner: ['lost_connection', 'greeting'],
  tar_ehlo: ['conversation_timeout', 'ehlo'],
  tar_mail: ['conversation_timeout', 'mail'],
  tar_eod: ['conversation_timeout', 'end_of_data'],
  drop_eod: ['lost_connection', 'end_of_data'],
  greylist: ['rejected_temporary', 'rcpt'],
  reject_data: ['rejected_permanent', 'end_of_data'],
  tls_broken: ['tls_failure', 'starttls'],
};

const logs = join(import.meta.dirname, 'logs');

/** When each relay was in a mode in which it fails, in milliseconds. */
function faultsIn({ timeline, relays }: Truth) {
  return timeline.flatMap(({ time, event, relay = '', mode = '' }, i) => {
    const way = failureOf[mode];
    if (event !== 'relay mode' || way === undefined) return [];
    const end =
      timeline.slice(i + 1).find((later) => later.event === 'relay mode' && later.relay === relay)?.time ?? Number.POSITIVE_INFINITY;
    return [{ host: `${relay}.example.net`, ip: relays[relay], kind: way[0], phase: way[1], since: time * 1000, until: end * 1000 }];
  });
}

/** When the first server of resolv.conf was the dead one. */
function deadResolver({ timeline, dns }: Truth) {
  const changes = timeline.filter(({ event }) => event === 'resolv.conf');
  return changes.flatMap(({ time, nameservers }, i) =>
    nameservers?.[0] === dns.dead ? [{ since: time * 1000, until: (changes[i + 1]?.time ?? Number.POSITIVE_INFINITY) * 1000 }] : [],
  );
}

const relaysOf = ({ relay, relays }: Finding) => [...(relay === undefined ? [] : [relay]), ...(relays ?? [])];

for (const name of readdirSync(logs)) {
  describe(`the log '${name}'`, () => {
    const { truth, log } = read(join(logs, name));
    const faults = faultsIn(truth);

    test('the resolver is named in the time in which the first nameserver was dead, and else not', async () => {
      const { findings } = await diagnosed(log);
      const dead = deadResolver(truth);
      const resolver = findings.filter(({ cause }) => cause === 'resolver');
      expect(resolver.length).toBe(dead.length);
      for (const [i, { since, until, claim, relay, messages, seconds }] of resolver.entries()) {
        const truly = dead[i] as (typeof dead)[number];
        expect(since).toBeGreaterThan(truly.since - slack);
        expect(since).toBeLessThan(truly.since + slack);
        expect(until).toBeGreaterThan(truly.until - 2 * slack);
        expect(until).toBeLessThan(truly.until + slack);
        expect(claim).toContain('25 s = 5 × 5 s');
        expect(claim).toContain('the first nameserver does not answer'.slice(4));
        expect(relay).toBeUndefined();
        expect(messages).toBeGreaterThan(10);
        expect(seconds).toBeGreaterThan(25 * messages);
      }
    });

    test('a relay is blamed only for what it did, and only while it did it', async () => {
      const { findings } = await diagnosed(log);
      for (const finding of findings.filter(({ kind }) => kind !== undefined)) {
        for (const { host, ip } of relaysOf(finding)) {
          const own = faults.filter((fault) => fault.ip === ip && fault.kind === finding.kind && fault.phase === finding.phase);
          expect(own.length, `${host} ${finding.claim}`).toBeGreaterThan(0);
          expect(
            own.some(({ since, until }) => finding.since > since - slack && finding.until < until + slack),
            finding.claim,
          ).toBe(true);
        }
      }
    });

    test('every fault that failed more than a few tries is found', async () => {
      const { findings } = await diagnosed(log);
      const reader = referenceReader(log);
      for (const fault of faults) {
        const { attempts } = await reader.attempts({
          relay: fault.ip ?? '',
          kinds: [fault.kind as 'loop'],
          since: fault.since,
          until: fault.until + slack,
          limit: 1000,
        });
        if (attempts.filter(({ phase }) => phase === fault.phase).length < 3) continue;
        const found = findings.filter(
          (finding) =>
            finding.kind === fault.kind &&
            finding.phase === fault.phase &&
            finding.since < fault.until &&
            finding.until > fault.since &&
            relaysOf(finding).some(({ ip }) => ip === fault.ip),
        );
        expect(found.length, JSON.stringify(fault)).toBe(1);
      }
    });

    test('no cause but those of the lab is named', async () => {
      const { findings } = await diagnosed(log);
      const expected: Readonly<Record<string, readonly Cause[]>> = {
        healthy: [],
        daemons: [],
        dnsonly: ['resolver'],
        relayonly: ['relay'],
        iso: ['relay'],
        incident: ['resolver', 'relay'],
        longids: ['resolver', 'relay'],
        faults: ['relay', 'network', 'greylisting', 'tls'],
      };
      expect([...new Set(findings.map(({ cause }) => cause))].sort()).toEqual([...(expected[name] as readonly Cause[])].sort());
    });

    test('each finding has all that an operator, and a program, wants of it', async () => {
      const { findings } = await diagnosed(log);
      for (const { since, until, occurrences, messages, seconds, evidence, next, claim, refute } of findings) {
        expect(since).toBeLessThanOrEqual(until);
        expect(occurrences.length).toBeGreaterThan(0);
        expect(Math.min(...occurrences.map((one) => one.since))).toBe(since);
        expect(Math.max(...occurrences.map((one) => one.until))).toBe(until);
        expect(messages).toBeGreaterThan(0);
        expect(seconds).toBeGreaterThanOrEqual(0);
        expect(evidence.length).toBeGreaterThan(1);
        for (const { command } of evidence) expect(command).toMatch(/^postscope [a-z]+ .*--since 2026-11-24T\S+ --until 2026-11-24T\S+$/);
        expect(next.length).toBeGreaterThan(1);
        expect(claim).toMatch(/[.”]$/);
        expect(refute).toMatch(/\.$/);
      }
    });
  });
}

test('the mend of the incident ends its findings: nothing is found afterwards', async () => {
  const { truth, log } = read(join(logs, 'incident'));
  const fixed = (truth.timeline.find(({ event }) => event === 'fixed')?.time ?? 0) * 1000;
  const { findings, deliveries } = await diagnose(referenceReader(log), { since: fixed }, commands);
  expect(deliveries).toBeGreaterThan(10);
  expect(findings).toEqual([]);
});

test('what a dead resolver took is not put down to a relay: tries cost what the time limits say', async () => {
  const { findings } = await diagnosed(read(join(logs, 'incident')).log);
  const limits: Readonly<Record<string, number>> = { connect_timeout: 6, conversation_timeout: 8 };
  for (const { kind = '', evidence } of findings.filter(({ cause }) => cause === 'relay')) {
    const took = evidence.find(({ what }) => what === 'time that these tries took')?.value as number;
    const count = evidence.find(({ what }) => what.startsWith('tries that failed so'))?.value as number;
    expect(took).toBeLessThanOrEqual((count + 1) * ((limits[kind] ?? 0) + 1));
  }
});

test('a snapshot of resolv.conf names the server to ask, and a probe what it said', async () => {
  const { log } = read(join(logs, 'dnsonly'));
  const content = { nameservers: ['10.50.0.54', '10.50.0.53'], search: [], timeout: 5, attempts: 2, rotate: false, ndots: 1, options: [] };
  const { findings } = await diagnosed(log, {
    resolv: [{ time: Date.parse('2026-11-24T02:54:00Z'), content }],
    probes: [
      {
        time: Date.parse('2026-11-24T02:54:30Z'),
        address: '10.50.0.54',
        answered: false,
        seconds: 5,
        result: '3 of 3 questions got no answer (MX, A)',
      },
    ],
  });
  const steps = findings[0]?.next.join('\n');
  expect(steps).toContain('dig @10.50.0.54 +tries=1');
  expect(steps).toContain('a probe says: 3 of 3 questions got no answer');
  expect(steps).toContain('/var/spool/postfix/etc/resolv.conf');
  expect(steps).toContain('Restart Postfix');
});

/** Logs with one trouble each, with what has to be found in them. */
const troubles: Readonly<
  Record<string, { readonly causes: readonly Cause[]; readonly claim: RegExp; readonly hosts?: readonly string[] }>
> = {
  deadtwo: { causes: ['resolver'], claim: /first 2 nameservers do not answer/ },
  aaaafail: { causes: ['resolver'], claim: /one kind of question, such as AAAA/ },
  slowdns: { causes: ['resolver'], claim: /answers late \(2\.[56] s for each of 5 lookups\)/ },
  slowrelay: {
    causes: ['relay'],
    claim: /takes 3 s before mail can be handed over|takes mail, and takes long over it/,
    hosts: ['relay103.example.net'],
  },
  burst: { causes: ['queue'], claim: /more came in than goes out/ },
  connect30: { causes: ['relay'], claim: /timed out after about 30 s/, hosts: ['relaya4.example.net'] },
  greylist: { causes: ['greylisting', 'rate_limit'], claim: /Greylisting at mx\.grey\.test|mx\.limited\.test\[\S+\] limits how much/ },
  certbad: { causes: ['tls'], claim: /certificate has expired/, hosts: ['relay102.example.net', 'mx.dest.test'] },
  diskfull: { causes: ['local'], claim: /disk of this machine is full|cannot open a file/ },
  partmx: {
    causes: ['relay'],
    claim: /Of the addresses of mx\.example\.net it is this one that fails: 10\.50\.0\.101 took mail/,
    hosts: ['mx.example.net'],
  },
};
const more = join(import.meta.dirname, 'logs_more');

test('every log of a trouble is known here', () => {
  expect(readdirSync(more).sort()).toEqual(Object.keys(troubles).sort());
});

for (const [name, { causes, claim, hosts }] of Object.entries(troubles)) {
  const folder = join(more, name);
  test(`the log '${name}': ${causes.join(' and ')}, in its time`, async () => {
    const { truth, log } = read(folder);
    const { findings } = await diagnosed(log);
    expect([...new Set(findings.map(({ cause }) => cause))].sort()).toEqual([...causes].sort());
    const begin = truth.timeline.find(({ event }) => event === 'trouble' || event === 'burst')?.time ?? 0;
    const end = truth.timeline.findLast(({ event }) => event === 'fixed' || event === 'drained')?.time ?? 0;
    for (const finding of findings) {
      expect(finding.claim).toMatch(claim);
      if (hosts !== undefined) expect(hosts).toContain(finding.relay?.host);
      expect(finding.since / 1000).toBeGreaterThan(begin - 5);
      // A table that was missing goes on being missed until Postfix opens it anew.
      expect(finding.until / 1000).toBeLessThan(end + 60);
    }
  });
}
