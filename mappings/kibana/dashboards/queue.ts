import { count, first, most, percentile, sum, time, top } from '../columns.js';
import { aQueue, isWaiting, wasDelayed } from '../conditions.js';
import { type Dashboard, row } from '../dashboard.js';
import { areas, bars, documents, lines, metric, ranking, table } from '../panels.js';

const snapshots = { view: 'snapshots', where: aQueue } as const;
const waiting = { view: 'messages', where: isWaiting, search: 'waiting' } as const;

export const queueAndBacklog: Dashboard = {
  name: 'queue',
  title: 'Queue and backlog',
  doc: 'What waits, since when, and why: as snapshots of the queue found it (postscope snapshot), and as the log tells of messages that have not left.',
  since: 'now-7d',
  controls: { view: 'messages', fields: ['host.name'] },
  rows: [
    row(
      7,
      metric({ title: 'Messages that have not left', ...waiting, of: count('messages') }),
      metric({ title: 'Recipients that wait', ...waiting, of: sum('postfix.recipients') }),
      metric({ title: 'Their size', ...waiting, of: sum('postfix.size', 'bytes') }),
      metric({ title: 'Longest queue of a snapshot', ...snapshots, of: most('postfix.queue.messages') }),
    ),
    row(
      13,
      lines({
        title: 'Messages in the queue, by snapshots',
        ...snapshots,
        x: time(),
        by: top('host.name', 10),
        of: [most('postfix.queue.messages')],
      }),
      lines({
        title: 'Age of the oldest, by snapshots',
        ...snapshots,
        x: time(),
        by: top('host.name', 10),
        of: [most('postfix.queue.oldest')],
      }),
    ),
    row(
      13,
      areas({
        title: 'Size of the queue, by snapshots',
        ...snapshots,
        x: time(),
        by: top('host.name', 10),
        of: [most('postfix.queue.bytes')],
      }),
      bars({
        title: 'Messages that have not left, by arrival',
        ...waiting,
        doc: 'How old the backlog is: each message stands where it arrived.',
        x: time(),
        by: top('postfix.state', 5),
        of: [count('messages')],
      }),
    ),
    row(
      13,
      ranking({ title: 'Why they wait', ...waiting, x: top('postfix.reason.kind', 15), of: [count('messages')] }),
      ranking({ title: 'For which domains', ...waiting, x: top('postfix.domain.recipient', 15), of: [count('messages')] }),
      ranking({ title: 'From which domains', ...waiting, x: top('postfix.domain.sender', 15), of: [count('messages')] }),
    ),
    row(
      13,
      bars({ title: 'What became of messages', view: 'messages', x: time(), by: top('postfix.state', 9), of: [count('messages')] }),
      table({
        title: 'Messages that were delayed, by domain and reason',
        view: 'messages',
        where: wasDelayed,
        by: [top('postfix.domain.recipient', 20), top('postfix.reason.kind', 10)],
        of: [count('messages'), percentile('postfix.delay', 50), most('postfix.delay', 'longest delay')],
      }),
    ),
    row(
      16,
      table({
        title: 'Messages that were tried most',
        ...waiting,
        width: 16,
        leadsToMessage: true,
        by: [top('email.local_id', 50)],
        of: [most('postfix.failed_attempts'), first],
      }),
      documents({ title: 'Messages in the queue', search: 'waiting' }),
    ),
    row(14, documents({ title: 'Snapshots of the queue', search: 'snapshots' })),
  ],
};
