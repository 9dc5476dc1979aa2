/** What a line is found by, all at once: the same prints as an import gives it (writer.ts), which makes them in passing. */
import { relayOf } from '../../postfix/document.js';
import type { Event } from '../../postfix/parse.js';
import { findables, printOf, type Term } from './terms.js';

/** @returns prints of the terms of a line */
export function printsOf(event: Event): Set<number> {
  const prints = new Set<number>();
  const add = (term: Term, value: string | undefined) => {
    if (value !== undefined) prints.add(printOf(term, value));
  };
  const { program, daemon, fields, matcher } = event;
  add('program', program);
  if (daemon !== '') add('program', daemon);
  add('action', matcher?.pattern.action ?? event.action);
  if (event.queueIdEnd >= 0) add('queue_id', event.text.slice(event.queueIdAt, event.queueIdEnd));
  if (matcher?.has.queue_id) add('queue_id', event.queueId);
  for (const [name, { term, domain }] of Object.entries(findables)) {
    const value = fields[name as keyof typeof findables];
    add(term, value);
    const at = value?.lastIndexOf('@') ?? -1;
    if (domain !== undefined && at >= 0) add(domain, value?.slice(at + 1));
  }
  const relay = event.reason === undefined && matcher?.has.relay_host !== true ? undefined : relayOf(event);
  if (relay !== undefined) {
    const dot = relay.host.indexOf('.');
    for (const name of [relay.host, dot > 0 ? relay.host.slice(0, dot) : undefined, relay.ip]) add('relay', name);
  }
  return prints;
}
