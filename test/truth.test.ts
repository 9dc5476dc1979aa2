/** What the store says of a real log agrees with what the lab that wrote the log knows to be true (truth.json). */
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { importFiles } from '../ingest/import.js';
import type { EventDocument } from '../postfix/document.js';
import { Zone } from '../postfix/zone.js';
import { openWriter } from '../store/open.js';
import type { Writer } from '../store/port.js';

interface Truth {
  /** Address of each relay, by its name. */
  readonly relays: Readonly<Record<string, string>>;
  /** Address of the host that `dest` stands for, which is reached without a relay. */
  readonly direct: string;
  readonly timeline: readonly { readonly time: number; readonly event: string; readonly relay?: string; readonly mode?: string }[];
  readonly injected: readonly { readonly message_id: string }[];
  /** Messages that a relay took: its own record, written before it answered. */
  readonly accepted: readonly {
    readonly time: number;
    readonly relay_ip: string;
    readonly message_id: string;
    readonly recipients: readonly string[];
    readonly queued_as: string;
  }[];
}

const logs = join(import.meta.dirname, 'logs');
const originals = join(import.meta.dirname, '../../shared/logs');
/** Seconds: the lab's timeouts for TCP and for each step of SMTP are 6 and 8; stamps are whole seconds. */
const longestFailure = 10;

/** How a relay in each mode of the lab fails: kind, phase, and how long after the mode ended that can still show. */
const failureOf: Readonly<Record<string, readonly [kind: string, phase: string, lateBy: number]>> = {
  drop: ['connect_timeout', 'connect', longestFailure],
  refuse: ['connection_refused', 'connect', 2],
  busy: ['greeting_refused', 'greeting', 2],
  tar_banner: ['conversation_timeout', 'greeting', longestFailure],
  drop_banner: ['lost_connection', 'greeting', 2],
  tar_ehlo: ['conversation_timeout', 'ehlo', longestFailure],
  tar_mail: ['conversation_timeout', 'mail', longestFailure],
  tar_eod: ['conversation_timeout', 'end_of_data', longestFailure],
  drop_eod: ['lost_connection', 'end_of_data', 2],
  greylist: ['rejected_temporary', 'rcpt', 2],
  reject_data: ['rejected_permanent', 'end_of_data', 2],
  tls_broken: ['tls_failure', 'starttls', 2],
};

/** To the millisecond. */
const seconds = (document: EventDocument) => Date.parse(document['@timestamp']) / 1000;
const bare = (messageId: string) => messageId.replace(/^<(.*)>$/, '$1');

const wayOf = ({ postfix }: EventDocument) => `${postfix?.reason?.kind} ${postfix?.reason?.phase}`;

/** Recipients that no relay of the lab knows are refused at any time. */
const ofPolicy = (document: EventDocument) => /User unknown|no valid recipients/.test(document.message);

for (const name of readdirSync(logs)) {
  const folder = join(logs, name);
  // The lab read UTF-8 as Latin-1 where it wrote down an address.
  const truth = JSON.parse(readFileSync(join(folder, 'truth.json'), 'utf8'), (key, value: unknown) =>
    key === 'recipients' ? (value as string[]).map((address) => Buffer.from(address, 'latin1').toString('utf8')) : value,
  ) as Truth;
  const lines = readFileSync(join(folder, 'maillog'), 'utf8').trimEnd().split('\n');
  const remote = new Set([...Object.values(truth.relays), truth.direct]);

  describe(`the log '${name}'`, () => {
    const temporary = mkdtempSync(join(tmpdir(), 'postscope-truth-'));
    let store: Writer;
    /** Everything in the store, oldest first. */
    let events: readonly EventDocument[];
    /** Message-ID of a delivery's or failure's message. */
    const messageIds = new Map<string, string>();
    const messageIdOf = ({ email }: EventDocument) => messageIds.get(email?.local_id ?? '');

    beforeAll(async () => {
      // A checkout is younger than its log; the copy is as old as the log is.
      const path = join(temporary, 'maillog');
      copyFileSync(join(folder, 'maillog'), path);
      const end = Math.max(...truth.timeline.map(({ time }) => time), ...truth.accepted.map(({ time }) => time)) + 60;
      utimesSync(path, end, end);
      store = await openWriter({ path: join(temporary, 'store.duckdb') });
      const result = await importFiles({
        named: { files: [{ path, stats: statSync(path) }], archives: [], standardInput: false, unusable: [] },
        store,
        zone: new Zone('UTC'),
        defaultHost: 'nowhere',
        now: end * 1000,
      });
      expect(result).toMatchObject({ read: lines.length, stored: lines.length, alreadyThere: 0, quarantined: 0, unusable: [] });
      events = [...(await store.search({ limit: 100_000 })).events].reverse();
      for (const { message_id: id } of [...truth.injected, ...truth.accepted]) {
        for (const queueId of await store.queueIdsOf(id, {})) messageIds.set(queueId, bare(id));
      }
    });

    afterAll(async () => {
      await store?.close();
      rmSync(temporary, { recursive: true, force: true });
    });

    test('is read whole: no line is unrecognised, none is set aside', async () => {
      expect(events.map((event) => event.event.original)).toEqual(lines);
      expect(await store.unrecognized({})).toEqual([]);
      expect(await store.quarantine()).toEqual([]);
    });

    test('every `sent` through a relay is an acceptance of that relay, by message-id and by its queue ID there', async () => {
      const { events: sent } = await store.search({ status: 'sent', limit: 100_000 });
      const remoteSent = sent.filter(({ destination }) => remote.has(destination?.ip ?? ''));
      expect(remoteSent.length).toBeGreaterThan(0);
      for (const delivery of remoteSent) {
        const acceptance = truth.accepted.find(({ queued_as }) => queued_as === delivery.postfix?.queued_as);
        expect(acceptance, delivery.message).toBeDefined();
        expect(acceptance?.relay_ip).toBe(delivery.destination?.ip);
        expect(messageIdOf(delivery), delivery.message).toBe(bare(acceptance?.message_id ?? ''));
        expect(acceptance?.recipients).toContain(delivery.email?.to?.address);
        // The relay's record is written before its answer, and the stamp has no fraction.
        expect(Math.abs((acceptance?.time ?? 0) - seconds(delivery)), delivery.message).toBeLessThan(2);
      }
    });

    test('every acceptance is `sent` there, for each recipient, or a conversation that ended at end of data there', async () => {
      const sentThere = new Map<string, number>();
      for (const acceptance of truth.accepted) {
        const { relay_ip: relay, queued_as: queuedAs, recipients } = acceptance;
        const there = events.filter((event) => event.destination?.ip === relay && messageIdOf(event) === bare(acceptance.message_id));
        const sent = there.filter(({ postfix }) => postfix?.status === 'sent' && postfix.queued_as === queuedAs);
        if (sent.length > 0) {
          expect(sent.map(({ email }) => email?.to?.address).sort()).toEqual([...recipients].sort());
          sentThere.set(relay, (sentThere.get(relay) ?? 0) + sent.length);
          continue;
        }
        const lost = there.filter(
          (event) =>
            /^(conversation_timeout|lost_connection) end_of_data$/.test(wayOf(event)) &&
            seconds(event) > acceptance.time - 1 &&
            seconds(event) < acceptance.time + longestFailure,
        );
        expect(lost.length, JSON.stringify(acceptance)).toBeGreaterThan(0);
        for (const event of lost) expect(event.postfix?.reason?.may_be_double, event.message).toBe('yes');
      }
      const relays = (await store.relays({})).relays.filter(({ relay: { ip }, sent }) => remote.has(ip ?? '') && sent > 0);
      expect(new Map(relays.map(({ relay, sent }) => [relay.ip, sent]))).toEqual(sentThere);
    });

    test("each relay's failures are of the kind and within the time in which the lab made it fail so", async () => {
      const { timeline } = truth;
      const windows = timeline.flatMap(({ time, event, relay, mode }, i) => {
        const failure = failureOf[mode ?? ''];
        if (event !== 'relay mode' || failure === undefined) return [];
        const [kind, phase, lateBy] = failure;
        const end = timeline.slice(i + 1).find((later) => later.event === 'relay mode' && later.relay === relay)?.time;
        return [
          { ip: truth.relays[relay ?? ''] ?? truth.direct, way: `${kind} ${phase}`, from: time - 1, until: (end ?? Infinity) + lateBy },
        ];
      });
      const failed = events.filter(
        (event) => remote.has(event.destination?.ip ?? '') && event.postfix?.reason?.kind !== undefined && !ofPolicy(event),
      );
      for (const event of failed) {
        const { kind, suspended_kind } = event.postfix?.reason ?? {};
        // A suspension goes on after its cause, and repeats it.
        const wanted = kind === 'suspended' ? suspended_kind : kind;
        const fits = windows.filter(
          ({ ip, way, from, until }) =>
            ip === event.destination?.ip &&
            way.split(' ')[0] === wanted &&
            (kind === 'suspended' || way === wayOf(event)) &&
            seconds(event) >= from &&
            seconds(event) <= until + (kind === 'suspended' ? 60 : 0),
        );
        expect(fits.length, `${event['@timestamp']} ${wayOf(event)}: ${event.message}`).toBeGreaterThan(0);
      }
      // And the other way: what was made to fail shows, on one relay at least, as not all were tried in every mode.
      const seen = new Set(failed.map(wayOf));
      const ways = new Set(windows.filter(({ ip }) => ip !== truth.direct).map(({ way }) => way));
      // While tar_eod lasted there, every destination was suspended and none was tried.
      if (name === 'faults') ways.delete('conversation_timeout end_of_data');
      for (const way of ways) expect(seen).toContain(way);
    });

    test('attempts that failed are counted once each', async () => {
      // Counted in the text: what smtp says of a connection by itself, and status lines that tell of a conversation.
      const wanted = new Map<string, number>();
      for (const line of lines) {
        const text = /\/smtp\[\d+\]: (.*)$/.exec(line)?.[1];
        const trial = /^(?:\w+: )?(?:connect to|conversation with|lost connection with|host) [^[]*\[([\d.]+)\]/;
        const status =
          /relay=[^[]*\[([\d.]+)\].* status=(?:deferred|bounced) \((?:conversation with|lost connection with|host|Cannot start)/;
        const ip = trial.exec(text ?? '')?.[1] ?? status.exec(text ?? '')?.[1];
        if (ip !== undefined) wanted.set(ip, (wanted.get(ip) ?? 0) + 1);
      }
      const counted = new Map<string, number>();
      for (const { relay, count } of await store.failures({ by: 'hour', zone: 'UTC' })) {
        if (remote.has(relay.ip ?? '')) counted.set(relay.ip ?? '', (counted.get(relay.ip ?? '') ?? 0) + count);
      }
      expect(counted).toEqual(wanted);
      // A relay stands twice where only some lines name its port.
      const summed = new Map<string, number>();
      for (const { relay, failures, firstFailure, lastFailure } of (await store.relays({})).relays) {
        const ip = relay.ip ?? '';
        if (!remote.has(ip) || failures.length === 0) continue;
        summed.set(
          ip,
          failures.reduce((sum, { count }) => sum + count, summed.get(ip) ?? 0),
        );
        const times = events.filter((event) => event.destination?.ip === ip && event.postfix?.reason?.kind).map(seconds);
        expect(times).toContain(Math.floor(firstFailure ?? 0) / 1000);
        expect(times).toContain(Math.floor(lastFailure ?? 0) / 1000);
      }
      expect(summed).toEqual(wanted);
    });

    test('a trace is every line with that queue ID, oldest first', async () => {
      const ids = [...new Set(events.map(({ email }) => email?.local_id ?? '').filter((id) => id !== ''))];
      for (const id of ids.filter((_, i) => i % Math.ceil(ids.length / 10) === 0)) {
        const traced = (await store.trace(id, {})).map((event) => event.event.original);
        expect(traced).toEqual(lines.filter((line) => line.includes(`]: ${id}: `) || line.includes(`]: warning: ${id}: `)));
      }
    });

    test.runIf(existsSync(originals))('is a copy of the original', () => {
      for (const file of ['maillog', 'truth.json']) {
        expect(readFileSync(join(folder, file)).equals(readFileSync(join(originals, name, file))), file).toBe(true);
      }
    });
  });
}
