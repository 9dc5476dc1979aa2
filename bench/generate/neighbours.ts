/** Other programs that write to the same file. */
import type { Steps } from './agenda.js';
import { type Client, ourDevice, stranger } from './clients.js';
import type { Envelope, Message } from './message.js';
import { insider, outsider } from './names.js';
import type { Server } from './server.js';

/** opendkim looks at what comes in … */
export function* verified(server: Server, message: Message): Steps {
  const { random } = server;
  if (!random.chance(0.25)) return;
  const opendkim = server.take('opendkim');
  const { sender } = message.envelope;
  const domain = sender.slice(sender.lastIndexOf('@') + 1) || 'mailer.invalid';
  const fate = random.next();
  const text =
    fate < 0.7
      ? `DKIM verification successful`
      : fate < 0.85
        ? `no signature data`
        : fate < 0.95
          ? `s=sel${random.below(90)} d=${domain} SSL error:04091068:rsa routines:int_rsa_verify:bad signature`
          : `bad signature data`;
  server.say(opendkim, `${message.id}: ${text}`);
  server.release('opendkim', opendkim);
  yield 0.001;
}

/** … and signs what goes out. */
export function* signed(server: Server, message: Message): Steps {
  const opendkim = server.take('opendkim');
  const { sender } = message.envelope;
  server.say(opendkim, `${message.id}: DKIM-Signature field added (s=mail2026, d=${sender.slice(sender.lastIndexOf('@') + 1)})`);
  server.release('opendkim', opendkim);
  yield 0.001;
}

export function sayPolicyd(server: Server, from: Client, { sender }: Envelope): void {
  const policyd = server.take('policyd-spf');
  const result = server.random.pick(['Pass', 'Pass', 'None', 'Neutral', 'Softfail']);
  server.say(
    policyd,
    `prepend Received-SPF: ${result} (mailfrom) identity=mailfrom; client-ip=${from.ip}; helo=${from.helo}; ` +
      `envelope-from=${sender}; receiver=<UNKNOWN> `,
  );
  server.release('policyd-spf', policyd);
}

/** Somebody reads mail. */
export function* imapSession(server: Server): Steps {
  const { random, settings } = server;
  const user = insider(random);
  const { ip } = ourDevice(random);
  const session = random.letters(16);
  const pid = 1000 + random.below(30_000);
  const dovecot = { ...server.master, tag: 'dovecot' };
  server.say(
    dovecot,
    `imap-login: Login: user=<${user}>, method=PLAIN, rip=${ip}, lip=${settings.ip}, mpid=${pid}, TLS, session=<${session}>`,
  );
  yield random.skewed(40, 1.5);
  server.say(
    dovecot,
    `imap(${user})<${pid}><${session}>: Disconnected: Logged out in=${random.below(3000)} out=${random.below(90_000)} deleted=0 ` +
      `expunged=${random.below(3)} trashed=0 hdr_count=${random.below(9)} hdr_bytes=${random.below(4000)} body_count=0 body_bytes=0`,
  );
}

/** postgrey meets a client that it does not know. */
export function* greylisting(server: Server): Steps {
  const { random } = server;
  const { host, ip } = stranger(random);
  const postgrey = server.take('postgrey');
  const [sender, recipient] = [outsider(random).address, insider(random)];
  server.say(
    postgrey,
    `action=greylist, reason=new, client_name=${host}, client_address=${ip}/32, sender=${sender}, recipient=${recipient}`,
  );
  server.release('postgrey', postgrey);
  yield 0;
}
