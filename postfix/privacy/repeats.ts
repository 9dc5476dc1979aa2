/** What a text says again of names that are known: `unknown user: "bob"`, `bob@example.com... mailbox full`, `/var/mail/bob`. */
import type { Span } from './addresses.js';
import type { Edit } from './edits.js';
import type { Pseudonyms } from './pseudonyms.js';
import { parts } from './pseudonyms.js';

/** A way in which a known name may be written, and what stands for it. */
export interface Known {
  readonly written: string;
  readonly with: string;
  /** A word that a reply may also use for itself: hidden only where it is said to be a name. */
  readonly doubtful: boolean;
}

/** What replies speak of, many mailboxes are called, and Postfix itself is. */
const words = new Set(
  (
    'user mail mailbox host server service message spam virus admin administrator postmaster hostmaster webmaster mailer-daemon root ' +
    'info test error system address recipient sender account domain policy security support sales contact office unknown local ' +
    'abuse noc help postfix the for from was has and said command code quota full over such reply smtp ' +
    'as at be by do go if in is it me my no not of on or so to up us we'
  ).split(' '),
);

const isDoubtful = (name: string) => name.length < 2 || /^\d{1,3}$/.test(name) || words.has(name.toLowerCase());

/** The ways to write an address again, whole; the longer ones first, as the shorter ones are parts of them. */
export function wholes(address: string, pseudonyms: Pseudonyms): Known[] {
  const { local, domain } = parts(address);
  const hidden = pseudonyms.address(address);
  const written = domain === undefined ? [address] : [address, `${local}@${domain}`];
  return [...new Set(written)].map((one) => ({ written: one, with: hidden, doubtful: isDoubtful(one) }));
}

/** The ways to name somebody by the local part: also as it stands between quotes, and without the extension of bob+lists. */
export function locals(address: string, pseudonyms: Pseudonyms): Known[] {
  const { local, domain } = parts(address);
  const hidden = pseudonyms.local(address);
  const known = [{ written: local, with: hidden, doubtful: isDoubtful(local) }];
  // The quotes around it stay: `unknown user: "bob"`.
  const [, quoted = local] = /^"(.*)"(?:@[^@]*)?$/s.exec(address) ?? [];
  if (quoted !== local) known.unshift({ written: quoted, with: hidden, doubtful: false });
  const [base = ''] = local.split('+', 1);
  if (base !== local && base !== '') {
    const of = domain === undefined ? base : `${base}@${domain}`;
    known.push({ written: base, with: pseudonyms.local(of), doubtful: isDoubtful(base) });
  }
  return known;
}

/** In front of a name, or behind it, these make it a part of another word, of a host name, or of an address. */
const isJoinedBefore = /[\p{L}\p{N}_.=+@-]$/u;
const isJoinedBehind = /^(?:[\p{L}\p{N}_+@=-]|\.[\p{L}\p{N}])/u;
/** Between quotes or brackets, or said to be a name. */
const isCalled = /(?:["<'`]|\b(?:user|mailbox|account|login|recipient|sender|address|owner)[ :]+)$/i;
/** What of a text is looked at for that. */
const around = 16;

/** Of the same length, so that places in one are places in the other. */
export function lowered(text: string): string {
  const lower = text.toLowerCase();
  return lower.length === text.length ? lower : text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** Where a name stands by itself within a stretch of a text. @param lower the text, `lowered` */
export function repeatsOf({ written, with: hidden, doubtful }: Known, text: string, lower: string, { from, to }: Span): Edit[] {
  const name = lowered(written);
  const stretch = lower.slice(from, to);
  const edits: Edit[] = [];
  for (let found = stretch.indexOf(name); found >= 0; found = stretch.indexOf(name, found + 1)) {
    const at = from + found;
    const end = at + name.length;
    const before = text.slice(Math.max(from, at - around), at);
    if (doubtful ? !isCalled.test(before) : isJoinedBefore.test(before)) continue;
    if (isJoinedBehind.test(text.slice(end, Math.min(to, end + 4)))) continue;
    edits.push({ from: at, to: end, with: hidden });
  }
  return edits;
}
