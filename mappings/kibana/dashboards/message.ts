import { count, first, last, most, sum, time, top } from '../columns.js';
import { aTry } from '../conditions.js';
import { type Dashboard, row } from '../dashboard.js';
import { has } from '../kql.js';
import { bars, documents, table } from '../panels.js';

export const oneMessage: Dashboard = {
  name: 'message',
  title: 'One message',
  doc:
    'Everything about one queue ID: choose it above, or come here from a table of another dashboard. Of a message-id: type ' +
    'email.message_id: "…" above, read its queue IDs in the first table, choose one, and clear what was typed. Linked queue IDs are its notices, ' +
    'its way through a filter, and the next server.',
  since: 'now-30d',
  controls: { view: 'messages', fields: ['host.name', 'email.local_id'] },
  rows: [
    row(
      10,
      table({
        title: 'Queue IDs and message-ids',
        view: 'messages',
        by: [top('email.local_id', 20), top('email.message_id', 5), top('postfix.linked_id', 10)],
        of: [count('messages'), first, last, most('postfix.delay')],
      }),
    ),
    row(10, documents({ title: 'Messages', search: 'messages' })),
    row(
      12,
      bars({
        title: 'Lines over time',
        view: 'events',
        where: has('email.local_id'),
        search: 'story',
        x: time(),
        by: top('process.name', 10),
        of: [count('lines')],
      }),
      table({
        title: 'Tries by relay',
        view: 'attempts',
        where: aTry,
        by: [top('destination.domain', 20), top('postfix.outcome', 3)],
        of: [count('tries'), sum('postfix.in_micros.likely', 'took'), first, last],
      }),
    ),
    row(10, documents({ title: 'Each try', search: 'attempts' }), documents({ title: 'What c was spent on', search: 'deliveries' })),
    row(22, documents({ title: 'Its lines', search: 'story' })),
  ],
};
