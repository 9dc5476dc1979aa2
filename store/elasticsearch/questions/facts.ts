/** The facts that the fold asks for, in the lines of messages and of processes. */
import type { Fact } from '../../../postfix/message/fact.js';
import { keysOf } from '../../../postfix/message/keys.js';
import type { Question } from '../../../postfix/message/refold.js';
import { factIn, type KeptLine } from '../../facts.js';
import type { Asked, Query } from '../asked.js';
import { termsOf } from './folded.js';
import { all, any, within } from './within.js';

/** Far below what one request can hold: 65,536 values of a field. */
const most = 5_000;

/** @param isKnown tells lines whose facts are not needed: they are found, and not fetched */
export async function facts(asked: Asked, question: Question, isKnown?: (id: string) => boolean): Promise<readonly Fact[]> {
  const found = new Map<string, Fact>();
  const isAsked = askedFor(question);
  for (const query of [...queueQueries(question.queues), ...processQueries(question.processes)]) {
    for (const some of isKnown === undefined ? [query] : await unknownIn(asked, query, isKnown)) {
      for await (const line of lines(asked, some)) {
        if (found.has(line.event.id)) continue;
        const fact = factIn(line);
        if (fact !== undefined && isAsked(fact)) found.set(fact.id, fact);
      }
    }
  }
  return [...found.values()];
}

/**
 * What of a query is not known, as queries. Most of what a worker finds are lines that it has just written, and to fetch a line
 * costs many times what it costs to find it, as it is unpacked with all that was packed together with it.
 */
async function unknownIn(asked: Asked, query: Query, isKnown: (id: string) => boolean): Promise<Query[]> {
  const ids = new Set<string>();
  const size = asked.pages.lines;
  for (let after: (string | number)[] | undefined; ; ) {
    const { hits } = await asked.search<never>({
      ...{ index: asked.names.events, query, sort: [...order], size, _source: false, stored_fields: '_none_' },
      ...(after === undefined ? {} : { search_after: after }),
    });
    after = hits.hits.at(-1)?.sort as typeof after;
    for (const { sort } of hits.hits) {
      const id = String(sort?.[1]);
      if (!isKnown(id)) ids.add(id);
    }
    if (hits.hits.length < size || after === undefined) break;
  }
  return parts([...ids], most).map((some) => ({ ids: { values: [...some] } }));
}

const order = [{ 'postfix.micros': 'asc' }, { 'event.id': 'asc' }] as const;

/** All lines that a query finds, in whatever number. */
async function* lines(asked: Asked, query: Query): AsyncGenerator<KeptLine> {
  const size = asked.pages.lines;
  for (let after: (string | number)[] | undefined; ; ) {
    const { hits } = await asked.search<KeptLine>({
      index: asked.names.events,
      query,
      sort: [...order],
      size,
      _source: ['@timestamp', 'host.name', 'event.id', 'event.original', 'log.file.path', 'log.offset'],
      ...(after === undefined ? {} : { search_after: after }),
    });
    for (const { _source } of hits.hits) if (_source !== undefined) yield _source;
    after = hits.hits.at(-1)?.sort as typeof after;
    if (hits.hits.length < size || after === undefined) return;
  }
}

/** Queue keys (postfix/message/keys.ts), all hosts at once. No queue ID has a space. */
function queueQueries(keys: readonly string[]): Query[] {
  return parts(keys, most).map((some) => {
    const of = (part: (key: string, at: number) => string) => [...new Set(some.map((key) => part(key, key.lastIndexOf(' '))))];
    const hosts = of((key, at) => key.slice(0, at));
    const ids = of((key, at) => key.slice(at + 1));
    return all(any(...termsOf('host.name', hosts)), any(...termsOf('email.local_id', ids)));
  });
}

/**
 * Process keys, all processes of a stretch of time at once: a condition for each would take Elasticsearch many times as long as it
 * takes to pass over what is found of other programs with the same numbers.
 */
function processQueries(processes: Question['processes']): Query[] {
  return overlapping(processes).flatMap((group) => {
    const from = Math.min(...group.map((one) => one.from));
    const to = Math.max(...group.map((one) => one.to));
    return parts(group, most).map((some) => {
      const hosts = new Set<string>();
      const programs = new Set<string>();
      const pids = new Set<number>();
      for (const { key } of some) {
        const [, host = '', program = '', pid] = /^(.*) (\S+)\[(\d+)\]$/s.exec(key) ?? [];
        if (pid === undefined) continue;
        hosts.add(host);
        programs.add(program);
        pids.add(Number(pid));
      }
      return all(
        any(...termsOf('host.name', [...hosts])),
        any(...termsOf('process.name', [...programs])),
        { terms: { 'process.pid': [...pids] } },
        ...during(from, to),
      );
    });
  });
}

type Stretch = Question['processes'][number];

/** Stretches of time in groups that do not overlap. */
function overlapping(stretches: readonly Stretch[]): Stretch[][] {
  const groups: Stretch[][] = [];
  let end = Number.NEGATIVE_INFINITY;
  for (const one of [...stretches].sort((a, b) => a.from - b.from)) {
    if (one.from <= end) (groups.at(-1) as Stretch[]).push(one);
    else groups.push([one]);
    end = Math.max(end, one.to);
  }
  return groups;
}

/** Both included, to the microsecond. */
const during = (from: number, to: number) => within({ since: from, until: to + 0.001 });

/** The index can tell neither what a line is to the fold, nor a program with a space in it from a host. */
function askedFor({ queues, processes }: Question): (fact: Fact) => boolean {
  const wanted = new Set(queues);
  const ranges = new Map<string, { from: number; to: number }[]>();
  for (const { key, from, to } of processes) put(ranges, key, { from, to });
  return (fact) => {
    const { queue, process } = keysOf(fact);
    if (queue !== undefined && wanted.has(queue)) return true;
    return process !== undefined && ranges.get(process)?.some(({ from, to }) => from <= fact.time && fact.time <= to) === true;
  };
}

function parts<T>(list: readonly T[], size: number): (readonly T[])[] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, i) => list.slice(i * size, (i + 1) * size));
}

function put<V>(lists: Map<string, V[]>, key: string, value: V): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}
