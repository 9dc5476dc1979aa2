/**
 * What the processes that worked on a message wrote meanwhile: tries at relays that Postfix logs without a queue ID (FACTS 5), and
 * what smtpd says of the client. Searched for only where and while they worked.
 */
import type { EventDocument } from '../../postfix/document.js';
import type { Fact } from '../../postfix/message/fact.js';
import { defaultReach } from '../../postfix/message/fold.js';
import { keysOf, queueKey } from '../../postfix/message/keys.js';
import type { Message } from '../../postfix/message/message.js';
import { handOffOf } from '../../postfix/message/process.js';
import { isNetwork } from '../../postfix/message/tries.js';
import { counted } from '../render/number.js';
import type { Gathering } from './gathering.js';

/** Milliseconds since the epoch, both included, within which a process worked on a message. */
interface Shift {
  readonly host: string;
  readonly program: string;
  readonly pid: number;
  readonly from: number;
  readonly to: number;
}

/** A question to the store: what processes of one program wrote. */
interface Watch {
  readonly host: string;
  readonly program: string;
  readonly pids: Set<number>;
  from: number;
  to: number;
}

/** Milliseconds. Recipients are written one after the other (`slack` in postfix/message/process.ts). */
const slack = 2_000;
/** smtpd_timeout: how long a client may be silent between its greeting and its mail. */
const greeting = 300_000;
/** How long a client may take over a message that it then gives up. */
const givingUp = 3_600_000;
/** How long a try may have taken before its line, where no delivery says more. */
const beforeFailure = 600_000;

/** In a short time all lines of a program are few; in a longer one it is worth looking for a process's number in them. */
const short = 60_000;
/** A message that was deferred for days has hundreds of deliveries. */
const mostWatches = 120;

export class Processes {
  private readonly watched = new Set<string>();

  constructor(private readonly gathering: Gathering) {}

  /** @returns whether anything was asked */
  async watch(messages: readonly Message[]): Promise<boolean> {
    const shifts = shiftsOf(messages, this.gathering.facts.values()).filter((shift) => !this.watched.has(nameOf(shift)));
    if (shifts.length === 0) return false;
    for (const shift of shifts) this.watched.add(nameOf(shift));
    const watches = watchesOf(shifts).sort((a, b) => b.to - b.from - (a.to - a.from) || b.to - a.to);
    const left = watches.length - mostWatches;
    if (left > 0) {
      this.gathering.limits.add(
        `Tries without a queue ID were not looked for behind ${counted(left, 'delivery', 'deliveries')}: those that took the shortest.`,
      );
    }
    const found = await Promise.all(watches.slice(0, mostWatches).map((watch) => this.seen(watch)));
    for (const events of found) this.gathering.add(events);
    return true;
  }

  private async seen({ host, program, pids, from, to }: Watch): Promise<EventDocument[]> {
    const [pid] = pids;
    const alone = pids.size === 1 && to - from > short ? { text: String(pid) } : {};
    const found = await this.gathering.search({ host, program, since: from, until: to + 1, ...alone });
    return found.filter(({ process, host: { name } }) => name === host && process.name === program && pids.has(process.pid ?? -1));
  }
}

const nameOf = ({ host, program, pid, from, to }: Shift) => `${host} ${program}[${pid}] ${from} ${to}`;

/** When which processes worked on these messages, as far as their own lines tell. */
function shiftsOf(messages: readonly Message[], facts: Iterable<Fact>): Shift[] {
  const byKey = new Map<string, Message[]>();
  for (const message of messages) {
    const key = queueKey(message.host, message.queueId);
    byKey.set(key, [...(byKey.get(key) ?? []), message]);
  }
  const shifts: Shift[] = [];
  const failures: Fact[] = [];
  for (const fact of facts) {
    const message = byKey.get(keysOf(fact).queue ?? '')?.find(({ firstLine, lastLine }) => firstLine <= fact.time && fact.time <= lastLine);
    if (message === undefined || fact.pid === undefined) continue;
    const { host, program, pid, time } = fact;
    const add = (from: number, to = time) => shifts.push({ host, program, pid, from: Math.floor(Math.max(from, time - defaultReach)), to });
    if (fact.is === 'delivery' && isNetwork(program)) add(handOffOf(fact).earliest - slack);
    else if (fact.is === 'failure') failures.push(fact);
    else if (fact.is === 'client' && !isLoopback(fact.clientIp))
      add(time - greeting, message.missing.includes('message_id') ? time + givingUp : time);
  }
  for (const { host, program, pid, time } of failures) {
    const known = shifts.some(
      (one) => one.host === host && one.program === program && one.pid === pid && one.from <= time && time <= one.to,
    );
    if (!known && pid !== undefined) shifts.push({ host, program, pid, from: Math.floor(time - beforeFailure), to: time });
  }
  return shifts;
}

/** A filter or a program of this host brings mail without TLS, and stays. */
const isLoopback = (ip: string | undefined) => ip !== undefined && (ip === '::1' || ip.startsWith('127.'));

/** Shifts at the same time are asked for at once: those of one process, and short ones of one program. */
function watchesOf(shifts: readonly Shift[]): Watch[] {
  const watches: Watch[] = [];
  const last = new Map<string, Watch>();
  for (const shift of [...shifts].sort((a, b) => a.from - b.from)) {
    const { host, program, pid, from, to } = shift;
    const group = `${host} ${program}${to - from > short ? `[${pid}]` : ''}`;
    const open = last.get(group);
    if (open !== undefined && from <= open.to) {
      open.to = Math.max(open.to, to);
      open.pids.add(pid);
      continue;
    }
    const watch = { host, program, pids: new Set([pid]), from, to };
    watches.push(watch);
    last.set(group, watch);
  }
  return watches;
}
