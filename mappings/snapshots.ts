/** What lies in the indices of snapshots: see store/elasticsearch/snapshots.ts. */
import { z } from 'zod';
import { snapshotKinds } from '../postfix/snapshot/snapshot.js';
import { type Properties, propertiesOf } from './properties.js';

const count = z.number().int().nonnegative();

/** Both sorts of documents; `content` and `messages` have schemas of their own (postfix/snapshot/schema.ts). */
export const snapshotDocumentSchema = z.strictObject({
  '@timestamp': z.iso.datetime(),
  host: z.strictObject({ name: z.string() }),
  postfix: z.strictObject({
    micros: z.number().int(),
    snapshot: z.strictObject({
      id: z.string(),
      kind: z.enum(snapshotKinds).exactOptional(),
      of: z.string().exactOptional(),
      part: count.exactOptional(),
      content: z.json().exactOptional(),
      messages: z.json().exactOptional(),
    }),
    queue: z
      .strictObject({ messages: count, recipients: count, bytes: count, oldest: z.number().nonnegative().exactOptional() })
      .exactOptional(),
  }),
});

/** Kept as it is, and not searched: parameters of a main.cf would be fields without end. */
const kept = { type: 'object', enabled: false };

export const snapshotProperties: Properties = propertiesOf(snapshotDocumentSchema, {
  'postfix.snapshot.content': kept,
  'postfix.snapshot.messages': kept,
});
