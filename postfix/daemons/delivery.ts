/** The line of every delivery agent about one recipient (src/global/log_adhoc.c, src/global/defer.c, bounce.c, sent.c). */
import type { Pattern } from '../pattern.js';

export const delivery: readonly Pattern[] = [
  // global/log_adhoc.c. `relay=` is host[ip]:port, host[socket path], or the bare name of a local agent's service.
  {
    action: 'delivery',
    text: 'to=<{recipient}>, {?orig_to=<{orig_to}>, ?}relay={relay}, {?conn_use={conn_use}, ?}delay={delay}, delays={delay_a}/{delay_b}/{delay_c}/{delay_d}, {?tls={tls_feature}, ?}dsn={dsn}, status={status} ({reason})',
    samples: [
      'to=<person145@partner1.test>, relay=relay101.example.net[10.50.0.101]:25, delay=31, delays=0.01/0.05/31/0, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 4233D579836)',
      'to=<bob@example.com>, orig_to=<postmaster>, relay=mx.example.com[2001:db8::25]:25, conn_use=3, delay=0.41, delays=0.02/0/0.01/0.38, tls=encrypt, dsn=2.0.0, status=sent (250 2.0.0 OK  1700000000 d2e1a72fcca58-6cb1234si1234567b3a.12 - gsmtp)',
      'to=<bob@example.com>, relay=mx.example.com[192.0.2.25]:25, delay=1.2, delays=0.01/0/0.9/0.29, tls=may/requiretls:nocertmatch, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 4bZ2Yq0Kz1z9v)',
      'to=<carol@example.com>, relay=mail.example.com[private/dovecot-lmtp], delay=0.09, delays=0.04/0.01/0.01/0.03, dsn=2.0.0, status=sent (250 2.0.0 <carol@example.com> 4Ks4Nf2bZWVJEgAA3EBBqQ Saved)',
      'to=<carol@example.com>, relay=mail.example.com[/var/run/dovecot/lmtp], delay=0.2, delays=0.1/0/0/0.1, dsn=4.2.2, status=deferred (host mail.example.com[/var/run/dovecot/lmtp] said: 452 4.2.2 <carol@example.com> Quota exceeded (mailbox for user is full) (in reply to end of DATA command))',
      'to=<"odd >, local, part"@example.com>, relay=none, delay=5, delays=0.1/0/5/0, dsn=4.4.1, status=deferred (connect to mx.example.com[192.0.2.25]:25: Connection timed out)',
      'to=<two words@example.com>, relay=local, delay=0.1, delays=0.05/0/0/0.05, dsn=5.1.1, status=bounced (unknown user: "two words")',
      'to=<dave@example.org>, relay=none, delay=364, delays=364/0.02/0/0, dsn=4.4.2, status=deferred (delivery temporarily suspended: conversation with mx.example.org[192.0.2.9] timed out while receiving the initial server greeting)',
      'to=<jürgen@exämple.com>, orig_to=<"jürgen k"@exämple.com>, relay=dovecot, delay=0.3, delays=0.1/0.01/0/0.19, dsn=2.0.0, status=sent (delivered via dovecot service)',
      'to=<probe@example.com>, relay=mx.example.com[192.0.2.25]:25, delay=0.5, delays=0/0/0.4/0.1, dsn=5.1.1, status=undeliverable-but-not-cached (host mx.example.com[192.0.2.25] said: 550 5.1.1 <probe@example.com>: Recipient address rejected: User unknown (in reply to RCPT TO command))',
      'to=<erin@example.com>, relay=virtual, delay=0.02, delays=0.01/0/0/0.01, dsn=4.2.2, status=SOFTBOUNCE (maildir delivery failed: error writing message: Disk quota exceeded)',
      'to=<>, relay=none, delay=0, delays=0/0/0/0, dsn=5.1.3, status=bounced (null recipient address)',
    ],
  },
  // Up to Postfix 3.4, and with info_log_address_format = internal, a local part is logged without its quotes.
  {
    action: 'delivery',
    text: 'to=<{recipient:text}>, {?orig_to=<{orig_to:text}>, ?}relay={relay}, {?conn_use={conn_use}, ?}delay={delay}, delays={delay_a}/{delay_b}/{delay_c}/{delay_d}, {?tls={tls_feature}, ?}dsn={dsn}, status={status} ({reason})',
    samples: [
      'to=<a>b@example.com>, orig_to=<c>d@example.com>, relay=local, delay=0.1, delays=0.05/0/0/0.05, dsn=2.0.0, status=sent (delivered to mailbox)',
    ],
  },
  // The same, cut off by a syslog daemon's limit on the length of a line.
  {
    action: 'delivery',
    text: 'to=<{recipient}>, {?orig_to=<{orig_to}>, ?}relay={relay}, {?conn_use={conn_use}, ?}delay={delay}, delays={delay_a}/{delay_b}/{delay_c}/{delay_d}, {?tls={tls_feature}, ?}dsn={dsn}, status={status} ({reason}',
    samples: [
      'to=<bob@example.com>, relay=mx.example.com[192.0.2.25]:25, delay=2, delays=0/0/1/1, dsn=5.7.1, status=bounced (host mx.example.com[192.0.2.25] said: 550-5.7.1 This message was blocked because its content presents a potential secu',
    ],
  },
];
