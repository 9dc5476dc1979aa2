/**
 * Which relays are one. Some lines of smtp name the port and some do not (`conversation with HOST[IP] timed out`), so a
 * relay without a port is the one of the same host and address that has one.
 */
import type { Relay } from '../store/port.js';
import { relayName } from './vocabulary.js';

/** What is said of one relay. */
export interface Gathered<T> {
  readonly relay: Relay;
  readonly answers: readonly T[];
}

/**
 * Puts together what is said of the same relay, in the order of first mention.
 * @param weight where a relay answers at several ports, what is said without a port goes to the heaviest
 */
export function gatherByRelay<T extends { readonly relay: Relay }>(answers: readonly T[], weight: (answer: T) => number): Gathered<T>[] {
  const ports = new Map<string, { relay: Relay; weight: number }>();
  for (const answer of answers) {
    const { relay } = answer;
    if (relay.port === undefined) continue;
    const place = placeOf(relay);
    const known = ports.get(place);
    if (known === undefined || weight(answer) > known.weight) ports.set(place, { relay, weight: weight(answer) });
  }
  const gathered = new Map<string, { relay: Relay; answers: T[] }>();
  for (const answer of answers) {
    const relay = answer.relay.port === undefined ? (ports.get(placeOf(answer.relay))?.relay ?? answer.relay) : answer.relay;
    const name = relayName(relay);
    const known = gathered.get(name);
    if (known === undefined) gathered.set(name, { relay, answers: [answer] });
    else known.answers.push(answer);
  }
  return [...gathered.values()];
}

/** Whether one of these relays is that one, with or without its port. */
export function oneOf(relays: readonly Relay[]): (relay: Relay) => boolean {
  const names = new Set(relays.map(relayName));
  const places = new Set(relays.map(placeOf));
  const portless = new Set(relays.filter(({ port }) => port === undefined).map(placeOf));
  return (relay) => (relay.port === undefined ? places.has(placeOf(relay)) : names.has(relayName(relay)) || portless.has(placeOf(relay)));
}

const placeOf = ({ host, ip }: Relay) => `${host} ${ip ?? ''}`;
