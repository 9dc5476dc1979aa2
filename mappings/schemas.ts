/** What lies in each kind of index, as zod schemas; the mappings are made of them (properties.ts). */
import { z } from 'zod';
import type { SourceDocument } from '../store/elasticsearch/account.js';
import type { QuarantineDocument } from '../store/elasticsearch/aside.js';
import { type AddressName, addressNames, type Derived } from '../store/elasticsearch/document.js';

const parts = z
  .strictObject(
    Object.fromEntries(addressNames.map((name) => [name, z.string().meta({ field: 'address' }).exactOptional()])) as Record<
      AddressName,
      z.ZodExactOptional<z.ZodString>
    >,
  )
  .exactOptional();

/** What an event has in the index beside its document (postfix/schema.ts). */
export const derivedSchema = z.strictObject({
  postfix: z.strictObject({
    micros: z.number().int(),
    local_time: z.strictObject({ hour: z.number().int().min(0).max(23), weekday: z.number().int().min(1).max(7) }),
    local_part: parts,
    domain: parts,
    attempt: z.boolean().exactOptional(),
  }) satisfies z.ZodType<Derived>,
});

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
