/** What lies in each kind of index, as zod schemas; the mappings are made of them (properties.ts). */
import { z } from 'zod';
import type { SourceDocument } from '../store/elasticsearch/account.js';
import type { QuarantineDocument } from '../store/elasticsearch/aside.js';
import { type AddressName, addressNames, type Derived } from '../store/elasticsearch/document.js';
import type { AttemptDerived, IndexedDelivery, MessageDerived } from '../store/elasticsearch/message_document.js';

const parts = z
  .strictObject(
    Object.fromEntries(addressNames.map((name) => [name, z.string().meta({ field: 'address' }).exactOptional()])) as Record<
      AddressName,
      z.ZodExactOptional<z.ZodString>
    >,
  )
  .exactOptional();

const localTime = z.strictObject({ hour: z.number().int().min(0).max(23), weekday: z.number().int().min(1).max(7) });

/** What an event has in the index beside its document (postfix/schema.ts). */
export const derivedSchema = z.strictObject({
  postfix: z.strictObject({
    micros: z.number().int(),
    local_time: localTime,
    local_part: parts,
    domain: parts,
    attempt: z.boolean().exactOptional(),
  }) satisfies z.ZodType<Derived>,
});

const address = z.string().meta({ field: 'address' });
const seconds = z.number().nonnegative().meta({ field: 'seconds' });
const integer = z.number().int().meta({ field: 'integer' });
const addressParts = z
  .strictObject({ sender: address.exactOptional(), recipient: z.array(address).exactOptional(), orig_to: z.array(address).exactOptional() })
  .exactOptional();

/** What a message has in the index beside its document (postfix/message/schema.ts). */
export const messageDerivedSchema = z.strictObject({
  postfix: z.strictObject({
    micros: z.number().int(),
    left: integer.exactOptional(),
    local_time: localTime.exactOptional(),
    local_part: addressParts,
    domain: addressParts,
    orig_to: z.array(address).exactOptional(),
    resent_message_id: address.exactOptional(),
    relay: z.strictObject({ ip: z.array(z.string()) }).exactOptional(),
    recipients: integer,
    in_micros: z.strictObject({ delay: integer }).exactOptional(),
  }) satisfies z.ZodType<MessageDerived>,
});

const ofAttempt = {
  micros: z.number().int(),
  local_time: localTime.exactOptional(),
  relay: z.strictObject({ ip: z.string() }).exactOptional(),
};

/** What an attempt has in the index beside its document. */
export const attemptDerivedSchema = z.strictObject({
  postfix: z.strictObject({
    ...ofAttempt,
    // `told`: the likely ones, where the log tells them to 2.1 s.
    in_micros: z.strictObject({ least: integer, most: integer, likely: integer, told: integer.exactOptional() }).exactOptional(),
    alone: z.boolean().exactOptional(),
  }) satisfies z.ZodType<AttemptDerived>,
});

/** What lies among the attempts of each delivery over the network. */
export const deliverySchema = z.strictObject({
  '@timestamp': z.iso.datetime(),
  ecs: z.strictObject({ version: z.string() }),
  event: z.strictObject({ id: z.string(), action: z.literal('delivery') }),
  host: z.strictObject({ name: z.string() }),
  process: z.strictObject({ name: z.string(), pid: integer.exactOptional() }),
  email: z.strictObject({ local_id: z.string() }),
  destination: z
    .strictObject({
      domain: z.string().exactOptional(),
      ip: z.string().meta({ field: 'ip' }).exactOptional(),
      port: integer.exactOptional(),
      address: z.string().exactOptional(),
    })
    .exactOptional(),
  postfix: z.strictObject({
    message_document: z.string(),
    attempt_document: z.string().exactOptional(),
    status: z.string(),
    ...ofAttempt,
    delays: z.strictObject({ connection_setup: seconds }),
    attribution: z.strictObject({
      rest: z.strictObject({ least: seconds, most: seconds, likely: seconds }),
      rest_whole: integer,
      vague: z.boolean(),
      failed: seconds,
      stalls: integer.exactOptional(),
    }),
    in_micros: z.strictObject({ rest: integer, failed: integer, c: integer }),
  }),
}) satisfies z.ZodType<IndexedDelivery>;

export const sourceSchema = z.strictObject({
  key: z.string(),
  path: z.string(),
  offset: z.number().int().nonnegative(),
  complete: z.boolean(),
  tail: z.string(),
  read: z.number().int().nonnegative(),
  stored: z.number().int().nonnegative(),
  already_there: z.number().int().nonnegative(),
  quarantined: z.number().int().nonnegative(),
  notes: z.array(z.string()),
  commit: z.string(),
}) satisfies z.ZodType<SourceDocument>;

export const quarantineSchema = z.strictObject({
  id: z.string(),
  reason: z.enum(['no_time', 'binary', 'too_long', 'refused', 'crash']),
  why: z.string().exactOptional(),
  key: z.string(),
  path: z.string(),
  offset: z.number().int().nonnegative(),
  ordinal: z.number().int().nonnegative(),
  line: z.string(),
  encoding: z.enum(['ascii', 'utf-8', 'bytes']),
  zone: z.string(),
  host: z.string(),
  anchor: z.number().int(),
}) satisfies z.ZodType<QuarantineDocument>;
