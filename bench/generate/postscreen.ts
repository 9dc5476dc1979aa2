/** postscreen, which stands in front of smtpd, and dnsblog, which asks the DNS lists for it. */
import type { Steps } from './agenda.js';
import { type Client, stranger } from './clients.js';
import type { Daemon } from './daemons.js';
import { formatSeconds } from './delays.js';
import { insider, outsider } from './names.js';
import type { Server } from './server.js';

const PROGRAM = 'postfix/postscreen';
const processes = new WeakMap<Server, Daemon>();

/** There is one, for as long as the server runs. */
function postscreenOf(server: Server): Daemon {
  let postscreen = processes.get(server);
  if (postscreen === undefined) {
    postscreen = server.daemons.spawn(PROGRAM);
    processes.set(server, postscreen);
  }
  return postscreen;
}

const portOf = (server: Server) => 1024 + server.random.below(64_000);

/** A client that is known, or becomes known, and is handed on to smtpd. */
export function* passPostscreen(server: Server, { ip }: Client): Steps {
  const { random, settings } = server;
  const postscreen = postscreenOf(server);
  const from = `[${ip}]:${portOf(server)}`;
  server.say(postscreen, `CONNECT from ${from} to [${settings.ip}]:25`);
  if (random.chance(0.92)) {
    yield 0.0005;
    server.say(postscreen, `${random.chance(0.1) ? 'ALLOWLISTED' : 'PASS OLD'} ${from}`);
  } else {
    yield 6 + random.between(0, 0.1);
    server.say(postscreen, `PASS NEW ${from}`);
  }
  yield 0.001;
}

const LISTS = [
  ['zen.spamhaus.org', ['127.0.0.2', '127.0.0.3', '127.0.0.4', '127.0.0.10', '127.0.0.11']],
  ['bl.spamcop.net', ['127.0.0.2']],
  ['b.barracudacentral.org', ['127.0.0.2']],
  ['dnsbl-1.uceprotect.net', ['127.0.0.2']],
] as const;

/** A client that speaks TLS at once. */
const TLS_HELLO = [331, '\\026\\003\\001\\001F\\001\\000\\001B\\003\\003'] as const;

/** A client that does not get through. */
export function* screenedSession(server: Server): Steps {
  const { random, settings } = server;
  const postscreen = postscreenOf(server);
  const { ip, helo } = stranger(random);
  const from = `[${ip}]:${portOf(server)}`;
  server.say(postscreen, `CONNECT from ${from} to [${settings.ip}]:25`);
  const isListed = random.chance(0.6);
  if (isListed) {
    for (const [list, answers] of LISTS) {
      if (random.chance(0.45)) continue;
      const dnsblog = server.take('postfix/dnsblog');
      yield random.between(0.004, 0.05);
      server.say(dnsblog, `addr ${ip} listed by domain ${list} as ${random.pick(answers)}`);
      server.release('postfix/dnsblog', dnsblog);
    }
  }
  if (random.chance(0.25)) {
    const after = random.between(0.05, 3);
    yield after;
    // Octets as they came, and how postscreen shows them.
    const hello = [helo.length + 7, `EHLO ${helo}\\r\\n`] as const;
    const [octets, greeting] = random.chance(0.8) ? hello : TLS_HELLO;
    server.say(postscreen, `PREGREET ${octets} after ${formatSeconds(after)} from ${from}: ${greeting}`);
  }
  yield random.between(2, 6);
  if (isListed) {
    server.say(postscreen, `DNSBL rank ${3 + random.below(8)} for ${from}`);
    yield random.between(0.1, 2);
    if (random.chance(0.7)) {
      const sender = outsider(random).address;
      server.say(
        postscreen,
        `NOQUEUE: reject: RCPT from ${from}: 550 5.7.1 Service unavailable; client [${ip}] blocked using zen.spamhaus.org; ` +
          `from=<${sender}>, to=<${insider(random)}>, proto=ESMTP, helo=<${helo}>`,
      );
    }
  }
  const after = random.between(0.1, 5);
  yield after;
  if (random.chance(0.6)) {
    const tests = isListed ? 'tests after SMTP handshake' : 'tests before SMTP handshake';
    server.say(postscreen, `HANGUP after ${formatSeconds(after)} from ${from} in ${tests}`);
  }
  server.say(postscreen, `DISCONNECT ${from}`);
}

/** tlsproxy speaks TLS for postscreen. */
export function* proxiedSession(server: Server): Steps {
  const { random } = server;
  const from = `[${stranger(random).ip}]:${portOf(server)}`;
  const tlsproxy = server.take('postfix/tlsproxy');
  server.say(tlsproxy, `CONNECT from ${from}`);
  yield random.skewed(1, 0.8);
  server.say(tlsproxy, `DISCONNECT ${from}`);
  server.release('postfix/tlsproxy', tlsproxy);
}

/** The cache is swept twice a day (src/util/dict_cache.c). */
export function sayCacheCleanup(server: Server): void {
  const { random } = server;
  const text = `retained=${4000 + random.below(5000)} dropped=${200 + random.below(900)} entries`;
  server.say(postscreenOf(server), `cache btree:/var/lib/postfix/postscreen_cache full cleanup: ${text}`);
}
