/** One contract for both stores: a month that was archived, deleted and taken back is as it was, and can be asked where it lies. */
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { importFiles } from '../ingest/import.js';
import { expand } from '../ingest/paths.js';
import type { EventDocument } from '../postfix/document.js';
import { Zone } from '../postfix/zone.js';
import { examine } from '../report/doctor.js';
import type { Archived } from '../store/archive_port.js';
import { openReader, openWriter } from '../store/open.js';
import type { Reader, Scope } from '../store/port.js';
import { endOfMonth, startOfMonth } from '../store/retention_port.js';
import { allOf, months, RetentionRig } from './retention_rig.js';
import { service } from './services/index.js';
import { documentsOf, expectBalanced, now } from './workshop.js';

const { url = '', missing } = await service('elasticsearch');

const stores = [
  ['embedded', true],
  ['cluster', missing === undefined],
] as const;

const by = { time: Date.parse('2026-11-24T12:00:00Z'), who: 'op', keep: '1mo' };

/** Everything that a reader can be asked, of a period. */
async function answers(reader: Reader, scope: Scope) {
  const over = { ...scope, by: 'day', zone: 'UTC' } as const;
  return {
    lines: (await reader.search({ ...scope, limit: 10_000 })).events,
    messages: (await reader.messages({ ...scope, limit: 10_000 })).messages,
    attempts: (await reader.attempts({ ...scope, limit: 10_000 })).attempts,
    failures: await reader.failures(over),
    relays: await reader.relays(scope),
    delays: await reader.delays(over),
    reasons: await reader.reasons({ ...scope, limit: 100 }),
    coverage: await reader.coverage(scope),
    unrecognized: await reader.unrecognized(scope),
    tries: await reader.tries(over),
    rests: await reader.rests(over),
    messageCounts: await reader.messageCounts(over),
    snapshots: await reader.snapshots({ ...scope, limit: 100 }),
    unfolded: await reader.unfolded(),
  };
}

const of = (month: string): Scope => ({ since: startOfMonth(month), until: endOfMonth(month) });

async function inPlace<T>(path: string, ask: (reader: Reader) => Promise<T>): Promise<T> {
  const reader = await openReader({ path });
  try {
    return await ask(reader);
  } finally {
    await reader.close();
  }
}

async function archive(rig: RetentionRig, month: string, folder = rig.workshop.path('archives')): Promise<Archived> {
  await rig.refresh();
  return rig.retention((retention) => retention.archive({ month, folder, time: by.time, who: 'op', version: '0' }));
}

async function take(rig: RetentionRig, ...paths: string[]) {
  const store = await openWriter(rig.address);
  try {
    const named = await expand(paths, rig.workshop.folder);
    const result = await importFiles({ named, store, zone: new Zone('UTC'), defaultHost: 'localhost', now });
    await store.fold?.();
    expect(result.unusable).toEqual([]);
    expectBalanced(await store.sources());
    return result;
  } finally {
    await store.close();
  }
}

describe.each(stores.filter(([, there]) => there))('%s', (name) => {
  const rigs: RetentionRig[] = [];
  const made = async (kind: string = name) => {
    const rig = new RetentionRig(kind === 'embedded' ? undefined : { url, prefix: `archive-${randomBytes(4).toString('hex')}` });
    rigs.push(rig);
    await rig.fill();
    return rig;
  };
  afterEach(async () => {
    for (const rig of rigs.splice(0)) await rig.remove();
  });

  test('months that are archived, deleted and taken back are as they were, and taken twice they add nothing', async () => {
    const rig = await made();
    const before = await rig.read((reader) => answers(reader, {}));
    const gone = months.slice(0, 2);
    const archives = [];
    for (const month of gone) archives.push(await archive(rig, month));
    expect(await rig.read((reader) => answers(reader, {}))).toEqual(before);
    await rig.retention((retention) => retention.take(allOf(...gone), by));
    expect((await rig.contents()).lines.length).toBeLessThan(before.lines.length);
    const taken = await take(rig, 'archives');
    expect(await rig.read((reader) => answers(reader, {}))).toEqual(before);
    // A line that is of two archives, or was not deleted as its message stays, is there already.
    const lines = archives.reduce((sum, { manifest: { counts, companions } }) => sum + counts.events + companions, 0);
    expect(taken).toMatchObject({ read: lines, quarantined: 0 });
    expect(taken.files.map(({ path }) => path)).toEqual(archives.map(({ path }) => path));
    expect(await take(rig, 'archives')).toMatchObject({ read: lines, stored: 0, alreadyThere: lines });
    expect(await rig.read((reader) => answers(reader, {}))).toEqual(before);
    await rig.read(async (reader) => {
      const { disagreeing, totals, stored, gone: deleted } = await examine(reader, {});
      expect(disagreeing).toBe(0);
      expect(totals.lines).toBe(stored - deleted);
    });
    // The log itself adds nothing either.
    expect(await take(rig, `maillog-${months[0]}`)).toMatchObject({ stored: 0 });
  });

  test('where it lies it answers about its month as the store does', async () => {
    const rig = await made();
    for (const month of [months[1], months[3]]) {
      const { path, manifest } = await archive(rig, month);
      const wanted = await rig.read((reader) => answers(reader, of(month)));
      const got = await inPlace(path, (reader) => answers(reader, of(month)));
      expect(got).toEqual(wanted);
      expect(manifest).toMatchObject({ month, hosts: ['mailer'], counts: { events: wanted.lines.length, snapshots: 1 } });
      expect(manifest.counts.messages).toBe(wanted.messages.length);
      expect(manifest.counts.attempts).toBe(wanted.attempts.length);
      await inPlace(path, async (reader) => {
        // Messages that began in the month before are whole.
        const [early] = wanted.attempts.filter(({ message }) => !wanted.messages.some(({ id }) => id === message));
        const ids = early?.message === undefined ? [] : [early.message];
        const [whole] = (await reader.messages({ ids, limit: 1 })).messages;
        expect(whole).toEqual(await rig.read(async (store) => (await store.messages({ ids, limit: 1 })).messages[0]));
        const sources = await reader.sources();
        expectBalanced(sources);
        expect(sources.reduce((sum, { read }) => sum + read, 0)).toBe(manifest.counts.events + manifest.companions);
        expect((await reader.totals({})).bytes).toBe(manifest.files.reduce((sum, { bytes }) => sum + bytes, 0));
      });
    }
  });

  test('the record has each archive once; one that is there and has all is left as it is', async () => {
    const rig = await made();
    const first = await archive(rig, months[0]);
    expect(first.known).toBe(false);
    expect(await archive(rig, months[0])).toEqual({ ...first, known: true });
    const log = await rig.retention((retention) => retention.retentionLog());
    const { counts } = first.manifest;
    expect(log).toMatchObject([{ what: 'archive', month: months[0], path: first.path, sha256: first.sha256, who: 'op', counts }]);
    expect(readdirSync(rig.workshop.path('archives'))).toEqual([months[0]]);
    // What is left of the month when its messages go on in the next is in its archive too.
    await rig.retention((retention) => retention.take(allOf(months[0]), by));
    if (name === 'embedded') expect(await archive(rig, months[0])).toEqual({ ...first, known: true });
  });

  test('a month that is not there is refused, and nothing is left of it', async () => {
    const rig = await made();
    await expect(archive(rig, '2020-01')).rejects.toThrow('the store has nothing of 2020-01: it has 2026-08 to 2026-11');
    expect(existsSync(rig.workshop.path('archives/2020-01'))).toBe(false);
    expect(await rig.retention((retention) => retention.retentionLog())).toEqual([]);
  });

  test.runIf(name === 'cluster')('it is the archive that an embedded store with the same lines gives, and goes into either', async () => {
    const [cluster, file] = [await made(), await made('embedded')];
    const plain = (documents: readonly EventDocument[], { workshop }: RetentionRig) =>
      documents.map((one) => ({ ...one, log: { ...one.log, file: { path: one.log.file.path.replace(workshop.folder, '') } } }));
    for (const month of months.slice(1, 3)) {
      const [one, other] = [await archive(cluster, month), await archive(file, month)];
      const { counts, companions, hosts, first, last } = other.manifest;
      expect(one.manifest).toMatchObject({ counts, companions, hosts, first, last });
      const kinds = ['lines', 'deliveries', 'messages', 'attempts', 'rests', 'hours', 'unrecognized', 'sources', 'snapshots'];
      const rows = ({ files }: Archived['manifest']) =>
        files.filter((file) => kinds.includes(file.name.replace('.parquet', ''))).map((file) => [file.name, file.rows]);
      expect(rows(one.manifest)).toEqual(rows(other.manifest));
      const [mine, theirs] = [
        await inPlace(one.path, (reader) => answers(reader, {})),
        await inPlace(other.path, (reader) => answers(reader, {})),
      ];
      expect(plain(mine.lines, cluster)).toEqual(plain(theirs.lines, file));
      expect({ ...mine, lines: [] }).toEqual({ ...theirs, lines: [] });
    }
    const whole = await cluster.read(documentsOf);
    expect(await take(file, cluster.workshop.path('archives'))).toMatchObject({ stored: 0, quarantined: 0 });
    const paths = new Set((await file.read(documentsOf)).map(({ log }) => log.file.path));
    // The same lines: they were there, whatever their path.
    expect([...paths].some((path) => path.startsWith(cluster.workshop.folder))).toBe(false);
    expect((await file.read(documentsOf)).map(({ event }) => event.id).sort()).toEqual(whole.map(({ event }) => event.id).sort());
  });
});
