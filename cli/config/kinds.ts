/**
 * What a setting can be: what is expected, in words for whoever typed something else, and how it is read. All are read from text,
 * as flags and variables are; a YAML file may have lists too.
 */
import { z } from 'zod';
import { privacyModes } from '../../postfix/privacy/mode.js';
import { Zone } from '../../postfix/zone.js';

/** Where to listen: an address of this machine, and a port (0: any that is free). */
export interface Listen {
  readonly host: string;
  readonly port: number;
}

const text = z.string().min(1);

/** A number with a unit behind it, as text: `256KiB`, `1.5s`. */
function measured(units: Readonly<Record<string, number>>, bare?: number) {
  return z.string().transform((value, context) => {
    const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?) ?([a-zA-Z]*)$/.exec(value) ?? [];
    const factor = unit === '' ? bare : units[unit];
    if (number !== '' && factor !== undefined && Number(number) > 0) return Math.round(Number(number) * factor);
    context.addIssue('');
    return z.NEVER;
  });
}

/** @returns undefined where it is no address with a port */
function listenOf(value: string): Listen | 'off' | undefined {
  if (value === 'off') return 'off';
  const [, ipv6, name, port = ''] = /^(?:\[([\da-fA-F:.]+)\]|([\w.-]+)):(\d{1,5})$/.exec(value) ?? [];
  const host = ipv6 ?? name;
  return host === undefined || Number(port) > 65_535 ? undefined : { host, port: Number(port) };
}

/** @returns whether it is a URL of one of these protocols, with a host and nothing behind it that would be passed over */
function isUrl(value: string, protocols: readonly string[]): boolean {
  try {
    const { protocol, hostname, search, hash } = new URL(value);
    return protocols.includes(protocol) && hostname !== '' && search === '' && hash === '';
  } catch {
    return false;
  }
}

/** YAML 1.1 and people have all of these. */
const switches: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  on: true,
  1: true,
  false: false,
  no: false,
  off: false,
  0: false,
};

export const kinds = {
  text: { expected: 'a text', schema: text },
  /** A path; relative ones are relative to where postscope is started. */
  path: { expected: 'the path of a file', schema: text },
  store: { expected: 'the path of a file, the word elasticsearch, or the http:// or https:// URL of an Elasticsearch', schema: text },
  list: {
    expected: 'a path, a glob, or a list of them (in a variable with : between them)',
    schema: z.union([z.array(text).min(1), text.transform((value) => value.split(':').filter((part) => part !== ''))]),
  },
  elasticsearch: {
    expected: 'a URL such as https://elasticsearch.example.org:9200',
    schema: z.string().refine((value) => isUrl(value, ['http:', 'https:'])),
  },
  kibana: {
    expected: 'a URL such as https://kibana.example.org:5601, without user and password',
    schema: z
      .string()
      .refine((value) => isUrl(value, ['http:', 'https:']) && new URL(value).username === '' && new URL(value).password === ''),
  },
  /** Identity of a space of Kibana, as its address has it behind /s/. */
  space: { expected: 'lower-case letters, digits, - and _', schema: z.string().regex(/^[a-z\d_-]{1,100}$/) },
  redis: {
    expected: 'a URL such as redis://redis.example.org:6379 or, with TLS, rediss://redis.example.org:6379/0',
    schema: z.string().refine((value) => isUrl(value, ['redis:', 'rediss:']) && /^(?:\/\d*)?$/.test(new URL(value).pathname)),
  },
  fingerprint: {
    expected: "the SHA-256 fingerprint of the server's certificate authority: 64 hexadecimal digits, with or without colons",
    schema: z.string().refine((value) => /^[\da-fA-F]{64}$/.test(value.replaceAll(':', ''))),
  },
  /** What indices, templates and roles begin with (Elasticsearch, *Create index API*: lower case, and no leading `-_+`). */
  prefix: { expected: 'lower-case letters, digits, - and _, with a letter in front', schema: z.string().regex(/^[a-z][a-z\d_-]{0,63}$/) },
  /** Of a queue: `:` is what BullMQ puts between the parts of a key. */
  name: { expected: 'letters, digits, - and _', schema: z.string().regex(/^[\w-]{1,64}$/) },
  zone: { expected: 'a time zone such as Europe/Berlin or UTC, or an offset such as +02:00', schema: z.string().refine(isZone) },
  count: {
    expected: 'a whole number above 0',
    schema: z
      .string()
      .regex(/^\d+$/)
      .transform(Number)
      .refine((value) => Number.isSafeInteger(value) && value > 0),
  },
  /** Milliseconds. */
  duration: {
    expected: 'a time such as 500ms, 30s, 10m or 2h',
    schema: measured({ ms: 1, s: 1000, m: 60_000, h: 3_600_000 }),
  },
  /** Bytes. */
  size: {
    expected: 'a size such as 262144, 256KiB or 4MiB',
    schema: measured({ B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3, kB: 1000, MB: 1000 ** 2, GB: 1000 ** 3 }, 1),
  },
  switch: {
    expected: 'true or false',
    schema: z
      .string()
      .toLowerCase()
      .refine((value) => Object.hasOwn(switches, value))
      .transform((value) => switches[value] === true),
  },
  level: {
    expected: 'one of trace, debug, info, warn, error, fatal',
    schema: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal']),
  },
  privacy: { expected: `one of ${privacyModes.join(', ')}`, schema: z.enum(privacyModes) },
  listen: {
    expected: 'an address and a port such as 127.0.0.1:9464 or [::1]:9464, or off',
    schema: z.string().transform((value, context) => {
      const listen = listenOf(value);
      if (listen !== undefined) return listen;
      context.addIssue('');
      return z.NEVER;
    }),
  },
} as const satisfies Readonly<Record<string, { readonly expected: string; readonly schema: z.ZodType }>>;

export type Kind = keyof typeof kinds;

/** What a setting of a kind is once it was read. */
export type Read<K extends Kind> = z.output<(typeof kinds)[K]['schema']>;

function isZone(name: string): boolean {
  try {
    new Zone(name);
    return true;
  } catch {
    return false;
  }
}
