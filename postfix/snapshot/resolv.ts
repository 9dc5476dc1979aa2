/** resolv.conf(5), as the C library reads it: res_init.c of glibc. */
import { isIP } from 'node:net';
import { excerpt, linesOf, listed, type Reading } from './reading.js';

export interface Resolv {
  /** In the order in which they are asked. */
  readonly nameservers: readonly string[];
  readonly search: readonly string[];
  /** Seconds that a server is waited for at the first round. */
  readonly timeout: number;
  /** Rounds over all servers. */
  readonly attempts: number;
  /** Each question begins with another server. */
  readonly rotate: boolean;
  readonly ndots: number;
  /** As written. */
  readonly options: readonly string[];
}

/** Servers that the library asks; it passes over those behind. */
const mostServers = 3;
/** What the library makes of larger numbers (resolv.h: RES_MAXRETRANS, RES_MAXRETRY, RES_MAXNDOTS). */
const most = { timeout: 30, attempts: 5, ndots: 15 } as const;
const keywords = ['nameserver', 'search', 'domain', 'options', 'sortlist'];

export function parseResolv(text: string): Reading<Resolv> {
  const nameservers: string[] = [];
  const options: string[] = [];
  const notes: string[] = [];
  let search: readonly string[] = [];
  const numbers = { timeout: 5, attempts: 2, ndots: 1 };
  for (const [i, line] of linesOf(text).entries()) {
    if (/^\s*(?:[#;]|$)/.test(line)) continue;
    const [keyword = '', ...values] = line.split(/[ \t]+/).filter((word, at) => word !== '' || at === 0);
    const comment = values.findIndex((value) => /^[#;]/.test(value));
    if (comment >= 0) values.splice(comment);
    const note = (what: string) => notes.push(`line ${i + 1}, ${excerpt(line)}: ${what}`);
    if (keyword === '') note('the C library passes over a line that begins with white space');
    else if (keyword === 'nameserver') {
      const [address = ''] = values;
      if (isIP(address.replace(/%.*$/, '')) === 0) note('is no IP address, and is not asked');
      else nameservers.push(address);
    } else if (keyword === 'search') search = values;
    else if (keyword === 'domain') search = values.slice(0, 1);
    else if (keyword === 'options') {
      for (const option of values) {
        options.push(option);
        const [, name, number] = /^(timeout|attempts|ndots):(\d+)$/.exec(option) ?? [];
        if (name !== undefined) numbers[name as keyof typeof most] = Math.min(Number(number), most[name as keyof typeof most]);
        else if (/^(?:timeout|attempts|ndots)\b/.test(option)) note(`${excerpt(option)} has no number`);
      }
    } else if (!keywords.includes(keyword)) note('is none of its keywords');
  }
  if (nameservers.length > mostServers) {
    notes.push(
      `it names ${nameservers.length} servers, and the C library asks only the first ${mostServers}: ${listed(nameservers.slice(mostServers))} never`,
    );
  }
  if (nameservers.length === 0) notes.push('it names no server, so the C library asks 127.0.0.1');
  return {
    content: { nameservers: nameservers.slice(0, mostServers), search, ...numbers, rotate: options.includes('rotate'), options },
    notes,
  };
}
