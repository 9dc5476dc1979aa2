/** One contract for both stores: a person who was erased is named nowhere, and the store is as if the log had never named them. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Client } from '@elastic/elasticsearch';
import { afterEach, describe, expect, test } from 'vitest';
import { Eraser } from '../postfix/privacy/erasure.js';
import { examine } from '../report/doctor.js';
import { isNobody } from '../store/erase_port.js';
import { Built } from './built.js';
import { EraseRig, key, logOf, person } from './erase_rig.js';
import { expectSame, factsIn, foldedIn, foldedOf } from './folded_store.js';
import { service } from './services/index.js';

const { url = '', missing } = await service('elasticsearch');
const names = missing === undefined ? (['embedded', 'cluster'] as const) : (['embedded'] as const);
const by = { time: Date.parse('2026-11-24T12:00:00Z'), who: 'op' };

/** For half a minute, Elasticsearch keeps what was deleted in its segments; and that is said. */
function expectUntraced(traces: readonly string[]): void {
  expect(traces.filter((trace) => !/^segments of Elasticsearch have \d+ deleted documents/.test(trace))).toEqual([]);
}

/** To the byte, what lies in the indices is what the lines come to. */
async function expectFolded(rig: EraseRig): Promise<void> {
  const { elasticsearch } = rig.address;
  if (elasticsearch === undefined) return;
  const client = new Client({ node: url });
  try {
    expectSame(await foldedIn(client, elasticsearch.prefix), foldedOf(await rig.read(factsIn), elasticsearch.prefix));
  } finally {
    await client.close();
  }
}

describe.each(names)('%s', (name) => {
  const rigs: EraseRig[] = [];
  const made = async (lines: readonly string[], address: string) => {
    const rig = EraseRig.of(name, url);
    rigs.push(rig);
    await rig.fillWith(lines, address);
    return rig;
  };
  afterEach(async () => {
    for (const rig of rigs.splice(0)) await rig.remove();
  });

  test('replaced: the store is that of a log which has the pseudonym, to the byte', async () => {
    const eraser = new Eraser({ address: person }, key);
    const log = logOf(person);
    const rig = await made(log, person);
    const before = await rig.everything();
    const entry = await rig.erase(eraser.whom, false, async (erase) => {
      const naming = await erase.naming();
      const lines = log.filter((line) => eraser.names(line)).length;
      expect(naming).toMatchObject({ lines, snapshots: 2, quarantined: 1, holds: 1 });
      expect(naming.messages).toBe(before.messages.filter((message) => eraser.names(JSON.stringify(message))).length);
      const done = await erase.erase(by, () => {});
      expect(done).toMatchObject({ what: 'erasure', of: eraser.pseudonym, how: 'replaced', found: naming, before: done.after });
      expect(isNobody(await erase.naming())).toBe(true);
      expectUntraced(await erase.traces());
      return done;
    });
    const other = await made(
      log.map((line) => eraser.erase(line)),
      eraser.pseudonym,
    );
    const [after, wanted] = [await rig.everything(), await other.everything()];
    expect(after.documents).toEqual(wanted.documents);
    expect(after.messages).toEqual(wanted.messages);
    expect(after.attempts).toEqual(wanted.attempts);
    expect(after).toEqual(wanted);
    await expectFolded(rig);
    await rig.retention(async (retention) => {
      const log = await retention.retentionLog();
      expect(log.at(-1)).toEqual(entry);
      expect(JSON.stringify(log)).not.toContain(person);
    });
    // What it is found by, too.
    await rig.read(async (reader) => {
      expect(await reader.search({ to: person, limit: 10 })).toEqual({ events: [] });
      expect((await reader.search({ to: eraser.pseudonym, limit: 100 })).events.length).toBe(
        wanted.documents.filter(({ email }) => email?.to?.address === eraser.pseudonym).length,
      );
      expect((await reader.messages({ to: person, limit: 10 })).messages).toEqual([]);
      expect((await examine(reader, {})).disagreeing).toBe(0);
    });
    if (name === 'embedded') for (const bytes of filesOf(rig)) expect(bytes).not.toMatch(/(?<!x)user1@domain\.test/i);
  });

  test.runIf(name === 'cluster')('killed at several moments, it ends as if it had not been', async () => {
    const eraser = new Eraser({ address: person }, key);
    const log = logOf(person);
    const rig = await made(log, person);
    const built = new Built();
    try {
      const options = `{ eraser: new Eraser({ address: '${person}' }, Buffer.alloc(32, 7)), remove: false, mergeFor: 0 }`;
      const script = `import { Eraser } from './postfix/privacy/erasure.js';
        import { openErase } from './store/open.js';
        const erase = await openErase(${JSON.stringify(rig.address)}, ${options}, 'write');
        const say = (what) => process.stderr.write(what);
        await erase.finish(say);
        await erase.erase(${JSON.stringify(by)}, say);`;
      let kills = 0;
      for (const later of [0, 40, 80, 150, 250, 400]) {
        const running = built.script(script);
        await Promise.race([running.says('Erasing'), running.ended]);
        const timer = setTimeout(() => running.process.kill('SIGKILL'), later);
        const { code, stderr } = await running.ended;
        clearTimeout(timer);
        if (code === 'SIGKILL') kills++;
        else expect(code, stderr).toBe(0);
      }
      expect(kills).toBeGreaterThan(2);
    } finally {
      built.remove();
    }
    await rig.erase(eraser.whom, false, async (erase) => {
      await erase.finish(() => {});
      if (!isNobody(await erase.naming())) await erase.erase(by, () => {});
    });
    const other = await made(
      log.map((line) => eraser.erase(line)),
      eraser.pseudonym,
    );
    expect(await rig.everything()).toEqual(await other.everything());
    await expectFolded(rig);
  });

  test('a domain: no address of it is left, hosts and other domains are', async () => {
    const eraser = new Eraser({ domain: 'Domain.TEST.'.replace(/\.$/, '') }, key);
    const rig = await made(logOf(person), person);
    await rig.erase(eraser.whom, false, async (erase) => {
      await erase.erase(by, () => {});
      expect(isNobody(await erase.naming())).toBe(true);
      expectUntraced(await erase.traces());
    });
    const text = JSON.stringify(await rig.everything());
    expect(text).not.toMatch(/[@=]domain\.test/i);
    expect(text).toContain('@sub.domain.test');
    expect(text).toContain('@dest.test');
  });

  test('removed: lines and messages go whole, and no others', async () => {
    const eraser = new Eraser({ address: person }, key);
    const log = logOf(person);
    const rig = await made(log, person);
    const before = await rig.everything();
    const entry = await rig.erase(eraser.whom, true, async (erase) => {
      const naming = await erase.naming();
      const done = await erase.erase(by, () => {});
      expect(done.found).toEqual(naming);
      expect(isNobody(await erase.naming())).toBe(true);
      return done;
    });
    const after = await rig.everything();
    const gone = before.messages.filter((message) => eraser.names(JSON.stringify(message)));
    expect(gone.length).toBeGreaterThan(5);
    const ids = new Set(gone.map(({ id }) => id));
    expect(after.messages.map(({ id }) => id)).toEqual(before.messages.map(({ id }) => id).filter((id) => !ids.has(id)));
    expect(after.attempts).toEqual(before.attempts.filter(({ message }) => message === undefined || !ids.has(message)));
    const queues = new Set(gone.map(({ queueId }) => queueId));
    const left = new Set(after.documents.map(({ event }) => event.id));
    for (const { event, email } of before.documents) {
      if (queues.has(email?.local_id ?? '') || eraser.names(event.original ?? '')) expect(left, event.original).not.toContain(event.id);
    }
    expect(entry.found.lines).toBe(before.documents.length - after.documents.length);
    expect(entry.after?.events).toBe(after.documents.length);
    expect(after.asides).toEqual([]);
    await rig.read(async (reader) => {
      const { totals, stored, gone: taken, disagreeing } = await examine(reader, {});
      expect(disagreeing).toBe(0);
      expect(totals.lines).toBe(stored - taken);
    });
    if (name === 'embedded') for (const bytes of filesOf(rig)) expect(bytes).not.toMatch(/(?<!x)user1@domain\.test/i);
  });
});

/** All that lies where the store is. */
function filesOf(rig: EraseRig): string[] {
  const folder = dirname(rig.workshop.store);
  return readdirSync(folder).map((name) => readFileSync(join(folder, name), 'latin1'));
}
