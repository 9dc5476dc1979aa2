/** Tries at relays, found by time. */
import type { TryCount } from '../../store/message_port.js';
import type { Relay } from '../../store/port.js';
import type { Cell, Window } from './measures.js';
import { addressOf, isRemote, triesIn } from './symptom.js';

/** No cell is longer than an hour. */
const longest = 3_600_000;

type Tries = readonly Pick<Cell, 'since' | 'tries'>[];

export class RemoteTries {
  private readonly cells: Tries;

  /** By host name: those at each, and the addresses that it has. */
  private readonly hosts = new Map<string, { readonly cells: { since: number; tries: TryCount[] }[]; readonly addresses: Set<string> }>();

  /** @param cells in order of time */
  constructor(cells: readonly Cell[]) {
    this.cells = cells.map(({ since, tries }) => ({ since, tries: tries.filter(({ relay }) => isRemote(relay)) }));
    for (const { since, tries } of this.cells) {
      for (const one of tries) {
        const host = this.hosts.get(one.relay.host) ?? { cells: [], addresses: new Set() };
        this.hosts.set(one.relay.host, host);
        host.addresses.add(addressOf(one.relay));
        const last = host.cells.at(-1);
        if (last?.since === since) last.tries.push(one);
        else host.cells.push({ since, tries: [one] });
      }
    }
  }

  /** Whether this relay's name has other addresses that were tried. */
  isOneOfSeveral({ host }: Relay): boolean {
    return (this.hosts.get(host)?.addresses.size ?? 0) > 1;
  }

  /** Those that fall into a stretch of time, in part or wholly; both ends included. */
  within(window: Window): readonly TryCount[] {
    return triesOf(this.cells, window);
  }

  /** Those of them at relays of one name. */
  atWithin(host: string, window: Window): readonly TryCount[] {
    return triesOf(this.hosts.get(host)?.cells ?? [], window);
  }
}

function triesOf(cells: Tries, window: Window): readonly TryCount[] {
  const found: TryCount[] = [];
  for (let i = firstFrom(cells, window.since - longest); i < cells.length; i++) {
    const { since, tries } = cells[i] as Tries[number];
    if (since > window.until) break;
    found.push(...triesIn(tries, window));
  }
  return found;
}

/** The number of the first cell that does not begin before a time. */
function firstFrom(cells: Tries, time: number): number {
  let low = 0;
  let high = cells.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((cells[middle] as Tries[number]).since < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
