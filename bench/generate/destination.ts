/** Where mail goes: one place, with what is on the way to it. */
import type { Message, Recipient, Route } from './message.js';
import type { Server } from './server.js';

/** default_destination_concurrency_limit of main.cf. */
const DEFAULT_CONCURRENCY = 20;

/** Some recipients of a message that go the same way at the same time. */
export interface Job {
  readonly message: Message;
  readonly recipients: Recipient[];
  readonly destination: Destination;
}

/** What a delivery says of its destination: fine, or the reason why nothing more should be tried for a while. */
export type Outcome = { readonly failed: false } | { readonly failed: true; readonly dsn: string; readonly reason: string };
export const FINE: Outcome = { failed: false };

/** A place that mail goes to, with the deliveries to it that are under way and those that wait for their turn. */
export class Destination {
  busy = 0;
  failuresInRow = 0;
  suspendedUntil = 0;
  lastFailure: { dsn: string; reason: string } = { dsn: '4.0.0', reason: '' };
  private readonly waiting: Job[] = [];
  private first = 0;

  constructor(
    readonly key: string,
    readonly route: Route,
    readonly concurrency: number,
  ) {}

  wait(job: Job): void {
    this.waiting.push(job);
  }

  nextWaiting(): Job | undefined {
    const job = this.waiting[this.first];
    if (job === undefined) return undefined;
    this.first += 1;
    if (this.first > 1000 && this.first * 2 > this.waiting.length) {
      this.waiting.splice(0, this.first);
      this.first = 0;
    }
    return job;
  }

  /** One at a time goes to a place that failed last time; the relayhost has four addresses, and is not so lightly doubted. */
  get hasRoom(): boolean {
    const isDoubted = this.failuresInRow > 0 && this.route.agent === 'direct';
    return this.busy < (isDoubted ? 1 : this.concurrency);
  }

  get isForgettable(): boolean {
    return this.busy === 0 && this.failuresInRow === 0 && this.first === this.waiting.length;
  }
}

/** The destinations of each server that have something to do, or something to be remembered for. */
const destinations = new WeakMap<Server, Map<string, Destination>>();

/** The destination of mail that goes this way. */
export function destinationOf(server: Server, route: Route): Destination {
  let all = destinations.get(server);
  if (all === undefined) {
    all = new Map();
    destinations.set(server, all);
  }
  const key = route.agent === 'direct' ? route.domain : route.agent;
  let destination = all.get(key);
  if (destination === undefined) {
    const concurrency = route.agent === 'relayhost' ? server.settings.relayhostConcurrency : DEFAULT_CONCURRENCY;
    destination = new Destination(key, route, concurrency);
    all.set(key, destination);
  }
  return destination;
}

/** Forgets a destination about which there is nothing to say. */
export function forget(server: Server, { key }: Destination): void {
  destinations.get(server)?.delete(key);
}
