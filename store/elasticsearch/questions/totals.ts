/** How much there is, of which hosts, and of what time. */
import { byText } from '../../order.js';
import type { Scope, Totals } from '../../port.js';
import { type Asked, byValue, firstAndLast, millisOf, textOf } from '../asked.js';
import { within } from './within.js';

export async function totals(asked: Asked, scope: Scope): Promise<Totals> {
  let lines = 0;
  let first: number | undefined;
  let last: number | undefined;
  const hosts: string[] = [];
  const bytes = asked.bytes();
  // It is waited for below.
  bytes.catch(() => {});
  for await (const { key, count, aggs } of asked.groups(
    { bool: { filter: within(scope) } },
    { host: byValue('host.name') },
    firstAndLast,
  )) {
    hosts.push(textOf(key.host) ?? '');
    lines += count;
    first = Math.min(first ?? Number.POSITIVE_INFINITY, millisOf(aggs['first']));
    last = Math.max(last ?? Number.NEGATIVE_INFINITY, millisOf(aggs['last']));
  }
  return { lines, hosts: hosts.sort(byText), first, last, bytes: await bytes };
}
