/**
 * Schemas of facts, messages and attempts, strict: what state read back from a store is held against, and tests and mappings. They
 * stand apart so that no command loads zod that does not need it (postfix/schema.ts).
 */
import { z } from 'zod';
import { kinds, phases } from '../reason.js';
import type { Attempt } from './attempt.js';
import type { Attribution } from './attribution.js';
import type { AttemptDocument, MessageDocument } from './document.js';
import type { Fact } from './fact.js';
import { endings, gaps, type Message, states } from './message.js';

const integer = z.number().int();
const count = integer.nonnegative();
/** Milliseconds since the epoch. */
const time = z.number();
const seconds = z.number().nonnegative();

const relay = z.strictObject({
  host: z.string(),
  ip: z.string().optional(),
  port: integer.optional(),
  socket: z.string().optional(),
});

const reason = z.strictObject({
  text: z.string(),
  kind: z.enum(kinds).optional(),
  phase: z.enum(phases).optional(),
  replyCode: integer.optional(),
  enhancedCode: z.string().optional(),
  suspendedKind: z.enum(kinds).optional(),
  mayBeDouble: z.literal(true).optional(),
});

const interval = z.strictObject({ earliest: time, latest: time });
const span = z.strictObject({ least: seconds, most: seconds, likely: seconds });

const head = {
  id: z.string(),
  host: z.string(),
  program: z.string(),
  pid: integer.optional(),
  time,
  path: z.string(),
  offset: count,
};
const ofMessage = { ...head, queueId: z.string() };
const clientName = { clientHost: z.string().optional(), clientIp: z.string().optional(), clientPort: integer.optional() };

export const factSchema = z.discriminatedUnion('is', [
  z.strictObject({ ...head, is: z.literal('session'), ...clientName }),
  z.strictObject({ ...head, is: z.literal('tls'), ...clientName, protocol: z.string().optional(), cipher: z.string().optional() }),
  z.strictObject({ ...head, is: z.literal('greeting'), ...clientName, helo: z.string() }),
  z.strictObject({
    ...head,
    is: z.literal('hang_up'),
    queueId: z.string().optional(),
    stage: z.string().optional(),
    timeout: z.literal(true).optional(),
  }),
  z.strictObject({
    ...ofMessage,
    is: z.literal('client'),
    ...clientName,
    user: z.string().optional(),
    saslMethod: z.string().optional(),
    origQueueId: z.string().optional(),
    origClientHost: z.string().optional(),
    origClientIp: z.string().optional(),
  }),
  z.strictObject({
    ...ofMessage,
    is: z.literal('picked_up'),
    uid: z.string(),
    sender: z.string(),
    origQueueId: z.string().optional(),
  }),
  z.strictObject({
    ...ofMessage,
    is: z.literal('message_id'),
    messageId: z.string().optional(),
    resentMessageId: z.string().optional(),
  }),
  z.strictObject({
    ...ofMessage,
    is: z.literal('verdict'),
    verdict: z.enum(['reject', 'discard', 'hold', 'other']),
    whole: z.literal(true).optional(),
    sender: z.string().optional(),
    helo: z.string().optional(),
  }),
  z.strictObject({ ...ofMessage, is: z.literal('queued'), sender: z.string(), size: integer, recipientCount: integer }),
  z.strictObject({
    ...ofMessage,
    is: z.literal('delivery'),
    recipient: z.string(),
    origTo: z.string().optional(),
    relay: relay.optional(),
    inReason: z.literal(true).optional(),
    connUse: integer.optional(),
    delay: seconds,
    a: seconds,
    b: seconds,
    c: seconds,
    d: seconds,
    tls: z.string().optional(),
    dsn: z.string(),
    status: z.string(),
    reason,
    queuedAs: z.string().optional(),
    childId: z.string().optional(),
  }),
  z.strictObject({ ...head, is: z.literal('failure'), queueId: z.string().optional(), relay: relay.optional(), reason }),
  z.strictObject({ ...head, is: z.literal('tls_error'), relay }),
  z.strictObject({
    ...ofMessage,
    is: z.literal('notice'),
    notice: z.enum(['bounce', 'delay_notice', 'delivery_notice', 'postmaster_notice']),
    childId: z.string(),
  }),
  z.strictObject({ ...ofMessage, is: z.literal('expired'), status: z.string() }),
  z.strictObject({ ...ofMessage, is: z.enum(['removed', 'deleted', 'requeued']) }),
  z.strictObject({ ...ofMessage, is: z.enum(['held', 'released']) }),
]) as z.ZodType<Fact>;

const attribution = z.strictObject({
  failed: z.array(z.strictObject({ attempt: z.string(), relay: relay.optional(), seconds: span })),
  rest: span,
  setup: span.optional(),
  stalls: integer.positive().optional(),
}) as z.ZodType<Attribution>;

export const attemptSchema = z.strictObject({
  id: z.string(),
  host: z.string(),
  program: z.string(),
  pid: integer.optional(),
  queueId: z.string().optional(),
  message: z.string().optional(),
  relay: relay.optional(),
  number: integer.positive(),
  time,
  began: interval.optional(),
  ended: interval,
  seconds: span.optional(),
  outcome: z.enum(['sent', 'partly', 'failed']),
  kind: z.enum(kinds).optional(),
  phase: z.enum(phases).optional(),
  replyCode: integer.optional(),
  enhancedCode: z.string().optional(),
  text: z.string().optional(),
  dsn: z.string().optional(),
  recipients: z.array(z.string()),
  connUse: integer.optional(),
  mayBeDouble: z.literal(true).optional(),
}) as z.ZodType<Attempt>;

const delivery = z.strictObject({
  id: z.string(),
  time,
  program: z.string(),
  pid: integer.optional(),
  attempt: z.string().optional(),
  relay: relay.optional(),
  delay: seconds,
  delays: z.strictObject({ a: seconds, b: seconds, c: seconds, d: seconds }),
  status: z.string(),
  dsn: z.string(),
  reason,
  queuedAs: z.string().optional(),
  connUse: integer.optional(),
  tls: z.string().optional(),
  attribution: attribution.optional(),
});

const client = z.strictObject({
  host: z.string().optional(),
  ip: z.string().optional(),
  port: integer.optional(),
  helo: z.string().optional(),
  user: z.string().optional(),
  saslMethod: z.string().optional(),
  tls: z.strictObject({ protocol: z.string().optional(), cipher: z.string().optional() }).optional(),
  origHost: z.string().optional(),
  origIp: z.string().optional(),
});

export const messageSchema = z.strictObject({
  id: z.string(),
  host: z.string(),
  queueId: z.string(),
  state: z.enum(states),
  ending: z.enum(endings).optional(),
  complete: z.boolean(),
  missing: z.array(z.enum(gaps)),
  firstLine: time,
  lastLine: time,
  arrival: time.optional(),
  firstAttempt: time.optional(),
  lastAttempt: time.optional(),
  removal: time.optional(),
  delay: seconds.optional(),
  client: client.optional(),
  uid: z.string().optional(),
  sender: z.string().optional(),
  messageId: z.string().optional(),
  resentMessageId: z.string().optional(),
  size: integer.optional(),
  recipientCount: integer.optional(),
  recipients: z.array(
    z.strictObject({
      address: z.string(),
      origTo: z.string().optional(),
      status: z.string(),
      dsn: z.string(),
      relay: relay.optional(),
      attempts: count,
      deliveries: z.array(delivery),
    }),
  ),
  attempts: count,
  failedAttempts: count,
  possibleDoubles: count,
  links: z.array(
    z.strictObject({
      kind: z.enum([
        'bounce',
        'delay_notice',
        'delivery_notice',
        'postmaster_notice',
        'forward',
        'filter',
        'next_hop',
        'filtered',
        'requeued',
      ]),
      queueId: z.string(),
      time,
      relay: relay.optional(),
    }),
  ),
  facts: count,
}) as z.ZodType<Message>;

const stamp = z.iso.datetime();
const ecs = z.strictObject({ version: z.string() });
const ip = z.union([z.ipv4(), z.ipv6()]);
const place = z.strictObject({
  domain: z.string().optional(),
  ip: ip.optional(),
  port: integer.optional(),
  address: z.string().optional(),
});

export const messageDocumentSchema = z.strictObject({
  '@timestamp': stamp,
  ecs,
  event: z.strictObject({
    id: z.string(),
    action: z.literal('message'),
    outcome: z.enum(['success', 'failure']).optional(),
    start: stamp.optional(),
    end: stamp.optional(),
    duration: count.optional(),
  }),
  host: z.strictObject({ name: z.string() }),
  email: z.strictObject({
    local_id: z.string(),
    message_id: z.string().optional(),
    from: z.strictObject({ address: z.string() }).optional(),
    to: z.strictObject({ address: z.array(z.string()) }).optional(),
  }),
  source: place.optional(),
  destination: z.strictObject({ domain: z.array(z.string()), ip: z.array(ip) }).optional(),
  user: z.strictObject({ name: z.string().optional(), id: z.string().optional() }).optional(),
  tls: z.strictObject({ version: z.string().optional(), cipher: z.string().optional() }).optional(),
  postfix: z.strictObject({
    state: z.enum(states),
    ending: z.enum(endings).optional(),
    complete: z.boolean(),
    missing: z.array(z.enum(gaps)),
    size: integer.optional(),
    recipient_count: integer.optional(),
    helo: z.string().optional(),
    delay: seconds.optional(),
    attempts: count,
    failed_attempts: count,
    possible_doubles: count,
    status: z.array(z.string()),
    reason: z.strictObject({ kind: z.array(z.enum(kinds)) }).optional(),
    linked_id: z.array(z.string()),
    folded: messageSchema,
  }),
}) as z.ZodType<MessageDocument>;

export const attemptDocumentSchema = z.strictObject({
  '@timestamp': stamp,
  ecs,
  event: z.strictObject({
    id: z.string(),
    action: z.literal('attempt'),
    outcome: z.enum(['success', 'failure']),
    duration: count.optional(),
  }),
  host: z.strictObject({ name: z.string() }),
  process: z.strictObject({ name: z.string(), pid: integer.optional() }),
  email: z.strictObject({ local_id: z.string() }).optional(),
  destination: place.optional(),
  postfix: z.strictObject({
    message_document: z.string().optional(),
    outcome: z.enum(['sent', 'partly', 'failed']),
    dsn: z.string().optional(),
    seconds: span.optional(),
    reason: z
      .strictObject({
        kind: z.enum(kinds).optional(),
        phase: z.enum(phases).optional(),
        text: z.string().optional(),
        reply_code: integer.optional(),
        enhanced_code: z.string().optional(),
        may_be_double: z.literal('yes').optional(),
      })
      .optional(),
    folded: attemptSchema,
  }),
}) as z.ZodType<AttemptDocument>;
