/** Addresses in any text, whoever wrote it: what stands around an @. */

/** A stretch of a text. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface FoundAddress extends Span {
  /** As it stands there, with a plain @. */
  readonly address: string;
  /** How the @ is written. */
  readonly sign: string;
}

/** Also as URLs (the pages of SPF to which replies point), JSON and HTML write it. */
const signs = /@|\uff20|%40|\\u0040|&#(?:64|x40);/gi;
/** A domain, without the full stop that ends a sentence; or an address literal. Bytes that are no UTF-8 may be letters (text.ts). */
const domainAt =
  /[\p{L}\p{M}\p{N}\xa1-\xff\ue080-\ue09f_-](?:[\p{L}\p{M}\p{N}\xa1-\xff\ue080-\ue09f._-]*[\p{L}\p{M}\p{N}\xa1-\xff\ue080-\ue09f_-])?|\[(?:IPv6:)?[\d.:a-f]+\]/iuy;
/** What ends an unquoted local part, in the direction of its beginning. */
const stops = /[\s<>()[\],;:"\ue000-\ue01f\ue07f]/;
/** The same in a URL, where all of these but brackets would be written otherwise. */
const stopsInUrl = /[\s<>,;?&"\ue000-\ue01f\ue07f]/;
/** `smtp.mailfrom=bob@example.com`: the address begins behind. Not so in `prvs=`, `SRS0=` and VERP, where `=` is of the address. */
const labels =
  /^(?:(?:orig_)?to|(?:envelope-|mail|smtp\.mail|header\.|m)?from|sender|recipient|rcpt|(?:sasl_)?(?:user(?:name)?|sender)|login|account|id|e-?mail|mail|addr(?:ess)?|header\.i|[a-z])=/i;

/** @returns the addresses from left to right, none of which overlap */
export function addressesIn(text: string, { from, to }: Span): FoundAddress[] {
  const found: FoundAddress[] = [];
  let floor = from;
  signs.lastIndex = from;
  for (;;) {
    const sign = signs.exec(text);
    if (sign === null || sign.index >= to) return found;
    let at = sign.index;
    let written = sign[0];
    let end = domainEnd(text, at + written.length, to);
    // Of user@one@two, and of user%40one@two, the domain is behind the last.
    for (;;) {
      const next = signAt(text, end);
      if (next === undefined || end + next.length > to) break;
      at = end;
      written = next;
      end = domainEnd(text, at + written.length, to);
    }
    signs.lastIndex = Math.max(end, at + written.length);
    // "bob@example.org"@example.com: this one is inside of another's quotes.
    const [quote] = /^\\*"/.exec(text.slice(end, end + 4)) ?? [];
    if (quote !== undefined && signAt(text, end + quote.length) !== undefined) continue;
    const start = localStart(text, sign.index, { from, floor }, sign[0] === '%40' ? stopsInUrl : stops);
    const local = text.slice(start, at);
    if (/^["']*$/.test(local) || isSocket(text, start, end)) continue;
    const address = `${written === '@' ? local : decoded(local)}@${text.slice(at + written.length, end)}`;
    // "bob@example.org and me"@example.com: so was the last one.
    while ((found.at(-1)?.to ?? from) > start) found.pop();
    found.push({ from: start, to: end, address, sign: written });
    floor = end;
  }
}

function signAt(text: string, at: number): string | undefined {
  const before = signs.lastIndex;
  const sticky = text.slice(at, at + 7);
  signs.lastIndex = 0;
  const sign = signs.exec(sticky);
  signs.lastIndex = before;
  return sign?.index === 0 ? sign[0] : undefined;
}

function domainEnd(text: string, at: number, to: number): number {
  domainAt.lastIndex = at;
  return domainAt.test(text) ? Math.min(domainAt.lastIndex, to) : at;
}

/** Where the local part begins that ends at an @: not before `floor`, where another address ended, if it has no quotes. */
function localStart(text: string, end: number, { from, floor }: { from: number; floor: number }, stopping: RegExp): number {
  let start = end;
  while (start > floor) {
    if (text[start - 1] === '"' && (start === end || text[start] === '.')) {
      const open = openingQuote(text, start - 1, from);
      if (open < 0) return wordStart(text, start - 1, floor);
      start = open;
    } else if (stopping.test(text[start - 1] as string)) break;
    else start--;
  }
  return start + prefixLength(text.slice(start, end), text[start - 1] === ':' || stopping === stopsInUrl);
}

/**
 * Where the quote begins that opens what one closes; -1 where there is none. Within a quoted text (JSON, structured data of
 * syslog), quotes are escaped themselves, and quotes within these once more.
 */
function openingQuote(text: string, close: number, floor: number): number {
  const isWithin = slashesBefore(text, close) % 2 === 1;
  for (let i = close - 1; i >= floor; i--) {
    if (text[i] !== '"') continue;
    const slashes = slashesBefore(text, i);
    if (isWithin && slashes % 4 === 1) return i - 1;
    if (!isWithin && slashes % 2 === 0) return i;
  }
  return -1;
}

function slashesBefore(text: string, at: number): number {
  let slashes = 0;
  while (text[at - 1 - slashes] === '\\') slashes++;
  return slashes;
}

function wordStart(text: string, end: number, floor: number): number {
  let start = end;
  while (start > floor && !/\s/.test(text[start - 1] as string)) start--;
  return start;
}

/** How much of a word in front of an @ is no part of the address: a quote, a label, the path of a file, a URL. */
function prefixLength(word: string, mayBeUrl: boolean): number {
  if (/^\\*"/.test(word)) return 0;
  const quote = /^[`'=]*/.exec(word)?.[0].length ?? 0;
  let rest = word.slice(quote);
  const behind = (index: number) => {
    rest = rest.slice(index);
    return word.length - rest.length;
  };
  if (mayBeUrl && /^(?:https?:)?\/\/.*[^/?&=]$/i.test(rest))
    return behind(Math.max(...['/', '?', '&', '='].map((c) => rest.lastIndexOf(c))) + 1);
  if (folders.test(rest)) return behind(rest.lastIndexOf('/') + 1);
  return behind(labels.exec(rest)?.[0].length ?? 0);
}

/** Where mailboxes are. */
const folders = /^\/(?:var|home|srv|mnt|data|opt|usr|mail|vmail|export|storage)\/[^=]*[^/=]$/;

/** `inet:8891@localhost` is where a milter listens, `127.0.0.1@51234` is who asks ClamAV. */
const isSocket = (text: string, start: number, end: number) =>
  /\binet6?:$/.test(text.slice(Math.max(0, start - 7), start)) || /^[\d.]+@\d+$/.test(text.slice(start, end));

function decoded(local: string): string {
  try {
    return decodeURIComponent(local);
  } catch {
    return local;
  }
}
