/** Every attempt at one relay, for its owner: as many as there were, with the relay's own queue IDs, and nothing that a sender wrote runs. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { addressesAs } from '../report/evidence.js';
import { run } from './fake_reader.js';
import { referenceReader } from './reference_reader.js';

const folder = mkdtempSync(join(tmpdir(), 'postscope-evidence-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const path = join(import.meta.dirname, 'logs/incident');
const reader = referenceReader(readFileSync(join(path, 'maillog'), 'utf8'));
const truth = JSON.parse(readFileSync(join(path, 'truth.json'), 'utf8')) as {
  readonly accepted: readonly { readonly relay_ip: string; readonly queued_as: string; readonly message_id: string }[];
};
const bare = (messageId: string) => messageId.replace(/^<(.*)>$/, '$1');

const csvRows = (text: string) => {
  const [head = '', ...rows] = text.trimEnd().split('\n');
  const names = head.split(',');
  return rows.map((row) => Object.fromEntries(row.split(',').map((cell, i) => [names[i], cell])));
};

describe('postscope evidence', () => {
  test('has every attempt once, with the queue ID that the relay itself wrote down', async () => {
    const { out, code } = await run(reader, ['evidence', '--relay', '10.50.0.102', '--zone', 'UTC', '--csv']);
    expect(code).toBe(0);
    const rows = csvRows(out);
    const { attempts } = await reader.attempts({ relay: '10.50.0.102', limit: 1000 });
    expect(rows.length).toBe(attempts.length);
    expect(rows.map(({ time }) => time)).toEqual([...rows.map(({ time }) => time)].sort());
    const accepted = truth.accepted.filter(({ relay_ip: ip }) => ip === '10.50.0.102');
    const sent = rows.filter(({ outcome }) => outcome === 'sent');
    expect(sent.length).toBeGreaterThan(20);
    for (const { remote_queue_id: id, message_id: messageId } of sent) {
      expect(bare(accepted.find(({ queued_as }) => queued_as === id)?.message_id ?? '')).toBe(messageId);
    }
    // What it took and never said so: the owner finds the message by its message-id.
    const doubtful = rows.filter(({ may_be_double: double }) => double === 'yes');
    expect(doubtful.length).toBe(10);
    for (const { message_id: id } of doubtful) expect(accepted.some(({ message_id }) => bare(message_id) === id)).toBe(true);
    for (const { time, own_host: host, address } of rows) {
      expect(time).toMatch(/\+00:00$/);
      expect([host, address]).toEqual(['mailer', '10.50.0.102']);
    }
  });

  test('takes any name of the relay, and counts what it shows', async () => {
    const { out, err } = await run(reader, ['evidence', '--relay', 'relay102', '--zone', 'Europe/Berlin']);
    expect(out).toContain('+01:00');
    expect(out).toContain('timed out at end of data');
    expect(err).toMatch(/42 attempts from 2026-11-24T04:05:32\+01:00 .*: 31 taken, 11 failed/);
    expect(err).toContain('After 10 the relay may have a message that was sent again');
  });

  test('leaves addresses out, or makes words of them, in the answers of relays too', async () => {
    const greylisted = referenceReader(
      readFileSync(join(import.meta.dirname, 'logs/faults/maillog'), 'utf8')
        .split('\n')
        .filter((line) => line.includes('smtp['))
        .join('\n'),
    );
    const argv = ['evidence', '--relay', 'relay102', '--json'];
    const full = (await run(greylisted, argv)).out;
    expect(full).toMatch(/Recipient address rejected/);
    expect(full).toMatch(/person\d+@partner\d/);
    for (const mode of ['hash', 'none']) {
      const { out } = await run(greylisted, [...argv, '--addresses', mode]);
      const rows = out
        .trimEnd()
        .split('\n')
        .map((row) => JSON.parse(row));
      for (const { recipients, text, sender } of rows) {
        expect(JSON.stringify([recipients, text, sender])).not.toMatch(/@partner|person\d/);
        if (mode === 'hash') for (const one of recipients) expect(one).toMatch(/^address-[\da-f]{12}$/);
        else expect(recipients).toEqual([]);
      }
    }
  });

  test('hashes are the same throughout one export and others in the next', () => {
    const [one, next] = [addressesAs('hash'), addressesAs('hash')];
    expect(one('Bob@Example.com')).toBe(one('bob@example.com'));
    expect(one('bob@example.com')).not.toBe(one('carol@example.com'));
    expect(one('bob@example.com')).not.toBe(next('bob@example.com'));
    expect(one('')).toBe('');
  });

  test('nothing that a sender or a relay wrote runs in the page, in a spreadsheet or in a terminal', async () => {
    const evil = '<script>alert(1)</script>';
    const log = [
      `Nov 24 03:00:00 mailer postfix/smtpd[1]: 3F2A81C04D: client=x[192.0.2.1]`,
      `Nov 24 03:00:00 mailer postfix/cleanup[2]: 3F2A81C04D: message-id=<=cmd|${evil}@x>`,
      `Nov 24 03:00:00 mailer postfix/qmgr[3]: 3F2A81C04D: from=<"${evil}"@example.com>, size=10, nrcpt=1 (queue active)`,
      `Nov 24 03:00:01 mailer postfix/smtp[4]: 3F2A81C04D: to=<=1+1@example.com>, relay=mx.example.com[192.0.2.25]:25, delay=1, delays=0/0/0/1, dsn=4.0.0, status=deferred (host mx.example.com[192.0.2.25] said: 450 4.2.0 ${evil}" onload="x \x1b]0;owned\x07 (in reply to RCPT TO command))`,
    ].join('\n');
    const hostile = referenceReader(log);
    const page = join(folder, 'page.html');
    const written = await run(hostile, ['evidence', '--relay', 'mx.example.com', '--html', page]);
    expect(written).toMatchObject({ code: 0, out: '' });
    const html = readFileSync(page, 'utf8');
    expect(html).not.toMatch(/<script|" onload="/);
    expect(html).toContain('&lt;script&gt;');
    expect(html).toContain("default-src 'none'");
    expect(html).not.toMatch(/(?:src|href)=/);
    expect(html.trimEnd().endsWith('</html>')).toBe(true);
    const { out: csv } = await run(hostile, ['evidence', '--relay', 'mx.example.com', '--csv']);
    expect(csv).toContain("'=1+1@example.com");
    const { out: text } = await run(hostile, ['evidence', '--relay', 'mx.example.com'], { terminal: 80 });
    expect(text.replace(/\x1b\[\d+m/g, '')).not.toMatch(/[\x1b\x07]/);
  });

  test('says in a sentence where there is nothing, or nowhere to write', async () => {
    const none = await run(reader, ['evidence', '--relay', 'nobody.example.net']);
    expect(none).toMatchObject({ code: 0, out: '' });
    expect(none.err).toContain('No attempt at nobody.example.net in this period.');
    const nowhere = await run(reader, ['evidence', '--relay', 'relay102', '--html', join(folder, 'no/such/folder/page.html')]);
    expect(nowhere.code).toBe(1);
    expect(nowhere.err).toContain('cannot be written');
    expect((await run(reader, ['evidence'])).code).toBe(2);
  });
});
