/**
 * Which program says what. A new daemon is one file of patterns beside this one and one line here.
 * The order is the order in which patterns are tried: a daemon's own first, then the libraries it is linked with.
 */
import type { Pattern } from '../pattern.js';
import { anvil } from './anvil.js';
import { bounce } from './bounce.js';
import { cleanup } from './cleanup.js';
import { commands } from './commands.js';
import { delivery } from './delivery.js';
import { dict } from './dict.js';
import { discard } from './discard.js';
import { dns } from './dns.js';
import { dnsblog } from './dnsblog.js';
import { error } from './error.js';
import { flush } from './flush.js';
import { library } from './library.js';
import { local } from './local.js';
import { master } from './master.js';
import { milter } from './milter.js';
import { nbdbReindexd } from './nbdb_reindexd.js';
import { pickup } from './pickup.js';
import { pipe } from './pipe.js';
import { postfixScript } from './postfix_script.js';
import { postlogd } from './postlogd.js';
import { postscreen } from './postscreen.js';
import { proxymap } from './proxymap.js';
import { qmgr } from './qmgr.js';
import { qmqpd } from './qmqpd.js';
import { sasl } from './sasl.js';
import { scache } from './scache.js';
import { server } from './server.js';
import { showq } from './showq.js';
import { smtp } from './smtp.js';
import { smtpd } from './smtpd.js';
import { spawn } from './spawn.js';
import { tls } from './tls.js';
import { tlsmgr } from './tlsmgr.js';
import { tlsproxy } from './tlsproxy.js';
import { trivialRewrite } from './trivial_rewrite.js';
import { verify } from './verify.js';
import { virtual } from './virtual.js';

const common = [dict, server, library];
const client = [smtp, delivery, tls, sasl, dns, ...common];

export const daemons: Readonly<Record<string, readonly (readonly Pattern[])[]>> = {
  smtp: client,
  lmtp: client,
  smtpd: [smtpd, tls, sasl, milter, dns, ...common],
  postscreen: [postscreen, tls, dns, ...common],
  dnsblog: [dnsblog, dns, ...common],
  tlsproxy: [tlsproxy, tls, ...common],
  tlsmgr: [tlsmgr, tls, ...common],
  anvil: [anvil, ...common],
  scache: [scache, ...common],
  qmqpd: [qmqpd, dns, ...common],
  cleanup: [cleanup, delivery, milter, ...common],
  proxymap: [proxymap, ...common],
  proxywrite: [proxymap, ...common],
  verify: [verify, ...common],
  qmgr: [qmgr, delivery, ...common],
  oqmgr: [qmgr, delivery, ...common],
  local: [delivery, local, ...common],
  virtual: [delivery, virtual, ...common],
  pipe: [delivery, pipe, ...common],
  error: [delivery, error, ...common],
  retry: [delivery, error, ...common],
  discard: [delivery, discard, ...common],
  bounce: [bounce, ...common],
  defer: [bounce, ...common],
  trace: [bounce, ...common],
  pickup: [pickup, ...common],
  'trivial-rewrite': [trivialRewrite, dns, ...common],
  rewrite: [trivialRewrite, dns, ...common],
  flush: [flush, ...common],
  showq: [showq, ...common],
  spawn: [spawn, ...common],
  master: [master, ...common],
  nbdb_reindexd: [nbdbReindexd, ...common],
  'postfix-script': [postfixScript, commands, ...common],
  postfix: [postfixScript, commands, ...common],
  'postfix-tls-script': [postfixScript, commands, ...common],
  'postfix-non-bdb-script': [postfixScript, commands, ...common],
  'post-install': [postfixScript, commands, ...common],
  postlogd: [postlogd, ...common],
  postlog: [postlogd, ...common],
  postdrop: [commands, ...common],
  sendmail: [commands, ...common],
  postsuper: [commands, ...common],
  postqueue: [commands, ...common],
  postmap: [commands, ...common],
  postalias: [commands, ...common],
  postcat: [commands, ...common],
  postconf: [commands, ...common],
  postkick: [commands, ...common],
  postlock: [commands, ...common],
  postmulti: [commands, ...common],
  'postmulti-script': [commands, postfixScript, ...common],
};
