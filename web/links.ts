/** Where the lines behind a figure are. */
import type { Links } from '../report/html/sections.js';
import type { Asked } from './asked.js';

/** @param kinds what is meant by failures where none is named: all, where it is none */
export function linksOf(asked: Asked, kinds: readonly string[] = []): Links {
  const period = ({ since, until }: { readonly since?: number; readonly until?: number }) => ({
    ...(since === undefined ? {} : { since: asked.moment(since) }),
    ...(until === undefined ? {} : { until: asked.moment(until) }),
  });
  return {
    failures: ({ relay, kind, ...when }) =>
      asked.href('/attempts', {
        ...period(when),
        ...(relay === undefined ? {} : { relay: relay.ip ?? relay.host }),
        failed: kind ?? (kinds.join(',') || 'all'),
      }),
    hours: (weekday, hour) => asked.href('/hours', { weekday: String(weekday), hour: String(hour) }),
    lines: ({ relay, since, until, ...words }) =>
      asked.href('/search', {
        ...period({ ...(since === undefined ? {} : { since }), ...(until === undefined ? {} : { until }) }),
        ...words,
        ...(relay === undefined ? {} : { relay: relay.ip ?? relay.host }),
      }),
    delays: (when) => asked.href('/delays', { ...period(when), by: undefined }),
    mails: ({ relay, late = 0, doubled, state, ...when }) =>
      asked.href('/messages', {
        ...period(when),
        ...(relay === undefined ? {} : { relay: relay.ip ?? relay.host }),
        late: late === 0 ? undefined : String(late),
        doubled: doubled && 'yes',
        state,
      }),
    relay: (relay) => asked.href('/attempts', { relay: relay.ip ?? relay.host }),
    message: (queueId) => asked.href('/message', { id: queueId }),
  };
}
