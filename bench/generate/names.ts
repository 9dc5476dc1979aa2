/**
 * Who writes to whom: domains and people of an invented internet. A name follows from its rank alone, so that the same
 * person has the same address throughout a log of any length without a table of them. All domains are reserved (RFC 2606).
 */
import { type Random, scatter } from './random.js';

const SYLLABLES = (
  'ba ber bi bra ca cor da del do dra el en fa fen fo ga gre ha hol in ja ka kel ko la lem lin lo ma mer mi mon na nel no ' +
  'nor o or pa per pla qui ra ri ro sa sen so sta ta ten to tra u va ver vi wal wen xa ya ze zi zo'
).split(' ');

const ENDINGS = (
  '.example .test .example.com .example.net .example.org -group.example soft.test tech.example.com -media.test ' +
  'mail.example.net shop.example news.example.org bank.test -logistics.example.com .invalid labs.example'
).split(' ');

const FIRST_NAMES = (
  'anna peter maria jan lucas sofia ahmed mei olga pablo ines karl yuki fatima tom clara nils petra ravi elena marc julia ' +
  'omar greta hugo ida leon nora paul rosa stefan tina viktor wanda xavier yvonne zoe bruno carla david emma felix gina ' +
  'henrik irina jakob katja martin andrea thomas christine alexander bernadette maximilian oluwaseun giovanni francesca ' +
  'aleksandra'
).split(' ');

const ROLES = (
  'info sales support billing no-reply noreply newsletter postmaster invoices office hr jobs alerts monitoring bounces ' +
  'orders service kontakt press admin contact notifications mailer-daemon www-data'
).split(' ');

export const DOMAINS = 60_000;
const PEOPLE = 4_000;

/** A word that one could say, from `bits`. */
export function word(bits: number, syllables: number): string {
  let text = '';
  let rest = bits;
  for (let i = 0; i < syllables; i++) {
    text += SYLLABLES[rest & 63];
    rest = scatter(rest + i + 1);
  }
  return text;
}

const domainCache: string[] = [];

/** The domain of this rank; 0 is the best known one. */
export function domainName(rank: number): string {
  const known = domainCache[rank];
  if (known !== undefined) return known;
  const bits = scatter(rank * 31 + 7);
  const label = word(bits, 2 + ((bits >>> 24) % 3));
  // The rank makes it its own: two domains must not share a name, as their mail servers differ.
  const number = rank % 3 === 0 ? '' : String(rank);
  const name = `${label}${number}${ENDINGS[(bits >>> 12) % ENDINGS.length]}`;
  domainCache[rank] = name;
  return name;
}

/** The local part of person `rank` in a domain: a first name and a last name in several styles, or a role. */
function localPart(domainRank: number, rank: number): string {
  const bits = scatter(domainRank * 4099 + rank);
  const style = bits & 15;
  if (style < 3) return ROLES[(bits >>> 5) % ROLES.length] as string;
  const first = FIRST_NAMES[(bits >>> 4) % FIRST_NAMES.length] as string;
  const last = word(bits >>> 7, 2 + (style & 1));
  if (style < 9) return `${first}.${last}`;
  if (style < 11) return `${first[0]}${last}`;
  if (style < 13) return `${first}${bits >>> 22}`;
  if (style < 14) return `${last}_${first}`;
  return `${first}.${last}${bits >>> 26}`;
}

/** Rare local parts, each legal: quoted ones, extensions, letters beyond ASCII. */
const ODD_LOCAL_PARTS = [
  '"odd, name"',
  '"two words"',
  '"quo\\"te"',
  'josé',
  'müller+filter',
  "o'neil",
  'user%host',
  'søren.ångström',
  'почта',
  'a=b',
  'x/y',
  '"with <angle>"',
  'very.long.address.that.goes.on.and.on.and.on.until.it.is.sixty',
  '用户',
  'plus+tag+tag',
  '"(comment)"',
] as const;
const ODD = 0.003;

function addressAt(random: Random, domainRank: number): string {
  const local = random.chance(ODD) ? random.pick(ODD_LOCAL_PARTS) : localPart(domainRank, random.longTail(PEOPLE, 0.5));
  return `${local}@${domainName(domainRank)}`;
}

/** Somebody out there. Returns the domain's rank too, as routes depend on it. */
export function outsider(random: Random): { address: string; domainRank: number } {
  const domainRank = random.longTail(DOMAINS, 0.6);
  return { address: addressAt(random, domainRank), domainRank };
}

/** The envelope sender of a list or of a newsletter, which tells the recipient in it (VERP, SRS). */
export function encodedSender(random: Random, recipient: string): string {
  const domain = domainName(random.rank(DOMAINS));
  const at = recipient.lastIndexOf('@');
  const encoded = `${recipient.slice(0, at).replace(/[^\w.+-]/g, '_')}=${recipient.slice(at + 1)}`;
  switch (random.below(4)) {
    case 0:
      return `bounce+${random.hex(8).toLowerCase()}-${encoded}@mg.${domain}`;
    case 1:
      return `SRS0=${random.hex(4)}=${random.hex(2)}=${encoded.split('=').reverse().join('=')}@${domain}`;
    case 2:
      return `0100${random.hex(12).toLowerCase()}-${random.hex(8).toLowerCase()}-000000@${domain}`;
    default:
      return `bounces-${random.below(1e6)}-${encoded}@news.${domain}`;
  }
}

/** The mail domains that live on our servers, and their mailboxes. */
export const OUR_DOMAINS = [
  'domain.test',
  'office.domain.test',
  'shop.domain.test',
  'customers.example.net',
  'verein.example.org',
] as const;
/** One that we had, and for which the error daemon answers. */
export const CLOSED_DOMAIN = 'old.domain.test';
const OUR_PEOPLE = 20_000;

export function insider(random: Random): string {
  const domain = random.rank(OUR_DOMAINS.length);
  return `${localPart(90_001 + domain, random.longTail(OUR_PEOPLE, 0.4))}@${OUR_DOMAINS[domain]}`;
}
