/** Programs that write to the same file as Postfix: recognised as what they are, with their queue ID where they print one. */
import type { Pattern } from '../pattern.js';
import { amavis } from './amavis.js';
import { anyLine } from './any_line.js';
import { clamav } from './clamav.js';
import { dovecot } from './dovecot.js';
import { fail2ban } from './fail2ban.js';
import { milterGreylist } from './milter_greylist.js';
import { opendkim } from './opendkim.js';
import { opendmarc } from './opendmarc.js';
import { policydSpf } from './policyd_spf.js';
import { postgrey } from './postgrey.js';
import { postsrsd } from './postsrsd.js';
import { rspamd } from './rspamd.js';
import { saslauthd } from './saslauthd.js';
import { spamd } from './spamd.js';
import { sqlgrey } from './sqlgrey.js';

/** Known by name only. */
const other = [anyLine('started')];

export const neighbours: Readonly<Record<string, readonly (readonly Pattern[])[]>> = {
  dovecot: [dovecot],
  opendkim: [opendkim],
  opendmarc: [opendmarc],
  amavis: [amavis],
  amavisd: [amavis],
  'amavisd-new': [amavis],
  rspamd: [rspamd],
  spamd: [spamd],
  'spamd child': [spamd],
  postgrey: [postgrey],
  sqlgrey: [sqlgrey],
  'milter-greylist': [milterGreylist],
  'policyd-spf': [policydSpf],
  'pypolicyd-spf': [policydSpf],
  'policy-spf': [policydSpf],
  'postfix/policy-spf': [policydSpf],
  postsrsd: [postsrsd],
  saslauthd: [saslauthd],
  'clamav-milter': [clamav],
  clamd: [clamav],
  fail2ban: [fail2ban],
  'fail2ban-server': [fail2ban],
  'fail2ban.actions': [fail2ban],
  'fail2ban.filter': [fail2ban],
  freshclam: other,
  openarc: other,
  'spamass-milter': other,
  mimedefang: other,
  MailScanner: other,
  mailman: other,
  postfwd: other,
  'policyd-weight': other,
  'postfix/policyd-weight': other,
};
