/**
 * Ways to write one address that stand inside of other words, where no grammar tells what they are: in the sender of a mailing list
 * (`list-return-bob=example.com@lists.example`), in a rewritten one (`SRS0=HHH=TT=example.com=bob@forward.example`), behind a tag
 * (`prvs=1234=bob@example.com`), in routes (`bob%example.com@relay`, `example.com!bob`), and in URLs.
 */
import { domainToASCII, domainToUnicode } from 'node:url';
import type { Whom } from './erasure.js';
import { type Pseudonyms, parts } from './pseudonyms.js';

/** In lower case, and as DNS has it. */
export const canonicalDomain = (domain: string): string => domainToASCII(readable(domain)).toLowerCase() || domain.toLowerCase();

/** As it may be written: as DNS has it, and as people read it. */
export function domainForms(domain: string): string[] {
  const ascii = canonicalDomain(domain);
  return [...new Set([domain.toLowerCase(), ascii, domainToUnicode(ascii)])].filter((form) => form !== '');
}

/** Bytes of UTF-8 that were kept as such (postfix/text.ts). */
function readable(domain: string): string {
  const bytes = domain.replace(/[\ue000-\ue0ff]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xe000));
  if (!/[\x80-\xff]/.test(bytes) || /[^\0-\xff]/.test(bytes)) return domain;
  const text = Buffer.from(bytes, 'latin1').toString('utf8');
  return text.includes('\ufffd') ? domain : text;
}

interface Spelling {
  readonly spelled: RegExp;
  readonly with: (groups: Readonly<Record<'name' | 'sign', string>>) => string;
}

/** As they stand, and as URLs have them. */
const sign = '(?<sign>@|\\uff20|%40|\\\\u0040|&#(?:64|x40);)';
const equals = '(?<sign>=|%3d)';
const percent = '(?<sign>%25|%)';
const bang = '(?<sign>!|%21)';
/** In front of it, and behind it, these make it another name; what a URL hides with % ends the name before. */
const behindSign = '(?<=%[0-9a-f]{2})';
const begins = `(?:(?<![\\p{L}\\p{N}._+-])|${behindSign})`;
const beginsWord = `(?:(?<![\\p{L}\\p{N}._])|${behindSign})`;
const beginsDomain = `(?:(?<![\\p{L}\\p{N}.-])|${behindSign})`;
const ends = '(?![\\p{L}\\p{N}_-]|\\.[\\p{L}\\p{N}])';
/** `bob+lists`. */
const extension = '(?:\\+[^\\s@<>"=%]{0,64})?';
/** Or none, where what stands there is not understood: the domain goes all the same. */
const anyName = "[\\p{L}\\p{N}!#$&'*+/?^_`{|}~.-]{0,128}";
const anyWord = '[\\p{L}\\p{N}_.]{1,128}';

/** @returns what to look for, in this order and case aside, and what stands for it */
export function spellingsOf(whom: Whom, pseudonyms: Pseudonyms): Spelling[] {
  const own = whom.address === undefined ? undefined : parts(whom.address);
  const forms = domainForms(own?.domain ?? whom.domain ?? '');
  const domain = oneOf([...forms, ...forms.map(encodeURIComponent)]);
  const name = `(?<name>${own === undefined ? anyName : `${oneOf(quotedForms(own.local))}${extension}`})`;
  const word = `(?<name>${own === undefined ? anyWord : `${oneOf([own.local])}${extension}`})`;
  const spelling = (pattern: string, order: 'name first' | 'domain first'): Spelling => ({
    spelled: new RegExp(pattern, 'giu'),
    with: ({ name: found, sign: between }) => {
      const address = pseudonyms.address(`${found}@${whom.domain ?? own?.domain}`);
      const at = address.lastIndexOf('@');
      const both = [address.slice(0, at), address.slice(at + 1)];
      return (order === 'name first' ? both : both.reverse()).join(between);
    },
  });
  return [
    spelling(`${begins}${name}${sign}${domain}${ends}`, 'name first'),
    spelling(`${beginsDomain}${domain}${equals}${word}(?=@|%40)`, 'domain first'),
    spelling(`${beginsWord}${word}${equals}${domain}(?=$|[@+=>\\s-]|%40)`, 'name first'),
    spelling(`${begins}${word}${percent}${domain}${ends}`, 'name first'),
    spelling(`${beginsDomain}${domain}${bang}${word}${ends}`, 'domain first'),
  ];
}

/** A local part as it stands, between quotes, in a URL, composed otherwise, and as bytes that are no text. */
function quotedForms(local: string): string[] {
  const quoted = local.replace(/["\\]/g, '\\$&');
  const forms = [
    local,
    quoted,
    quoted.replace(/["\\]/g, '\\$&'),
    encodeURIComponent(local),
    encodeURIComponent(quoted),
    local.normalize('NFC'),
    local.normalize('NFD'),
  ];
  const bytes = forms.map((form) =>
    Buffer.from(form, 'utf8')
      .toString('latin1')
      .replace(/[\x80-\x9f]/g, (c) => String.fromCharCode(0xe000 + c.charCodeAt(0))),
  );
  return [...new Set([...forms, ...bytes])].flatMap((form) => [form, `"${form}"`, `\\"${form}\\"`, `%22${form}%22`]);
}

/** The longer ones first, as the shorter ones may be parts of them. */
function oneOf(texts: readonly string[]): string {
  const sorted = [...new Set(texts)].sort((a, b) => b.length - a.length);
  return `(?:${sorted.map((text) => text.replace(/[.*+?^${}()|[\]\\/-]/g, (c) => (c === '-' || c === '/' ? c : `\\${c}`))).join('|')})`;
}
