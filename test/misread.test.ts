/**
 * Shapes that the parsers before this one misread, by the names under which they were collected (FACTS, What they misread),
 * and what an outsider could write to have one field taken for another.
 */
import { describe, expect, test } from 'vitest';
import { Clock } from '../postfix/clock.js';
import { daemons } from '../postfix/daemons/index.js';
import { toDocument } from '../postfix/document.js';
import type { Fields } from '../postfix/fields.js';
import { neighbours } from '../postfix/neighbours/index.js';
import { Parser } from '../postfix/parse.js';
import { reasons } from '../postfix/reason.js';
import { keepText } from '../postfix/text.js';
import { Zone } from '../postfix/zone.js';

const anchor = Date.parse('2026-11-25T00:00:00Z');

/** The event of a line as it stands in a file. */
function read(line: string | Buffer) {
  const kept = keepText(Buffer.from(line as string, 'utf8').toString('latin1'));
  const event = new Parser(new Clock(new Zone('UTC'), () => anchor)).parse(kept.text);
  if (event === undefined) throw new Error(`no time: ${line}`);
  return Object.assign(event, { document: toDocument(event, kept, { id: 'x', path: '/var/log/maillog', offset: 0 }) });
}

const from = (daemon: string, text: string) => read(`Nov 24 02:59:54 mailer postfix/${daemon}[7]: ${text}`);

const all = [...Object.values(daemons), ...Object.values(neighbours)].flat(2).concat(reasons);
const samples = new Set(all.flatMap((pattern) => pattern.samples));

/** A text that is a sample of its pattern, so that it stays recognised; and what is read out of it. */
function sample(daemon: string, text: string, wanted: Fields, action?: string) {
  expect(samples, 'the shape is a sample of its pattern').toContain(text);
  const event = from(daemon, `4233D579836: ${text}`);
  expect({ ...event.reason, ...event.fields }).toMatchObject(wanted);
  if (action !== undefined) expect(event.action).toBe(action);
}

describe('what others misread', () => {
  test('TLS lines with `ECDSA (prime256v1)`', () => {
    const [text] = [...samples].filter((s) => /^Verified TLS connection established to .* server-signature ECDSA \(prime256v1\)/.test(s));
    sample(
      'smtp',
      text ?? '',
      {
        tls_trust: 'Verified',
        tls_protocol: 'TLSv1.3',
        tls_cipher: 'TLS_AES_256_GCM_SHA384',
        tls_bits: 256,
        tls_algorithm_bits: 256,
        tls_key_exchange: 'X25519',
        tls_signature: 'ECDSA',
        tls_signature_key: 'prime256v1',
        relay_ip: '192.0.2.25',
        relay_port: 25,
      },
      'tls_established',
    );
  });
  test('`replace:` from header_checks', () => {
    sample(
      'cleanup',
      'replace: body secret from local; from=<a@example.com> to=<b@example.org>: ******',
      { stage: 'body', content: 'secret', sender: 'a@example.com', recipient: 'b@example.org', detail: '******' },
      'replace',
    );
    sample('smtp', 'replace: body secret: ******', { detail: 'secret: ******' }, 'replace');
  });
  test('`Cannot start TLS`', () => {
    sample(
      'smtp',
      'Cannot start TLS: handshake failure',
      { kind: 'tls_failure', phase: 'starttls', error: 'handshake failure' },
      'attempt_failed',
    );
  });
  test('`defer service failure`', () => {
    expect(samples).toContain('defer service failure');
    expect(from('qmgr', 'warning: 4233D579836: defer service failure')).toMatchObject({
      queueId: '4233D579836',
      action: 'service_unreachable',
      fields: { service: 'defer' },
    });
  });
  test.each([
    ['receiving the initial server greeting', 'greeting'],
    ['performing the EHLO handshake', 'ehlo'],
    ['performing the HELO handshake', 'ehlo'],
    ['performing the LHLO handshake', 'ehlo'],
    ['performing the initial protocol handshake', 'ehlo'],
    ['receiving the STARTTLS response', 'starttls'],
    ['sending XFORWARD name/address', 'ehlo'],
    ['sending XFORWARD protocol/helo_name', 'ehlo'],
    ['sending MAIL FROM', 'mail'],
    ['sending RCPT TO', 'rcpt'],
    ['sending DATA command', 'data'],
    ['sending message body', 'body'],
    ['sending end of data -- message may be sent more than once', 'end_of_data'],
    ['sending final RSET', 'quit'],
    ['sending RSET probe', 'quit'],
    ['sending QUIT', 'quit'],
  ])('`while %s`', (activity, phase) => {
    const relay = { relay_host: 'mx.example.com', relay_ip: '192.0.2.25', phase, phase_text: activity };
    const timedOut = from('smtp', `4233D579836: conversation with mx.example.com[192.0.2.25] timed out while ${activity}`);
    expect(timedOut.reason).toMatchObject({ kind: 'conversation_timeout', ...relay });
    const lost = from('smtp', `4233D579836: lost connection with mx.example.com[192.0.2.25] while ${activity}`);
    expect(lost.reason).toMatchObject({ kind: 'lost_connection', ...relay });
    const delivery = from(
      'smtp',
      `4233D579836: to=<a@example.com>, relay=mx.example.com[192.0.2.25]:25, delay=9, delays=0/0/1/8, dsn=4.4.2, status=deferred (lost connection with mx.example.com[192.0.2.25] while ${activity})`,
    );
    expect(delivery.reason).toMatchObject({ kind: 'lost_connection', ...relay });
    for (const { reason } of [timedOut, lost, delivery]) expect(reason?.may_be_double).toBe(phase === 'end_of_data' ? 'yes' : undefined);
  });
  test.each([
    ['smtpd', 'hostname host.example.com does not resolve to address 192.0.2.7', '192.0.2.7'],
    ['smtpd', 'hostname host.example.com does not resolve to address 2001:db8::7: Name or service not known', '2001:db8::7'],
    ['smtpd', 'non-SMTP command from unknown[192.0.2.7]: GET / HTTP/1.1', '192.0.2.7'],
    ['smtpd', 'unknown[192.0.2.7]: SASL LOGIN authentication failed: UGFzc3dvcmQ6', '192.0.2.7'],
    ['smtpd', 'Connection rate limit exceeded: 31 from unknown[192.0.2.7] for service smtp', '192.0.2.7'],
    ['smtpd', 'Connection concurrency limit exceeded: 51 from mail.example.com[2001:db8::7] for service smtps', '2001:db8::7'],
    ['smtpd', 'unknown[192.0.2.7]: request longer than 2048: RCPT TO:<aaaa...', '192.0.2.7'],
  ])('client IPs in warnings: %s: %s', (daemon, text, ip) => {
    const event = from(daemon, `warning: ${text}`);
    expect(event.action).not.toBe('unrecognized');
    expect(event.fields.client_ip).toBe(ip);
    expect(event.level).toBe('warning');
  });
  test('quoted recipients with spaces', () => {
    sample(
      'lmtp',
      'to=<"odd >, local, part"@example.com>, relay=none, delay=5, delays=0.1/0/5/0, dsn=4.4.1, status=deferred (connect to mx.example.com[192.0.2.25]:25: Connection timed out)',
      { recipient: '"odd >, local, part"@example.com', status: 'deferred', delay: 5, kind: 'connect_timeout' },
    );
    sample(
      'local',
      'to=<two words@example.com>, relay=local, delay=0.1, delays=0.05/0/0/0.05, dsn=5.1.1, status=bounced (unknown user: "two words")',
      { recipient: 'two words@example.com', relay_host: 'local', status: 'bounced', user: 'two words' },
    );
  });
  test.each([
    ['250 2.0.0 Ok: queued as 4233D579836', '4233D579836'],
    ['250 Ok: queued as 4bZ2Yq0Kz1z9v', '4bZ2Yq0Kz1z9v'],
    ['250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as 3AB4C5D6E7', '3AB4C5D6E7'],
  ])('`queued as` IDs: %s', (reply, queuedAs) => {
    const event = from(
      'smtp',
      `4233D579836: to=<a@example.com>, relay=mx.example.com[192.0.2.25]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (${reply})`,
    );
    expect(event.reason).toMatchObject({ queued_as: queuedAs, reply_code: 250 });
  });
  test.each([
    ['without brackets', 'message-id=no-brackets@mail.example.com', 'no-brackets@mail.example.com'],
    ['cut off', 'message-id=<cut.off.at.some.length@mail.exam', '<cut.off.at.some.length@mail.exam'],
    [
      'with text behind',
      'message-id=<abc@mail.example.com> (added by postmaster@example.com)',
      '<abc@mail.example.com> (added by postmaster@example.com)',
    ],
    ['whole', 'message-id=<20261124030000.4KD2QR3@mail.example.com>', '20261124030000.4KD2QR3@mail.example.com'],
    ['empty', 'message-id=<>', ''],
    ['missing', 'message-id=', ''],
  ])('message-ids %s', (_, text, id) => {
    sample('cleanup', text, { message_id: id }, 'message_id');
  });
  test('lines that begin with NULs', () => {
    const event = read(`${'\0'.repeat(300)}Nov 24 02:59:54 mailer postfix/qmgr[7]: 4233D579836: removed`);
    expect(event).toMatchObject({ host: 'mailer', queueId: '4233D579836', action: 'removed' });
    expect(event.document.message).toBe('4233D579836: removed');
    expect(event.document.postfix?.encoding).toBe('bytes');
  });
  test('RFC 3339 stamps', () => {
    const event = read('2026-11-24T03:14:43.250425+00:00 vm postfix/smtpd[24363]: 3D1C7C22BA: client=localhost[127.0.0.1]');
    expect(event.document['@timestamp']).toBe('2026-11-24T03:14:43.250425Z');
    expect(event).toMatchObject({ host: 'vm', daemon: 'smtpd', queueId: '3D1C7C22BA', action: 'client' });
  });
  test('`postfix/error` with `delivery temporarily suspended`', () => {
    sample(
      'error',
      'to=<dave@example.org>, relay=none, delay=364, delays=364/0.02/0/0, dsn=4.4.2, status=deferred (delivery temporarily suspended: conversation with mx.example.org[192.0.2.9] timed out while receiving the initial server greeting)',
      { kind: 'suspended', suspended_kind: 'conversation_timeout', phase: 'greeting', recipient: 'dave@example.org', status: 'deferred' },
      'delivery',
    );
  });
  test('long queue IDs', () => {
    for (const id of ['4jYSWk47vGz5ypQ', '3V8hC66tbXz9rx1', '4bZ2Yq0Kz1zz9v']) {
      expect(from('qmgr', `${id}: removed`)).toMatchObject({ queueId: id, action: 'removed' });
    }
    // No vowels: a word in front of a colon is none.
    expect(from('smtpd', 'warning: restriction: hello').queueId).toBeUndefined();
  });
  test('`submission` and multi-instance tags', () => {
    const event = read(
      'Nov 24 02:59:54 mailer postfix-out/submission/smtpd[7]: 4233D579836: client=unknown[192.0.2.7], sasl_method=PLAIN, sasl_username=user@example.com',
    );
    expect(event).toMatchObject({
      program: 'postfix-out/submission/smtpd',
      daemon: 'smtpd',
      fields: { user: 'user@example.com', sasl_method: 'PLAIN' },
    });
  });
  test('a socket path taken for an IP', () => {
    for (const [socket, text] of [...samples].flatMap((s) => {
      const path = /^to=.*relay=mail\.example\.com\[((?:private)?\/[\w/.-]+)\]/.exec(s)?.[1];
      return path === undefined ? [] : [[path, s] as const];
    })) {
      const event = from('lmtp', `4233D579836: ${text}`);
      expect(event.fields).toMatchObject({ relay_host: 'mail.example.com', relay_socket: socket });
      expect(event.fields.relay_ip).toBeUndefined();
      expect(event.document.destination).toEqual({ domain: 'mail.example.com', address: socket });
    }
    const failed = from(
      'lmtp',
      '4233D579836: to=<a@example.com>, relay=none, delay=1, delays=0/0/1/0, dsn=4.4.1, status=deferred (connect to mail.example.com[/var/run/dovecot/lmtp]: Connection refused)',
    );
    expect(failed.document.destination).toEqual({ domain: 'mail.example.com', address: '/var/run/dovecot/lmtp' });
  });
  test('hour 24', () => {
    expect(read('Nov 23 24:00:00 mailer postfix/qmgr[7]: 4233D579836: removed').document['@timestamp']).toBe('2026-11-24T00:00:00.000Z');
  });
});

describe('what an outsider wrote moves no other field', () => {
  const client = { client_host: 'unknown', client_ip: '192.0.2.7' };

  test('a quoted sender with the end of a reject in it', () => {
    const event = from(
      'smtpd',
      'NOQUEUE: reject: RCPT from unknown[192.0.2.7]: 554 5.7.1 <b@example.org>: Relay access denied; from=<"x>; from=<admin@example.org> to=<y"@example.com> to=<b@example.org> proto=ESMTP helo=<x>',
    );
    expect(event.fields).toMatchObject({
      ...client,
      sender: '"x>; from=<admin@example.org> to=<y"@example.com',
      recipient: 'b@example.org',
      helo: 'x',
      protocol: 'ESMTP',
      target: 'b@example.org',
      restriction: 'Relay access denied',
    });
  });
  test('a quoted recipient, which the target repeats', () => {
    const rcpt = '"a>: ok; from=<admin@example.org> to=<b"@example.org';
    const event = from(
      'smtpd',
      `NOQUEUE: reject: RCPT from unknown[192.0.2.7]: 450 4.7.1 <${rcpt}>: Recipient address rejected: no; from=<a@example.com> to=<${rcpt}> proto=ESMTP helo=<x>`,
    );
    expect(event.fields).toMatchObject({
      ...client,
      reply_code: 450,
      sender: 'a@example.com',
      recipient: rcpt,
      target: rcpt,
      restriction: 'Recipient address rejected: no',
      helo: 'x',
    });
  });
  // smtpd makes `?` of ` <>()\\";@` (NEUTER_CHARACTERS in smtpd/smtpd.c).
  test.each(['client.example.com', 'a??from=?admin?example.org?', 'two words', 'a:b=c,d', '[192.0.2.99]', 'ünï.example', ''])(
    'HELO %j',
    (helo) => {
      const event = from(
        'smtpd',
        `NOQUEUE: reject: RCPT from unknown[192.0.2.7]: 554 5.7.1 <b@example.org>: Relay access denied; from=<a@example.com> to=<b@example.org> proto=ESMTP helo=<${helo}>`,
      );
      const { fields } = event;
      expect(fields).toMatchObject({
        ...client,
        sender: 'a@example.com',
        recipient: 'b@example.org',
        protocol: 'ESMTP',
        restriction: 'Relay access denied',
      });
      if (!helo.includes('>')) expect(fields.helo).toBe(helo);
    },
  );
  test.each([
    '"status=sent (250 ok"@example.com',
    '"a>, relay=evil[192.0.2.99]:25, delay=0, delays=0/0/0/0, dsn=2.0.0, status=sent (x"@example.com',
    '"\\">, relay=none, \\""@example.com',
    'rené@dest.test',
    '',
  ])('recipient %j of a delivery', (recipient) => {
    const event = from(
      'smtp',
      `4233D579836: to=<${recipient}>, relay=mx.example.com[192.0.2.25]:25, delay=9, delays=0/0/1/8, dsn=5.1.1, status=bounced (host mx.example.com[192.0.2.25] said: 550 5.1.1 <${recipient}>: unknown (in reply to RCPT TO command))`,
    );
    // Text of the log is bytes until it is kept; the document has characters.
    expect(event.document.email?.to?.address ?? '').toBe(recipient);
    expect(event.fields).toMatchObject({ relay_host: 'mx.example.com', relay_ip: '192.0.2.25', delay: 9, dsn: '5.1.1', status: 'bounced' });
    expect(event.reason).toMatchObject({ kind: 'rejected_permanent', phase: 'rcpt', reply_code: 550, enhanced_code: '5.1.1' });
  });
  test.each([
    '250 ok (in reply to MAIL FROM command) status=sent (250 ok)',
    'delivery temporarily suspended: connect to evil[192.0.2.99]:25: Connection refused',
    'x) to=<a>, relay=evil[192.0.2.99]:25',
  ])('reply %j of a relay', (reply) => {
    const event = from(
      'smtp',
      `4233D579836: to=<a@example.com>, relay=mx.example.com[192.0.2.25]:25, delay=9, delays=0/0/1/8, dsn=4.3.0, status=deferred (host mx.example.com[192.0.2.25] said: 451 4.3.0 ${reply} (in reply to end of DATA command))`,
    );
    expect(event.fields).toMatchObject({ recipient: 'a@example.com', relay_ip: '192.0.2.25', status: 'deferred' });
    expect(event.reason).toMatchObject({
      kind: 'rejected_temporary',
      phase: 'end_of_data',
      reply_code: 451,
      enhanced_code: '4.3.0',
      reply: `451 4.3.0 ${reply}`,
      relay_ip: '192.0.2.25',
    });
  });
  test('a greeting with another refusal in it', () => {
    const event = from(
      'smtp',
      '4233D579836: host mx.example.com[192.0.2.25] refused to talk to me: 421 4.3.2 host evil[192.0.2.99] refused to talk to me: 554 no',
    );
    expect(event.reason).toMatchObject({ kind: 'greeting_refused', relay_ip: '192.0.2.25', reply_code: 421 });
  });
  test('a header with the end of a header_checks line in it', () => {
    const event = from(
      'cleanup',
      '4233D579836: reject: header Subject: a from b[192.0.2.99]; from=<c@example.com> to=<d@example.com> proto=ESMTP helo=<e>: 5.7.1 fake from unknown[192.0.2.7]; from=<a@example.com> to=<b@example.org> proto=ESMTP helo=<x>: 5.7.1 real',
    );
    expect(event.fields).toMatchObject({
      ...client,
      stage: 'header',
      content: 'Subject: a from b[192.0.2.99]; from=<c@example.com> to=<d@example.com> proto=ESMTP helo=<e>: 5.7.1 fake',
      sender: 'a@example.com',
      recipient: 'b@example.org',
      helo: 'x',
      enhanced_code: '5.7.1',
      restriction: 'real',
    });
  });
  test('a header that looks like a whole line', () => {
    const event = from(
      'cleanup',
      '4233D579836: warning: header Subject: x Nov 24 02:59:54 evil postfix/smtp[1]: 4233D579837: removed from unknown[192.0.2.7]; from=<a@example.com> to=<b@example.org> proto=ESMTP helo=<x>',
    );
    expect(event).toMatchObject({ host: 'mailer', queueId: '4233D579836', action: 'warn', fields: client });
  });
  test('a sender with a size in it', () => {
    const event = from('qmgr', '4233D579836: from=<"a>, size=1, nrcpt=9 (queue hold"@example.com>, size=639, nrcpt=1 (queue active)');
    expect(event.fields).toEqual({
      sender: '"a>, size=1, nrcpt=9 (queue hold"@example.com',
      size: 639,
      recipient_count: 1,
      queue: 'active',
    });
  });
  test('a login name with other fields in it', () => {
    const event = from('smtpd', '4233D579836: client=unknown[192.0.2.7], sasl_method=PLAIN, sasl_username=x, client=evil[192.0.2.99]');
    expect(event.fields).toMatchObject({ ...client, sasl_method: 'PLAIN', user: 'x, client=evil[192.0.2.99]' });
  });
  test('a message-id with a queue ID and spaces in it', () => {
    const event = from('cleanup', '4233D579836: message-id=<a 4233D579837: removed@example.com>');
    expect(event).toMatchObject({
      queueId: '4233D579836',
      action: 'message_id',
      fields: { message_id: 'a 4233D579837: removed@example.com' },
    });
  });
  test('a command that is a warning', () => {
    const event = from('smtpd', 'warning: non-SMTP command from unknown[192.0.2.7]: warning: fatal: 4233D579836: removed');
    expect(event).toMatchObject({
      level: 'warning',
      queueId: undefined,
      action: 'non_smtp_command',
      fields: { ...client, content: 'warning: fatal: 4233D579836: removed' },
    });
  });
  test('control characters and bytes that are no text', () => {
    const line = Buffer.concat([
      Buffer.from('Nov 24 02:59:54 mailer postfix/qmgr[7]: 4233D579836: from=<a\x1b[31m\x07'),
      Buffer.from([0xe9, 0xff, 0x00]),
      Buffer.from('@example.com>, size=1, nrcpt=1 (queue active)'),
    ]);
    const event = read(line);
    expect(event.fields).toMatchObject({ size: 1, recipient_count: 1, queue: 'active' });
    expect(event.fields.sender).toBe('a\ue01b[31m\ue007\u00e9\u00ff\ue000@example.com');
    expect(event.document.event.original).not.toMatch(/[\0-\x1f\x7f]/);
  });
  test('UTF-8 in addresses and names', () => {
    const event = from(
      'smtpd',
      'NOQUEUE: reject: RCPT from unknown[192.0.2.7]: 450 4.2.0 <jürgen@exämple.com>: Recipient address rejected: später; from=<ä@例え.jp> to=<jürgen@exämple.com> proto=ESMTP helo=<ü>',
    );
    expect(event.fields).toMatchObject({
      ...client,
      sender: 'ä@例え.jp',
      recipient: 'jürgen@exämple.com',
      helo: 'ü',
      restriction: 'Recipient address rejected: später',
    });
  });
});
