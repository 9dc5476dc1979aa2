/** Tries at relays, found by time. */
import type { TryCount } from '../../store/message_port.js';
import type { Relay } from '../../store/port.js';
import type { Cell, Window } from './measures.js';
import { addressOf, isRemote, triesIn } from './symptom.js';

/** No cell is longer than an hour. */
const longest = 3_600_000;

export class RemoteTries {
  private readonly cells: readonly Pick<Cell, 'since' | 'tries'>[];

  /** Addresses that were tried, by host name. */
  private readonly addresses = new Map<string, Set<string>>();

  /** @param cells in order of time */
  constructor(cells: readonly Cell[]) {
    this.cells = cells.map(({ since, tries }) => ({ since, tries: tries.filter(({ relay }) => isRemote(relay)) }));
    for (const { tries } of this.cells) {
      for (const { relay } of tries) {
        const known = this.addresses.get(relay.host);
        if (known === undefined) this.addresses.set(relay.host, new Set([addressOf(relay)]));
        else known.add(addressOf(relay));
      }
    }
  }

  /** Whether this relay's name has other addresses that were tried. */
  isOneOfSeveral({ host }: Relay): boolean {
    return (this.addresses.get(host)?.size ?? 0) > 1;
  }

  /** Those that fall into a stretch of time, in part or wholly; both ends included. */
  within(window: Window): readonly TryCount[] {
    const found: TryCount[] = [];
    for (let i = this.from(window.since - longest); i < this.cells.length; i++) {
      const { since, tries } = this.cells[i] as (typeof this.cells)[number];
      if (since > window.until) break;
      found.push(...triesIn(tries, window));
    }
    return found;
  }

  /** The number of the first cell that does not begin before a time. */
  private from(time: number): number {
    let low = 0;
    let high = this.cells.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.cells[middle] as (typeof this.cells)[number]).since < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
