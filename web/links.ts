/** Where the lines behind a figure are. */
import type { Links } from '../report/html/sections.js';
import type { Asked } from './asked.js';

/** Failures that have a kind are searched for by it; all kinds together by what the lines have in common. */
export function linksOf(asked: Asked, kinds: readonly string[] = []): Links {
  const kind = kinds.length === 1 ? { kind: kinds[0] } : {};
  const period = ({ since, until }: { readonly since?: number; readonly until?: number }) => ({
    ...(since === undefined ? {} : { since: asked.moment(since) }),
    ...(until === undefined ? {} : { until: asked.moment(until) }),
  });
  return {
    failures: ({ relay, ...when }) =>
      asked.href('/attempts', {
        ...period(when),
        ...kind,
        ...(relay === undefined ? {} : { relay: relay.ip ?? relay.host }),
        failed: kinds.join(',') || 'all',
      }),
    lines: ({ relay, since, until, ...words }) =>
      asked.href('/search', {
        ...period({ ...(since === undefined ? {} : { since }), ...(until === undefined ? {} : { until }) }),
        ...words,
        ...(relay === undefined ? {} : { relay: relay.ip ?? relay.host }),
      }),
    delays: (when) => asked.href('/delays', { ...period(when), by: undefined }),
    mails: (when) => asked.href('/messages', period(when)),
    relay: (relay) => asked.href('/attempts', { relay: relay.ip ?? relay.host }),
    message: (queueId) => asked.href('/message', { id: queueId }),
  };
}
