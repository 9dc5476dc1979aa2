/** What lies in the index of the record: see store/elasticsearch/retention.ts. */
import { z } from 'zod';
import { type Properties, propertiesOf } from './properties.js';

export const retentionDocumentSchema = z.strictObject({
  '@timestamp': z.iso.datetime(),
  event: z.strictObject({ id: z.string(), action: z.enum(['hold', 'release', 'deletion', 'archive', 'erasure']) }),
  user: z.strictObject({ name: z.string() }),
  postfix: z.strictObject({ retention: z.json() }),
});

/** An entry is kept as it is: files that lines came from would be fields without end. */
export const retentionProperties: Properties = propertiesOf(retentionDocumentSchema, {
  'postfix.retention': { type: 'object', enabled: false },
});
