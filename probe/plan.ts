/** What is probed: destinations and nameservers, from what this machine is configured with or from what was typed. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { isIP, isIPv4 } from 'node:net';
import { hostname } from 'node:os';
import { parseResolv } from '../postfix/snapshot/resolv.js';
import type { AuthorityPlaces } from './authorities.js';
import { type Destination, destinationOf } from './destination.js';
import type { Nameserver } from './dns/ask.js';
import { bindAddressesOf, destinationsOf, familiesOf, heloOf, lookupOf, type Parameters, parametersOf } from './parameters.js';
import type { ResolvFile } from './result.js';

/** What may be typed in place of what the machine has. */
export interface Asking {
  /** As `relayhost` has it. */
  readonly relays?: readonly string[] | undefined;
  /** `192.0.2.53`, `192.0.2.53:5353`, `[2001:db8::53]:5353`. */
  readonly nameservers?: readonly string[] | undefined;
  readonly resolv?: string | undefined;
  /** What `postconf` printed, or a main.cf. */
  readonly postconf?: string | undefined;
}

export interface Plan {
  readonly destinations: readonly Destination[];
  /** Where the destinations come from. */
  readonly from: string;
  readonly resolv: readonly ResolvFile[];
  readonly nameservers: readonly (Nameserver & { readonly files: readonly string[] })[];
  readonly helo: string;
  readonly families: { readonly ipv4: boolean; readonly ipv6: boolean };
  readonly lookup: { readonly dns: boolean; readonly native: boolean };
  readonly bind: { readonly ipv4?: string; readonly ipv6?: string };
  /** TLS from the first byte, at every port. */
  readonly wrapped: boolean;
  /** Whether Postfix asks for TLS, whether mail waits where there is none, and whether it waits where the certificate is not trusted. */
  readonly tls: { readonly asked: boolean; readonly required: boolean; readonly verified: boolean };
  /** Authorities that Postfix trusts. */
  readonly authorities: AuthorityPlaces;
}

/** What was typed, or what a file says, cannot be probed: a sentence. */
export class NoPlan extends Error {}

const systemResolv = '/etc/resolv.conf';
const usualQueue = '/var/spool/postfix';

/** @throws NoPlan */
export async function planOf(asking: Asking, env: NodeJS.ProcessEnv): Promise<Plan> {
  const typed = (asking.relays ?? []).map(parsed(destinationOf));
  const { parameters, from } = await parametersFrom(asking, env, typed.length > 0);
  const queue = parameters.get('queue_directory') ?? usualQueue;
  const resolv = asking.nameservers !== undefined ? [] : await resolvFiles(asking.resolv, queue);
  const named = (asking.nameservers ?? []).map(parsed(nameserverOf));
  const level = parameters.get('smtp_tls_security_level') ?? '';
  return {
    destinations: typed.length > 0 ? typed : parsed(destinationsOf)(parameters),
    from: typed.length > 0 ? '--relay' : from,
    resolv,
    nameservers: named.length > 0 ? named.map((server) => ({ ...server, files: [] })) : nameserversOf(resolv),
    helo: heloOf(parameters, hostname()),
    families: familiesOf(parameters),
    lookup: lookupOf(parameters),
    bind: bindAddressesOf(parameters),
    wrapped: parameters.get('smtp_tls_wrappermode') === 'yes',
    tls: {
      asked: !['', 'none'].includes(level),
      required: !['', 'none', 'may', 'dane'].includes(level),
      verified: ['verify', 'secure'].includes(level),
    },
    authorities: { file: parameters.get('smtp_tls_CAfile') || undefined, folder: parameters.get('smtp_tls_CApath') || undefined },
  };
}

const parsed =
  <A, R>(parse: (text: A) => R, where = '') =>
  (text: A): R => {
    try {
      return parse(text);
    } catch (error) {
      throw new NoPlan(where + (error as Error).message);
    }
  };

async function parametersFrom(asking: Asking, env: NodeJS.ProcessEnv, enough: boolean): Promise<{ parameters: Parameters; from: string }> {
  if (asking.postconf !== undefined) {
    const text = await readText(asking.postconf);
    return { parameters: parsed(parametersOf, `${asking.postconf}: `)(text), from: asking.postconf };
  }
  const printed = await postconf(env).catch((error: Error) => error);
  if (typeof printed === 'string') return { parameters: parsed(parametersOf, 'postconf: ')(printed), from: 'postconf' };
  if (enough) return { parameters: new Map(), from: '--relay' };
  if (printed !== undefined) throw printed;
  throw new NoPlan(
    'postconf was not found, so the relay is not known. Name it with --relay HOST, or give a saved postconf with --postconf FILE.',
  );
}

/** @returns undefined where there is no postconf */
function postconf(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const path = `${env.PATH ?? ''}:/usr/sbin:/usr/local/sbin`;
    const options = { env: { ...env, PATH: path }, timeout: 10_000, maxBuffer: 1 << 22 };
    execFile('postconf', [], options, (error, stdout, stderr) => {
      if (stdout !== '') resolve(stdout);
      else if (error?.code === 'ENOENT') resolve(undefined);
      else {
        const why = stderr.trim() || error?.message || 'no error either';
        reject(new NoPlan(`postconf printed nothing (${why}), so the relay is not known. Name it with --relay HOST.`));
      }
    });
  });
}

async function resolvFiles(typed: string | undefined, queue: string): Promise<ResolvFile[]> {
  if (typed !== undefined) return [resolvOf(typed, await readText(typed))];
  const copy = `${queue}/etc/resolv.conf`;
  const read = async (path: string) => {
    try {
      return [resolvOf(path, await readFile(path, 'utf8'))];
    } catch {
      return [];
    }
  };
  const files = [...(await read(systemResolv)), ...(await read(copy))];
  // A resolver without the file asks this machine, just as with an empty one.
  return files.length > 0 ? files : [resolvOf(systemResolv, '')];
}

function resolvOf(path: string, text: string): ResolvFile {
  const { content, notes } = parseResolv(text);
  const nameservers = content.nameservers.length === 0 ? ['127.0.0.1'] : [...content.nameservers];
  return { path, nameservers, timeout: Math.max(1, content.timeout), attempts: Math.max(1, content.attempts), notes: [...notes] };
}

function nameserversOf(files: readonly ResolvFile[]) {
  const addresses = [...new Set(files.flatMap(({ nameservers }) => nameservers))];
  return addresses.map((address) => ({
    address,
    port: 53,
    files: files.filter(({ nameservers }) => nameservers.includes(address)).map(({ path }) => path),
  }));
}

function nameserverOf(text: string): Nameserver {
  const [, v6, bare, port] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const address = v6 ?? bare ?? text;
  const number = Number(port ?? 53);
  const known = v6 === undefined ? isIP(text) !== 0 || isIPv4(address) : isIP(v6) === 6;
  if (!known || number < 1 || number > 65_535) {
    throw new Error(`${JSON.stringify(text)} is no nameserver. Accepted: 192.0.2.53, 192.0.2.53:5353, 2001:db8::53, [2001:db8::53]:5353`);
  }
  return { address, port: number };
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new NoPlan(`${path} cannot be read: ${(error as Error).message}`);
  }
}
