/** Failures by bucket of time, relay and kind. */
import type { Kind } from '../../../postfix/reason.js';
import { byText } from '../../order.js';
import type { FailureCount, OverTime } from '../../port.js';
import { type Asked, byValue, firstAndLast, millisOf, textOf } from '../asked.js';
import { bucketsOf } from './bucket.js';
import { failed } from './failed.js';
import { byRelay, byRelayName, nameOf, relayOf } from './relay.js';
import { all, within } from './within.js';

export async function failures(asked: Asked, question: OverTime & { readonly kinds?: readonly Kind[] }): Promise<readonly FailureCount[]> {
  const { kinds } = question;
  const buckets = bucketsOf(question);
  const query = all(failed, ...(kinds === undefined ? [] : [{ terms: { 'postfix.reason.kind': [...kinds] } }]), ...within(question));
  const by = { bucket: buckets.source, ...byRelay, kind: byValue('postfix.reason.kind') };
  const counted = new Map<string, FailureCount>();
  for await (const { key, count, aggs } of asked.groups(query, by, firstAndLast)) {
    const bucket = buckets.startOf(key.bucket);
    const relay = relayOf(key);
    const kind = textOf(key.kind) as Kind;
    const name = `${bucket} ${kind} ${nameOf(relay)}`;
    const known = counted.get(name);
    counted.set(name, {
      bucket,
      relay,
      kind,
      count: count + (known?.count ?? 0),
      first: Math.min(millisOf(aggs['first']), known?.first ?? Number.POSITIVE_INFINITY),
      last: Math.max(millisOf(aggs['last']), known?.last ?? Number.NEGATIVE_INFINITY),
    });
  }
  return [...counted.values()].sort((a, b) => a.bucket - b.bucket || byRelayName(a.relay, b.relay) || byText(a.kind, b.kind));
}
