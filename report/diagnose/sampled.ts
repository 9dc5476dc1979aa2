/** What the messages of a sample tell of each relay: which of its deliveries stalled, and how long it took to take them. */
import type { Delivery, Message } from '../../postfix/message/message.js';
import type { Relay } from '../../store/port.js';
import type { Sample, Window } from './measures.js';
import { addressOf, isRemote } from './symptom.js';
import { stallFrom } from './waits.js';

export interface ByRelay {
  readonly relay: Relay;
  /** Deliveries whose c stalled by itself, and those that surely did not. */
  stalled: number;
  prompt: number;
  readonly stalls: number[];
}

export const deliveriesOf = (messages: readonly Message[]): Delivery[] =>
  messages.flatMap(({ recipients }) => recipients.flatMap(({ deliveries }) => deliveries));

/** Deliveries within a stretch, of all samples that touch it. */
export function sampledIn(samples: readonly Sample[], { since, until }: Window): Delivery[] {
  const messages = samples.filter((one) => one.until >= since && one.since <= until).flatMap((one) => one.messages);
  return deliveriesOf(messages).filter(({ time }) => time >= since && time <= until);
}

export function stallsByRelay(deliveries: readonly Delivery[]): ByRelay[] {
  const relays = new Map<string, ByRelay>();
  for (const { relay, attribution } of deliveries) {
    if (relay === undefined || attribution === undefined) continue;
    const { least, most, likely } = attribution.rest;
    // Nobody knows what a failed try took of it.
    if (most - least > 2.1) continue;
    const named: Relay = { host: relay.host, ip: relay.ip, port: relay.port };
    if (!isRemote(named)) continue;
    let known = relays.get(addressOf(named));
    if (known === undefined) {
      known = { relay: named, stalled: 0, prompt: 0, stalls: [] };
      relays.set(addressOf(named), known);
    }
    if (likely >= stallFrom) {
      known.stalled++;
      known.stalls.push(likely);
    } else known.prompt++;
  }
  return [...relays.values()];
}

/**
 * A stretch of whole minutes, cut down to what certain deliveries took of it: from when the first of them began to wait until the last was
 * done. Where the samples have none of them, the stretch as it is.
 * @param waited seconds that a delivery waited for what is meant; undefined where it did not
 */
export function tightened(
  samples: readonly Sample[],
  window: Window,
  waited: (delivery: Delivery) => number | undefined,
): Window & { readonly met: readonly Delivery[] } {
  const met = sampledIn(samples, window).filter((delivery) => waited(delivery) !== undefined);
  if (met.length === 0) return { ...window, met };
  const since = Math.min(...met.map((delivery) => delivery.time - (waited(delivery) as number) * 1000));
  return { since, until: Math.max(...met.map(({ time }) => time)), met };
}

/** The first try of a message, of which alone a is only reception. */
export interface FirstTry {
  /** Milliseconds since the epoch. */
  readonly arrival: number;
  readonly time: number;
  readonly a: number;
  /** Who brought it; empty where nobody says. */
  readonly client: string;
}

/** First tries of the messages of all samples of which the log has the arrival, each once. */
export function firstTriesOf(samples: readonly Sample[]): FirstTry[] {
  const messages = new Map(samples.flatMap((sample) => sample.messages.map((message) => [message.id, message] as const)));
  return [...messages.values()].flatMap(({ recipients, client, arrival, firstLine, missing }) => {
    const [first] = recipients.flatMap((one) => one.deliveries).sort((a, b) => a.time - b.time);
    if (first === undefined || missing.includes('arrival')) return [];
    return [{ arrival: arrival ?? firstLine, time: first.time, a: first.delays.a, client: client?.host ?? client?.ip ?? '' }];
  });
}
