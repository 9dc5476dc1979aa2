/** Mail that smtpd does not take: the lines, and the sessions that consist of nothing else. */
import type { Steps } from './agenda.js';
import { type Client, stranger } from './clients.js';
import { insider, OUR_DOMAINS, outsider } from './names.js';
import type { Random } from './random.js';
import type { Server } from './server.js';
import { sayEnd } from './session_end.js';

const LISTS = ['zen.spamhaus.org', 'bl.spamcop.net', 'b.barracudacentral.org', 'dnsbl.sorbs.net', 'ix.dnsbl.manitu.net'] as const;

/** `NOQUEUE: reject: RCPT from …` (log_whatsup in src/smtpd/smtpd_check.c). */
export function rejectText(random: Random, from: Client, sender: string, recipient: string): string {
  const end = `; from=<${sender}> to=<${recipient}> proto=ESMTP helo=<${from.helo}>`;
  return `NOQUEUE: reject: RCPT from ${from.text}: ${reason(random, from, sender, recipient)}${end}`;
}

function reason(random: Random, from: Client, sender: string, recipient: string): string {
  switch (random.below(12)) {
    case 0:
    case 1: {
      const list = random.pick(LISTS);
      const isSpamhaus = list === 'zen.spamhaus.org';
      const why = isSpamhaus ? `https://www.spamhaus.org/query/ip/${from.ip}` : `Blocked - see https://${list}/bl.shtml?${from.ip}`;
      return `554 5.7.1 Service unavailable; Client host [${from.ip}] blocked using ${list}; ${why}`;
    }
    case 2:
    case 3: {
      const domain = recipient.slice(recipient.lastIndexOf('@') + 1);
      return `450 4.2.0 <${recipient}>: Recipient address rejected: Greylisted, see http://postgrey.schweikert.ch/help/${domain}.html`;
    }
    case 4:
      return `550 5.1.1 <${recipient}>: Recipient address rejected: User unknown in virtual mailbox table`;
    case 5:
      return `554 5.7.1 <${recipient}>: Relay access denied`;
    case 6:
      return `450 4.7.25 Client host rejected: cannot find your hostname, [${from.ip}]`;
    case 7:
      return `504 5.5.2 <${from.helo}>: Helo command rejected: need fully-qualified hostname`;
    case 8:
      return `450 4.1.8 <${sender}>: Sender address rejected: Domain not found`;
    case 9:
      return (
        `550 5.7.23 <${recipient}>: Recipient address rejected: Message rejected due to: SPF fail - not authorized. ` +
        `Please see http://www.openspf.net/Why?s=mfrom;id=${sender};ip=${from.ip};r=<UNKNOWN>`
      );
    case 10:
      return `550 5.1.1 <${recipient}>: Recipient address rejected: User unknown in local recipient table`;
    default:
      return `450 4.7.1 <${from.helo}>: Helo command rejected: Host not found`;
  }
}

/** A client that is turned away, once or again and again. */
export function* rejectedSession(server: Server): Steps {
  const { random } = server;
  const from = stranger(random);
  const smtpd = server.take('postfix/smtpd');
  if (from.host === 'unknown' && random.chance(0.25)) {
    const name = `${from.ip.replaceAll('.', '-')}.static.example.net`;
    server.say(smtpd, `warning: hostname ${name} does not resolve to address ${from.ip}: Name or service not known`);
  }
  server.say(smtpd, `connect from ${from.text}`);
  yield random.skewed(0.3, 0.8);
  if (random.chance(0.04)) {
    const sender = outsider(random).address;
    const text = `552 5.3.4 Message size exceeds fixed limit; from=<${sender}> proto=ESMTP helo=<${from.helo}>`;
    server.say(smtpd, `NOQUEUE: reject: MAIL from ${from.text}: ${text}`);
    yield random.between(0.02, 0.2);
    server.say(smtpd, `disconnect from ${from.text} ehlo=1 mail=0/1 quit=1 commands=2/3`);
  } else {
    const tries = random.chance(0.85) ? 1 : 2 + random.below(5);
    for (let i = 0; i < tries; i++) {
      const sender = outsider(random).address;
      const recipient = random.chance(0.8) ? `${insider(random)}` : `${random.hex(6).toLowerCase()}@${random.pick(OUR_DOMAINS)}`;
      server.say(smtpd, rejectText(random, from, sender, recipient));
      yield random.skewed(0.2, 0.8);
    }
    if (random.chance(0.5)) {
      sayEnd(server, smtpd, `lost connection after ${random.chance(0.6) ? 'RCPT' : 'RSET'}`, from.text);
      server.say(smtpd, `disconnect from ${from.text} ehlo=1 mail=${tries} rcpt=0/${tries} commands=${1 + tries}/${1 + 2 * tries}`);
    } else {
      server.say(smtpd, `disconnect from ${from.text} ehlo=1 mail=${tries} rcpt=0/${tries} quit=1 commands=${2 + tries}/${2 + 2 * tries}`);
    }
  }
  server.release('postfix/smtpd', smtpd);
}
