/**
 * The templates that Elasticsearch makes indices by. `postscope setup` installs them; mappings/templates/ has them as they are
 * for the prefix `postscope`, to be read and to be compared (test/mappings.test.ts makes them anew with `-u`).
 */
import { createHash } from 'node:crypto';
import { indexNames, managedBy, mappingVersion } from '../store/elasticsearch/names.js';
import { eventProperties } from './events.js';
import { attemptProperties, messageProperties } from './messages.js';
import { type Properties, propertiesOf } from './properties.js';
import { retentionProperties } from './retention.js';
import { quarantineSchema, sourceSchema } from './schemas.js';
import { snapshotProperties } from './snapshots.js';

export interface Meta {
  readonly managed_by: string;
  readonly version: number;
  /** Of what the template says: by it an index shows which one it was made of. */
  readonly digest: string;
}

export interface ComponentTemplate {
  readonly template: {
    readonly settings?: object;
    readonly mappings?: { readonly dynamic: 'strict'; readonly _meta: Meta; readonly properties: Properties };
  };
  readonly version: number;
  readonly _meta: Meta;
}

export interface IndexTemplate {
  readonly index_patterns: readonly string[];
  readonly composed_of: readonly string[];
  readonly ignore_missing_component_templates: readonly string[];
  readonly priority: number;
  readonly version: number;
  readonly _meta: Meta;
}

export interface Templates {
  /** By name. An index template comes after the component templates that it is made of. */
  readonly components: Readonly<Record<string, ComponentTemplate>>;
  readonly indices: Readonly<Record<string, IndexTemplate>>;
}

const kinds = ['events', 'messages', 'attempts', 'snapshots', 'sources', 'quarantine', 'retention'] as const;
type Kind = (typeof kinds)[number];

const properties: Readonly<Record<Kind, Properties>> = {
  events: eventProperties,
  messages: messageProperties,
  attempts: attemptProperties,
  snapshots: snapshotProperties,
  sources: propertiesOf(sourceSchema, { tail: { type: 'keyword', index: false, doc_values: false } }),
  quarantine: propertiesOf(quarantineSchema, { line: { type: 'text', analyzer: 'log_words', norms: false, index_options: 'docs' } }),
  retention: retentionProperties,
};

const settings = {
  // A log is written once and read now and then.
  codec: 'best_compression',
  // One server has no place for a copy, and a cluster has one.
  auto_expand_replicas: '0-1',
  analysis: {
    analyzer: { log_words: { type: 'custom', tokenizer: 'log_words', filter: ['lowercase'] } },
    // A word of the usual 255 characters would be cut into several, and a longer one than this be refused (properties.ts).
    tokenizer: { log_words: { type: 'standard', max_token_length: 8191 } },
  },
};

/** The latest are what is asked for first: they are read off the front. What is of one millisecond is in order too. */
const latestFirst = { field: ['@timestamp', 'postfix.micros'], order: ['desc', 'desc'] };

/**
 * How long a deleted document is remembered. A fold that is behind may still bring an older version of it: longer than a worker can
 * be, which is ended when it holds a batch for so long.
 */
const remembered = { gc_deletes: '1h' };

const more: Readonly<Record<Kind, object>> = {
  events: {
    sort: latestFirst,
    // What a search without a field name looks at.
    query: { default_field: ['message', 'event.original'] },
  },
  messages: {
    ...remembered,
    sort: latestFirst,
    query: { default_field: ['email.local_id', 'email.message_id', 'email.from.address', 'email.to.address'] },
  },
  attempts: { ...remembered, sort: latestFirst, query: { default_field: ['email.local_id', 'destination.domain', 'postfix.reason.text'] } },
  snapshots: { sort: latestFirst },
  sources: {},
  quarantine: {},
  retention: {},
};

/** @throws RangeError where the prefix is none that an index can have */
export function templatesOf(prefix: string): Templates {
  const names = indexNames(prefix);
  const components: Record<string, ComponentTemplate> = {};
  const indices: Record<string, IndexTemplate> = {};
  for (const kind of kinds) {
    const body = {
      settings: { index: { ...settings, ...more[kind] } },
      mappings: { dynamic: 'strict' as const, properties: properties[kind] },
    };
    const _meta = metaOf(body);
    const { dynamic, properties: own } = body.mappings;
    const name = `${prefix}-${kind}`;
    components[name] = {
      template: { settings: body.settings, mappings: { dynamic, _meta, properties: own } },
      version: mappingVersion,
      _meta,
    };
    const frame = {
      index_patterns: [names[kind]],
      // What an operator wants otherwise (shards, copies, where indices are kept) goes into a template of this name, which is theirs.
      composed_of: [name, `${name}@custom`],
      ignore_missing_component_templates: [`${name}@custom`],
      // Above those that Elasticsearch brings for `logs-*-*` and the like.
      priority: 500,
    };
    indices[name] = { ...frame, version: mappingVersion, _meta: metaOf(frame) };
  }
  return { components, indices };
}

const metaOf = (body: object): Meta => ({
  managed_by: managedBy,
  version: mappingVersion,
  digest: createHash('sha256').update(JSON.stringify(body)).digest('hex').slice(0, 16),
});
