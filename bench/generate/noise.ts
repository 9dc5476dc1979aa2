/** What fills a log between the mails: scanners, broken clients, password guessers, statistics, a reload at night. */
import type { Steps } from './agenda.js';
import { stranger } from './clients.js';
import { insider } from './names.js';
import { sayCacheCleanup } from './postscreen.js';
import type { Server } from './server.js';
import { sayEnd } from './session_end.js';
import { traditionalStamp } from './stamp.js';

const SMTPD = 'postfix/smtpd';

const NO_SHARED_CIPHER = 'error:1417A0C1:SSL routines:tls_post_process_client_hello:no shared cipher:../ssl/statem/statem_srvr.c:2283:';
const UNEXPECTED_END = 'error:0A000126:SSL routines::unexpected eof while reading:../ssl/record/rec_layer_s3.c:308:';

/** A client that comes for something else than mail. */
export function* scannerSession(server: Server): Steps {
  const { random } = server;
  const from = stranger(random).text;
  const smtpd = server.take(SMTPD);
  const say = (text: string) => server.say(smtpd, text);
  say(`connect from ${from}`);
  yield random.skewed(0.4, 0.9);
  switch (random.below(8)) {
    case 0:
      sayEnd(server, smtpd, 'lost connection after CONNECT', from);
      say(`disconnect from ${from} commands=0/0`);
      break;
    case 1:
      sayEnd(server, smtpd, 'lost connection after EHLO', from);
      say(`disconnect from ${from} ehlo=1 commands=1`);
      break;
    case 2:
      say(`SSL_accept error from ${from}: lost connection`);
      sayEnd(server, smtpd, 'lost connection after STARTTLS', from);
      say(`disconnect from ${from} ehlo=1 starttls=0/1 commands=1/2`);
      break;
    case 3:
      say(`SSL_accept error from ${from}: -1`);
      say(`warning: TLS library problem: ${NO_SHARED_CIPHER}`);
      sayEnd(server, smtpd, 'lost connection after STARTTLS', from);
      say(`disconnect from ${from} ehlo=1 starttls=0/1 commands=1/2`);
      break;
    case 4:
      say(`warning: non-SMTP command from ${from}: GET / HTTP/1.1`);
      say(`disconnect from ${from} unknown=0/1 commands=0/1`);
      break;
    case 5:
      yield 299;
      sayEnd(server, smtpd, 'timeout after MAIL', from);
      say(`disconnect from ${from} ehlo=1 mail=1 commands=2`);
      break;
    case 6:
      say(`improper command pipelining after EHLO from ${from}: \\026\\003\\001\\002\\000\\001\\000\\001\\374\\003\\003`);
      sayEnd(server, smtpd, 'lost connection after UNKNOWN', from);
      say(`disconnect from ${from} ehlo=1 unknown=0/${1 + random.below(9)} commands=1/${2 + random.below(9)}`);
      break;
    default:
      sayEnd(server, smtpd, 'too many errors after AUTH', from);
      say(`disconnect from ${from} ehlo=1 auth=0/20 commands=1/21`);
  }
  server.release(SMTPD, smtpd);
}

/** A client that guesses passwords. */
export function* guessingSession(server: Server): Steps {
  const { random } = server;
  const from = stranger(random).text;
  const program = random.chance(0.5) ? SMTPD : 'postfix/submission/smtpd';
  const smtpd = server.take(program);
  server.say(smtpd, `connect from ${from}`);
  yield random.skewed(0.9, 0.6);
  const guesses = 1 + random.below(3);
  for (let i = 0; i < guesses; i++) {
    const reason = random.pick(['UGFzc3dvcmQ6', 'authentication failure', 'Connection lost to authentication server', 'VXNlcm5hbWU6']);
    const login = server.settings.isNew ? `, sasl_username=${random.pick(['admin', 'info', 'test', insider(random)])}` : '';
    server.say(smtpd, `warning: ${from}: SASL LOGIN authentication failed: ${reason}${login}`);
    yield random.skewed(2, 0.5);
  }
  sayEnd(server, smtpd, 'lost connection after AUTH', from);
  server.say(smtpd, `disconnect from ${from} ehlo=1 auth=0/${guesses} commands=1/${1 + guesses}`);
  server.release(program, smtpd);
}

/** anvil tells what it has counted, now and then. */
export function* anvilStatistics(server: Server): Steps {
  const { random } = server;
  for (;;) {
    yield random.between(400, 1200);
    const anvil = server.take('postfix/anvil');
    const { ip } = stranger(random);
    const at = traditionalStamp(server.now - random.between(60, 400));
    server.say(anvil, `statistics: max connection rate ${1 + random.below(60)}/60s for (smtp:${ip}) at ${at}`);
    server.say(anvil, `statistics: max connection count ${1 + random.below(9)} for (smtp:${ip}) at ${at}`);
    server.say(anvil, `statistics: max cache size ${1 + random.below(30)} at ${at}`);
    server.release('postfix/anvil', anvil);
  }
}

/** So does scache, while connections are shared. */
export function* scacheStatistics(server: Server): Steps {
  const { random } = server;
  for (;;) {
    yield random.between(2000, 6000);
    const scache = server.take('postfix/scache');
    const hits = random.below(90);
    const misses = 1 + random.below(40);
    const success = Math.floor((100 * hits) / (hits + misses));
    server.say(scache, `statistics: start interval ${traditionalStamp(server.now - random.between(300, 900))}`);
    server.say(scache, `statistics: domain lookup hits=${hits} miss=${misses} success=${success}%`);
    server.say(scache, `statistics: address lookup hits=0 miss=${misses} success=0%`);
    server.say(scache, `statistics: max simultaneous domains=1 addresses=${1 + random.below(4)} connection=${1 + random.below(6)}`);
    server.release('postfix/scache', scache);
  }
}

/** At midnight the log is rotated and Postfix reloaded; twice a day postscreen sweeps its cache. */
export function* housekeeping(server: Server): Steps {
  const { settings, master } = server;
  const script = server.daemons.spawn('postfix/postfix-script');
  server.say(script, 'starting the Postfix mail system');
  server.daemons.retire(script);
  yield 0.05;
  server.say(master, `daemon started -- version ${settings.version}, configuration /etc/postfix`);
  for (;;) {
    const midnight = Math.ceil((server.now + 60) / 43_200) * 43_200 + server.random.between(5, 9);
    yield midnight - server.now;
    if (settings.postscreen) sayCacheCleanup(server);
    if (Math.floor(server.now / 43_200) % 2 === 1) continue;
    const refresh = server.daemons.spawn('postfix/postfix-script');
    server.say(refresh, 'refreshing the Postfix mail system');
    server.daemons.retire(refresh);
    yield 0.04;
    server.say(master, `reload -- version ${settings.version}, configuration /etc/postfix`);
  }
}

const WARNINGS = [
  ['postfix/trivial-rewrite', 'warning: do not list domain shop.domain.test in BOTH mydestination and virtual_mailbox_domains'],
  ['postfix/smtpd', "warning: milter inet:localhost:8891: can't read SMFIC_EOH reply packet header: Success"],
  ['postfix/tlsmgr', 'warning: request to update table btree:/var/lib/postfix/smtpd_scache in non-postfix directory /etc/postfix'],
  ['postfix/smtpd', 'warning: dict_nis_init: NIS domain name not set - NIS lookups disabled'],
  ['postfix/qmgr', 'warning: mail for 127.0.0.1:10024 is using up 4001 of 4004 active queue entries'],
  ['postfix/cleanup', 'warning: connect to Milter service unix:/run/opendmarc/opendmarc.sock: No such file or directory'],
  ['postfix/smtpd', `warning: TLS library problem: ${UNEXPECTED_END}`],
] as const;

/** Something that an administrator should look at some day. */
export function* warning(server: Server): Steps {
  const [program, text] = server.random.pick(WARNINGS);
  const daemon = program === 'postfix/qmgr' ? server.qmgr : server.take(program);
  server.say(daemon, text);
  if (daemon !== server.qmgr) server.release(program, daemon);
  yield 0;
}
