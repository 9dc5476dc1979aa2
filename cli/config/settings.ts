/**
 * Every setting there is: a table. The schema that checks them, the flags, the variables, the help and the page in docs/ are
 * made of it. It loads nothing, so that `--help` is there at once.
 */
import type { Kind } from './kinds.js';

/** The commands that a setting is for; `read` are all that ask the store. */
export type Use = 'read' | 'ship' | 'work' | 'setup' | 'quarantine';

export interface Setting {
  readonly kind: Kind;
  /** What it is for, as a line of help; a default that depends on the machine is said here. */
  readonly doc: string;
  readonly uses: readonly Use[];
  /** The flag, with its argument; absent where there is none. Secrets never have one: `ps` shows flags to everybody. */
  readonly flag?: string;
  /** Variables by names that people expect, besides `POSTSCOPE_…`. */
  readonly also?: readonly string[];
  /** As it would be typed. */
  readonly default?: string;
  /** Never shown, never logged, and read out of a file where `…_FILE` names one. */
  readonly secret?: true;
}

const cluster = ['read', 'work', 'setup', 'quarantine'] as const;
const queue = ['ship', 'work'] as const;

export const settings = {
  store: {
    kind: 'store',
    flag: '--store <where>',
    doc: 'the store: a file, the word elasticsearch, or its URL (default: the file in your data directory)',
    uses: ['read', 'quarantine'],
  },

  'elasticsearch.url': {
    kind: 'elasticsearch',
    flag: '--elasticsearch-url <url>',
    also: ['ELASTICSEARCH_URL'],
    default: 'http://127.0.0.1:9200',
    doc: 'where Elasticsearch is',
    uses: cluster,
  },
  'elasticsearch.api_key': {
    kind: 'text',
    also: ['ELASTICSEARCH_API_KEY'],
    secret: true,
    doc: 'API key for Elasticsearch, in its encoded form',
    uses: cluster,
  },
  'elasticsearch.username': {
    kind: 'text',
    also: ['ELASTICSEARCH_USERNAME'],
    doc: 'user of Elasticsearch, where there is no API key',
    uses: cluster,
  },
  'elasticsearch.password': {
    kind: 'text',
    also: ['ELASTICSEARCH_PASSWORD'],
    secret: true,
    doc: 'the password of that user',
    uses: cluster,
  },
  'elasticsearch.ca_file': {
    kind: 'path',
    also: ['ELASTICSEARCH_CA_FILE'],
    doc: 'certificate authority of Elasticsearch (PEM), where the system does not know it',
    uses: cluster,
  },
  'elasticsearch.ca_fingerprint': {
    kind: 'fingerprint',
    also: ['ELASTICSEARCH_CA_FINGERPRINT'],
    doc: 'the same by its SHA-256 fingerprint, as Elasticsearch prints it at its first start',
    uses: cluster,
  },
  'elasticsearch.prefix': {
    kind: 'prefix',
    flag: '--elasticsearch-prefix <name>',
    default: 'postscope',
    doc: 'what the names of indices, templates and roles begin with',
    uses: cluster,
  },

  'kibana.url': {
    kind: 'kibana',
    flag: '--kibana-url <url>',
    also: ['KIBANA_URL'],
    doc: 'where Kibana is, to have data views and dashboards imported into it',
    uses: ['setup'],
  },
  'kibana.api_key': {
    kind: 'text',
    also: ['KIBANA_API_KEY'],
    secret: true,
    doc: 'API key for Kibana, in its encoded form (default: who logs in to Elasticsearch)',
    uses: ['setup'],
  },
  'kibana.space': {
    kind: 'space',
    flag: '--kibana-space <name>',
    default: 'default',
    doc: 'the space of Kibana that they go into',
    uses: ['setup'],
  },
  'kibana.ca_file': {
    kind: 'path',
    doc: 'certificate authority of Kibana (PEM), where the system does not know it',
    uses: ['setup'],
  },

  'redis.url': {
    kind: 'redis',
    flag: '--redis-url <url>',
    also: ['REDIS_URL'],
    default: 'redis://127.0.0.1:6379',
    doc: 'where Redis is; rediss:// for TLS',
    uses: queue,
  },
  'redis.username': { kind: 'text', also: ['REDIS_USERNAME'], doc: 'user of the ACL of Redis', uses: queue },
  'redis.password': { kind: 'text', also: ['REDIS_PASSWORD'], secret: true, doc: 'password for Redis', uses: queue },
  'redis.ca_file': {
    kind: 'path',
    also: ['REDIS_CA_FILE'],
    doc: 'certificate authority of Redis (PEM), where the system does not know it',
    uses: queue,
  },

  'queue.name': { kind: 'name', default: 'lines', doc: 'name of the queue in Redis', uses: queue },
  'queue.prefix': { kind: 'name', default: 'postscope', doc: 'what the keys of the queue begin with', uses: queue },
  'queue.depth': {
    kind: 'count',
    default: '5000',
    doc: 'batches that may wait in the queue; a shipper that finds more stops reading until there are fewer',
    uses: ['ship'],
  },

  'ship.paths': {
    kind: 'list',
    doc: 'log files and globs to follow, where the command names none',
    uses: ['ship'],
  },
  'ship.journal': {
    kind: 'switch',
    flag: '--journal',
    default: 'false',
    doc: 'follow the systemd journal of this machine too',
    uses: ['ship'],
  },
  'ship.checkpoint': {
    kind: 'path',
    flag: '--checkpoint <file>',
    doc: 'where it is written down how far all is stored (default: in $STATE_DIRECTORY, or else your data directory)',
    uses: ['ship'],
  },
  'ship.zone': {
    kind: 'zone',
    flag: '--zone <name>',
    doc: "time zone that stamps without one are in (default: this machine's)",
    uses: ['ship'],
  },
  'ship.default_host': {
    kind: 'text',
    flag: '--default-host <name>',
    doc: 'host of lines that name none (default: this machine)',
    uses: ['ship'],
  },
  'ship.metrics_listen': {
    kind: 'listen',
    flag: '--metrics-listen <address>',
    default: '127.0.0.1:9464',
    doc: 'where the shipper answers /healthz and /metrics; off for nowhere',
    uses: ['ship'],
  },

  'privacy.mode': {
    kind: 'privacy',
    flag: '--privacy <mode>',
    default: 'none',
    doc: 'what is hidden of addresses and login names: none; pseudonymous, a keyed pseudonym and the domain; domain-only; full, both',
    uses: ['read', 'ship'],
  },
  'privacy.key_file': {
    kind: 'path',
    flag: '--privacy-key <file>',
    doc: 'key of the pseudonyms, the same on every machine (default: privacy.key beside the checkpoint or in your data directory; made if needed)',
    uses: ['read', 'ship'],
  },

  'work.concurrency': {
    kind: 'count',
    flag: '--concurrency <n>',
    default: '12',
    doc: 'batches that are worked on at a time; those that wait for Elasticsearch go to it together',
    uses: ['work'],
  },
  'work.metrics_listen': {
    kind: 'listen',
    flag: '--metrics-listen <address>',
    default: '127.0.0.1:9465',
    doc: 'where the worker answers /healthz and /metrics; off for nowhere',
    uses: ['work'],
  },

  'setup.writer_password': {
    kind: 'text',
    secret: true,
    doc: 'makes the user <prefix>_writer with this password and the role of workers',
    uses: ['setup'],
  },
  'setup.reader_password': {
    kind: 'text',
    secret: true,
    doc: 'makes the user <prefix>_reader with this password; it may read, also in Kibana',
    uses: ['setup'],
  },
  'setup.kibana_password': {
    kind: 'text',
    secret: true,
    doc: 'gives the built-in user kibana_system this password, which Kibana logs in with',
    uses: ['setup'],
  },

  'log.level': {
    kind: 'level',
    flag: '--log-level <level>',
    default: 'info',
    doc: 'what is logged: trace, debug, info, warn, error, fatal',
    uses: ['ship', 'work'],
  },
  'health.patience': {
    kind: 'duration',
    default: '5m',
    doc: 'how long nothing may be stored while there is something to store, until /healthz says so',
    uses: ['ship', 'work'],
  },
} as const satisfies Readonly<Record<string, Setting>>;

export type SettingName = keyof typeof settings;

/** In the order of the table. */
export const settingNames = Object.keys(settings) as SettingName[];

/** What is known of a setting, where its name is only known at run time. */
export const settingOf = (name: SettingName): Setting => settings[name];

/** `POSTSCOPE_…` first: where both are set, it means postscope and nothing else. */
export const variablesOf = (name: SettingName): readonly string[] => [
  `POSTSCOPE_${name.toUpperCase().replaceAll('.', '_')}`,
  ...(settingOf(name).also ?? []),
];

/** As commander has it: `--redis-url <url>` is `redisUrl`. */
export const optionOf = (flag: string): string =>
  (/^--([\w-]+)/.exec(flag)?.[1] ?? '').replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** The settings of a command. */
export const settingsFor = (use: Use): SettingName[] => settingNames.filter((name) => settingOf(name).uses.includes(use));

/** Variables that say something other than a setting. */
export const otherVariables: Readonly<Record<string, string>> = {
  POSTSCOPE_CONFIG: 'the configuration file, as --config names it (default: /etc/postscope.yml, where there is one)',
  POSTSCOPE_DEBUG: 'not empty: errors are shown with where in the program they came from',
};
