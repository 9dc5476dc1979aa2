import { count, distinct, last, time, top } from '../columns.js';
import { aClient, aReject, tlsIn, tlsOut } from '../conditions.js';
import { type Dashboard, row } from '../dashboard.js';
import { all, has } from '../kql.js';
import { bars, documents, metric, ranking, table } from '../panels.js';

const accepted = { view: 'events', where: aClient } as const;
const refused = { view: 'events', where: aReject, search: 'rejects' } as const;
const users = { view: 'events', where: all(aClient, has('user.name')) } as const;

export const whoSends: Dashboard = {
  name: 'senders',
  title: 'Who sends, who is refused',
  doc: 'Clients and SASL users that hand mail in, what is refused and why, and how connections are encrypted.',
  since: 'now-7d',
  controls: { view: 'events', fields: ['host.name', 'postfix.domain.sender'] },
  rows: [
    row(
      7,
      metric({ title: 'Messages handed in', ...accepted, of: count('messages') }),
      metric({ title: 'Clients', ...accepted, of: distinct('source.ip', 'clients') }),
      metric({ title: 'SASL users', ...users, of: distinct('user.name', 'users') }),
      metric({ title: 'Refused', ...refused, of: count('refused') }),
    ),
    row(
      13,
      bars({
        title: 'Handed in, by client',
        ...accepted,
        x: time(),
        by: top('source.domain', 10, { other: true }),
        of: [count('messages')],
      }),
      bars({ title: 'Refused, by stage', ...refused, x: time(), by: top('postfix.stage', 10), of: [count('refused')] }),
    ),
    row(
      14,
      table({
        title: 'Clients that hand mail in',
        ...accepted,
        by: [top('source.domain', 30), top('source.ip', 10)],
        of: [count('messages'), last],
      }),
      table({
        title: 'SASL users and their addresses',
        ...users,
        by: [top('user.name', 30), top('source.ip', 10)],
        of: [count('messages'), last],
      }),
    ),
    row(
      14,
      ranking({ title: 'Why it was refused', ...refused, x: top('postfix.restriction', 15), of: [count('refused')] }),
      table({
        title: 'Who was refused',
        ...refused,
        by: [top('source.ip', 30), top('postfix.domain.sender', 10)],
        of: [count('refused'), last],
      }),
    ),
    row(
      13,
      ranking({
        title: 'TLS of clients',
        view: 'events',
        where: tlsIn,
        x: top('tls.version', 6),
        by: top('tls.cipher', 10),
        of: [count('sessions')],
      }),
      ranking({
        title: 'TLS to relays',
        view: 'events',
        where: tlsOut,
        x: top('tls.version', 6),
        by: top('tls.cipher', 10),
        of: [count('sessions')],
      }),
      ranking({
        title: 'Certificates of relays',
        view: 'events',
        where: tlsOut,
        x: top('destination.domain', 15),
        by: top('postfix.tls.trust', 4),
        of: [count('sessions')],
      }),
    ),
    row(16, documents({ title: 'Refused mail', search: 'rejects' })),
  ],
};
