/**
 * The schema of a snapshot, strict. It stands apart from snapshot.ts so that no command loads zod, which takes longer than most
 * answers.
 */
import { z } from 'zod';
import type { Reason, Relay } from '../message/fact.js';
import { kinds, phases } from '../reason.js';
import type { Backlog } from './backlog.js';
import type { Master, Service } from './master.js';
import type { Postconf } from './postconf.js';
import type { QueuedMessage } from './queue.js';
import type { Resolv } from './resolv.js';
import { type Snapshot, type SnapshotContents, type SnapshotKind, snapshotKinds } from './snapshot.js';

const count = z.number().int().nonnegative();
const instant = z.number().int();
const text = z.string();

const relay = z.strictObject({
  host: text,
  ip: text.exactOptional(),
  port: count.exactOptional(),
  socket: text.exactOptional(),
}) satisfies z.ZodType<Relay>;

const reason = z.strictObject({
  text,
  kind: z.enum(kinds).exactOptional(),
  phase: z.enum(phases).exactOptional(),
  replyCode: count.exactOptional(),
  enhancedCode: text.exactOptional(),
  suspendedKind: z.enum(kinds).exactOptional(),
  mayBeDouble: z.literal(true).exactOptional(),
}) satisfies z.ZodType<Reason>;

export const queuedMessageSchema = z.strictObject({
  queueId: text,
  queue: text.exactOptional(),
  arrival: instant,
  size: count.exactOptional(),
  sender: text.exactOptional(),
  forcedExpire: z.literal(true).exactOptional(),
  recipients: z.array(
    z.strictObject({ address: text, origAddress: text.exactOptional(), reason: reason.exactOptional(), relay: relay.exactOptional() }),
  ),
}) satisfies z.ZodType<QueuedMessage>;

const share = { recipients: count, messages: count, first: instant };

const backlog = z.strictObject({
  messages: count,
  recipients: count,
  bytes: count,
  first: instant.exactOptional(),
  queues: z.array(z.strictObject({ ...share, queue: text.exactOptional() })),
  relays: z.array(z.strictObject({ ...share, relay: relay.exactOptional(), untried: z.literal(true).exactOptional() })),
  reasons: z.array(
    z.strictObject({
      ...share,
      kind: z.enum(kinds).exactOptional(),
      phase: z.enum(phases).exactOptional(),
      suspendedKind: z.enum(kinds).exactOptional(),
      example: text.exactOptional(),
    }),
  ),
  ages: z.array(z.strictObject({ ...share, from: count })),
  domains: z.array(z.strictObject({ ...share, domain: text })),
  moreRelays: count,
  moreDomains: count,
}) satisfies z.ZodType<Backlog>;

const service = z.strictObject({
  name: text,
  type: text,
  private: text,
  unprivileged: text,
  chroot: text,
  wakeup: text,
  processes: text,
  command: text,
  options: z.record(text, text),
}) satisfies z.ZodType<Service>;

const resolv = {
  nameservers: z.array(text),
  search: z.array(text),
  timeout: count,
  attempts: count,
  rotate: z.boolean(),
  ndots: count,
  options: z.array(text),
};

const contents = {
  queue: z.strictObject({ source: z.enum(['mailq', 'postqueue']), whole: z.boolean(), backlog }),
  postconf: z.strictObject({ parameters: z.record(text, text), complete: z.boolean() }) satisfies z.ZodType<Postconf>,
  master: z.strictObject({ services: z.array(service) }) satisfies z.ZodType<Master>,
  resolv: z.strictObject({ ...resolv, chroot: (z.strictObject(resolv) satisfies z.ZodType<Resolv>).exactOptional() }),
  version: z.strictObject({ version: text }),
  probe: z.json() as z.ZodType<SnapshotContents['probe']>,
} satisfies { readonly [K in SnapshotKind]: z.ZodType<SnapshotContents[K]> };

/** A snapshot as stores give it. */
export const snapshotSchema = z.discriminatedUnion(
  'kind',
  snapshotKinds.map((kind) =>
    z.strictObject({ id: text.length(22), host: text.min(1), time: instant, kind: z.literal(kind), content: contents[kind] }),
  ) as unknown as [z.ZodObject<{ kind: z.ZodLiteral<SnapshotKind> }>],
) as unknown as z.ZodType<Snapshot>;
