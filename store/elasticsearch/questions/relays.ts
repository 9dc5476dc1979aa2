/** Each relay over a whole period. */
import type { Kind, Phase } from '../../../postfix/reason.js';
import { byText } from '../../order.js';
import { Distribution } from '../../percentiles.js';
import type { Relay, RelaysAnswer, Scope } from '../../port.js';
import { type OutcomeCount, RelayDraft } from '../../relay_draft.js';
import { type Asked, byValue, firstAndLast, millisOf, numberOf, type Query, textOf } from '../asked.js';
import { byRelay, byRelayName, nameOf, placeOf, relayOf } from './relay.js';
import { all, any, has, none, within } from './within.js';

/** Beyond so many, all are looked at: a query has at most 65,536 terms (`index.max_terms_count`). */
const mostNamed = 1_000;

/** A relay, and how its deliveries ended. */
interface Told {
  readonly relay: Relay;
  readonly outcomes: OutcomeCount[];
  attempts: number;
  failed: number;
}

export async function relays(asked: Asked, question: Scope & { readonly limit?: number }): Promise<RelaysAnswer> {
  const told = await outcomesByRelay(asked, question);
  const chosen = chosenOf([...told.values()], question.limit);
  const own: Told[] = [];
  const others: Told[] = [];
  for (const one of told.values()) (chosen.has(placeOf(one.relay)) ? own : others).push(one);
  own.sort((a, b) => byRelayName(a.relay, b.relay));
  const drafts = new Map(own.map(({ relay, outcomes }) => [nameOf(relay), drafted(relay, outcomes)]));
  const few = own.length > mostNamed || others.length === 0 ? undefined : own.map(({ relay }) => relay.host);
  const parts = [
    ['c', 'postfix.delays.connection_setup'],
    ['d', 'postfix.delays.transmission'],
  ] as const;
  for (const [part, field] of parts) {
    for (const [name, values] of await distributions(asked, question, field, few)) {
      const draft = drafts.get(name);
      if (draft !== undefined) draft[part] = values.percentiles();
    }
  }
  const { attempts, sent, deferred, bounced, failures } = drafted(
    { host: '', ip: undefined, port: undefined },
    others.flatMap(({ outcomes }) => outcomes),
  ).summary();
  return {
    relays: [...drafts.values()].map((draft) => draft.summary()),
    others: { relays: new Set(others.map(({ relay }) => placeOf(relay))).size, attempts, sent, deferred, bounced, failures },
  };
}

async function outcomesByRelay(asked: Asked, scope: Scope): Promise<Map<string, Told>> {
  const by = {
    ...byRelay,
    status: byValue('postfix.status'),
    kind: byValue('postfix.reason.kind'),
    phase: byValue('postfix.reason.phase'),
    attempt: byValue('postfix.attempt'),
  };
  const told = new Map<string, Told>();
  for await (const { key, count, aggs } of asked.groups(all(has('postfix.attempt'), ...within(scope)), by, firstAndLast)) {
    const relay = relayOf(key);
    const name = nameOf(relay);
    let own = told.get(name);
    if (own === undefined) {
      own = { relay, outcomes: [], attempts: 0, failed: 0 };
      told.set(name, own);
    }
    const kind = textOf(key.kind) as Kind | undefined;
    const attempt = key.attempt === true;
    own.outcomes.push({
      status: textOf(key.status),
      kind,
      phase: textOf(key.phase) as Phase | undefined,
      attempt,
      count,
      first: millisOf(aggs['first']),
      last: millisOf(aggs['last']),
    });
    if (!attempt) continue;
    own.attempts += count;
    if (kind !== undefined) own.failed += count;
  }
  return told;
}

/** Where those with the most failures are, and the busiest: host and address, with all of their ports. */
function chosenOf(told: readonly Told[], limit: number | undefined): Set<string> {
  const most = (by: 'failed' | 'attempts') => [...told].sort((a, b) => b[by] - a[by] || byRelayName(a.relay, b.relay)).slice(0, limit);
  return new Set([...most('failed'), ...most('attempts')].map(({ relay }) => placeOf(relay)));
}

function drafted(relay: Relay, outcomes: readonly OutcomeCount[]): RelayDraft {
  const draft = new RelayDraft(relay);
  const sorted = [...outcomes].sort((a, b) => byText(a.kind, b.kind) || byText(a.phase, b.phase) || byText(a.status, b.status));
  for (const outcome of sorted) draft.add(outcome);
  return draft;
}

/** How often each value of a delay occurs, by relay. @param hosts the only ones to look at, where there are few */
async function distributions(
  asked: Asked,
  scope: Scope,
  field: string,
  hosts: readonly string[] | undefined,
): Promise<Map<string, Distribution>> {
  const conditions: Query[] = [has('postfix.attempt'), has(field), ...within(scope)];
  if (hosts !== undefined) {
    const named: Query = { terms: { 'destination.domain': [...new Set(hosts)] } };
    conditions.push(hosts.includes('none') ? any(named, none(has('destination.domain'))) : named);
  }
  const found = new Map<string, Distribution>();
  for await (const { key, count } of asked.groups(all(...conditions), { ...byRelay, value: byValue(field) })) {
    const name = nameOf(relayOf(key));
    let values = found.get(name);
    if (values === undefined) {
      values = new Distribution();
      found.set(name, values);
    }
    values.add(numberOf(key.value) as number, count);
  }
  return found;
}
