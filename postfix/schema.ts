/**
 * The schema of a document, strict: what holds documents against it, tests and mappings. It stands apart from document.ts so
 * that no command loads zod, which takes longer than most answers.
 */
import { isIP } from 'node:net';
import { z } from 'zod';
import type { EventDocument } from './document.js';
import { type FieldType, fields } from './fields.js';

/** The type of a field is kept with its schema, for the mappings: a string does not say how it is searched. */
const valueSchema = {
  text: z.string().meta({ field: 'text' }),
  word: z.string().meta({ field: 'word' }),
  address: z.string().meta({ field: 'address' }),
  message_id: z.string().meta({ field: 'message_id' }),
  host: z.string().meta({ field: 'host' }),
  ip: z
    .string()
    .refine((text) => isIP(text) !== 0, 'is no IP address')
    .meta({ field: 'ip' }),
  // A daemon complains of counts that are negative, too.
  integer: z.number().int().meta({ field: 'integer' }),
  seconds: z.number().nonnegative().meta({ field: 'seconds' }),
  counters: z.record(z.string(), z.object({ accepted: z.number().int(), total: z.number().int() })).meta({ field: 'counters' }),
} as const satisfies Record<FieldType, z.ZodType>;

interface Tree {
  [key: string]: Tree | z.ZodType;
}

const head: Tree = {
  '@timestamp': z.iso.datetime(),
  ecs: { version: z.string() },
  host: { name: z.string() },
  message: z.string(),
  event: { id: z.string(), action: z.string(), outcome: z.enum(['success', 'failure']).optional(), original: z.string().optional() },
  log: {
    level: z.enum(['info', 'warning', 'error', 'fatal', 'panic']),
    file: { path: z.string() },
    offset: z.number().int().nonnegative(),
    syslog: { priority: z.number().int().optional() },
  },
  process: { name: z.string(), pid: z.number().int().optional() },
  email: { local_id: z.string().optional() },
  source: { address: z.string().optional() },
  postfix: {
    daemon: z.string().optional(),
    clock_doubt: z.enum(['gap', 'fold', 'leap']).optional(),
    encoding: z.literal('bytes').optional(),
    relay: { named_in: z.enum(['relay', 'reason']).optional() },
  },
};

/** `strict`: a name that is not in the schema is an error, as it is in the index. */
function objectOf(tree: Tree): z.ZodType {
  const shape: Record<string, z.ZodType> = {};
  for (const [key, value] of Object.entries(tree)) {
    if (value instanceof z.ZodType) shape[key] = value;
    else {
      const inner = objectOf(value);
      shape[key] = inner.safeParse({}).success ? inner.optional() : inner;
    }
  }
  return z.strictObject(shape);
}

function plant(tree: Tree, path: string, leaf: z.ZodType): void {
  const steps = path.split('.');
  const last = steps.pop() as string;
  let at = tree;
  for (const step of steps) {
    at[step] ??= {};
    at = at[step] as Tree;
  }
  at[last] ??= leaf.optional();
}

/** The schema of a document, made from the table of fields. */
export const eventSchema = (() => {
  const tree = structuredCloneTree(head);
  for (const { path, type } of Object.values(fields)) plant(tree, path, valueSchema[type]);
  return objectOf(tree) as z.ZodType<EventDocument>;
})();

function structuredCloneTree(tree: Tree): Tree {
  return Object.fromEntries(Object.entries(tree).map(([k, v]) => [k, v instanceof z.ZodType ? v : structuredCloneTree(v)]));
}
