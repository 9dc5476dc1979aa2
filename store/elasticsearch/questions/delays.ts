/** The delay breakdown of the deliveries of each bucket. */
import { Distribution } from '../../percentiles.js';
import { type DelayPart, type DelaySummary, type DelaysQuestion, delayParts } from '../../port.js';
import { type Asked, byValue, numberOf } from '../asked.js';
import { bucketsOf } from './bucket.js';
import { all, has, within } from './within.js';

const parts = {
  a: 'postfix.delays.before_queue_manager',
  b: 'postfix.delays.queue_manager',
  c: 'postfix.delays.connection_setup',
  d: 'postfix.delays.transmission',
  delay: 'postfix.delay',
} as const satisfies Record<DelayPart | 'a', string>;

export async function delays(asked: Asked, question: DelaysQuestion): Promise<readonly DelaySummary[]> {
  const buckets = bucketsOf(question);
  const first = await of('a');
  const counted: { [K in DelayPart]?: Map<number, Distribution> } = {};
  for (const part of question.beside ?? delayParts) counted[part] = await of(part);

  /** How often each value occurs, by bucket: percentiles of those are exact, as no sketch of them would be. */
  async function of(part: DelayPart | 'a'): Promise<Map<number, Distribution>> {
    const field = parts[part];
    const query = all(has('postfix.attempt'), has(parts.a), has(field), ...within(question));
    const found = new Map<number, Distribution>();
    for await (const { key, count } of asked.groups(query, { bucket: buckets.source, value: byValue(field) })) {
      const bucket = buckets.startOf(key.bucket);
      let values = found.get(bucket);
      if (values === undefined) {
        values = new Distribution();
        found.set(bucket, values);
      }
      values.add(numberOf(key.value) as number, count);
    }
    return found;
  }

  const none = new Distribution();
  return [...first]
    .sort(([x], [y]) => x - y)
    .map(([bucket, a]) => {
      const percentiles = (part: DelayPart) => (counted[part]?.get(bucket) ?? none).percentiles();
      return {
        bucket,
        deliveries: a.total,
        a: a.percentiles(),
        b: percentiles('b'),
        c: percentiles('c'),
        d: percentiles('d'),
        delay: percentiles('delay'),
      };
    });
}
