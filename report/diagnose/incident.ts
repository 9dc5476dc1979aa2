/** One way of failing at one relay, or at all relays at once, with all that is counted of it. */
import type { Timeouts } from '../../postfix/message/timeouts.js';
import type { TryCount } from '../../store/message_port.js';
import { byText } from '../../store/order.js';
import type { Relay } from '../../store/port.js';
import type { Measures, Window } from './measures.js';
import { RemoteTries } from './remote_tries.js';
import { isMarked, type Stretch, shareWithin } from './stretch.js';
import { addressOf, type Symptom, secondsOf, triesIn, wayKey } from './symptom.js';

export interface Incident {
  readonly symptoms: readonly [Symptom, ...Symptom[]];
  readonly relays: readonly Relay[];
  /** `one` relay failed while others took mail; `all` that were used failed at once; `only`: no other one took mail meanwhile. */
  readonly reach: 'one' | 'all' | 'only';
  readonly occurrences: readonly Stretch[];
  readonly count: number;
  /** Tries at these relays meanwhile. */
  readonly of: number;
  readonly messages: number;
  readonly seconds: number;
  readonly possibleDoubles: number;
  /** Other ways in which the same relay failed close by, too few for a finding of their own. */
  readonly beside: readonly Symptom[];
  /** Addresses of the same name that took mail meanwhile. */
  readonly answering: readonly Relay[];
}

/** What fails at all relays begins and ends at all of them within this, as mail comes in at its own pace. */
const together = 60_000;
/** Of tries at all relays, those that may go well while all fail: counts are of minutes, and do not end with the trouble. */
const wellMeanwhile = 0.1;
/** How close to a finding a rare failure of the same relay is part of the same trouble. */
const closeBy = 10 * 60_000;

interface Part {
  readonly symptom: Symptom;
  readonly stretch: Stretch;
}

/** Fewer are somebody's own affair: a domain that is gone, to which one mail is tried for days, and months later another. */
const fewMessages = 3;

export function incidentsOf({ cells, symptoms }: Pick<Measures, 'cells' | 'symptoms'>, timeouts: Timeouts): Incident[] {
  const all = new RemoteTries(cells);
  const ways = new Map<string, Part[]>();
  for (const symptom of symptoms) {
    for (const stretch of symptom.stretches) {
      const key = wayKey(symptom);
      addTo(ways, key, { symptom, stretch });
    }
  }
  const incidents: Incident[] = [];
  const rare: Part[] = [];
  for (const parts of ways.values()) {
    const everywhere: Part[][] = [];
    const single = new Map<Symptom, Part[]>();
    for (const cluster of clustersOf(parts)) {
      if (isEverywhere(cluster, all)) {
        if (isMarked(pooled(cluster))) everywhere.push(cluster);
        else rare.push(...cluster);
        continue;
      }
      for (const part of cluster) {
        if (isMarked(part.stretch)) addTo(single, part.symptom, part);
        else rare.push(part);
      }
    }
    if (everywhere.length > 0) incidents.push(incidentOf(everywhere, 'all', all, timeouts));
    for (const own of single.values()) {
      const clusters = own.map((part) => [part]);
      incidents.push(incidentOf(clusters, isOnly(clusters, all) ? 'only' : 'one', all, timeouts));
    }
  }
  return incidents
    .filter(({ messages, occurrences }) => messages >= Math.max(fewMessages, 2 * occurrences.length))
    .map((incident) => withRare(incident, rare, timeouts));
}

function addTo<K>(parts: Map<K, Part[]>, key: K, part: Part): void {
  const known = parts.get(key);
  if (known === undefined) parts.set(key, [part]);
  else known.push(part);
}

/** Stretches of several relays that overlap. */
function clustersOf(parts: readonly Part[]): Part[][] {
  const clusters: Part[][] = [];
  let end = Number.NEGATIVE_INFINITY;
  for (const part of [...parts].sort((a, b) => a.stretch.since - b.stretch.since)) {
    if (part.stretch.since - end > together || clusters.length === 0) clusters.push([part]);
    else clusters.at(-1)?.push(part);
    end = Math.max(end, part.stretch.until);
  }
  return clusters;
}

const windowOf = (parts: readonly Part[]): Window => ({
  since: Math.min(...parts.map(({ stretch }) => stretch.since)),
  until: Math.max(...parts.map(({ stretch }) => stretch.until)),
});

const pooled = (parts: readonly Part[]): Stretch => ({
  ...windowOf(parts),
  count: parts.reduce((sum, { stretch }) => sum + stretch.count, 0),
  of: parts.reduce((sum, { stretch }) => sum + stretch.of, 0),
});

/** Nobody took mail meanwhile, and several failed in the same way. */
function isEverywhere(parts: readonly Part[], all: RemoteTries): boolean {
  const failing = new Set(parts.map(({ symptom }) => addressOf(symptom.relay)));
  if (failing.size < 2) return false;
  const window = windowOf(parts);
  const tries = all.within(window);
  const used = new Set(tries.map(({ relay }) => addressOf(relay)));
  return failing.size >= used.size / 2 && wellIn(tries, window) <= wellMeanwhile * pooled(parts).of;
}

const wellIn = (tries: readonly TryCount[], { since, until }: Window) =>
  tries.reduce((sum, one) => (one.outcome === 'failed' ? sum : sum + shareWithin(one, since, until)), 0);

/** Whether no other relay took mail meanwhile. */
function isOnly(clusters: readonly (readonly Part[])[], all: RemoteTries): boolean {
  return clusters.every((cluster) => {
    const failing = new Set(cluster.map(({ symptom }) => addressOf(symptom.relay)));
    const window = windowOf(cluster);
    const others = all.within(window).filter(({ relay }) => !failing.has(addressOf(relay)));
    return wellIn(others, window) === 0;
  });
}

function incidentOf(clusters: readonly (readonly Part[])[], reach: Incident['reach'], all: RemoteTries, timeouts: Timeouts): Incident {
  const symptoms = [...new Set(clusters.flat().map(({ symptom }) => symptom))] as [Symptom, ...Symptom[]];
  const occurrences = clusters.map(pooled);
  const tries = symptoms.flatMap((symptom) =>
    symptom.tries.filter(({ first, last }) => occurrences.some(({ since, until }) => last >= since && first <= until)),
  );
  const relays = symptoms.map(({ relay }) => relay).sort((a, b) => byText(a.host, b.host));
  return {
    symptoms,
    relays,
    reach,
    occurrences,
    count: occurrences.reduce((sum, { count }) => sum + count, 0),
    of: occurrences.reduce((sum, { of }) => sum + of, 0),
    messages: messagesOf(symptoms),
    seconds: tries.reduce((sum, one) => sum + secondsOf(one, timeouts), 0),
    possibleDoubles: tries.reduce((sum, one) => sum + one.possibleDoubles, 0),
    beside: [],
    answering: answeringBeside(relays, occurrences, all),
  };
}

/** One message is met by several relays; where all attempts are known, each counts once. */
function messagesOf(symptoms: readonly Symptom[]): number {
  if (symptoms.every(({ whole }) => whole)) {
    return new Set(symptoms.flatMap(({ attempts }) => attempts.map(({ message }) => message)).filter((id) => id !== undefined)).size;
  }
  return Math.max(...symptoms.map(({ messages }) => messages));
}

function answeringBeside(relays: readonly Relay[], occurrences: readonly Stretch[], all: RemoteTries): Relay[] {
  const [relay] = relays;
  if (relays.length !== 1 || relay === undefined || !all.isOneOfSeveral(relay)) return [];
  const found = new Map<string, Relay>();
  for (const window of occurrences) {
    for (const { relay: other, outcome } of all.atWithin(relay.host, window)) {
      if (other.ip !== relay.ip && outcome !== 'failed') found.set(addressOf(other), other);
    }
  }
  return [...found.values()];
}

function withRare(incident: Incident, rare: readonly Part[], timeouts: Timeouts): Incident {
  if (incident.reach === 'all') return incident;
  const [{ relay }] = incident.symptoms;
  const near = rare.filter(
    ({ symptom, stretch }) =>
      addressOf(symptom.relay) === addressOf(relay) &&
      incident.occurrences.some(({ since, until }) => stretch.until >= since - closeBy && stretch.since <= until + closeBy),
  );
  const beside = [...new Set(near.map(({ symptom }) => symptom))].filter((symptom) => !incident.symptoms.includes(symptom));
  const seconds = near.reduce(
    (sum, { symptom, stretch }) => sum + triesIn(symptom.tries, stretch).reduce((all, one) => all + secondsOf(one, timeouts), 0),
    0,
  );
  return { ...incident, beside, seconds: incident.seconds + seconds };
}
