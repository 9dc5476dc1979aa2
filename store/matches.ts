/** Whether a line is what a search asked for: the last word in every store, behind whatever its index can tell. */
import { isIP } from 'node:net';
import { type EventDocument, relayOf } from '../postfix/document.js';
import type { Event } from '../postfix/parse.js';
import type { SearchQuery } from './port.js';

/** What a search can ask of a line. What the line does not say is undefined, and so is what it says with no text. */
export interface Searched {
  /** As it is kept. */
  readonly line: string;
  readonly host: string;
  readonly program: string;
  readonly daemon: string | undefined;
  readonly action: string;
  readonly queueId: string | undefined;
  /** Empty for the sender of a notification. */
  readonly sender: string | undefined;
  readonly recipient: string | undefined;
  readonly messageId: string | undefined;
  /** Name and address of an SMTP client. */
  readonly client: readonly (string | undefined)[];
  readonly status: string | undefined;
  readonly kind: string | undefined;
  readonly relay: { readonly host: string; readonly ip: string | undefined } | undefined;
}

/** @returns a test for lines; the period and the cursor aside, which are the store's */
export function matcherOf(query: SearchQuery): (searched: Searched) => boolean {
  const tests: ((searched: Searched) => boolean)[] = [];
  const want = (value: string | undefined, test: (searched: Searched, wanted: string) => boolean) => {
    if (value === undefined) return;
    const wanted = value.toLowerCase();
    tests.push((searched) => test(searched, wanted));
  };
  want(query.queueId, ({ queueId }, wanted) => same(queueId, wanted));
  want(query.from, ({ sender }, wanted) => isAddress(sender, wanted));
  want(query.to, ({ recipient }, wanted) => isAddress(recipient, wanted));
  want(query.messageId === undefined ? undefined : bare(query.messageId), ({ messageId }, wanted) => same(messageId, wanted));
  want(query.client, ({ client }, wanted) => client.some((name) => same(name, wanted)));
  want(query.action, ({ action }, wanted) => same(action, wanted));
  want(query.program, ({ program, daemon }, wanted) => same(program, wanted) || same(daemon, wanted));
  want(query.status, ({ status }, wanted) => same(status, wanted));
  want(query.kind, ({ kind }, wanted) => kind === wanted);
  want(query.relay, ({ relay }, wanted) => relay !== undefined && isRelay(relay, wanted));
  want(query.host, ({ host }, wanted) => same(host, wanted));
  want(query.text, ({ line }, wanted) => line.toLowerCase().includes(wanted));
  return (searched) => tests.every((test) => test(searched));
}

/** A message-id without the brackets that people copy along. */
export const bare = (messageId: string) => messageId.replace(/^<(.*)>$/, '$1');

export const same = (value: string | undefined, wanted: string) => value !== undefined && value.toLowerCase() === wanted;

export const isRelay = ({ host, ip }: { host: string; ip: string | undefined }, wanted: string) =>
  same(host, wanted) || same(ip, wanted) || host.toLowerCase().startsWith(`${wanted}.`);

/** An address, `@domain`, or `local@`. */
export function isAddress(value: string | undefined, wanted: string): boolean {
  if (value === undefined) return false;
  const address = value.toLowerCase();
  if (wanted.startsWith('@')) return address.endsWith(wanted);
  if (wanted.endsWith('@')) return address.startsWith(wanted);
  return address === wanted;
}

const given = (value: string | undefined) => (value === '' ? undefined : value);

/** A line that was just parsed. The relay is made out only where it is asked for. */
export class SearchedEvent implements Searched {
  constructor(
    private readonly event: Event,
    readonly line: string,
  ) {}
  get host() {
    return this.event.host;
  }
  get program() {
    return this.event.program;
  }
  get daemon() {
    return given(this.event.daemon);
  }
  get action() {
    return this.event.action;
  }
  get queueId() {
    return this.event.queueId;
  }
  get sender() {
    return this.event.fields.sender;
  }
  get recipient() {
    return given(this.event.fields.recipient);
  }
  get messageId() {
    return given(this.event.fields.message_id);
  }
  get client() {
    const { client_host, client_ip } = this.event.fields;
    return [given(client_host), given(client_ip)];
  }
  get status() {
    return given(this.event.fields.status);
  }
  get kind() {
    return this.event.reason?.kind;
  }
  get relay() {
    const relay = relayOf(this.event);
    if (relay === undefined) return undefined;
    const { host, ip } = relay;
    return { host, ip: ip !== undefined && isIP(ip) !== 0 ? ip : undefined };
  }
}

/** A line as its document tells of it. */
export function searchedDocument(document: EventDocument): Searched {
  const { event, host, process, email, source, destination, postfix, message } = document;
  return {
    line: event.original ?? message,
    host: host.name,
    program: process.name,
    daemon: postfix?.daemon,
    action: event.action,
    queueId: email?.local_id,
    sender: email?.from?.address,
    recipient: email?.to?.address,
    messageId: email?.message_id,
    client: [source?.domain, source?.ip, source?.address],
    status: postfix?.status,
    kind: postfix?.reason?.kind,
    relay:
      postfix?.relay?.named_in === undefined || destination?.domain === undefined
        ? undefined
        : { host: destination.domain, ip: destination.ip },
  };
}
