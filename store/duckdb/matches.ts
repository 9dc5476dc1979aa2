/** Whether a line is what a search asked for. */
import { relayOf } from '../../postfix/document.js';
import type { Event } from '../../postfix/parse.js';
import type { SearchQuery } from '../port.js';

/** @returns a test for events; time and cursor aside, which are the statement's */
export function matcherOf(query: SearchQuery): (event: Event, line: string) => boolean {
  const tests: ((event: Event, line: string) => boolean)[] = [];
  const want = (value: string | undefined, test: (event: Event, wanted: string, line: string) => boolean) => {
    if (value === undefined) return;
    const wanted = value.toLowerCase();
    tests.push((event, line) => test(event, wanted, line));
  };
  want(query.queueId, (event, wanted) => same(event.queueId, wanted));
  want(query.from, (event, wanted) => isAddress(event.fields.sender, wanted));
  want(query.to, (event, wanted) => isAddress(event.fields.recipient, wanted));
  want(query.messageId?.replace(/^<(.*)>$/, '$1'), (event, wanted) => same(event.fields.message_id, wanted));
  want(query.client, ({ fields }, wanted) => same(fields.client_host, wanted) || same(fields.client_ip, wanted));
  want(query.action, (event, wanted) => same(event.action, wanted));
  want(query.program, (event, wanted) => same(event.program, wanted) || same(event.daemon, wanted));
  want(query.status, (event, wanted) => same(event.fields.status, wanted));
  want(query.kind, (event, wanted) => event.reason?.kind === wanted);
  want(query.relay, (event, wanted) => {
    const relay = relayOf(event);
    return relay !== undefined && (same(relay.host, wanted) || same(relay.ip, wanted) || relay.host.toLowerCase().startsWith(`${wanted}.`));
  });
  want(query.host, (event, wanted) => same(event.host, wanted));
  want(query.text, (_, wanted, line) => line.toLowerCase().includes(wanted));
  return (event, line) => tests.every((test) => test(event, line));
}

const same = (value: string | undefined, wanted: string) => value !== undefined && value.toLowerCase() === wanted;

/** An address, `@domain`, or `local@`. */
function isAddress(value: string | undefined, wanted: string): boolean {
  if (value === undefined) return false;
  const address = value.toLowerCase();
  if (wanted.startsWith('@')) return address.endsWith(wanted);
  if (wanted.endsWith('@')) return address.startsWith(wanted);
  return address === wanted;
}
