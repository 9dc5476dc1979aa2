/** What settings come to for those who connect: a URL without user and password, who logs in, and whom to trust. */
import { readFileSync } from 'node:fs';
import type { KibanaAddress } from '../../store/elasticsearch/kibana.js';
import type { ElasticsearchAddress } from '../../store/open.js';
import { ConfigurationError } from './errors.js';
import { type Configuration, decoded } from './load.js';
import type { SettingName } from './settings.js';

/** How to reach a Redis, and the queue in it. */
export interface RedisConnection {
  /** Without user and password; `rediss:` is TLS. */
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
  /** Certificate authority, PEM. */
  readonly ca?: string;
}

/**
 * @param url in the place of the one that is configured
 * @throws ConfigurationError where two settings do not go together, or a file cannot be read
 */
export function elasticsearchOf(
  configuration: Configuration,
  url?: { readonly value: string; readonly from: string },
): ElasticsearchAddress {
  const { values, origins } = configuration;
  const where = url ?? { value: values['elasticsearch.url'], from: origins['elasticsearch.url'] ?? '' };
  const { bare, username, password } = login(where, 'elasticsearch', configuration);
  const apiKey = values['elasticsearch.api_key'];
  if (apiKey !== undefined && (username !== undefined || password !== undefined)) {
    throw new ConfigurationError([
      `elasticsearch: an API key (${origins['elasticsearch.api_key']}) and a user or password (${origins['elasticsearch.username'] ?? origins['elasticsearch.password'] ?? where.from}) are both given: only one of them is wanted`,
    ]);
  }
  if ((username === undefined) !== (password === undefined)) {
    throw new ConfigurationError([
      `elasticsearch: there is a ${username === undefined ? 'password and no username' : 'username and no password'}`,
    ]);
  }
  const ca = pem('elasticsearch.ca_file', configuration);
  const fingerprint = values['elasticsearch.ca_fingerprint'];
  for (const [name, value] of [
    ['elasticsearch.ca_file', ca],
    ['elasticsearch.ca_fingerprint', fingerprint],
  ] as const) {
    if (value !== undefined && !bare.startsWith('https:')) throw withoutTls(name, where, 'https://', configuration);
  }
  return {
    url: bare,
    prefix: values['elasticsearch.prefix'],
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(username === undefined || password === undefined ? {} : { username, password }),
    ...(ca === undefined ? {} : { ca }),
    ...(fingerprint === undefined ? {} : { caFingerprint: fingerprint }),
  };
}

/**
 * Who has no API key for Kibana logs in as they do to Elasticsearch: Kibana asks that who they are.
 * @returns undefined where no Kibana is configured
 * @throws ConfigurationError
 */
export function kibanaOf(configuration: Configuration): KibanaAddress | undefined {
  const { values, origins } = configuration;
  const url = values['kibana.url'];
  if (url === undefined) return undefined;
  const ca = pem('kibana.ca_file', configuration);
  if (ca !== undefined && !url.startsWith('https:')) {
    throw withoutTls('kibana.ca_file', { value: url, from: origins['kibana.url'] ?? '' }, 'https://', configuration);
  }
  const { apiKey, username, password } = elasticsearchOf(configuration);
  const own = values['kibana.api_key'];
  const login = {
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(username === undefined || password === undefined ? {} : { username, password }),
  };
  return {
    url: url.replace(/\/$/, ''),
    space: values['kibana.space'],
    ...(own === undefined ? login : { apiKey: own }),
    ...(ca === undefined ? {} : { ca }),
  };
}

/** @throws ConfigurationError */
export function redisOf(configuration: Configuration): RedisConnection {
  const where = { value: configuration.values['redis.url'], from: configuration.origins['redis.url'] ?? '' };
  const { bare, username, password } = login(where, 'redis', configuration);
  if (username !== undefined && password === undefined) throw new ConfigurationError(['redis: there is a username and no password']);
  const ca = pem('redis.ca_file', configuration);
  if (ca !== undefined && !bare.startsWith('rediss:')) throw withoutTls('redis.ca_file', where, 'rediss://', configuration);
  return {
    url: bare,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(ca === undefined ? {} : { ca }),
  };
}

interface Where {
  readonly value: string;
  readonly from: string;
}

/** User and password stand in the URL, or in settings of their own. */
function login({ value, from }: Where, server: 'elasticsearch' | 'redis', { values, origins }: Configuration) {
  const url = new URL(value);
  const inUrl = { username: decoded(url.username) || undefined, password: decoded(url.password) || undefined };
  url.username = '';
  url.password = '';
  const own = { username: values[`${server}.username`], password: values[`${server}.password`] };
  for (const part of ['username', 'password'] as const) {
    if (inUrl[part] !== undefined && own[part] !== undefined && inUrl[part] !== own[part]) {
      throw new ConfigurationError([
        `${server}: the URL of ${from} has another ${part} than ${origins[`${server}.${part}`]}: only one of them is wanted`,
      ]);
    }
  }
  return {
    bare: url.href.replace(/\/$/, ''),
    username: inUrl.username ?? own.username,
    password: inUrl.password ?? own.password,
  };
}

function pem(name: 'elasticsearch.ca_file' | 'kibana.ca_file' | 'redis.ca_file', { values, origins }: Configuration): string | undefined {
  const path = values[name];
  if (path === undefined) return undefined;
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigurationError([`${origins[name]}: ${JSON.stringify(path)} cannot be read: ${(error as NodeJS.ErrnoException).code}`]);
  }
  if (text.includes('-----BEGIN CERTIFICATE-----')) return text;
  throw new ConfigurationError([
    `${origins[name]}: ${JSON.stringify(path)} has no certificate in it (wanted is PEM: -----BEGIN CERTIFICATE-----)`,
  ]);
}

const withoutTls = (name: SettingName, where: Where, scheme: string, { origins }: Configuration) =>
  new ConfigurationError([`${name} (${origins[name]}) means TLS, but the URL of ${where.from} does not begin with ${scheme}`]);
