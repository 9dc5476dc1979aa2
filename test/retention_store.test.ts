/** One contract for both stores: what goes, what stays, and what is written down of it. */
import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, test } from 'vitest';
import { examine } from '../report/doctor.js';
import { holdsOf, keptKinds, monthOf, monthsBetween } from '../store/retention_port.js';
import { allOf, type Contents, mail, RetentionRig } from './retention_rig.js';
import { service } from './services/index.js';

const { url = '', missing } = await service('elasticsearch');

const stores = [
  ['embedded', true],
  ['cluster', missing === undefined],
] as const;

const by = { time: Date.parse('2026-11-24T12:00:00Z'), who: 'op', keep: '1mo' };

/** Whether a message stays, as the port promises it. */
const stays = (gone: readonly string[]) => (message: Contents['messages'][number]) =>
  monthsBetween(monthOf(message.arrival ?? message.firstLine), monthOf(message.lastLine)).some((month) => !gone.includes(month));

/** What is to be left of a store, and how many of what there was. */
function leftOf({ lines, messages, attempts }: Contents, gone: readonly string[], name: string): Contents {
  const left = messages.filter(stays(gone));
  const ids = new Set(left.map(({ id }) => id));
  const queues = new Set(name === 'embedded' ? left.map(({ queueId }) => queueId) : []);
  return {
    lines: lines.filter((line) => !gone.includes(line.slice(0, 7)) || queues.has(line.slice(11))),
    messages: left,
    attempts: attempts.filter(({ message, time }) => (message === undefined ? !gone.includes(monthOf(time)) : ids.has(message))),
  };
}

describe.each(stores.filter(([, there]) => there))('%s', (name) => {
  const rigs: RetentionRig[] = [];
  const made = async () => {
    const rig = new RetentionRig(name === 'embedded' ? undefined : { url, prefix: `retention-${randomBytes(4).toString('hex')}` });
    rigs.push(rig);
    await rig.fill();
    return rig;
  };
  afterEach(async () => {
    for (const rig of rigs.splice(0)) await rig.remove();
  });

  test('months go, messages that go on in another stay whole, the record says so, and a second time nothing is left to do', async () => {
    const rig = await made();
    const before = await rig.contents();
    expect(before.messages).toHaveLength(93);
    const gone = ['2026-08', '2026-09'];
    const entry = await rig.retention((retention) => retention.take(allOf(...gone), by));
    const after = await rig.contents();
    expect(after).toEqual(leftOf(before, gone, name));
    // Those over the end of September stay, those over the end of August do not: both of their months go.
    expect(after.messages.filter(({ arrival = 0 }) => monthOf(arrival) === '2026-09').map(({ queueId }) => queueId)).toHaveLength(3);
    expect(after.messages.filter(({ arrival = 0 }) => monthOf(arrival) === '2026-08')).toEqual([]);
    const counts = ({ lines, messages, attempts }: Contents, snapshots: number) => ({
      ...{ events: lines.length, messages: messages.length, attempts: attempts.length, snapshots },
    });
    expect(entry).toMatchObject({ what: 'deletion', who: 'op', keep: '1mo', before: counts(before, 4), after: counts(after, 2) });
    for (const kind of keptKinds) {
      expect(entry.tolls.reduce((sum, { counts: of }) => sum + of[kind], 0)).toBe(entry.before[kind] - (entry.after?.[kind] ?? 0));
    }
    expect(entry.files.reduce((sum, { lines }) => sum + lines, 0)).toBe(before.lines.length - after.lines.length);
    await rig.retention(async (retention) => {
      await retention.finish(new Set());
      expect(await retention.tolls(allOf(...gone))).toEqual([]);
      expect(await retention.retentionLog()).toEqual([entry]);
    });
    expect(await rig.contents()).toEqual(after);
    await rig.read(async (reader) => {
      const { disagreeing, totals, stored, gone: taken } = await examine(reader, {});
      expect(disagreeing).toBe(0);
      expect(totals.lines).toBe(stored - taken);
      const { snapshots } = reader;
      expect((await snapshots.call(reader, { limit: 10 })).map(({ time }) => monthOf(time))).toEqual(['2026-11', '2026-10']);
    });
  });

  test('a month under a hold stays between months that go, with what reaches it from before and goes on behind it', async () => {
    const rig = await made();
    const before = await rig.contents();
    const hold = { what: 'hold', id: 'h1', time: 1, who: 'op', from: '2026-09', to: '2026-09', reason: 'an investigation' } as const;
    await rig.retention(async (retention) => {
      await retention.enter(hold);
      expect(holdsOf(await retention.retentionLog())).toEqual([hold]);
      await retention.take(allOf('2026-08', '2026-10'), by);
    });
    const kept = leftOf(before, ['2026-08', '2026-10'], name);
    expect(await rig.contents()).toEqual(kept);
    const release = { what: 'release', id: 'r1', time: 2, who: 'op', from: '2026-09', to: '2026-09' } as const;
    await rig.retention(async (retention) => {
      await retention.enter(release);
      expect(holdsOf(await retention.retentionLog())).toEqual([]);
      await retention.take(allOf('2026-08', '2026-09', '2026-10'), by);
      expect((await retention.retentionLog()).map(({ what }) => what)).toEqual(['hold', 'release', 'deletion', 'deletion']);
    });
    expect(await rig.contents()).toEqual(leftOf(before, ['2026-08', '2026-09', '2026-10'], name));
  });

  test('kinds may go sooner: attempts without their messages, messages without their lines', async () => {
    const rig = await made();
    const before = await rig.contents();
    await rig.retention((retention) => retention.take({ ...allOf(), attempts: ['2026-08'] }, by));
    const first = leftOf(before, ['2026-08'], name);
    expect(await rig.contents()).toEqual({ ...before, attempts: first.attempts });
    await rig.retention((retention) => retention.take({ ...allOf(), messages: ['2026-08'], attempts: ['2026-08'] }, by));
    expect(await rig.contents()).toEqual({ ...first, lines: before.lines });
  });

  test('a log of which no line is left of a month that stays is read again, and comes back whole', async () => {
    const rig = await made();
    const before = await rig.contents();
    await rig.retention((retention) => retention.take(allOf('2026-08'), by));
    const again = await rig.fill(['maillog-2026-08', 'maillog-2026-09']);
    expect(again.files.map(({ known }) => known)).toEqual([false, true]);
    expect(again.files[0]?.notes.join()).toContain('retention had deleted');
    expect(await rig.contents()).toEqual(before);
    await rig.read(async (reader) => {
      const { disagreeing, totals, stored, gone } = await examine(reader, {});
      expect(disagreeing).toBe(0);
      expect(totals.lines).toBe(stored - gone);
    });
  });

  test.runIf(name === 'embedded')('more messages than DuckDB hands over at once stay whole over the end of a month', async () => {
    const rig = await made();
    const end = Date.parse('2026-09-01T00:00:00Z');
    const id = (n: number) => `9${n.toString(16).toUpperCase().padStart(9, '0')}`;
    const lines = Array.from({ length: 3_000 }, (_, n) =>
      mail(id(n), end - 3_600_000 + n * 500, end - 1_800_000 + n * 500, end + 60_000 + n * 500),
    ).flat();
    rig.workshop.write(
      'many',
      `${lines
        .sort((a, b) => a.time - b.time)
        .map(({ line }) => line)
        .join('\n')}\n`,
    );
    await rig.fill(['many']);
    const before = await rig.contents();
    await rig.retention((retention) => retention.take(allOf('2026-08'), by));
    const after = await rig.contents();
    const left = leftOf(before, ['2026-08'], name);
    expect(after.messages.map(({ id }) => id)).toEqual(left.messages.map(({ id }) => id));
    expect(after.lines).toEqual(left.lines);
  });

  test('everything may go, and what comes in afterwards is folded', async () => {
    const rig = await made();
    await rig.retention((retention) => retention.take(allOf('2026-08', '2026-09', '2026-10', '2026-11'), by));
    const empty = await rig.contents();
    expect(empty).toEqual({ lines: [], messages: [], attempts: [] });
    rig.workshop.write('new', 'Nov 23 10:00:00 mailer postfix/qmgr[5]: 5F00000006: from=<>, size=2340, nrcpt=1 (queue active)\n');
    await rig.fill(['new']);
    expect((await rig.contents()).messages.map(({ queueId }) => queueId)).toEqual(['5F00000006']);
  });
});

describe.skipIf(missing !== undefined)('indices', () => {
  test('that are not ours by their name and their mark are never deleted', async () => {
    const prefix = `retention-${randomBytes(4).toString('hex')}`;
    const rig = new RetentionRig({ url, prefix });
    try {
      await rig.fill();
      const mark = { managed_by: 'postscope', version: 2 };
      const others = [`${prefix}-events-2026.08x`, `${prefix}-events-2026.13`, `${prefix}2-events-2026.08`, `${prefix}-events-2026.08-old`];
      for (const other of others) await rig.makeIndex(other, mark);
      // As ours is called, and made by somebody else.
      await rig.makeIndex(`${prefix}-snapshots-2026.07`, { managed_by: 'somebody' });
      const before = await rig.indices();
      await rig.retention(async (retention) => {
        expect((await retention.stock()).foreign).toEqual([`${prefix}-snapshots-2026.07`]);
        await retention.take(allOf('2026-07', '2026-08', '2026-13'), by);
      });
      const ours = ['events', 'messages', 'attempts', 'snapshots'].map((kind) => `${prefix}-${kind}-2026.08`);
      expect(await rig.indices()).toEqual(before.filter((index) => !ours.includes(index)));
    } finally {
      await rig.remove();
    }
  });
});
