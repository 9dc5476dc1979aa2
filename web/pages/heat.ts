/** When in the week relays time out: a scanner that runs at night, a queue that fills on Monday morning. */
import { cellsOf, heatSection, weekdays } from '../../report/html/heat.js';
import { html } from '../../report/html/markup.js';
import { table } from '../../report/html/table.js';
import { count, counted } from '../../report/render/number.js';
import { timeoutKinds } from '../../report/tries.js';
import type { Reader } from '../../store/port.js';
import type { Question } from '../app.js';
import { AddressError, type Asked } from '../asked.js';
import { linksOf } from '../links.js';

const anHour = 3_600_000;
const aDay = 24 * anHour;

export const heatPart =
  (asked: Asked): Question =>
  async (reader) => {
    const { period } = await asked.stretch(reader);
    const tooShort = period === undefined || period.last - period.first < aDay;
    const hours = tooShort ? [] : await timeoutsByHour(asked, reader);
    return heatSection(hours, { clock: asked.clock, links: linksOf(asked, timeoutKinds) });
  };

function timeoutsByHour({ scope, zone, counted: what }: Asked, reader: Reader) {
  const question = { ...scope, by: 'hour', zone: zone.name, kinds: timeoutKinds } as const;
  return what === 'attempts' ? reader.tries(question) : reader.failures(question);
}

/** What is behind one place of the map: the same hour in each week. */
export function hoursPage(asked: Asked): Question {
  const weekday = numberOf(asked, 'weekday', weekdays.length);
  const hour = numberOf(asked, 'hour', 24);
  return async (reader) => {
    const { clock } = asked;
    const { total = 0, hours = [] } = cellsOf(await timeoutsByHour(asked, reader), clock)[weekday]?.[hour] ?? {};
    const links = linksOf(asked, timeoutKinds);
    const behind = (bucket: number) => links.failures({ since: bucket, until: bucket + anHour });
    return html`<p>${counted(total, 'timeout')} on ${weekdays[weekday]} from ${hour}:00 to ${hour + 1}:00, in ${counted(hours.length, 'week')}; times in ${clock.name}.</p>
${table(
  'Timeouts in this hour',
  [
    { head: 'hour', time: true },
    { head: 'timeouts', number: true },
  ],
  hours.map(({ bucket, count: n }) => [clock.minute(bucket), html`<a href="${behind(bucket)}">${count(n)}</a>`]),
)}`;
  };
}

function numberOf(asked: Asked, name: string, below: number): number {
  const text = asked.words.get(name) ?? '';
  if (!/^\d{1,2}$/.test(text) || Number(text) >= below) throw new AddressError(`${name} is a number from 0 to ${below - 1}.`);
  return Number(text);
}
