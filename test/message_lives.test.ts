/** Messages as their lines tell of them: lives of one queue ID, states, sessions, gaps. */
import { describe, expect, test } from 'vitest';
import { fold } from '../postfix/message/fold.js';
import type { Message } from '../postfix/message/message.js';
import { factsIn } from './message_facts.js';

const only = (lines: readonly string[]): Message => {
  const { messages } = fold(factsIn(lines));
  expect(messages).toHaveLength(1);
  return messages[0] as Message;
};
const at = (time: string) => Date.parse(`2026-11-${time}Z`);

/** The lines of one message to one recipient, each a second after the one before. */
function life(queueId: string, day: number, hour: number, sender: string, id: string): string[] {
  const stamp = (second: number) => `Nov ${day} ${String(hour).padStart(2, '0')}:00:0${second} mailer postfix/`;
  return [
    `${stamp(0)}smtpd[801]: ${queueId}: client=mx.example.com[192.0.2.25]`,
    `${stamp(1)}cleanup[802]: ${queueId}: message-id=<${id}@example.com>`,
    `${stamp(2)}qmgr[803]: ${queueId}: from=<${sender}>, size=1200, nrcpt=1 (queue active)`,
    `${stamp(3)}local[804]: ${queueId}: to=<bob@example.org>, relay=local, delay=3, delays=2/0.5/0/0.5, dsn=2.0.0, status=sent (delivered to mailbox)`,
    `${stamp(4)}qmgr[803]: ${queueId}: removed`,
  ];
}

describe('a queue ID', () => {
  const first = life('4233D579836', 10, 3, 'ann@example.com', 'one');
  const second = life('4233D579836', 12, 3, 'bea@example.com', 'two');
  const third = life('4233D579836', 25, 3, 'cid@example.com', 'three');

  test('of three messages, one after the other, is three lives', () => {
    const { messages } = fold(factsIn([...first, ...second, ...third]));
    expect(messages.map(({ sender, messageId, complete }) => [sender, messageId, complete])).toEqual([
      ['ann@example.com', 'one@example.com', true],
      ['bea@example.com', 'two@example.com', true],
      ['cid@example.com', 'three@example.com', true],
    ]);
    expect(new Set(messages.map(({ id }) => id)).size).toBe(3);
  });

  test('whose removals are not in the log begins anew with the client that brings it', () => {
    const { messages } = fold(factsIn([...first.slice(0, 4), ...second.slice(0, 4), ...third]));
    expect(messages.map(({ sender, state, missing }) => [sender, state, missing])).toEqual([
      ['ann@example.com', 'sent', ['removal']],
      ['bea@example.com', 'sent', ['removal']],
      ['cid@example.com', 'sent', []],
    ]);
  });

  test('that was silent for longer than mail stays in the queue is another message', () => {
    const { messages } = fold(factsIn([...first.slice(0, 3), ...third.slice(2)]));
    expect(messages.map(({ sender, missing }) => [sender, missing])).toEqual([
      ['ann@example.com', ['removal']],
      ['cid@example.com', ['arrival', 'message_id']],
    ]);
    // Four days and a bit are no such silence.
    expect(fold(factsIn([...first.slice(0, 3), ...second.slice(3)])).messages).toHaveLength(1);
  });

  test('that is long never comes back', () => {
    const long = life('4jTvTJ34XBzXfZy', 10, 3, 'ann@example.com', 'one');
    const late = life('4jTvTJ34XBzXfZy', 25, 3, 'ann@example.com', 'one');
    expect(only([...long.slice(0, 3), ...late.slice(3)]).complete).toBe(true);
  });

  test('on two hosts is two messages', () => {
    const { messages } = fold(factsIn([...first, ...first.map((line) => line.replace('mailer', 'other'))]));
    expect(messages.map(({ host }) => host)).toEqual(['mailer', 'other']);
  });
});

describe('a log that begins or ends in the middle of a life', () => {
  const lines = life('4233D579836', 10, 3, 'ann@example.com', 'one');

  test('gives what it has, and says what it has not', () => {
    expect(only(lines.slice(3))).toMatchObject({
      state: 'sent',
      complete: false,
      missing: ['arrival', 'message_id', 'queued'],
      // The delivery says that it took three seconds.
      arrival: at('10T03:00:00'),
      recipients: [{ address: 'bob@example.org', status: 'sent' }],
    });
    expect(only(lines.slice(4))).toMatchObject({ state: 'unknown', missing: ['arrival', 'message_id', 'queued', 'delivery'] });
    expect(only(lines.slice(0, 3))).toMatchObject({ state: 'queued', missing: ['removal'], sender: 'ann@example.com' });
    expect(only(lines.slice(0, 1))).toMatchObject({ state: 'unknown', missing: ['message_id', 'removal'] });
  });

  test('is completed when the missing lines come, from whatever file', () => {
    const head = factsIn(lines.slice(0, 3), 'maillog.3.gz');
    const tail = factsIn(lines.slice(3), 'maillog.2');
    expect(fold([...tail, ...head]).messages).toEqual(fold(factsIn(lines)).messages);
  });

  test('in the second of a rotation is still one life', () => {
    const stamp = 'Nov 10 03:00:00 mailer postfix/';
    const old = [
      `${stamp}smtpd[801]: 4233D579836: client=mx.example.com[192.0.2.25]`,
      `${stamp}cleanup[802]: 4233D579836: message-id=<one@example.com>`,
      `${stamp}qmgr[803]: 4233D579836: from=<ann@example.com>, size=1200, nrcpt=1 (queue active)`,
    ];
    const young = [
      `${stamp}local[804]: 4233D579836: to=<bob@example.org>, relay=local, delay=0.1, delays=0.1/0/0/0, dsn=2.0.0, status=sent (delivered to mailbox)`,
      `${stamp}qmgr[803]: 4233D579836: removed`,
    ];
    // The younger file begins at offset 0, and its name comes first.
    const { messages } = fold([...factsIn(young, 'maillog'), ...factsIn(old, 'maillog.1')]);
    expect(messages).toMatchObject([{ complete: true, state: 'sent' }]);
  });
});

describe('a client', () => {
  const session = (text: string) => `Nov 10 03:00:00 mailer postfix/smtpd[801]: ${text}`;

  test('is known with its login, its TLS, and the name that it gave in the same session', () => {
    const { messages } = fold(
      factsIn([
        session('connect from mx.example.com[192.0.2.25]'),
        session(
          'Anonymous TLS connection established from mx.example.com[192.0.2.25]: TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits) key-exchange X25519 server-signature RSA-PSS (2048 bits) server-digest SHA256',
        ),
        session(
          'NOQUEUE: reject: RCPT from mx.example.com[192.0.2.25]: 550 5.1.1 <nobody@example.org>: Recipient address rejected: User unknown; from=<ann@example.com> to=<nobody@example.org> proto=ESMTP helo=<mail.example.com>',
        ),
        session('4233D579836: client=mx.example.com[192.0.2.25], sasl_method=PLAIN, sasl_username=ann'),
        session('disconnect from mx.example.com[192.0.2.25] ehlo=2 starttls=1 mail=1 rcpt=1/2 data=1 quit=1 commands=7/8'),
        session('connect from mx.example.com[192.0.2.25]'),
        session('4233D579837: client=mx.example.com[192.0.2.25]'),
      ]),
    );
    expect(messages.map(({ client }) => client)).toEqual([
      {
        host: 'mx.example.com',
        ip: '192.0.2.25',
        helo: 'mail.example.com',
        user: 'ann',
        saslMethod: 'PLAIN',
        tls: { protocol: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384' },
      },
      { host: 'mx.example.com', ip: '192.0.2.25' },
    ]);
  });

  test('that goes away in the middle of a message has lost it', () => {
    const lines = [
      session('connect from unknown[192.0.2.7]'),
      session('4233D579836: client=unknown[192.0.2.7]'),
      'Nov 10 03:00:05 mailer postfix/smtpd[801]: lost connection after DATA (14 bytes) from unknown[192.0.2.7]',
    ];
    expect(only(lines)).toMatchObject({ state: 'discarded', ending: 'lost', complete: true });
    // A message that was taken before is not lost.
    const taken = 'Nov 10 03:00:04 mailer postfix/cleanup[802]: 4233D579836: message-id=<one@example.com>';
    expect(only([...lines, taken])).toMatchObject({ state: 'queued' });
  });
});

describe('the state of a message', () => {
  const head = life('4233D579836', 10, 3, 'ann@example.com', 'one').slice(0, 2);
  const queued = 'Nov 10 03:00:02 mailer postfix/qmgr[803]: 4233D579836: from=<ann@example.com>, size=1200, nrcpt=2 (queue active)';
  const delivery = (recipient: string, status: string, hour = 3) =>
    `Nov 10 0${hour}:10:00 mailer postfix/virtual[804]: 4233D579836: to=<${recipient}@example.org>, relay=virtual, delay=1, delays=1/0/0/0, dsn=4.0.0, status=${status} (delivered to maildir)`;
  const removed = 'Nov 10 08:00:00 mailer postfix/qmgr[803]: 4233D579836: removed';
  const cleanup = (text: string) => `Nov 10 03:00:01 mailer postfix/cleanup[802]: 4233D579836: ${text}`;
  const postsuper = (text: string, hour: number) => `Nov 10 0${hour}:00:00 mailer postfix/postsuper[99]: 4233D579836: ${text}`;
  const from = 'from mx.example.com[192.0.2.25]; from=<ann@example.com> to=<bob@example.org> proto=ESMTP helo=<mail.example.com>';

  test.each<[string, string[], object]>([
    ['one recipient of two is still to come', [queued, delivery('bob', 'sent')], { state: 'queued' }],
    ['one recipient is late', [queued, delivery('bob', 'sent'), delivery('cy', 'deferred')], { state: 'deferred' }],
    [
      'one recipient is late, and then not any more',
      [queued, delivery('bob', 'sent'), delivery('cy', 'deferred'), delivery('cy', 'sent', 4), removed],
      { state: 'sent', complete: true, ending: 'removed' },
    ],
    ['one recipient bounced', [queued, delivery('bob', 'sent'), delivery('cy', 'bounced'), removed], { state: 'bounced', complete: true }],
    [
      'it expired',
      [
        queued,
        delivery('bob', 'sent'),
        delivery('cy', 'deferred'),
        cleanup('x'),
        `${removed.slice(0, -7)}from=<ann@example.com>, status=expired, returned to sender`,
        removed,
      ],
      { state: 'expired', complete: true },
    ],
    ['a check holds it', [cleanup(`hold: header Subject: invoice ${from}`)], { state: 'held', sender: 'ann@example.com' }],
    [
      'it was on hold',
      [cleanup(`hold: header Subject: invoice ${from}`), postsuper('released from hold', 4)],
      { state: 'queued', missing: ['removal'] },
    ],
    ['postsuper holds it', [queued, delivery('bob', 'deferred'), postsuper('placed on hold', 4)], { state: 'held' }],
    [
      'a check rejects it',
      [cleanup(`reject: header Subject: buy ${from}: 5.7.1 no`)],
      { state: 'discarded', ending: 'rejected', complete: true },
    ],
    [
      'a Milter rejects it',
      [cleanup(`milter-reject: END-OF-MESSAGE ${from.replace(';', ': 5.7.1 Spam;')}`)],
      { state: 'discarded', ending: 'rejected', client: { helo: 'mail.example.com' } },
    ],
    [
      'one recipient of it is rejected',
      [
        'Nov 10 03:00:00 mailer postfix/smtpd[801]: 4233D579836: reject: RCPT from mx.example.com[192.0.2.25]: 550 5.1.1 <no@example.org>: Recipient address rejected: User unknown; from=<ann@example.com> to=<no@example.org> proto=ESMTP helo=<mail.example.com>',
        queued,
        delivery('bob', 'sent'),
        delivery('cy', 'sent'),
        removed,
      ],
      { state: 'sent', client: { helo: 'mail.example.com' } },
    ],
    ['a check discards it', [cleanup(`discard: header X-Loop: 1 ${from}`)], { state: 'discarded', ending: 'discarded' }],
    [
      'postsuper deletes it',
      [queued, delivery('bob', 'deferred'), postsuper('removed', 4)],
      { state: 'discarded', ending: 'deleted', missing: [] },
    ],
    [
      'postsuper queues it again',
      [queued, delivery('bob', 'deferred'), postsuper('requeued', 4)],
      { state: 'discarded', ending: 'requeued' },
    ],
  ])('when %s', (_, lines, wanted) => {
    expect(only([...head, ...lines])).toMatchObject(wanted);
  });

  test('is filtered where it goes on behind a content filter of this host', () => {
    const filtered = delivery('bob', 'sent')
      .replace('relay=virtual', 'relay=127.0.0.1[127.0.0.1]:10024')
      .replace('(delivered to maildir)', '(250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as 7B2C71E0ABC)');
    const message = only([...head, queued.replace('nrcpt=2', 'nrcpt=1'), filtered, removed]);
    expect(message).toMatchObject({ state: 'filtered', links: [{ kind: 'filter', queueId: '7B2C71E0ABC' }] });
  });
});
