/**
 * Writing into the embedded store. Lines are gathered as rows in files beside the store; a commit hands the files to
 * DuckDB, which takes rows, books and progress in one transaction, on threads of its own, while new rows are gathered.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isAttempt } from '../../postfix/attempt.js';
import { relayOf } from '../../postfix/document.js';
import type { Fields } from '../../postfix/fields.js';
import { type Event, type Speaker, unrecognized } from '../../postfix/parse.js';
import type { Matcher } from '../../postfix/pattern.js';
import { type KeptText, StandingText } from '../../postfix/text.js';
import { asideId } from '../aside.js';
import { diskFull, isDiskFull } from '../errors.js';
import type { Account, Aside, Place, Position, Progress, Receipt, Source } from '../port.js';
import { memoryLimits, type OpenStore } from './connect.js';
import { FoldBeside } from './fold_beside.js';
import { literal } from './literal.js';
import type { LastRows } from './live_fold.js';
import { identity, markOf } from './mark.js';
import { resultNumbering } from './message_rows.js';
import { Numbering, Recent } from './numbering.js';
import { RowFile, readRows, rowBufferSize } from './rows.js';
import { ofHost } from './scope.js';
import { extend, overlaps, type Span } from './spans.js';
import { unsummed } from './sums.js';
import { BlockTerms, byQueueId, findables, linesPerBlock, printOf } from './terms.js';

const lineColumns = { n: 'BIGINT', time: 'BIGINT', origin: 'INTEGER', offset: 'BIGINT', mark: 'INTEGER', line: 'VARCHAR' } as const;
const termColumns = { print: 'INTEGER', block: 'BIGINT' } as const;
const unrecognizedColumns = { n: 'BIGINT', time: 'BIGINT', origin: 'INTEGER' } as const;

const deliveryColumns = {
  n: 'BIGINT',
  time: 'BIGINT',
  origin: 'INTEGER',
  relay: 'INTEGER',
  outcome: 'INTEGER',
  delay: 'BIGINT',
  a: 'BIGINT',
  b: 'BIGINT',
  c: 'BIGINT',
  d: 'BIGINT',
} as const;

/** Who wrote a line, by number, and what its program is found by. */
interface KnownOrigin extends FewValued {
  readonly id: number;
}

/** A value of few: its prints, and the block for which they were written last. */
interface FewValued {
  readonly prints: readonly number[];
  block: number;
}

/** What the lines of a pattern are found by. */
interface KnownPattern extends FewValued {
  /** Fields that are terms, and their number among those that the scanner finds. One that stands twice may give a term too many. */
  readonly findable: readonly { readonly name: keyof typeof findables; readonly number: number }[];
  /** Whether a line of it may name a relay. */
  readonly relay: boolean;
}

/** A relay as a line names it; `id` is 0 until a delivery does. */
interface KnownRelay {
  id: number;
  /** Of its name, of the first label of that, and of its address. */
  readonly prints: readonly number[];
  readonly host: string;
  readonly ip: string | undefined;
  readonly socket: string | undefined;
  readonly port: number | undefined;
}

interface KnownSource extends Position {
  readonly id: number;
}

type RowKind = 'lines' | 'terms' | 'deliveries' | 'unrecognized';

/** What is gathered for one commit. */
interface Batch {
  readonly lines: RowFile;
  readonly terms: RowFile;
  readonly deliveries: RowFile;
  readonly unrecognized: RowFile;
  readonly firstNumber: number;
  /** Where lines of a source begin. */
  readonly stretches: { readonly first: number; readonly source: number }[];
  lastSource: number;
  /** By host, then by source. */
  readonly spans: Map<string, Map<number, Span>>;
  readonly quarantine: string[];
  /** Ids of lines that leave the quarantine. */
  readonly released: string[];
  /** Books that others keep, by key. */
  readonly accounts: Map<string, Account>;
  readonly quarantined: Map<number, number>;
}

/** The writing half of an embedded store. */
export class DuckDBWriter {
  private readonly origins = new Numbering('origins', { host: 'VARCHAR', program: 'VARCHAR' });
  readonly relays = new Numbering('relays', { host: 'VARCHAR', ip: 'VARCHAR', port: 'INTEGER' });
  /** How attempts ended, as the fold has it. */
  readonly results = resultNumbering();
  private readonly outcomes = new Numbering('outcomes', {
    status: 'VARCHAR',
    kind: 'VARCHAR',
    phase: 'VARCHAR',
    reply_code: 'INTEGER',
    enhanced_code: 'VARCHAR',
    attempt: 'BOOLEAN',
  });
  private readonly recentRelays = new Recent<KnownRelay>();
  private readonly noRelay: KnownRelay = { id: 0, prints: [], host: 'none', ip: undefined, socket: undefined, port: undefined };
  private readonly recentOutcomes = new Recent<
    Pick<Fields, 'status' | 'kind' | 'phase' | 'reply_code' | 'enhanced_code'> & { id: number; attempt: boolean }
  >();
  private readonly numberings = [this.origins, this.relays, this.outcomes, this.results];
  private readonly sources = new Map<string, KnownSource>();
  private readonly freshSources: string[] = [];
  /** By host: where lines of other sources may already be. */
  private readonly spans = new Map<string, Span[]>();
  /** For files beside the store. */
  readonly folder: string;
  private readonly buffers: Record<RowKind, Buffer>[];
  private readonly numberBuffer = Buffer.allocUnsafe(rowBufferSize);
  private nextNumber = 1;
  private nextSource = 1;
  private batches = 0;
  private batch: Batch | undefined;
  private readonly originsByHost = new Map<string, Map<string, KnownOrigin>>();
  /** Those of the speakers that were met last. Files have speakers of their own, and a hostile one has any number. */
  private readonly speakers: ({ readonly speaker: Speaker; readonly origin: KnownOrigin } | undefined)[] = new Array(1024);
  /** By the number of their matcher. */
  private readonly patterns: (KnownPattern | undefined)[] = [];
  private readonly actions = new Map<string, KnownPattern>();
  private readonly blockTerms = new BlockTerms();
  private lastSource: Source | undefined;
  private lastSourceId = 0;
  private lastSpan: Span | undefined;
  /** Makes messages of lines as they come; where it cannot, they are made of what is stored. */
  private live: FoldBeside | undefined;

  private constructor(
    private readonly store: OpenStore,
    path: string,
    private readonly liveMessages: number,
  ) {
    this.folder = `${path}.tmp`;
    // Two sets: one is being filled while the other may still be read.
    const buffer = () => Buffer.allocUnsafe(rowBufferSize);
    this.buffers = [0, 1].map(() => ({ lines: buffer(), terms: buffer(), deliveries: buffer(), unrecognized: buffer() }));
  }

  /** @param liveMessages how many messages a new store commits at once that are made of lines as they come; 0 where none are */
  static async open(store: OpenStore, path: string, liveMessages: number): Promise<DuckDBWriter> {
    const writer = new DuckDBWriter(store, path, liveMessages);
    const { connection } = store;
    // What a process that was killed had gathered; none of it was committed.
    rmSync(writer.folder, { recursive: true, force: true });
    for (const numbering of writer.numberings) await numbering.load(connection);
    const [last] = (
      await connection.runAndReadAll(
        // A number is not given again when its line was deleted: what is below `folded` would never be folded.
        `SELECT greatest((SELECT coalesce(max(n), 0) FROM lines), (SELECT coalesce(max(first), 0) FROM stretches),
          (SELECT max(value::BIGINT) FROM meta WHERE key = 'folded'))`,
      )
    ).getRowsJS();
    writer.nextNumber = Number(last?.[0]) + 1;
    for (const [id, key, offset, complete, tail] of (
      await connection.runAndReadAll('SELECT id, key, "offset", complete, tail FROM sources')
    ).getRowsJS()) {
      writer.sources.set(key as string, { id: Number(id), offset: Number(offset), complete: complete as boolean, tail: tail as string });
      writer.nextSource = Math.max(writer.nextSource, Number(id) + 1);
    }
    for (const [source, host, first, last] of (await connection.runAndReadAll('SELECT source, host, first, last FROM spans')).getRowsJS()) {
      writer.remember({ source: Number(source), host: host as string, first: Number(first), last: Number(last) });
    }
    return writer;
  }

  positionOf(key: string): Position | undefined {
    return this.sources.get(key);
  }

  get pending(): number {
    return this.batch === undefined ? 0 : this.batch.lines.rows + this.batch.quarantine.length;
  }

  add(event: Event, place: Place, kept: KeptText): void {
    const batch = this.gathering();
    const n = this.nextNumber++;
    const micros = Math.round(event.time * 1000);
    const origin = this.originOf(event);
    const source = this.sourceId(place.source);
    this.extendSpan(batch, source, event.host, micros);
    if (source !== batch.lastSource) {
      batch.lastSource = source;
      batch.stretches.push({ first: n, source });
    }
    const { lines } = batch;
    lines.integer(n);
    lines.time(event.time);
    lines.small(origin.id);
    lines.integer(place.offset);
    const plain = place.ordinal === 0 && event.doubt === undefined && kept.encoding !== 'bytes';
    const mark = plain ? 0 : markOf({ ordinal: place.ordinal, doubt: event.doubt, encoding: kept.encoding });
    lines.optional(plain ? undefined : mark);
    if (kept instanceof StandingText) lines.bytes(kept.bytes, kept.from, kept.to);
    else lines.text(kept.text, kept.encoding === 'ascii');
    lines.end();
    const relay = this.addTerms(batch.terms, event, origin, Math.floor(n / linesPerBlock) | 0);
    if (event.action === unrecognized) {
      batch.unrecognized.integer(n);
      batch.unrecognized.time(event.time);
      batch.unrecognized.integer(origin.id);
      batch.unrecognized.end();
    }
    const tells = event.reason !== undefined || event.matcher?.has.status === true;
    const outcome = tells ? this.addDelivery(batch.deliveries, event, n, origin, relay) : undefined;
    if (this.live?.isGivenUp === false) {
      const line = { n, time: micros / 1000, path: place.source.path, offset: place.offset, mark, kept };
      this.live.add(event, line, origin.id, outcome === undefined ? undefined : { outcome, relay });
    }
  }

  /** How a delivery, or an attempt, ended, if that is what the line tells. @returns its number */
  private addDelivery(rows: RowFile, event: Event, n: number, origin: KnownOrigin, relay: KnownRelay | undefined): number | undefined {
    const { fields, reason } = event;
    if (fields.status === undefined && event.action !== 'attempt_failed') return undefined;
    const outcome = this.outcomeId(fields.status, reason, isAttempt(event));
    rows.integer(n);
    rows.time(event.time);
    rows.small(origin.id);
    rows.small(this.relayId(relay ?? this.noRelay));
    rows.small(outcome);
    rows.seconds(fields.delay);
    rows.seconds(fields.delay_a);
    rows.seconds(fields.delay_b);
    rows.seconds(fields.delay_c);
    rows.seconds(fields.delay_d);
    rows.end();
    return outcome;
  }

  /** @returns the relay that the line names */
  private addTerms(terms: RowFile, event: Event, origin: KnownOrigin, block: number): KnownRelay | undefined {
    const { blockTerms } = this;
    blockTerms.enter(block);
    // Who wrote a line, and what it tells of, hardly ever change from line to line.
    if (origin.block !== block) this.addOnce(terms, origin, block);
    const { matcher, text, bytes, queueIdEnd } = event;
    const pattern = matcher === undefined ? this.actionOf(event.action) : this.patternOf(matcher);
    if (pattern.block !== block) this.addOnce(terms, pattern, block);
    if (queueIdEnd >= 0) blockTerms.addPlace(terms, byQueueId, text, bytes, event.queueIdAt, queueIdEnd);
    const { places } = event;
    if (places !== undefined) {
      for (const { name, number } of pattern.findable) {
        const from = places[2 * number] as number;
        if (from >= 0) blockTerms.addPlace(terms, findables[name], text, bytes, from, places[2 * number + 1] as number);
      }
    } else if (matcher !== undefined) {
      for (const name in findables) {
        const value = event.fields[name as keyof typeof findables];
        if (value !== undefined) blockTerms.add(terms, findables[name as keyof typeof findables], value);
      }
    }
    if (matcher?.has.queue_id && event.queueId !== undefined) blockTerms.add(terms, byQueueId, event.queueId);
    if (event.reason === undefined && !pattern.relay) return undefined;
    const named = relayOf(event);
    if (named === undefined) return undefined;
    const relay = this.knownRelay(named);
    for (const print of relay.prints) blockTerms.addPrint(terms, print);
    return relay;
  }

  private addOnce(terms: RowFile, value: FewValued, block: number): void {
    value.block = block;
    for (const print of value.prints) this.blockTerms.addPrint(terms, print);
  }

  private patternOf(matcher: Matcher): KnownPattern {
    let known = this.patterns[matcher.number];
    if (known === undefined) {
      const names = matcher.scanner?.names ?? [];
      const findable = names.flatMap((name, number) => (name in findables ? { name: name as keyof typeof findables, number } : []));
      known = { prints: [printOf('action', matcher.pattern.action)], block: -1, findable, relay: matcher.has.relay_host };
      this.patterns[matcher.number] = known;
    }
    return known;
  }

  private actionOf(action: string): KnownPattern {
    let known = this.actions.get(action);
    if (known === undefined) {
      known = { prints: [printOf('action', action)], block: -1, findable: [], relay: false };
      this.actions.set(action, known);
    }
    return known;
  }

  private originOf({ speaker }: Event): KnownOrigin {
    const slot = speaker.number % this.speakers.length;
    const met = this.speakers[slot];
    if (met?.speaker === speaker) return met.origin;
    const origin = this.newOrigin(speaker);
    this.speakers[slot] = { speaker, origin };
    return origin;
  }

  /** Files have speakers of their own; whom they name may be known. */
  private newOrigin({ host, program, daemon }: Speaker): KnownOrigin {
    let programs = this.originsByHost.get(host);
    if (programs === undefined) {
      programs = new Map();
      this.originsByHost.set(host, programs);
    }
    let origin = programs.get(program);
    if (origin === undefined) {
      const prints = [printOf('program', program)];
      if (daemon !== '' && daemon !== program) prints.push(printOf('program', daemon));
      origin = { id: this.origins.id(`${host}\x01${program}`), prints, block: -1 };
      programs.set(program, origin);
    }
    return origin;
  }

  private knownRelay({ host, ip, socket, port }: RelayNamed): KnownRelay {
    let known = this.recentRelays.find((relay) => relay.ip === ip && relay.host === host && relay.port === port && relay.socket === socket);
    if (known === undefined) {
      const dot = host.indexOf('.');
      const names = [host, ...(dot > 0 ? [host.slice(0, dot)] : []), ...(ip === undefined ? [] : [ip])];
      known = { id: 0, host, ip, socket, port, prints: names.map((name) => printOf('relay', name)) };
      this.recentRelays.add(known);
    }
    return known;
  }

  private relayId(known: KnownRelay): number {
    if (known.id === 0) known.id = this.relays.id(`${known.host}\x01${known.ip ?? known.socket ?? ''}\x01${known.port ?? ''}`);
    return known.id;
  }

  private outcomeId(status: string | undefined, reason: Fields | undefined, attempt: boolean): number {
    const { kind, phase, reply_code, enhanced_code } = reason ?? nothing;
    const recent = this.recentOutcomes.find(
      (outcome) =>
        outcome.reply_code === reply_code &&
        outcome.enhanced_code === enhanced_code &&
        outcome.kind === kind &&
        outcome.phase === phase &&
        outcome.attempt === attempt &&
        outcome.status === status,
    );
    if (recent !== undefined) return recent.id;
    const id = this.outcomes.id(
      `${status ?? ''}\x01${kind ?? ''}\x01${phase ?? ''}\x01${reply_code ?? ''}\x01${enhanced_code ?? ''}\x01${attempt}`,
    );
    this.recentOutcomes.add({ id, status, kind, phase, reply_code, enhanced_code, attempt });
    return id;
  }

  record(account: Account): void {
    const batch = this.gathering();
    const { key } = account.source;
    // Its row comes with this commit, if it is new.
    this.sourceId(account.source);
    const known = batch.accounts.get(key);
    if (known === undefined || known.read <= account.read) batch.accounts.set(key, account);
  }

  release(ids: readonly string[]): void {
    this.gathering().released.push(...ids);
  }

  setAside(line: Aside): void {
    const { reason, why, source: of, offset, ordinal, text, zone, host, anchor } = line;
    const batch = this.gathering();
    const source = this.sourceId(of);
    const id = asideId(line);
    batch.quarantine.push(
      `(${literal(id)},${source},${offset},${ordinal},${literal(reason)},${why === undefined ? 'NULL' : literal(why)},` +
        `${literal(zone)},${literal(host)},${Math.trunc(anchor)},${literal(text.encoding)},${literal(text.text)})`,
    );
    batch.quarantined.set(source, (batch.quarantined.get(source) ?? 0) + 1);
  }

  /**
   * Makes what was gathered, and the progress, durable in one transaction. One commit at a time; after one that failed the
   * writer is of no more use, as what was numbered for it is gone.
   */
  async commit(progress: readonly Progress[]): Promise<Receipt> {
    const batch = this.gathering();
    this.batch = undefined;
    this.lastSpan = undefined;
    for (const file of [batch.lines, batch.terms, batch.deliveries, batch.unrecognized]) file.close();
    const folded = this.live?.isGivenUp === false ? await this.live.cut() : [];
    for (const { source } of progress) this.sourceId(source);
    const spans = spansOf(batch);
    const { doubtful, twins } = this.overlapsOf(spans);
    const isCompared = doubtful.length + twins.length > 0;
    const read = batch.lines.rows;
    let quarantined = 0;
    for (const count of batch.quarantined.values()) quarantined += count;
    // In one go: between two statements DuckDB would wait for JavaScript, which has rows to make.
    const statements = [
      'BEGIN',
      ...this.numberStatements(),
      ...(this.freshSources.length > 0 ? [`INSERT INTO sources VALUES ${this.freshSources.splice(0).join(',')}`] : []),
      ...(read === 0 ? [] : linesStatements(batch, isCompared ? compareStatements(batch, doubtful, twins) : undefined)),
      ...spans.flatMap(spanStatements),
      ...quarantineStatements(batch),
      ...this.booksStatements(batch, progress, isCompared),
      ...this.accountStatements(batch),
      ...folded,
      'COMMIT',
    ];
    const { connection } = this.store;
    try {
      await connection.run(statements.join(';\n'));
      let stored = read;
      if (isCompared) {
        const counted = await connection.runAndReadAll(`SELECT count(*) FROM lines WHERE n >= ${batch.firstNumber}`);
        stored = Number(counted.getRowsJS()[0]?.[0]);
        if (stored < read && this.live?.isGivenUp === false) this.live.giveUp();
      }
      for (const span of spans) this.remember(span);
      for (const { source, offset, complete, tail } of progress) {
        this.sources.set(source.key, { id: this.sourceId(source), offset, complete, tail });
      }
      return { stored, alreadyThere: read - stored, quarantined };
    } catch (error) {
      await connection.run('ROLLBACK').catch(() => {});
      if (isDiskFull(error)) throw diskFull(error);
      throw error;
    }
  }

  /** Resolves when more lines may be added; undefined where they may. */
  get room(): Promise<void> | undefined {
    return this.live?.room;
  }

  /** The fold of all lines there are, if it could be made while they came. From now on, it is not. */
  async finishLiveFold(): Promise<LastRows | undefined> {
    const { live } = this;
    this.live = undefined;
    if (live === undefined || live.isGivenUp) return undefined;
    if (this.pending === 0) return live.finish();
    live.giveUp();
    return undefined;
  }

  /** Where what comes in may be there: from other sources, and in other sources of the same commit. */
  private overlapsOf(spans: readonly Span[]): { doubtful: Span[]; twins: Span[] } {
    return {
      doubtful: spans.flatMap((span) => overlaps(span, this.spans.get(span.host) ?? [])),
      twins: spans.flatMap((span) => overlaps(span, spans)),
    };
  }

  /** Statements that store what was numbered since the last time; to be of the transaction of the rows that use it. */
  numberStatements(): string[] {
    return this.numberings.flatMap((numbering) => numbering.insertStatements(join(this.folder, numbering.table), this.numberBuffer));
  }

  /** Writes down, by source, what was read and what became of it. */
  private booksStatements(batch: Batch, progress: readonly Progress[], isCompared: boolean): string[] {
    // Numbers, or questions for them.
    const stored = new Map<number, string[]>();
    for (const [i, { first, source }] of batch.stretches.entries()) {
      const next = batch.stretches[i + 1]?.first ?? batch.firstNumber + batch.lines.rows;
      const own = isCompared ? `(SELECT count(*) FROM lines WHERE n >= ${first} AND n < ${next})` : String(next - first);
      stored.set(source, [...(stored.get(source) ?? []), own]);
    }
    return progress.flatMap(({ source, offset, complete, tail, read, notes }) => {
      const id = this.sourceId(source);
      const own = `(${(stored.get(id) ?? ['0']).join('+')})`;
      const aside = batch.quarantined.get(id) ?? 0;
      return [
        `UPDATE sources SET "offset" = ${offset}, complete = ${complete}, tail = ${literal(tail)}, read = read + ${read}, stored = stored + ${own},
          already_there = already_there + ${read - aside} - ${own}, quarantined = quarantined + ${aside} WHERE id = ${id}`,
        // A damaged archive says the same at every import.
        ...notes
          .map(literal)
          .map((note) => `UPDATE sources SET notes = list_append(notes, ${note}) WHERE id = ${id} AND NOT list_contains(notes, ${note})`),
      ];
    });
  }

  /** Books that came from elsewhere take the place of older ones. */
  private accountStatements(batch: Batch): string[] {
    return [...batch.accounts.values()].map(
      ({ source, path, read, stored, alreadyThere, quarantined, offset, complete, tail, notes }) =>
        `UPDATE sources SET path = ${literal(path)}, "offset" = ${offset}, complete = ${complete}, tail = ${literal(tail)}, read = ${read},
          stored = ${stored}, already_there = ${alreadyThere}, quarantined = ${quarantined}, notes = [${notes.map(literal).join(',')}]
          WHERE id = ${this.sourceId(source)} AND read <= ${read} AND "offset" <= ${offset}`,
    );
  }

  private gathering(): Batch {
    if (this.batch !== undefined) return this.batch;
    mkdirSync(this.folder, { recursive: true });
    const isNew = this.nextNumber === 1;
    if (isNew && this.liveMessages > 0) {
      this.live = new FoldBeside({ folder: this.folder, commitMessages: this.liveMessages }, this.relays);
    }
    // A block is of one commit.
    this.nextNumber = Math.ceil(this.nextNumber / linesPerBlock) * linesPerBlock;
    const turn = this.batches++;
    const buffers = this.buffers[turn % 2] as Record<RowKind, Buffer>;
    const file = (name: keyof typeof buffers) => new RowFile(join(this.folder, `${name}-${turn % 2}`), buffers[name]);
    this.batch = {
      lines: file('lines'),
      terms: file('terms'),
      deliveries: file('deliveries'),
      unrecognized: file('unrecognized'),
      firstNumber: this.nextNumber,
      stretches: [],
      lastSource: -1,
      spans: new Map(),
      quarantine: [],
      released: [],
      accounts: new Map(),
      quarantined: new Map(),
    };
    return this.batch;
  }

  private sourceId(source: Source): number {
    if (source === this.lastSource) return this.lastSourceId;
    let known = this.sources.get(source.key);
    if (known === undefined) {
      known = { id: this.nextSource++, offset: 0, complete: false, tail: '' };
      this.sources.set(source.key, known);
      this.freshSources.push(`(${known.id},${literal(source.key)},${literal(source.path)},0,false,'',0,0,0,0,[]::VARCHAR[])`);
    }
    this.lastSource = source;
    this.lastSourceId = known.id;
    this.lastSpan = undefined;
    return known.id;
  }

  private extendSpan(batch: Batch, source: number, host: string, micros: number): void {
    let span = this.lastSpan;
    if (span === undefined || span.host !== host || span.source !== source) {
      let ofHost = batch.spans.get(host);
      if (ofHost === undefined) {
        ofHost = new Map();
        batch.spans.set(host, ofHost);
      }
      span = ofHost.get(source);
      if (span === undefined) {
        span = { source, host, first: micros, last: micros };
        ofHost.set(source, span);
      }
      this.lastSpan = span;
    }
    extend(span, micros);
  }

  private remember(span: Span): void {
    const list = this.spans.get(span.host);
    const own = list?.find((other) => other.source === span.source);
    if (own !== undefined) {
      own.first = Math.min(own.first, span.first);
      own.last = Math.max(own.last, span.last);
    } else if (list === undefined) this.spans.set(span.host, [{ ...span }]);
    else list.push({ ...span });
  }

  /** Takes away what lies beside the store while it is written. */
  close(): void {
    if (this.live?.isGivenUp === false) this.live.giveUp();
    // The thread that folds may have opened another file before it ended.
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** The rows of a commit into their tables. @param compare statements that leave in `incoming` those lines that are new */
function linesStatements(batch: Batch, compare: readonly string[] | undefined): string[] {
  const { firstNumber: from, stretches } = batch;
  const fresh = compare === undefined ? '' : 'WHERE n IN (SELECT n FROM incoming)';
  const ifAny = compare === undefined ? '' : 'WHERE EXISTS (FROM incoming)';
  return [
    unsummed,
    ...(compare ?? [`INSERT INTO lines SELECT * FROM ${readRows(batch.lines.path, lineColumns)}`]),
    `INSERT INTO deliveries SELECT * FROM ${readRows(batch.deliveries.path, deliveryColumns)} ${fresh}`,
    ...(batch.unrecognized.rows === 0
      ? []
      : [`INSERT INTO unrecognized SELECT * FROM ${readRows(batch.unrecognized.path, unrecognizedColumns)} ${fresh}`]),
    // In order, a term is in one segment of each commit, and a search passes over the others.
    `INSERT INTO terms SELECT * FROM ${readRows(batch.terms.path, termColumns)} ${ifAny} ORDER BY print`,
    `INSERT INTO stretches SELECT * FROM (VALUES ${stretches.map(({ first, source }) => `(${first},${source})`).join(',')}) ${ifAny}`,
    `INSERT INTO blocks SELECT n // ${linesPerBlock} AS block, min(time), max(time) FROM lines WHERE n >= ${from} GROUP BY block`,
    `INSERT INTO hours SELECT origin, time // 3600000000, count(*) FROM lines WHERE n >= ${from} GROUP BY ALL`,
    ...(compare === undefined ? [] : ['DROP TABLE incoming', `SET memory_limit = '${memoryLimits.write}'`]),
  ];
}

/** The lines of a commit without those that are there. @param twins where sources of this commit may be copies of each other */
function compareStatements(batch: Batch, doubtful: readonly Span[], twins: readonly Span[]): string[] {
  return [
    `SET memory_limit = '${memoryLimits.compare}'`,
    `CREATE OR REPLACE TEMP TABLE incoming AS SELECT * FROM ${readRows(batch.lines.path, lineColumns)}`,
    ...doubtful.map(
      ({ host, first, last }) =>
        `DELETE FROM incoming WHERE ${ofHost(host, 'incoming')} AND time BETWEEN ${first} AND ${last} AND EXISTS (
          SELECT 1 FROM lines l WHERE ${ofHost(host, 'l')} AND l.time BETWEEN ${first} AND ${last}
            AND l.time = incoming.time AND ${identity('l')} = ${identity('incoming')} AND l.line = incoming.line)`,
    ),
    ...twins.map(({ host, first, last }) => {
      const shared = `${ofHost(host, 'incoming')} AND time BETWEEN ${first} AND ${last}`;
      return `DELETE FROM incoming WHERE ${shared} AND n NOT IN (
        SELECT min(n) FROM incoming WHERE ${shared} GROUP BY time, ${identity('incoming')}, line)`;
    }),
    'INSERT INTO lines SELECT * FROM incoming',
  ];
}

const spanStatements = ({ source, host, first, last }: Span): string[] => [
  `UPDATE spans SET first = least(first, ${first}), last = greatest(last, ${last}) WHERE source = ${source} AND host = ${literal(host)}`,
  `INSERT INTO spans SELECT ${source}, ${literal(host)}, ${first}, ${last}
    WHERE NOT EXISTS (SELECT 1 FROM spans WHERE source = ${source} AND host = ${literal(host)})`,
];

function quarantineStatements({ quarantine, released }: Batch): string[] {
  const statements: string[] = [];
  for (let i = 0; i < quarantine.length; i += 500) {
    statements.push(
      `INSERT INTO quarantine SELECT v.* FROM (VALUES ${quarantine.slice(i, i + 500).join(',')})
        v(id, source, o, ordinal, reason, why, zone, host, anchor, encoding, line)
        WHERE NOT EXISTS (SELECT 1 FROM quarantine q WHERE q.id = v.id)`,
    );
  }
  if (released.length > 0) statements.push(`DELETE FROM quarantine WHERE id IN (${released.map(literal).join(',')})`);
  return statements;
}

const spansOf = (batch: Batch): Span[] => [...batch.spans.values()].flatMap((spans) => [...spans.values()]);

const nothing: Fields = {};

type RelayNamed = Pick<KnownRelay, 'host' | 'ip' | 'socket' | 'port'>;
