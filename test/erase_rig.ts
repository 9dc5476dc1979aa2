/** Stores that name somebody in every place there is, and what they should be afterwards. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Eraser, type Whom } from '../postfix/privacy/erasure.js';
import { backlogOf } from '../postfix/snapshot/backlog.js';
import type { QueuedMessage } from '../postfix/snapshot/queue.js';
import { snapshotOf } from '../postfix/snapshot/snapshot.js';
import type { EraseWriter } from '../store/erase_port.js';
import { openErase, openWriter } from '../store/open.js';
import { RetentionRig } from './retention_rig.js';
import { documentsOf } from './workshop.js';

export const key = Buffer.alloc(32, 7);
/** Of test/logs, and in the lines below. */
export const person = 'user1@domain.test';
const time = Date.parse('2026-11-23T10:00:00Z');

/** What a log, an attacker and a list server make of one address. */
export const hostileLines = (address: string): string[] => {
  const [local = '', domain = ''] = address.split('@');
  const front = 'Nov 23 10:00:00 mailer ';
  return [
    `postfix/smtpd[12]: NOQUEUE: reject: RCPT from unknown[192.0.2.7]: 450 4.7.1 <${address}>: Helo command rejected: Host not found; from=<${address.toUpperCase()}> to=<x@other.test> proto=ESMTP helo=<${address}>`,
    `postfix/smtpd[12]: warning: unknown[192.0.2.7]: SASL LOGIN authentication failed: authentication failure, sasl_username=${address}`,
    `postfix/smtpd[12]: 70EAEC2330: client=unknown[192.0.2.7], sasl_method=LOGIN, sasl_username=${address}`,
    `postfix/cleanup[13]: 70EAEC2330: message-id=<${address}>`,
    `postfix/qmgr[14]: 70EAEC2330: from=<"${local}"@${domain}>, size=100, nrcpt=3 (queue active)`,
    `postfix/smtp[15]: 70EAEC2330: to=<list-return-${local}=${domain}@lists.test>, relay=mx.lists.test[192.0.2.25]:25, delay=2, delays=0/0/1/1, dsn=5.1.1, status=bounced (host mx.lists.test[192.0.2.25] said: 550 5.1.1 <${address}>: no mailbox ${local} here, see http://spf.test/Why?id=${encodeURIComponent(address)} (in reply to RCPT TO command))`,
    `postfix/smtp[15]: 70EAEC2330: to=<SRS0=HHH=TT=${domain}=${local}@forward.test>, orig_to=<${local}+lists@${domain}>, relay=mx.lists.test[192.0.2.25]:25, delay=2, delays=0/0/1/1, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 4F00000001)`,
    `postfix/smtp[15]: 70EAEC2330: to=<prvs=1234=${local}@${domain}>, relay=mx.lists.test[192.0.2.25]:25, delay=2, delays=0/0/1/1, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 4F00000002)`,
    `postfix/qmgr[14]: 70EAEC2330: removed`,
    // Equal but for the case of the name.
    `postfix/qmgr[14]: 70EAEC2331: from=<${address}>, size=100, nrcpt=1 (queue active)`,
    `postfix/qmgr[14]: 70EAEC2331: from=<${address.toUpperCase()}>, size=100, nrcpt=1 (queue active)`,
    `postfix/smtpd[12]: warning: no grammar knows this, nor <"${address}"@evil.test>, =1+1;'); DROP TABLE lines;--`,
    // Others.
    `postfix/qmgr[14]: 70EAEC2332: from=<x${address}>, size=100, nrcpt=1 (queue active)`,
    `postfix/qmgr[14]: 70EAEC2333: from=<${local}@sub.${domain}>, size=100, nrcpt=1 (queue active)`,
    `postfix/qmgr[14]: 70EAEC2334: from=<${local}@other.test>, size=100, nrcpt=1 (queue active)`,
  ].map((line) => front + line);
};

/** Part of what the lab had, and all that is hostile. */
export const logOf = (address: string): string[] => [
  ...(['faults', 'daemons'] as const).flatMap((name) =>
    readFileSync(join(import.meta.dirname, 'logs', name, 'maillog'), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .slice(0, 120)
      .map((line) => line.replaceAll(person, address)),
  ),
  ...hostileLines(address),
];

/** What a queue holds. */
const queued = (address: string): QueuedMessage[] => [
  {
    queueId: '70EAEC2335',
    state: 'deferred',
    arrival: time,
    size: 10,
    sender: address,
    recipients: [{ address: 'x@other.test', reason: `host mx[192.0.2.1] said: 450 <${address}> no` }],
  } as unknown as QueuedMessage,
];

/** @param lines of the log @param address in what is beside it */
export class EraseRig extends RetentionRig {
  static of(name: 'embedded' | 'cluster', url: string): EraseRig {
    return new EraseRig(name === 'embedded' ? undefined : { url, prefix: `erase-${randomBytes(4).toString('hex')}` });
  }

  async fillWith(lines: readonly string[], address: string): Promise<void> {
    this.workshop.write('maillog', `${lines.join('\n')}\n`);
    this.workshop.write('odd', `no time at all: <${address}>\n`);
    await this.fill(['maillog', 'odd']);
    const store = await openWriter(this.address);
    try {
      const messages = queued(address);
      await store.addSnapshots([
        snapshotOf('queue', { host: 'mailer', time }, { source: 'mailq', whole: true, backlog: backlogOf(messages, time) }, messages),
        snapshotOf('probe', { host: 'mailer', time }, { asked: address, deep: [{ one: [`<${address}>`] }] }),
      ]);
    } finally {
      await store.close();
    }
    await this.retention((retention) =>
      retention.enter({ what: 'hold', id: 'h', time, who: 'op', from: '2020-01', to: '2020-01', reason: `mail of ${address}` }),
    );
  }

  async erase<T>(whom: Whom, remove: boolean, use: (erase: EraseWriter) => Promise<T>): Promise<T> {
    const erase = await openErase(this.address, { eraser: new Eraser(whom, key), remove, mergeFor: 0 }, 'write');
    try {
      return await use(erase);
    } finally {
      await erase.close();
    }
  }

  /** All that can be asked for, but where lines stand in their files, which are longer or shorter. */
  everything() {
    return this.read(async (reader) => {
      const snapshots = await reader.snapshots({ limit: 100 });
      const parts = await Promise.all(snapshots.map(({ id }) => reader.queuedIn(id)));
      const { lines: asides } = await reader.quarantined({ limit: 100 });
      return {
        documents: (await documentsOf(reader)).map(({ log, ...document }) => document).sort(byId),
        messages: [...(await reader.messages({ limit: 10_000 })).messages].sort(byId),
        attempts: [...(await reader.attempts({ limit: 10_000 })).attempts].sort(byId),
        asides: asides.map(({ text }) => text.text),
        ...{ snapshots, parts },
      };
    });
  }
}

const idOf = (one: { readonly id?: string; readonly event?: { readonly id: string } }) => one.id ?? one.event?.id ?? '';
const byId = (a: Parameters<typeof idOf>[0], b: Parameters<typeof idOf>[0]) => (idOf(a) < idOf(b) ? -1 : 1);
