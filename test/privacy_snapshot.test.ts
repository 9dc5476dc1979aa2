/** Snapshots with `--privacy`: what is stored names nobody, and the same person is called as in the log. */
import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { main } from '../cli/main.js';
import { snapshotsOf } from '../ingest/snapshot/take.js';
import { Pseudonyms } from '../postfix/privacy/pseudonyms.js';
import { SnapshotHider } from '../postfix/privacy/snapshot.js';
import { snapshotOf } from '../postfix/snapshot/snapshot.js';
import { Zone } from '../postfix/zone.js';
import { openReader } from '../store/open.js';
import { Collected } from './fake_reader.js';
import { now, Workshop } from './workshop.js';

const pseudonyms = new Pseudonyms('pseudonymous', Buffer.from('k'.repeat(40)));
const hider = new SnapshotHider(pseudonyms);
const zone = new Zone('UTC');
const time = Date.parse('2026-11-24T03:06:08Z');
const hidden = (what: 'mailq' | 'postqueue' | 'postconf' | 'master', text: string) =>
  snapshotsOf([{ what, from: what, time, text }], 'mailer', zone).taken.map(({ snapshot }) => hider.hide(snapshot));

const queued = (recipient: string, why: string) =>
  JSON.stringify({
    ...{ queue_name: 'deferred', queue_id: '4F1', arrival_time: time / 1000 - 90, message_size: 10, forced_expire: false },
    sender: 'alice@example.com',
    recipients: [{ address: recipient, orig_address: `old-${recipient}`, delay_reason: why }],
  });

test('a queue has its senders, recipients and reasons hidden; what it is counted by stays', () => {
  const why =
    'host mx.example.org[192.0.2.1] said: 452 4.2.2 <bob@example.org>: mailbox of user bob is full, alice@example.com (in reply to RCPT TO command)';
  const [snapshot] = hidden('postqueue', queued('bob@example.org', why));
  expect(JSON.stringify(snapshot)).not.toMatch(/alice|bob/);
  const [bob, alice] = [pseudonyms.address('bob@example.org'), pseudonyms.address('alice@example.com')];
  expect(snapshot?.messages?.[0]).toMatchObject({
    sender: alice,
    recipients: [
      {
        address: bob,
        origAddress: pseudonyms.address('old-bob@example.org'),
        reason: { kind: 'rejected_temporary', phase: 'rcpt', replyCode: 452 },
      },
    ],
  });
  expect(snapshot?.kind === 'queue' && snapshot.content.backlog.reasons[0]?.example).toContain(
    `<${bob}>: mailbox of user ${pseudonyms.local('bob@example.org')} is full, ${alice} (in reply`,
  );
  expect(snapshot?.kind === 'queue' && snapshot.content.backlog.domains).toMatchObject([{ domain: 'example.org', recipients: 1 }]);
});

test('what postconf repeats of persons is hidden, also without a domain; roles, tables and all else stay', () => {
  const [postconf] = hidden(
    'postconf',
    [
      'always_bcc = archive@example.com',
      '2bounce_notice_recipient = jane',
      'error_notice_recipient = postmaster',
      'authorized_submit_users = !bob, jane, static:anyone, $mail_owner, /etc/users',
      'canonical_maps = inline:{ bob@example.com=jane@example.com }, hash:/etc/postfix/canonical',
      'relayhost = [relay.example.net]:587',
      'smtpd_milters = inet:8891@localhost',
      'mynetworks = 127.0.0.0/8 [::1]/128',
      '',
    ].join('\n'),
  );
  const parameters = postconf?.kind === 'postconf' ? postconf.content.parameters : {};
  expect(JSON.stringify(parameters)).not.toMatch(/archive@|jane|bob/);
  expect(parameters).toMatchObject({
    always_bcc: pseudonyms.address('archive@example.com'),
    '2bounce_notice_recipient': pseudonyms.address('jane'),
    error_notice_recipient: 'postmaster',
    relayhost: '[relay.example.net]:587',
    smtpd_milters: 'inet:8891@localhost',
    mynetworks: '127.0.0.0/8 [::1]/128',
  });
  expect(parameters['authorized_submit_users']).toMatch(/static:anyone, \$mail_owner, \/etc\/users$/);
  const [master] = hidden('master', 'smtp inet n - y - - smtpd -o always_bcc=jane -o smtpd_banner=ask_jane@example.com\n');
  expect(JSON.stringify(master)).not.toContain('jane');
});

test('a configuration and a probe of the lab, which name nobody, stay as they are', () => {
  for (const [what, name] of [
    ['postconf', 'during-postconf-n.txt'],
    ['master', 'during-postconf-M.txt'],
  ] as const) {
    const text = readFileSync(join(import.meta.dirname, 'logs/incident', name), 'utf8');
    const plain = snapshotsOf([{ what, from: name, time, text }], 'mailer', zone).taken.map(({ snapshot }) => snapshot);
    expect(plain.map((snapshot) => hider.hide(snapshot))).toEqual(plain);
  }
  const probe = snapshotOf('probe', { host: 'mailer', time }, { relays: [{ reply: '220 mx1.example.net ESMTP', seconds: 0.2 }], ok: true });
  expect(hider.hide(probe)).toEqual(probe);
  const telling = snapshotOf('probe', { host: 'mailer', time }, { tls: [{ subject: 'CN=mx, emailAddress=jane@example.net' }] });
  expect(JSON.stringify(hider.hide(telling))).not.toContain('jane');
});

test('nobody of a hostile queue is named in what is kept', () => {
  const name = fc.stringMatching(/^[a-z]{2}[a-z0-9]{5,12}$/).map((word) => `zq${word}`);
  const odd = fc.constantFrom(
    (local: string) => local,
    (local: string) => `"${local} x"`,
    (local: string) => `${local}+tag`,
    (local: string) => local.toUpperCase(),
    (local: string) => `ä${local}`,
  );
  fc.assert(
    fc.property(name, odd, fc.constantFrom('example.org', 'bücher.example', '[192.0.2.1]'), (local, written, domain) => {
      const address = `${written(local)}@${domain}`;
      const why = `host mx[192.0.2.1] said: 550 <${address}> no such user ${address}; user "${written(local)}" (in reply to RCPT TO command)`;
      expect(JSON.stringify(hidden('postqueue', queued(address, why))).toLowerCase()).not.toContain(local);
    }),
  );
});

describe('postscope snapshot', () => {
  let workshop: Workshop;
  beforeEach(() => {
    workshop = new Workshop();
  });
  afterEach(() => workshop.remove());

  async function type(...argv: string[]) {
    const [stdout, stderr] = [new Collected(), new Collected()];
    const env = { HOME: workshop.folder, INIT_CWD: workshop.folder, PATH: join(workshop.folder, 'bin'), POSTSCOPE_STORE: workshop.store };
    const code = await main(argv, { stdout, stderr, env, zone: 'UTC', now: () => now });
    return { code, out: stdout.text, err: stderr.text };
  }

  test('--privacy hides before the store has it, with the key of the lines; the same again adds nothing', async () => {
    const listing = workshop.write(
      'queue.json',
      queued('bob@example.org', 'connect to mx.example.org[192.0.2.1]:25: Connection timed out'),
    );
    workshop.write('key', `${'k'.repeat(40)}\n`);
    chmodSync(join(workshop.folder, 'key'), 0o600);
    const argv = [
      'snapshot',
      '--postqueue',
      listing,
      '--host',
      'mailer',
      '--privacy',
      'pseudonymous',
      '--privacy-key',
      join(workshop.folder, 'key'),
    ];
    expect(await type(...argv, '--at', '2026-11-24T03:06:08')).toMatchObject({ code: 0, err: '' });
    expect((await type(...argv, '--at', '2026-11-24T03:06:08')).out).toContain('0 snapshots stored, 1 already there');
    const reader = await openReader({ path: workshop.store });
    try {
      const [snapshot] = await reader.snapshots({ limit: 10 });
      const messages = await reader.queuedIn(snapshot?.id ?? '');
      expect(messages.map(({ recipients }) => recipients.map(({ address }) => address))).toEqual([[pseudonyms.address('bob@example.org')]]);
    } finally {
      await reader.close();
    }
    expect(readFileSync(workshop.store, 'latin1')).not.toMatch(/bob@|alice@/);
    const queue = await type('queue', '--at', '2026-11-24T03:06:30', '--messages');
    expect(queue.out).toContain('p-');
    expect(queue.out).not.toMatch(/bob|alice/);
  });

  test('--privacy of a probe is for what --keep stores', async () => {
    const run = await type('probe', '--privacy', 'full');
    expect(run).toMatchObject({ code: 2 });
    expect(run.err).toContain('--privacy is for what --keep stores');
  });
});
