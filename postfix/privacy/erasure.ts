/** One person, or one domain, taken out of texts: a pseudonym stands for each address of theirs, and all else stays as it is. */
import { LineHider } from './line.js';
import { folded, Pseudonyms, parts } from './pseudonyms.js';
import { canonicalDomain, domainForms, spellingsOf } from './spellings.js';

/** Whose data goes: an address, in any case and quoting, or all addresses of a domain. */
export type Whom = { readonly address: string; readonly domain?: undefined } | { readonly address?: undefined; readonly domain: string };

/** What was named is no address, or no domain; the message says why. */
export class NobodyError extends Error {
  override name = 'NobodyError';
}

/** @throws NobodyError where it is none */
export function whomOf({ address, domain }: { readonly address?: string | undefined; readonly domain?: string | undefined }): Whom {
  if (address !== undefined) {
    const own = parts(address.trim());
    if (/[\0-\x1f\x7f]/.test(address)) throw new NobodyError(`${JSON.stringify(address)} is no address: it has control characters`);
    if (!address.includes('@'))
      throw new NobodyError(`${JSON.stringify(address)} is no address: it has no @; a domain is named with --domain`);
    if (own.local === '' || (own.domain ?? '') === '') {
      throw new NobodyError(`${JSON.stringify(address)} is no address: it takes something on both sides of its last @`);
    }
    return { address: address.trim() };
  }
  const name = (domain ?? '').trim().replace(/\.$/, '');
  if (name.includes('@')) throw new NobodyError(`${JSON.stringify(domain)} is no domain: it has an @; an address is named with --address`);
  // A single word would be part of too much that is none of theirs.
  if (!/^[\p{L}\p{M}\p{N}_-]+(?:\.[\p{L}\p{M}\p{N}_-]+)+$/u.test(name)) {
    throw new NobodyError(`${JSON.stringify(domain)} is no domain: example.com would be one`);
  }
  return { domain: name };
}

/** Hides those addresses only, and gives them one pseudonym in whatever way they are written. */
class TheirPseudonyms extends Pseudonyms {
  private readonly person: { readonly local: string; readonly domain: string } | undefined;
  private readonly domain: string;

  constructor(whom: Whom, key: Buffer) {
    super('pseudonymous', key);
    const own = whom.address === undefined ? undefined : parts(whom.address);
    this.person = own === undefined ? undefined : { local: folded(own.local), domain: canonicalDomain(own.domain ?? '') };
    this.domain = this.person?.domain ?? canonicalDomain(whom.domain ?? '');
  }

  override hides(value: string): boolean {
    const { local, domain } = parts(value);
    if (domain === undefined || canonicalDomain(domain) !== this.domain) return false;
    if (this.person === undefined) return true;
    const name = folded(local);
    // bob+lists is bob (postconf(5), recipient_delimiter).
    return name === this.person.local || name.startsWith(`${this.person.local}+`);
  }

  override address(value: string): string {
    const { person, domain } = this;
    if (person !== undefined) return `${this.pseudonym(`${person.local}@${domain}`)}@${domain}`;
    return `${this.pseudonym(`${folded(parts(value).local)}@${domain}`)}@${this.ofDomain}`;
  }

  override messageId(value: string): string {
    return this.hides(value) ? this.address(value) : value;
  }

  /** No domain ends so (RFC 2606). */
  get ofDomain(): string {
    return `${this.pseudonym(this.domain)}.invalid`;
  }

  /** What the record calls them by. */
  get name(): string {
    return this.person === undefined ? this.ofDomain : this.address('');
  }
}

export class Eraser {
  /** What stands for them: `p-3f9a…@example.com`, or `p-3f9a….invalid` for a domain. */
  readonly pseudonym: string;
  /** In lower case and ASCII: every text that names them has one of these in it, in whatever case. */
  readonly needles: readonly string[];
  private readonly hider: LineHider;
  private readonly spellings: ReturnType<typeof spellingsOf>;

  constructor(
    readonly whom: Whom,
    key: Buffer,
  ) {
    const pseudonyms = new TheirPseudonyms(whom, key);
    this.pseudonym = pseudonyms.name;
    this.hider = new LineHider(pseudonyms);
    this.spellings = spellingsOf(whom, pseudonyms);
    const domain = whom.domain ?? parts(whom.address).domain ?? '';
    this.needles = [...new Set(domainForms(domain).map(longestAscii))].filter((needle) => needle !== '');
  }

  /** @param line as postfix/text.ts keeps it @returns itself where it does not name them */
  erase(line: string): string {
    const lower = line.toLowerCase();
    if (!this.needles.some((needle) => lower.includes(needle))) return line;
    let text = this.hider.hide(line);
    for (const { spelled, with: hidden } of this.spellings) text = text.replace(spelled, (...found) => hidden(found.at(-1)));
    return text;
  }

  names(text: string): boolean {
    return this.erase(text) !== text;
  }

  /** The same in every text of a value of JSON, keys aside. @returns itself where nothing in it names them */
  eraseIn<T>(value: T): T {
    return this.within(value) as T;
  }

  private within(value: unknown): unknown {
    if (typeof value === 'string') return this.erase(value);
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) {
      const all = value.map((one) => this.within(one));
      return all.some((one, i) => one !== value[i]) ? all : value;
    }
    const all = Object.entries(value).map(([name, one]) => [name, this.within(one)] as const);
    return all.some(([name, one]) => one !== (value as Record<string, unknown>)[name]) ? Object.fromEntries(all) : value;
  }
}

/** An ASCII name whole, as stores look for it; of another, the longest part that is ASCII in every encoding. */
function longestAscii(domain: string): string {
  const runs = domain.toLowerCase().match(/[\0-\x7f]+/g) ?? [];
  return runs.reduce((longest, run) => (run.length > longest.length ? run : longest), '');
}
