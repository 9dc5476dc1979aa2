/** When in the week relays time out: a scanner that runs at night, a queue that fills on Monday morning. */
import { heatSection } from '../../report/html/heat.js';
import { timeoutKinds } from '../../report/tries.js';
import type { Question } from '../app.js';
import type { Asked } from '../asked.js';
import { linksOf } from '../links.js';

const aDay = 86_400_000;

export const heatPart =
  (asked: Asked): Question =>
  async (reader) => {
    const { period } = await asked.stretch(reader);
    const { scope, zone, counted, clock } = asked;
    const question = { ...scope, by: 'hour', zone: zone.name, kinds: timeoutKinds } as const;
    const hours = await (counted === 'attempts' ? reader.tries(question) : reader.failures(question));
    const tooShort = period === undefined || period.last - period.first < aDay;
    return heatSection(tooShort ? [] : hours, { clock, links: linksOf(asked, timeoutKinds) });
  };
