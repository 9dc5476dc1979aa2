/** What a probe has to know of Postfix: its parameters as `postconf` or `postconf -n` prints them, or a main.cf. */
import { isIP } from 'node:net';
import { parsePostconf } from '../postfix/snapshot/postconf.js';
import { type Destination, destinationOf } from './destination.js';

export type Parameters = ReadonlyMap<string, string>;

/** `postconf -n` prints values that refer to these, and not these. */
const unlessSet = { fallback_relay: '' };

/**
 * The values of what `postconf` printed, with `$name` replaced where the text has it.
 * @throws NoSnapshot where it is no postconf
 */
export function parametersOf(text: string): Parameters {
  const { parameters } = parsePostconf(text).content;
  const values = new Map(Object.entries({ ...unlessSet, ...parameters }));
  const [, domain] = /^[^.]+\.(.+)$/.exec(values.get('myhostname') ?? '') ?? [];
  if (domain !== undefined && !values.has('mydomain')) values.set('mydomain', domain);
  const once = (value: string) =>
    value.replace(/\$(?:(\w+)|[{(](\w+)[})])/g, (all, plain?: string, braced?: string) => values.get((plain ?? braced) as string) ?? all);
  const expanded = (value: string) => {
    // A parameter that names itself would go on for ever.
    for (let round = 0; round < 10 && value.length < 10_000 && value.includes('$'); round++) value = once(value);
    return value;
  };
  return new Map([...values].map(([name, value]) => [name, expanded(value)]));
}

/** Transports that hand nothing over to another host. */
const withoutRelay = new Set(['error', 'retry', 'discard', 'local', 'virtual', 'pipe', 'lmtp']);

/**
 * Where mail for other hosts goes: what a transport names, or else `relayhost`; and the fall-backs.
 * @throws Error with a sentence where a parameter cannot be read
 */
export function destinationsOf(parameters: Parameters): Destination[] {
  const found = new Map<string, Destination>();
  const add = (name: string, list: string) => {
    for (const text of list.split(/[\s,]+/).filter((word) => word !== '')) {
      if (text.includes('$')) throw new Error(`${name} = ${text}: what that stands for is not said; take postconf, and not postconf -n`);
      try {
        found.set(text, destinationOf(text));
      } catch (error) {
        throw new Error(`${name} = ${(error as Error).message}`);
      }
    }
  };
  // The next hop of a transport goes before relayhost (trivial-rewrite/resolve.c).
  const hopOf = (name: string) => {
    const [, transport = '', hop = ''] = /^([^:]*):(.*)$/.exec(parameters.get(name) ?? '') ?? [];
    return withoutRelay.has(transport) ? '' : hop;
  };
  const hop = hopOf('default_transport');
  if (hop !== '') add('default_transport', hop);
  else add('relayhost', parameters.get('relayhost') ?? '');
  add('relay_transport', hopOf('relay_transport'));
  add('smtp_fallback_relay', parameters.get('smtp_fallback_relay') ?? '');
  return [...found.values()];
}

/** Address families that Postfix uses. */
export function familiesOf(parameters: Parameters): { readonly ipv4: boolean; readonly ipv6: boolean } {
  const words = (parameters.get('inet_protocols') ?? 'all').toLowerCase().split(/[\s,]+/);
  const all = words.includes('all');
  return { ipv4: all || words.includes('ipv4'), ipv6: all || words.includes('ipv6') };
}

/** Whether names are looked up as the system does (/etc/hosts), in DNS, or both. */
export function lookupOf(parameters: Parameters): { readonly dns: boolean; readonly native: boolean } {
  const off = parameters.get('disable_dns_lookups') === 'yes' || parameters.get('smtp_dns_support_level') === 'disabled';
  const words = (parameters.get('smtp_host_lookup') ?? 'dns').split(/[\s,]+/);
  return { dns: !off, native: off || words.includes('native') };
}

/** The name to say EHLO with. */
export function heloOf(parameters: Parameters, hostname: string): string {
  const names = [parameters.get('smtp_helo_name'), parameters.get('myhostname'), hostname];
  // It goes into a command: one word, and nothing that was not replaced.
  return names.find((name) => name !== undefined && /^[\w.:[\]-]+$/.test(name)) ?? 'localhost';
}

/** The addresses that Postfix dials from, where it is told. */
export const bindAddressesOf = (parameters: Parameters): { readonly ipv4?: string; readonly ipv6?: string } => {
  const [ipv4 = '', ipv6 = ''] = [parameters.get('smtp_bind_address'), parameters.get('smtp_bind_address6')];
  return { ...(isIP(ipv4) === 4 ? { ipv4 } : {}), ...(isIP(ipv6) === 6 ? { ipv6 } : {}) };
};
