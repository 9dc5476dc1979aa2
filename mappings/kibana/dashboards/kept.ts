import { count, distinct, first, last, most, sum, time, top } from '../columns.js';
import { aDeletion, aHold } from '../conditions.js';
import { type Dashboard, row } from '../dashboard.js';
import { any } from '../kql.js';
import { bars, documents, heatMap, metric, table } from '../panels.js';

const lines = { view: 'events' } as const;
const handled = { view: 'events', where: any(aHold, aDeletion), search: 'kept' } as const;

export const whatWeKeep: Dashboard = {
  name: 'kept',
  title: 'What we keep',
  doc: 'Which months of which hosts are stored, where lines are missing, and what was held or deleted. An index is a month: deleting it deletes that month.',
  since: 'now-1y',
  controls: { view: 'events', fields: ['host.name'] },
  rows: [
    row(
      7,
      metric({ title: 'Lines', ...lines, of: count('lines') }),
      metric({ title: 'First line', ...lines, of: first }),
      metric({ title: 'Last line', ...lines, of: last }),
      metric({ title: 'Hosts', ...lines, of: distinct('host.name', 'hosts') }),
    ),
    row(
      13,
      bars({ title: 'Lines by month', ...lines, x: time('1M'), by: top('host.name', 10, { other: true }), of: [count('lines')] }),
      bars({
        title: 'Bytes of mail by month',
        view: 'messages',
        x: time('1M'),
        by: top('host.name', 10, { other: true }),
        of: [sum('postfix.size', 'bytes')],
      }),
    ),
    row(
      14,
      heatMap({
        title: 'Lines by day and host',
        ...lines,
        doc: 'A gap is a day without a line: a log that was not read, or a server that was off.',
        x: time('1d'),
        y: top('host.name', 20),
        of: count('lines'),
      }),
    ),
    row(
      14,
      table({
        title: 'Log files, and the bytes that were read of them',
        ...lines,
        by: [top('host.name', 20), top('log.file.path', 50)],
        of: [count('lines'), most('log.offset', 'bytes'), first, last],
      }),
      bars({ title: 'Holds and deletions', ...handled, x: time(), by: top('event.action', 10), of: [count('messages')] }),
    ),
    row(16, documents({ title: 'Held, released, deleted', search: 'kept' })),
  ],
};
