/**
 * The configuration of a run: flags before variables before the file before defaults, each value checked, and each with
 * where it came from. All that is wrong is said at once, and names itself.
 */
import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { ConfigurationError } from './errors.js';
import { type FileValue, fileSettings } from './file.js';
import { hostileShown } from './hide.js';
import { type Kind, kinds, type Read } from './kinds.js';
import { likeOf } from './like.js';
import { optionOf, otherVariables, type Setting, type SettingName, settingNames, settingOf, settings, variablesOf } from './settings.js';

type Table = typeof settings;

/** What each setting is; undefined where nobody said so and there is no default. */
export type Values = {
  readonly [N in SettingName]: Table[N] extends { readonly default: string } ? Read<Table[N]['kind']> : Read<Table[N]['kind']> | undefined;
};

/** Where a value came from: `--redis-url`, `REDIS_URL`, `/etc/postscope.yml:12`, `default`. */
export type Origins = { readonly [N in SettingName]: string | undefined };

export interface Configuration {
  readonly values: Values;
  readonly origins: Origins;
  /** The file that was read. */
  readonly file: string | undefined;
  /** Passwords and keys, to be hidden wherever something is printed. */
  readonly secrets: readonly string[];
  /** What is not wrong, and should not be so; a sentence each. */
  readonly warnings: readonly string[];
}

export interface Sources {
  /** As commander gives them, by option name; those that are no settings are passed over. */
  readonly flags: Readonly<Record<string, unknown>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What relative paths of flags are relative to. */
  readonly folder: string;
  /** The file that is read where nobody names one, if it is there. */
  readonly usualFile?: string;
}

interface Given {
  readonly value: string | readonly string[];
  readonly from: string;
}

export const usualFile = '/etc/postscope.yml';

/** @throws ConfigurationError that lists all that is wrong */
export function loadConfiguration(sources: Sources): Configuration {
  const wrong: string[] = [];
  const file = fileOf(sources);
  const inFile = file === undefined ? new Map<SettingName, FileValue>() : fileSettings(file.path, file.text, wrong);
  wrong.push(...unknownVariables(sources.env));
  const values: Partial<Record<SettingName, unknown>> = {};
  const origins: Partial<Record<SettingName, string | undefined>> = {};
  const secrets: string[] = [];
  for (const name of settingNames) {
    const given = fromFlags(name, sources) ?? fromVariables(name, sources, wrong) ?? fromFile(inFile.get(name), wrong) ?? fromTable(name);
    origins[name] = given?.from;
    if (given === undefined) continue;
    const read = check(name, given, wrong);
    values[name] = read;
    if (settingOf(name).secret && typeof read === 'string') secrets.push(read);
    secrets.push(...passwordsIn(name, given, wrong));
  }
  // A flag may be that of two settings.
  if (wrong.length > 0) throw new ConfigurationError([...new Set(wrong)]);
  const inTheFile = settingNames.some(
    (name) => settingOf(name).secret && origins[name]?.startsWith(`${file?.path}:`) && values[name] !== undefined,
  );
  return {
    values: values as Values,
    origins: origins as Origins,
    file: file?.path,
    secrets,
    warnings: inTheFile ? exposed(file?.path) : [],
  };
}

/** A file with secrets that every user of this machine can read. */
function exposed(path: string | undefined): string[] {
  if (path === undefined || (statSync(path).mode & 0o004) === 0) return [];
  return [`${path} has secrets in it, and every user of this machine can read it: chmod o-r ${path}, or put them into files of their own`];
}

function fileOf({ flags, env, folder, usualFile: usual = usualFile }: Sources): { path: string; text: string } | undefined {
  const flag = typeof flags.config === 'string' ? flags.config : undefined;
  const variable = env.POSTSCOPE_CONFIG || undefined;
  const path = flag ?? variable;
  const named = flag === undefined ? 'POSTSCOPE_CONFIG' : '--config';
  const at = resolve(folder, path ?? usual);
  try {
    return { path: at, text: readFileSync(at, 'utf8') };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (path === undefined && (code === 'ENOENT' || code === 'ENOTDIR')) return undefined;
    const what = path === undefined ? at : `${named}: ${at}`;
    throw new ConfigurationError([`${what} cannot be read: ${inWords(code)}`]);
  }
}

const inWords = (code: string | undefined) =>
  ({ ENOENT: 'it is not there', EACCES: 'no permission', EISDIR: 'it is a directory' })[code ?? ''] ?? code ?? 'unknown error';

function fromFlags(name: SettingName, { flags, folder }: Sources): Given | undefined {
  const { flag, kind } = settingOf(name);
  if (flag === undefined) return undefined;
  const value = flags[optionOf(flag)];
  if (value === undefined) return undefined;
  return { value: kind === 'path' ? resolve(folder, String(value)) : String(value), from: flag.replace(/ .*/, '') };
}

/** An empty variable is none: compose files pass on what is not set as that. */
function fromVariables(name: SettingName, { env }: Sources, wrong: string[]): Given | undefined {
  for (const variable of variablesOf(name)) {
    const value = env[variable];
    const path = settingOf(name).secret ? env[`${variable}_FILE`] : undefined;
    if (value && path) wrong.push(`${variable} and ${variable}_FILE are both set: only one of them is wanted`);
    if (value) return { value, from: variable };
    if (path) return readSecret(path, `${variable}_FILE`, wrong);
  }
  return undefined;
}

function fromFile(found: FileValue | undefined, wrong: string[]): Given | undefined {
  if (found === undefined) return undefined;
  return found.isFile ? readSecret(String(found.value), found.from, wrong) : found;
}

/** A secret out of a file of its own, as Docker and systemd hand them over. */
function readSecret(path: string, from: string, wrong: string[]): Given | undefined {
  try {
    const value = readFileSync(path, 'utf8').replace(/\r?\n$/, '');
    if (value !== '') return { value, from };
    wrong.push(`${from}: ${hostileShown(path)} is empty`);
  } catch (error) {
    wrong.push(`${from}: ${hostileShown(path)} cannot be read: ${inWords((error as NodeJS.ErrnoException).code)}`);
  }
  return undefined;
}

function fromTable(name: SettingName): Given | undefined {
  const value = settingOf(name).default;
  return value === undefined ? undefined : { value, from: 'default' };
}

function check(name: SettingName, { value, from }: Given, wrong: string[]): unknown {
  const { kind, secret }: Setting = settings[name];
  const { schema, expected }: (typeof kinds)[Kind] = kinds[kind];
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const shown = secret ? '' : ` ${hostileShown(value)}`;
  const what = from.includes(':') ? `${from}: ${name}` : from;
  wrong.push(`${what}${shown}: wanted is ${expected}`);
  return undefined;
}

/** The password of a URL; in a flag it is refused, as everybody on this machine can read it there. */
function passwordsIn(name: SettingName, { value, from }: Given, wrong: string[]): string[] {
  if (typeof value !== 'string' || !/^[a-z]+:\/\//i.test(value)) return [];
  const { password } = parsed(value) ?? { password: '' };
  if (password === '') return [];
  if (from.startsWith('--')) {
    const [variable] = variablesOf(name === 'redis.url' ? 'redis.password' : 'elasticsearch.password');
    wrong.push(
      `${from}: a password on the command line can be read by everybody on this machine; put it into ${variable}, or into a file that ${variable}_FILE names`,
    );
  }
  return [password, decoded(password)];
}

function parsed(url: string): URL | undefined {
  try {
    return new URL(url);
  } catch {
    return undefined;
  }
}

export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Kubernetes sets variables like these for each of its services, and one may be called postscope. */
const ofKubernetes = /^POSTSCOPE(?:_\w+)?_(?:SERVICE_(?:HOST|PORT)(?:_\w+)?|PORT(?:_\d+_(?:TCP|UDP)(?:_\w+)?)?)$/;

/** A variable that begins like ours and is none: it would be passed over, and nobody would know. */
function unknownVariables(env: Sources['env']): string[] {
  const known = [
    ...Object.keys(otherVariables),
    ...settingNames.flatMap((name) => {
      const [variable = ''] = variablesOf(name);
      return settingOf(name).secret ? [variable, `${variable}_FILE`] : [variable];
    }),
  ];
  return Object.keys(env)
    .filter(
      (name) => name.startsWith('POSTSCOPE_') && !name.startsWith('POSTSCOPE_TEST_') && !known.includes(name) && !ofKubernetes.test(name),
    )
    .sort()
    .map((name) => `${hostileShown(name, '')}: no such variable${likeOf(name, known)}`);
}
