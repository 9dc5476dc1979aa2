/** What can go wrong, each with a healthy time before, the trouble, and the mended state behind it. */
import { rmSync, writeFileSync } from 'node:fs';
import { Authority } from './certificates.js';
import { type Lab, own, type Setup } from './lab.js';
import { sh } from './shell.js';

export interface Scenario {
  readonly about: string;
  /** @param seed of a second log with the same trouble, but other relays, times and names */
  setup(seed: number): Setup;
  run(lab: Lab): Promise<void>;
}

const relays = (seed: number) => (seed % 2 === 1 ? ['relay101', 'relay102', 'relay103', 'relaya4'] : ['mta1', 'mta2', 'mta3']);

/** Trouble that begins and ends in one step each. @param seconds of it */
async function troubled(lab: Lab, what: string, seconds: number, begin: () => Promise<void>, mend: () => Promise<void>): Promise<void> {
  await lab.postfix('start');
  await lab.flow(lab.of(20, 30));
  await lab.snapshot('before');
  lab.truth.note('trouble', { what });
  await begin();
  await lab.flow(seconds);
  await lab.snapshot('during');
  await mend();
  lab.truth.note('fixed');
  await lab.flow(lab.of(30, 25));
  await lab.drain(60);
  await lab.snapshot('after');
}

export const scenarios: Readonly<Record<string, Scenario>> = {
  deadtwo: {
    about: 'two dead nameservers before the good one',
    setup: (seed) => ({ relays: relays(seed) }),
    run: (lab) =>
      troubled(
        lab,
        'two dead nameservers',
        lab.of(80, 95),
        async () => {
          lab.resolvConf(['dead', 'dead2', 'live']);
          await lab.restart();
        },
        async () => {
          lab.resolvConf(['live']);
          await lab.restart();
        },
      ),
  },

  slowdns: {
    about: 'the nameserver takes seconds to answer',
    setup: (seed) => ({ relays: relays(seed) }),
    run: (lab) =>
      troubled(
        lab,
        'slow nameserver',
        lab.of(70, 80),
        async () => lab.nameserver('live', { answersAfter: lab.of(2.5, 3.5) }),
        async () => lab.nameserver('live', {}),
      ),
  },

  slowrelay: {
    about: 'one relay takes its time to greet and to take mail, and takes it',
    setup: (seed) => ({ relays: relays(seed) }),
    run: (lab) => {
      const slow = lab.of('relay103', 'mta1');
      return troubled(
        lab,
        'slow relay',
        lab.of(70, 85),
        () => lab.mode(slow, 'slow', { greetAfter: lab.of(3, 2), takeAfter: lab.of(4, 6) }),
        () => lab.mode(slow, 'ok'),
      );
    },
  },

  aaaafail: {
    about: 'IPv6 is on, and the nameserver never answers when asked for AAAA',
    setup: (seed) => ({ relays: relays(seed), main: { inet_protocols: 'all' } }),
    run: (lab) =>
      troubled(
        lab,
        'no answer to AAAA',
        lab.of(90, 75),
        async () => lab.nameserver('live', { silentTo: 'AAAA' }),
        async () => lab.nameserver('live', {}),
      ),
  },

  burst: {
    about: 'hundreds of messages at once, few deliveries at a time, and nothing wrong',
    setup: (seed) => ({
      relays: relays(seed),
      main: { smtp_destination_concurrency_limit: seed % 2 === 1 ? '4' : '5', initial_destination_concurrency: '4' },
    }),
    async run(lab) {
      for (const name of lab.relays.keys()) await lab.mode(name, 'ok', { takeAfter: 1 });
      await lab.postfix('start');
      await lab.flow(lab.of(20, 30));
      await lab.snapshot('before');
      lab.truth.note('burst');
      await lab.inject(lab.of(300, 260));
      await lab.flow(20);
      await lab.snapshot('during');
      await lab.drain(120);
      lab.truth.note('drained');
      await lab.flow(lab.of(30, 25));
      await lab.drain(60);
      await lab.snapshot('after');
    },
  },

  connect30: {
    about: 'packets to one relay are dropped, and smtp_connect_timeout is 30 s',
    setup: (seed) => ({ relays: relays(seed), main: { smtp_connect_timeout: '30s' } }),
    run: (lab) => {
      const dropped = lab.of('relaya4', 'mta2');
      return troubled(
        lab,
        'one relay unreachable',
        lab.of(90, 100),
        () => lab.mode(dropped, 'drop', { drop: true }),
        () => lab.mode(dropped, 'ok'),
      );
    },
  },

  greylist: {
    about: 'one site puts senders off who are new to it, another has few connections at a time',
    setup: (seed) => ({ relays: relays(seed), sites: seed % 2 === 1 ? ['grey.test', 'limited.test'] : ['lists.test', 'academy.test'] }),
    async run(lab) {
      const [grey, limited] = lab.of(['grey.test', 'limited.test'], ['academy.test', 'lists.test']) as [string, string];
      const send = async (rounds: number) => {
        for (let i = 0; i < rounds; i++) {
          await lab.inject(2, grey);
          await lab.inject(4, limited);
          await lab.flow(6);
        }
      };
      for (const site of [grey, limited]) await lab.mode(`mx.${site}`, 'ok', { takeAfter: 1 });
      await lab.postfix('start');
      await send(3);
      await lab.snapshot('before');
      lab.truth.note('trouble', { what: 'greylisting, and a limit of connections' });
      await lab.mode(`mx.${grey}`, 'greylist', {
        takeAfter: 1,
        greylist: {
          seconds: lab.of(25, 35),
          reply: lab.of(
            '450 4.7.1 <>: Recipient address rejected: Greylisted, see http://postgrey.schweikert.ch/help/',
            '451 4.7.1 Greylisting in action, please come back later',
          ),
        },
      });
      await lab.mode(`mx.${limited}`, 'busy', {
        takeAfter: 1,
        atMost: {
          connections: 1,
          reply: lab.of(
            `421 4.7.0 mx.${limited} Error: too many connections from ${own}`,
            `421 mx.${limited}: Too many concurrent SMTP connections; please try again later`,
          ),
        },
      });
      await send(lab.of(10, 12));
      await lab.snapshot('during');
      for (const site of [grey, limited]) await lab.mode(`mx.${site}`, 'ok', { takeAfter: 1 });
      lab.truth.note('fixed');
      await send(3);
      await lab.drain(60);
      await lab.snapshot('after');
    },
  },

  certbad: {
    about: 'Postfix insists on a good certificate, and those of some relays have expired',
    setup: (seed) => ({
      relays: relays(seed),
      main: { smtp_tls_security_level: seed % 2 === 1 ? 'verify' : 'secure', smtp_tls_CAfile: '/etc/ssl/lab/ca.pem' },
    }),
    async run(lab) {
      const authority = await Authority.make();
      const expired = lab.of(['relay102', 'mx.dest.test'], ['mta1', 'mta2', 'mta3']);
      const certify = async (name: string, days: number) => {
        lab.relay(name).certificate = await authority.certify(lab.relay(name).names, days);
        lab.truth.note('certificate', { relay: name, days });
      };
      for (const name of lab.relays.keys()) await certify(name, 90);
      await troubled(
        lab,
        'expired certificates',
        lab.of(70, 60),
        async () => {
          for (const name of expired) await certify(name, -1);
        },
        async () => {
          for (const name of expired) await certify(name, 90);
        },
      );
    },
  },

  diskfull: {
    about: 'the file system of the queue is full; later, a lookup table is missing',
    setup: (seed) => ({
      relays: relays(seed),
      spool: '24m',
      main: { message_size_limit: '4000000', ...(seed % 2 === 1 ? { virtual_alias_maps: 'hash:/etc/postfix/virtual' } : {}) },
    }),
    async run(lab) {
      const table = lab.of('/etc/postfix/virtual', '/etc/aliases');
      const fill = '/var/spool/postfix/core';
      writeFileSync('/etc/postfix/virtual', 'sales@domain.test root\n');
      await sh('postmap', '/etc/postfix/virtual');
      await lab.postfix('start');
      await lab.flow(lab.of(20, 30));
      await lab.snapshot('before');

      lab.truth.note('trouble', { what: 'less room than smtpd wants' });
      await sh('fallocate', '-l', '20m', fill);
      await lab.flow(lab.of(25, 30));
      lab.truth.note('fixed');
      rmSync(fill);
      await lab.flow(20);

      // There is room for each of the large ones when they begin, but not for all.
      lab.truth.note('trouble', { what: 'no room at all' });
      await sh('fallocate', '-l', '18400K', fill);
      await lab.injectTogether(4, 3_500_000);
      await lab.drain(20);
      await takeAllRoom(fill);
      await handIn('by hand, into a full queue');
      await lab.flow(lab.of(25, 30));
      await lab.snapshot('during');
      rmSync(fill);
      lab.truth.note('fixed');
      await lab.flow(20);

      lab.truth.note('trouble', { what: `${table}.db is missing` });
      await sh('mv', `${table}.db`, '/media/away');
      await lab.postfix('reload');
      for (let i = 0; i < 4; i++) {
        await lab.inject(1, lab.of('sales@domain.test', 'ops@firm.test'));
        await lab.flow(lab.of(6, 8));
      }
      await lab.snapshot('missing');
      await sh('mv', '/media/away', `${table}.db`);
      // Those who found no table go on without one.
      await lab.postfix('reload');
      lab.truth.note('fixed');
      await lab.flow(lab.of(30, 25));
      await lab.drain(60);
      await lab.snapshot('after');
    },
  },

  partmx: {
    about: 'one name has two addresses, of which one never answers',
    setup: (seed) => ({
      relays: seed % 2 === 1 ? ['mxa', 'mxb'] : ['east', 'west'],
      oneName: true,
      main: seed % 2 === 1 ? {} : { smtp_connect_timeout: '10s' },
    }),
    run: (lab) => {
      const dropped = lab.of('mxb', 'east');
      return troubled(
        lab,
        'one address of two unreachable',
        lab.of(70, 85),
        () => lab.mode(dropped, 'drop', { drop: true }),
        () => lab.mode(dropped, 'ok'),
      );
    },
  },
};

/** By sendmail(1), which is given up: it would wait for room. */
async function handIn(subject: string): Promise<void> {
  await sh('sh', '-c', `printf 'Subject: ${subject}\\n\\nhello\\n' | timeout 5 sendmail -f root@localhost person1@partner1.test || true`);
}

/** To the last byte. */
async function takeAllRoom(path: string): Promise<void> {
  await sh('sh', '-c', `cat /dev/zero >> ${path} || true`);
}
