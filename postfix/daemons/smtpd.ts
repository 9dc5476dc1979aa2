/** smtpd, the SMTP server (src/smtpd/). */
import type { Pattern } from '../pattern.js';

// What smtpd adds behind a decision. Clients cannot put `>` into a HELO name (NEUTER_CHARACTERS in smtpd/smtpd.c), so that the
// tail fits in one place only and a made-up `; from=<` in front of it is passed over.
const envelope = '{? from=<{sender}>?}{? to=<{recipient}>?}{? proto={protocol}?}{? helo=<{helo:address}>?}';
// log_whatsup() in smtpd/smtpd_check.c; the SASL part since Postfix 3.10
const context = `;${envelope}{? sasl_method={sasl_method}?}{? sasl_username={user}?}{? sasl_sender={sasl_sender}?}`;
// smtpd_whatsup() in smtpd/smtpd.c, for Milters and proxies
const milterContext = `;${envelope}{? sasl_username=<{user}>?}`;

export const smtpd: readonly Pattern[] = [
  // smtpd/smtpd.c
  {
    action: 'connect',
    text: 'connect from {client}',
    samples: [
      'connect from localhost[127.0.0.1]',
      'connect from unknown[unknown]',
      'connect from mail.example.com[2001:db8::25]',
      'connect from mail.example.com[192.0.2.1]:51234',
    ],
  },
  {
    action: 'disconnect',
    // Counters since Postfix 3.0
    text: 'disconnect from {client}{? {session:text}?}{? notes={detail:word}?}',
    samples: [
      'disconnect from unknown[192.0.2.7] ehlo=1 mail=1 rcpt=1 data=1 quit=1 commands=5 notes=bare_lf',
      'disconnect from localhost[127.0.0.1] ehlo=1 mail=1 rcpt=1 data=1 quit=1 commands=5',
      'disconnect from unknown[192.0.2.7] ehlo=1 auth=0/3 unknown=0/1 commands=1/5',
      'disconnect from unknown[192.0.2.7] commands=0/0',
      'disconnect from mail.example.com[2001:db8::25]:51234',
    ],
  },
  {
    action: 'client',
    text: 'client={client}{?, sasl_method={sasl_method}?}{?, sasl_username={user}?}{?, sasl_sender={sasl_sender}?}{?, orig_queue_id={orig_queue_id}?}{?, orig_client={orig_client_host}[{orig_client_ip}]{?:{}?}?}',
    samples: [
      'client=localhost[127.0.0.1]',
      'client=mail.example.com[2001:db8::25]:51234',
      'client=unknown[192.0.2.7], sasl_method=PLAIN, sasl_username=user@example.com',
      'client=unknown[192.0.2.7], sasl_method=LOGIN, sasl_username=Jane Doe, sasl_sender=jane@example.com',
      'client=localhost[127.0.0.1], orig_queue_id=4Kd2qR3vXyz1, orig_client=mail.example.com[192.0.2.1]',
      'client=localhost[127.0.0.1], orig_client=unknown[2001:db8::25]:40000',
    ],
  },

  // smtpd/smtpd_check.c
  {
    action: 'reject',
    text: `reject: {stage:text} from {client}: {reply_code} {enhanced_code} <{target:address}>: {restriction}${context}`,
    samples: [
      'reject: RCPT from unknown[192.0.2.7]: 554 5.7.1 <user@example.org>: Relay access denied; from=<a@example.com> to=<user@example.org> proto=ESMTP helo=<client.example.com>',
      'reject: RCPT from mail.example.com[2001:db8::25]:51234: 550 5.1.1 <nobody@example.org>: Recipient address rejected: User unknown in local recipient table; from=<> to=<nobody@example.org> proto=SMTP helo=<mail.example.com>',
      'reject: CONNECT from unknown[192.0.2.7]: 554 5.7.1 <unknown[192.0.2.7]>: Client host rejected: Access denied; proto=SMTP',
      'reject: EHLO from unknown[192.0.2.7]: 504 5.5.2 <x>: Helo command rejected: need fully-qualified hostname; proto=SMTP helo=<x>',
      'reject: MAIL from unknown[192.0.2.7]: 450 4.1.8 <a@nowhere.example>: Sender address rejected: Domain not found; from=<a@nowhere.example> proto=ESMTP helo=<client.example.com>',
      'reject: DATA from unknown[192.0.2.7]: 503 5.5.0 <DATA>: Data command rejected: Improper use of SMTP command pipelining; from=<a@example.com> proto=SMTP helo=<x>',
      'reject: END-OF-MESSAGE from unknown[192.0.2.7]: 554 5.7.1 <END-OF-MESSAGE>: End-of-data rejected: policy; try again; from=<a@example.com> to=<b@example.org> proto=ESMTP helo=<x>',
      'reject: RCPT from unknown[192.0.2.7]: 553 5.7.1 <"j d"@example.com>: Sender address rejected: not owned by user jd; from=<"j d"@example.com> to=<b@example.org> proto=ESMTP helo=<x> sasl_method=PLAIN sasl_username=jd sasl_sender=jd@example.com',
      'reject: ETRN from unknown[192.0.2.7]: 450 4.7.1 <example.org>: Etrn command rejected: Access denied; proto=ESMTP helo=<x>',
      'reject: RCPT from unknown[192.0.2.7]: 450 4.2.0 <b@example.org>: Recipient address rejected: Greylisted, see http://postgrey.example.org/help/b.html; from=<ä@example.com> to=<b@example.org> proto=ESMTP helo=<[192.0.2.7]>',
    ],
  },
  {
    // default_rbl_reply and its kin
    action: 'reject',
    text: `reject: {stage:text} from {client}: {reply_code} {enhanced_code} {restriction} [{target}] blocked using {rbl:word}{?; {detail}?}${context}`,
    samples: [
      'reject: RCPT from unknown[192.0.2.7]: 554 5.7.1 Service unavailable; Client host [192.0.2.7] blocked using zen.spamhaus.org; https://www.spamhaus.org/query/ip/192.0.2.7; from=<a@example.com> to=<b@example.org> proto=ESMTP helo=<client.example.com>',
      'reject: RCPT from unknown[192.0.2.7]: 554 5.7.1 Service unavailable; Sender address [a@example.com] blocked using dbl.example.net; from=<a@example.com> to=<b@example.org> proto=SMTP helo=<x>',
    ],
  },
  {
    action: 'reject',
    text: `reject: {stage:text} from {client}: {reply_code} {enhanced_code} {restriction}, [{target:ip}]${context}`,
    samples: [
      'reject: RCPT from unknown[192.0.2.7]: 450 4.7.1 Client host rejected: cannot find your hostname, [192.0.2.7]; from=<a@example.com> to=<b@example.org> proto=ESMTP helo=<x>',
      'reject: CONNECT from unknown[2001:db8::7]: 450 4.7.25 Client host rejected: cannot find your reverse hostname, [2001:db8::7]; proto=SMTP',
    ],
  },
  {
    action: 'reject',
    text: `reject: {stage:text} from {client}: {reply_code} {enhanced_code} {restriction}${context}`,
    samples: [
      'reject: MAIL from localhost[127.0.0.1]: 552 5.3.4 Message size exceeds fixed limit; from=<user1@example.com> proto=ESMTP helo=<client.example.com>',
      'reject: MAIL from localhost[127.0.0.1]: 452 4.3.1 Insufficient system storage; proto=ESMTP helo=<x>',
      'reject: CONNECT from unknown[192.0.2.7]: 451 4.3.0 Temporary lookup error; proto=SMTP',
    ],
  },
  {
    action: 'reject',
    text: 'reject: {stage:text} from {client}: {reply_code} {enhanced_code} {} Server local data error',
    set: { restriction: 'Server local data error' },
    samples: ['reject: DATA from unknown[192.0.2.7]: 421 4.3.0 mail.example.org Server local data error'],
  },
  {
    // smtpd_forbid_bare_newline
    action: 'reject',
    text: `reject: {stage:text} from {client}: {restriction}${context}`,
    samples: [
      'reject: END-OF-MESSAGE from unknown[192.0.2.7]: bare <LF> received; from=<a@example.com> to=<b@example.org> proto=ESMTP helo=<x>',
    ],
  },
  {
    // An address with `>` in it, logged in its internal form (before Postfix 3.5, info_log_address_format)
    action: 'reject',
    text: 'reject: {stage:text} from {client}: {reply_code} {enhanced_code} {detail}',
    samples: [
      'reject: RCPT from unknown[192.0.2.7]: 554 5.7.1 <b@example.org>: Relay access denied; from=<a>b@example.com> to=<b@example.org> proto=ESMTP helo=<x>',
    ],
  },
  {
    action: 'reject_warning',
    text: `reject_warning: {stage:text} from {client}: {reply_code} {enhanced_code} <{target:address}>: {restriction}${context}`,
    samples: [
      'reject_warning: RCPT from unknown[192.0.2.7]: 450 4.7.1 <x>: Helo command rejected: Host not found; from=<a@example.com> to=<b@example.org> proto=ESMTP helo=<x>',
    ],
  },
  {
    action: 'reject_warning',
    text: `reject_warning: {stage:text} from {client}: {reply_code} {enhanced_code} {restriction} [{target}] blocked using {rbl:word}{?; {detail}?}${context}`,
    samples: [
      'reject_warning: RCPT from unknown[192.0.2.7]: 554 5.7.1 Service unavailable; Client host [192.0.2.7] blocked using bl.example.net; from=<> to=<b@example.org> proto=ESMTP helo=<x>',
    ],
  },
  {
    action: 'reject_warning',
    text: `reject_warning: {stage:text} from {client}: {reply_code} {enhanced_code} {restriction}, [{target:ip}]${context}`,
    samples: [
      'reject_warning: RCPT from unknown[192.0.2.7]: 450 4.7.1 Client host rejected: cannot find your hostname, [192.0.2.7]; from=<a@example.com> to=<b@example.org> proto=ESMTP helo=<x>',
    ],
  },
  {
    action: 'reject_warning',
    text: `reject_warning: {stage:text} from {client}: {reply_code} {enhanced_code} {restriction}${context}`,
    samples: [
      'reject_warning: MAIL from unknown[192.0.2.7]: 530 5.7.0 Must issue a STARTTLS command first; from=<a@example.com> proto=ESMTP helo=<x>',
    ],
  },
  {
    action: 'reject_warning',
    text: 'reject_warning: {stage:text} from {client}: {reply_code} {enhanced_code} {detail}',
    samples: [
      'reject_warning: RCPT from unknown[192.0.2.7]: 554 5.7.1 <b@example.org>: Relay access denied; from=<a>b@example.com> to=<b@example.org> proto=ESMTP helo=<x>',
    ],
  },
  {
    action: 'filter',
    text: `filter: {stage:text} from {client}: <{target:address}>: {restriction} triggers FILTER {transport}:{next_hop}${context}`,
    samples: [
      'filter: RCPT from unknown[192.0.2.7]: <unknown[192.0.2.7]>: Client host triggers FILTER smtp-amavis:[127.0.0.1]:10024; from=<a@example.com> to=<b@example.org> proto=ESMTP helo=<x>',
      'filter: RCPT from mail.example.com[192.0.2.1]: <b@example.org>: Recipient address triggers FILTER slow:; from=<> to=<b@example.org> proto=ESMTP helo=<x>',
    ],
  },
  {
    action: 'redirect',
    text: `redirect: {stage:text} from {client}: <{target:address}>: {restriction} triggers REDIRECT {redirect_to:text}${context}`,
    samples: [
      'redirect: RCPT from unknown[192.0.2.7]: <b@example.org>: Recipient address triggers REDIRECT c@example.org; from=<a@example.com> to=<b@example.org> proto=ESMTP helo=<x>',
    ],
  },
  {
    action: 'bcc',
    text: `bcc: {stage:text} from {client}: <{target:address}>: {restriction} triggers BCC {redirect_to:text}${context}`,
    samples: [
      'bcc: RCPT from unknown[192.0.2.7]: <a@example.com>: Sender address triggers BCC archive@example.org; from=<a@example.com> to=<b@example.org> proto=ESMTP helo=<x>',
    ],
  },
  {
    action: 'hold',
    text: `hold: {stage:text} from {client}: <{target:address}>: {restriction}${context}`,
    samples: [
      'hold: RCPT from unknown[192.0.2.7]: <b@example.org>: Recipient address triggers HOLD action; from=<a@example.com> to=<b@example.org> proto=ESMTP helo=<x>',
      'hold: RCPT from unknown[192.0.2.7]: <a@example.com>: Sender address under inspection; from=<a@example.com> to=<b@example.org> proto=SMTP helo=<x>',
    ],
  },
  {
    action: 'discard',
    text: `discard: {stage:text} from {client}: <{target:address}>: {restriction}${context}`,
    samples: [
      'discard: RCPT from unknown[192.0.2.7]: <b@example.org>: Recipient address triggers DISCARD action; from=<a@example.com> to=<b@example.org> proto=ESMTP helo=<x>',
    ],
  },
  {
    action: 'hold',
    text: 'hold: {stage:text} from {client}: {detail}',
    samples: ['hold: RCPT from unknown[192.0.2.7]: <a>b@example.com>: Sender address odd; from=<a>b@example.com> proto=ESMTP helo=<x>'],
  },
  {
    action: 'discard',
    text: 'discard: {stage:text} from {client}: {detail}',
    samples: ['discard: RCPT from unknown[192.0.2.7]: <a>b@example.com>: Sender address odd; from=<a>b@example.com> proto=ESMTP helo=<x>'],
  },
  {
    action: 'filter',
    text: 'filter: {stage:text} from {client}: {detail}',
    samples: [
      'filter: RCPT from unknown[192.0.2.7]: <a>b@example.com>: Sender address triggers FILTER slow:; from=<a>b@example.com> proto=ESMTP helo=<x>',
    ],
  },
  {
    // #ifdef DELAY_ACTION
    action: 'delay',
    text: `delay: {stage:text} from {client}: <{target:address}>: {restriction}${context}`,
    samples: [
      'delay: RCPT from unknown[192.0.2.7]: <b@example.org>: Recipient address 2h; from=<a@example.com> to=<b@example.org> proto=ESMTP helo=<x>',
    ],
  },
  {
    action: 'warn',
    text: `warn: {stage:text} from {client}: {restriction}${context}`,
    samples: [
      'warn: RCPT from unknown[192.0.2.7]: suspicious client; from=<a@example.com> to=<b@example.org> proto=ESMTP helo=<x>',
      'warn: CONNECT from unknown[192.0.2.7]: ; proto=SMTP',
    ],
  },
  {
    action: 'info',
    text: `info: {stage:text} from {client}: {restriction}${context}`,
    samples: ['info: RCPT from unknown[192.0.2.7]: seen; from=<a@example.com> to=<b@example.org> proto=ESMTP helo=<x>'],
  },
  {
    action: 'hangup',
    text: `hangup: {stage:text} from {client}: {restriction}${context}`,
    samples: ['hangup: MAIL from unknown[192.0.2.7]: ; from=<a@example.com> proto=ESMTP helo=<x>'],
  },
  {
    // smtpd_log_access_permit_actions
    action: 'permit',
    text: `permit: {stage:text} from {client}: action={value:word} for {restriction}={target:address}{? from {table:word}?}{? {detail}?}${context}`,
    samples: [
      'permit: RCPT from mail.example.com[192.0.2.1]: action=OK for Client host=mail.example.com from hash:/etc/postfix/access; from=<a@example.com> to=<b@example.org> proto=ESMTP helo=<x>',
      'permit: RCPT from localhost[127.0.0.1]: action=permit_mynetworks for Client host=localhost[127.0.0.1]; from=<a@example.com> to=<b@example.org> proto=ESMTP helo=<x>',
    ],
  },

  // smtpd/smtpd.c: check_milter_reply(). A Milter chooses the text, and may leave out the enhanced status code.
  {
    action: 'milter_reject',
    text: `milter-reject: {stage:text} from {client}: {reply_code}{ |-}{enhanced_code:enhanced} {restriction}${milterContext}`,
    samples: [
      'milter-reject: RCPT from unknown[192.0.2.7]: 550 5.7.1 Command rejected; from=<a@example.com> to=<b@example.org> proto=ESMTP helo=<x>',
      'milter-reject: CONNECT from unknown[192.0.2.7]: 421 4.7.0 Server closing connection; proto=SMTP',
      'milter-reject: MAIL from unknown[192.0.2.7]: 451 4.7.1 Service unavailable - try again later; from=<jd@example.com> proto=ESMTP helo=<x> sasl_username=<jd>',
      'milter-reject: RCPT from unknown[192.0.2.7]: 550-5.7.1 Rejected??550 5.7.1 for spam; from=<a@example.com> to=<b@example.org> proto=ESMTP helo=<x>',
    ],
  },
  {
    action: 'milter_reject',
    text: `milter-reject: {stage:text} from {client}: {reply_code}{ |-}{restriction}${milterContext}`,
    samples: ['milter-reject: RCPT from unknown[192.0.2.7]: 550 Go away; from=<a@example.com> to=<b@example.org> proto=ESMTP helo=<x>'],
  },
  {
    action: 'milter_reject',
    text: 'milter-reject: {stage:text} from {client}: {reply_code}{ |-}{detail}',
    samples: ['milter-reject: RCPT from unknown[192.0.2.7]: 550 5.7.1 no; from=<a>b@example.com> to=<b@example.org> proto=ESMTP helo=<x>'],
  },
  {
    action: 'milter_hold',
    text: `milter-hold: {stage:text} from {client}: {restriction}${milterContext}`,
    samples: [
      'milter-hold: RCPT from unknown[192.0.2.7]: milter triggers HOLD action; from=<a@example.com> to=<b@example.org> proto=ESMTP helo=<x>',
    ],
  },
  {
    action: 'milter_discard',
    text: `milter-discard: {stage:text} from {client}: {restriction}${milterContext}`,
    samples: ['milter-discard: MAIL from unknown[192.0.2.7]: milter triggers DISCARD action; from=<a@example.com> proto=ESMTP helo=<x>'],
  },
  // smtpd/smtpd.c: what a before-queue filter said at the end of the message
  {
    action: 'proxy_accept',
    text: `proxy-accept: {stage:text}: {reply_code} {enhanced_code:enhanced} {}queued as {queued_as:word}{?){}?}${milterContext}`,
    samples: [
      'proxy-accept: END-OF-MESSAGE: 250 2.0.0 Ok: queued as 4Kd2qR3vXyz1; from=<a@example.com> to=<b@example.org> proto=ESMTP helo=<x>',
      'proxy-accept: END-OF-MESSAGE: 250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as 3AB4C5D6E7; from=<a@example.com> to=<b@example.org> proto=ESMTP helo=<x> sasl_username=<jd>',
    ],
  },
  {
    action: 'proxy_accept',
    text: `proxy-accept: {stage:text}: {reply_code}{ |-}{reply}${milterContext}`,
    samples: ['proxy-accept: END-OF-MESSAGE: 250 ok; from=<a@example.com> to=<b@example.org> proto=ESMTP helo=<x>'],
  },
  {
    action: 'proxy_reject',
    text: `proxy-reject: {stage:text}: {reply_code}{ |-}{enhanced_code:enhanced} {restriction}${milterContext}`,
    samples: [
      'proxy-reject: END-OF-MESSAGE: 554 5.7.0 Reject, id=12345-01 - spam; from=<a@example.com> to=<b@example.org> proto=ESMTP helo=<x>',
      'proxy-reject: END-OF-MESSAGE: 451 4.3.0 Error: queue file write error; from=<a@example.com> to=<b@example.org> proto=ESMTP helo=<x> sasl_username=<jd>',
    ],
  },
  {
    action: 'proxy_reject',
    text: `proxy-reject: {stage:text}: {reply_code}{ |-}{restriction}${milterContext}`,
    samples: ['proxy-reject: END-OF-MESSAGE: 554 no; from=<a@example.com> to=<b@example.org> proto=ESMTP helo=<x>'],
  },

  // smtpd/smtpd.c: the end of a session that went wrong
  {
    action: 'lost_connection',
    text: 'lost connection after {stage:text}{? ({count} bytes)?} from {client}',
    samples: [
      'lost connection after RSET from localhost[127.0.0.1]',
      'lost connection after DATA (1432 bytes) from unknown[192.0.2.7]',
      'lost connection after END-OF-MESSAGE from mail.example.com[2001:db8::25]:51234',
      'lost connection after BDAT (0 bytes) from unknown[192.0.2.7]',
      'lost connection after CONNECT from unknown[unknown]',
    ],
  },
  {
    action: 'timeout',
    text: 'timeout after {stage:text}{? ({count} bytes)?} from {client}',
    samples: ['timeout after MAIL from unknown[192.0.2.7]', 'timeout after DATA (0 bytes) from unknown[192.0.2.7]'],
  },
  {
    action: 'too_many_errors',
    text: 'too many errors after {stage:text}{? ({count} bytes)?} from {client}',
    samples: ['too many errors after AUTH from unknown[192.0.2.7]', 'too many errors after DATA (31 bytes) from unknown[192.0.2.7]'],
  },
  {
    action: 'command_pipelining',
    text: 'improper command pipelining after {stage} from {client}: {content}',
    samples: [
      'improper command pipelining after CONNECT from unknown[192.0.2.7]: HELO x\\r\\nMAIL FROM:<a@example.com>\\r\\n',
      'improper command pipelining after EHLO from unknown[192.0.2.7]: \\026\\003\\001',
    ],
  },
  {
    action: 'tls_required',
    text: 'abort: TLS from {client}: {restriction}',
    samples: [
      'abort: TLS from unknown[192.0.2.7]: No client certificate presented',
      'abort: TLS from unknown[192.0.2.7]: Client certificate not trusted',
    ],
  },
  {
    action: 'ehlo_discarded',
    text: 'discarding EHLO keywords: {value}',
    samples: ['discarding EHLO keywords: CHUNKING', 'discarding EHLO keywords: ETRN STARTTLS AUTH'],
  },
  {
    // smtpd_command_filter
    action: 'command_replaced',
    text: '{client}: replacing command "{content}" with "{value}"',
    samples: ['unknown[192.0.2.7]: replacing command "helo x y" with "HELO x"'],
  },
  // smtpd/smtpd_chat.c: smtpd_reject_filter_maps
  { action: 'reply_filter', text: 'reply filter in: {reply}', samples: ['reply filter in: 550 5.7.1 Command rejected'] },
  { action: 'reply_filter', text: 'reply filter out: {reply}', samples: ['reply filter out: 450 4.7.1 Try again'] },
  // smtpd/smtpd_dsn_fix.c
  {
    action: 'dsn_mapped',
    text: 'mapping DSN status {dsn} into {detail} status {enhanced_code}',
    samples: ['mapping DSN status 5.1.1 into Sender address status 5.1.0'],
  },

  // smtpd/smtpd.c, smtpd/smtpd_check.c: compatibility_level
  {
    action: 'compatibility_default',
    text: 'using backwards-compatible default setting {setting}={value:word} to permit request from client "{client}"',
    samples: [
      'using backwards-compatible default setting mynetworks_style=subnet to permit request from client "mail.example.com[192.0.2.1]"',
    ],
  },
  {
    action: 'compatibility_default',
    text: 'using backwards-compatible default setting {setting}={value:word} to accept non-ASCII sender address "{sender:text}" from {client}',
    samples: [
      'using backwards-compatible default setting smtputf8_enable=no to accept non-ASCII sender address "ä@example.com" from unknown[192.0.2.7]',
    ],
  },
  {
    action: 'compatibility_default',
    text: 'using backwards-compatible default setting {setting}={value:word} to accept non-ASCII recipient address "{recipient:text}" from {client}',
    samples: [
      'using backwards-compatible default setting smtputf8_enable=no to accept non-ASCII recipient address "ä@example.org" from unknown[192.0.2.7]',
    ],
  },
  {
    action: 'compatibility_default',
    text: 'using backwards-compatible default setting {setting}={value:word} to reject recipient "{recipient:text}" from client "{client}"',
    samples: [
      'using backwards-compatible default setting smtpd_relay_before_recipient_restrictions=no to reject recipient "b@example.org" from client "unknown[192.0.2.7]"',
    ],
  },
  {
    action: 'compatibility_default',
    text: 'using backwards-compatible default setting "{setting} = {value}" to avoid "Relay access denied" error for recipient "{recipient:text}" from client "{client}"',
    samples: [
      'using backwards-compatible default setting "smtpd_relay_restrictions = (empty)" to avoid "Relay access denied" error for recipient "b@example.org" from client "unknown[192.0.2.7]"',
    ],
  },
  {
    action: 'compatibility_default',
    text: 'using backwards-compatible default setting {setting}={value:word} to accept mail for {domain|address} "{key}"',
    samples: [
      'using backwards-compatible default setting relay_domains=$mydestination to accept mail for domain "example.org"',
      'using backwards-compatible default setting relay_domains=$mydestination to accept mail for address "b@example.org"',
    ],
  },

  // smtpd/smtpd_peer.c
  {
    action: 'hostname_mismatch',
    level: 'warning',
    text: 'hostname {client_host} does not resolve to address {client_ip}{?: {error}?}',
    samples: [
      'hostname mail.example.com does not resolve to address 192.0.2.7',
      'hostname mail.example.com does not resolve to address 2001:db8::7: Name or service not known',
    ],
  },
  {
    // Postfix 2.10 had the two the wrong way round
    action: 'hostname_mismatch',
    level: 'warning',
    text: 'hostname {client_ip} does not resolve to address {client_host}{?: {error}?}',
    samples: ['hostname 192.0.2.7 does not resolve to address mail.example.com'],
  },
  // smtpd/smtpd.c
  {
    action: 'non_smtp_command',
    level: 'warning',
    text: 'non-SMTP command from {client}: {content}',
    samples: ['non-SMTP command from unknown[192.0.2.7]: GET / HTTP/1.1', 'non-SMTP command from unknown[2001:db8::7]: Subject: hello'],
  },
  {
    action: 'illegal_address',
    level: 'warning',
    text: 'Illegal address syntax from {client} in {stage} command: {target}',
    samples: [
      'Illegal address syntax from unknown[192.0.2.7] in MAIL command: <a b@example.com>',
      'Illegal address syntax from mail.example.com[2001:db8::25] in RCPT command: b@example.org>',
    ],
  },
  // smtpd/smtpd_sasl_glue.c
  {
    action: 'auth_failed',
    level: 'warning',
    text: '{client}: SASL {sasl_method:text} authentication failed: {error}{?, sasl_username={user}?}',
    samples: [
      'unknown[192.0.2.7]: SASL LOGIN authentication failed: UGFzc3dvcmQ6',
      'unknown[192.0.2.7]:40000: SASL PLAIN authentication failed: authentication failure, sasl_username=info@example.org',
      'unknown[2001:db8::7]: SASL CRAM-MD5 authentication failed: (reason unavailable), sasl_username=(unavailable)',
      'unknown[192.0.2.7]: SASL login authentication failed: ',
    ],
  },
  {
    action: 'auth_aborted',
    level: 'warning',
    text: '{client}: SASL {sasl_method:text} authentication aborted',
    samples: ['unknown[192.0.2.7]: SASL LOGIN authentication aborted'],
  },
  {
    action: 'sasl_initialization_failed',
    level: 'fatal',
    text: 'SASL per-{process|connection} initialization failed',
    samples: ['SASL per-connection initialization failed'],
  },
  {
    action: 'sasl_no_mechanism',
    level: 'fatal',
    text: 'no SASL authentication mechanisms',
    samples: ['no SASL authentication mechanisms'],
  },
  {
    action: 'sasl_filter_failed',
    level: 'fatal',
    text: "{setting:word} discards all mechanisms in '{value}'",
    samples: ["smtpd_sasl_mechanism_filter discards all mechanisms in 'PLAIN LOGIN'"],
  },
  // smtpd/smtpd_chat.c
  {
    action: 'request_too_long',
    level: 'warning',
    text: '{client}: request longer than {limit}: {content}...',
    samples: ['unknown[192.0.2.7]: request longer than 2048: AAAAAAAAAAAAAAAAAAAAAAAAAAAAAA...'],
  },
  {
    action: 'reply_filter_invalid',
    level: 'warning',
    text: 'ignoring invalid reject filter result: {reply}',
    samples: ['ignoring invalid reject filter result: no such code'],
  },
  {
    action: 'postmaster_notice_failed',
    level: 'warning',
    text: 'postmaster notify: {error}',
    samples: ['postmaster notify: Connection refused'],
  },

  // smtpd/smtpd.c: limits
  {
    action: 'connection_rate_exceeded',
    level: 'warning',
    text: 'Connection rate limit exceeded: {count} from {client} for service {service}',
    samples: ['Connection rate limit exceeded: 61 from unknown[192.0.2.7] for service smtp'],
  },
  {
    action: 'connection_concurrency_exceeded',
    level: 'warning',
    text: 'Connection concurrency limit exceeded: {count} from {client} for service {service}',
    samples: ['Connection concurrency limit exceeded: 51 from unknown[2001:db8::7] for service submission'],
  },
  {
    action: 'message_rate_exceeded',
    level: 'warning',
    text: 'Message delivery request rate limit exceeded: {count} from {client} for service {service}',
    samples: ['Message delivery request rate limit exceeded: 101 from mail.example.com[192.0.2.1] for service smtp'],
  },
  {
    action: 'recipient_rate_exceeded',
    level: 'warning',
    text: 'Recipient address rate limit exceeded: {count} from {client} for service {service}',
    samples: ['Recipient address rate limit exceeded: 101 from mail.example.com[192.0.2.1]:51234 for service smtp'],
  },
  {
    action: 'auth_rate_exceeded',
    level: 'warning',
    text: 'AUTH command rate limit exceeded: {count} from {client} for service {service}',
    samples: ['AUTH command rate limit exceeded: 11 from unknown[192.0.2.7] for service submission'],
  },
  {
    action: 'tls_rate_exceeded',
    level: 'warning',
    text: 'New TLS session rate limit exceeded: {count} from {client} for service {service}',
    samples: ['New TLS session rate limit exceeded: 31 from unknown[192.0.2.7] for service smtps'],
  },
  {
    action: 'tls_refused',
    level: 'warning',
    text: 'Refusing {STARTTLS|TLS service} request from {client} for service {service}',
    samples: [
      'Refusing STARTTLS request from unknown[192.0.2.7] for service smtp',
      'Refusing TLS service request from unknown[192.0.2.7] for service smtps',
    ],
  },
  {
    action: 'tls_refused',
    level: 'warning',
    text: 'Wrapper-mode request dropped from {client} for service {service}. TLS context initialization failed. For details see earlier warnings in your logs.',
    samples: [
      'Wrapper-mode request dropped from unknown[192.0.2.7] for service smtps. TLS context initialization failed. For details see earlier warnings in your logs.',
    ],
  },
  { action: 'tls_handshake_failed', level: 'warning', text: 'tlsproxy handshake failed', samples: ['tlsproxy handshake failed'] },
  { action: 'queue_file_too_large', level: 'warning', text: 'queue file size limit exceeded', samples: ['queue file size limit exceeded'] },
  {
    action: 'queue_space_low',
    level: 'warning',
    text: 'not enough free space in mail queue: {size} bytes < {value:word}*message size limit',
    samples: ['not enough free space in mail queue: 1024000 bytes < 1.5*message size limit'],
  },
  {
    action: 'bdat_refused',
    level: 'warning',
    text: 'too much BDAT content -- disabling further input from {client}',
    samples: ['too much BDAT content -- disabling further input from unknown[192.0.2.7]'],
  },
  {
    action: 'bdat_refused',
    level: 'warning',
    text: 'malformed BDAT command syntax from {client}: {content}',
    samples: ['malformed BDAT command syntax from unknown[192.0.2.7]: BDAT x'],
  },
  {
    action: 'bdat_refused',
    level: 'warning',
    text: 'null BDAT request from {client}',
    samples: ['null BDAT request from unknown[192.0.2.7]'],
  },
  {
    action: 'bdat_refused',
    level: 'warning',
    text: 'BDAT request from {client} exceeds message size limit',
    samples: ['BDAT request from unknown[192.0.2.7] exceeds message size limit'],
  },
  {
    action: 'etrn_refused',
    level: 'warning',
    text: 'reject: ETRN {target}... from {client}',
    samples: ['reject: ETRN example.org... from unknown[192.0.2.7]'],
  },
  {
    action: 'etrn_refused',
    level: 'warning',
    text: 'bad ETRN {target}... from {client}',
    samples: ['bad ETRN example.org... from unknown[192.0.2.7]'],
  },
  {
    action: 'etrn_refused',
    level: 'warning',
    text: 'do not use ETRN in "sendmail -bs" mode',
    samples: ['do not use ETRN in "sendmail -bs" mode'],
  },
  {
    action: 'service_unreachable',
    level: 'warning',
    text: 'unable to talk to {service} service',
    samples: ['unable to talk to fast flush service'],
  },
  {
    action: 'ehlo_undecided',
    level: 'warning',
    text: "don't know if EHLO feature {value} should be announced to {client}",
    samples: ["don't know if EHLO feature STARTTLS should be announced to unknown[192.0.2.7]"],
  },
  {
    action: 'ehlo_undecided',
    level: 'warning',
    text: "don't know what EHLO features to announce to {client}",
    samples: ["don't know what EHLO features to announce to unknown[192.0.2.7]"],
  },
  {
    action: 'command_undecided',
    level: 'warning',
    text: "don't know if command {command} should be allowed from {client}",
    samples: ["don't know if command AUTH should be allowed from unknown[192.0.2.7]"],
  },
  {
    action: 'table_lookup_error',
    level: 'warning',
    text: '{table} lookup error for "{key}"',
    samples: ['pcre:/etc/postfix/command_filter lookup error for "HELO x"'],
  },
  {
    action: 'milter_unexpected',
    level: 'warning',
    text: 'unexpected SMFIC_UNKNOWN response: {reply}',
    samples: ['unexpected SMFIC_UNKNOWN response: 550 no'],
  },

  // smtpd/smtpd_check.c: DNS lookups
  {
    action: 'rbl_lookup_failed',
    level: 'warning',
    text: '{question:word}: RBL lookup error: {error}',
    samples: [
      '7.2.0.192.zen.spamhaus.org: RBL lookup error: Host or domain name not found. Name service error for name=7.2.0.192.zen.spamhaus.org type=A: Host not found, try again',
    ],
  },
  {
    action: 'rbl_lookup_failed',
    level: 'warning',
    text: '{question:word}: TXT lookup error: {error}',
    samples: ['7.2.0.192.bl.example.net: TXT lookup error: DNS reply filter drops all results'],
  },
  {
    action: 'dns_lookup_failed',
    level: 'warning',
    text: '{question:word}: {address or MX|MX or address} lookup error: {error}',
    samples: [
      'example.com: address or MX lookup error: DNS reply filter drops all results',
      'example.com: MX or address lookup error: DNS reply filter drops all results',
    ],
  },
  {
    action: 'dns_lookup_failed',
    level: 'warning',
    text: 'Unable to look up {question_type} host for {question:word}: {error}',
    samples: ['Unable to look up MX host for example.com: Host not found, try again'],
  },
  {
    action: 'dns_lookup_failed',
    level: 'warning',
    text: 'Unable to look up {question_type} host {question:word} for {restriction} {target:word}: {error}',
    samples: [
      'Unable to look up MX host mx.example.com for Sender address a@example.com: Name or service not known',
      'Unable to look up NS host ns1.example.com for Helo command client.example.com: No address associated with hostname',
    ],
  },
  {
    action: 'dns_answer_cut',
    level: 'warning',
    text: '{}: {question_type} server address count limit ({limit}) exceeded for {restriction} {target:word} -- ignoring the remainder',
    samples: [
      'check_server_access: MX server address count limit (100) exceeded for Sender address a@example.com -- ignoring the remainder',
    ],
  },
  {
    action: 'dns_record_skipped',
    level: 'warning',
    text: '{}: skipping record type {question_type} for {host|query} {question:word}{?: {error}?}',
    samples: [
      'all_auth_mx_addr: skipping record type AAAA for host mx.example.com: Address family not supported by protocol',
      'rbl_match_addr: skipping record type AAAA for query 7.2.0.192.bl.example.net',
    ],
  },
  {
    action: 'table_lookup_error',
    level: 'warning',
    text: 'all_auth_mx_addr: {setting:word} lookup error for address {key:word} for {question}',
    samples: ['all_auth_mx_addr: permit_mx_backup_networks lookup error for address 192.0.2.1 for mx.example.com'],
  },
  {
    action: 'rbl_reply_invalid',
    level: 'warning',
    text: 'rbl_reject_reply: bad rbl reply template for domain {rbl:word}: {value}',
    samples: ['rbl_reject_reply: bad rbl reply template for domain bl.example.net: 554 $nonsense'],
  },
  {
    action: 'rbl_reply_invalid',
    level: 'warning',
    text: 'rbl response code configuration error: {reply}',
    samples: ['rbl response code configuration error: 250 Service unavailable'],
  },
  {
    action: 'rbl_reply_invalid',
    level: 'fatal',
    text: 'rbl_reject_reply: bad default rbl reply template: {value}',
    samples: ['rbl_reject_reply: bad default rbl reply template: $rbl_code $nonsense'],
  },
  {
    action: 'rbl_reply_invalid',
    level: 'fatal',
    text: 'RBL reply error: {error}',
    samples: ['RBL reply error: bad bracketed field at ">[<.1"'],
  },
  {
    action: 'address_conversion_failed',
    level: 'fatal',
    text: '{}: unable to convert address {client_ip}',
    samples: ['find_dnsxl_addr: unable to convert address 192.0.2.7'],
  },

  // smtpd/smtpd_check.c: access tables and restrictions
  {
    action: 'access_action_unavailable',
    level: 'warning',
    text: 'access table {table}: with {setting:word} specified, action {value:word} is unavailable',
    samples: ['access table hash:/etc/postfix/access: with smtpd_proxy_filter specified, action HOLD is unavailable'],
  },
  {
    action: 'access_action_unavailable',
    level: 'warning',
    text: 'access table {table}: with {setting:text}, action {value:word} is always skipped in {detail} restrictions',
    samples: [
      'access table hash:/etc/postfix/access: with smtpd_delay_reject=no, action FILTER is always skipped in Client host or Helo command restrictions',
    ],
  },
  {
    action: 'access_action_unavailable',
    level: 'warning',
    text: 'access table {table}: action {value:word} is unavailable in {setting}',
    samples: ['access table hash:/etc/postfix/access: action HOLD is unavailable in smtpd_etrn_restrictions'],
  },
  {
    action: 'access_action_unavailable',
    level: 'warning',
    text: 'access table {table}: action {value:word} must be used before {setting}',
    samples: ['access table hash:/etc/postfix/access: action PREPEND must be used before smtpd_end_of_data_restrictions'],
  },
  {
    action: 'access_entry_invalid',
    level: 'warning',
    text: 'access table {table} entry "{key}" {requires|has} {detail}',
    samples: [
      'access table hash:/etc/postfix/access entry "example.com" requires transport:destination',
      'access table hash:/etc/postfix/access entry "example.com" has FILTER entry without value',
      'access table hash:/etc/postfix/access entry "example.com" requires user@domain target',
      'access table hash:/etc/postfix/access entry "example.com" requires header: text',
      'access table hash:/etc/postfix/access entry "example.com" has DELAY entry without value',
      'access table hash:/etc/postfix/access entry "example.com" has invalid DELAY argument "soon"',
    ],
  },
  {
    action: 'access_entry_invalid',
    level: 'warning',
    text: 'access table {table} has entry with lookup table: {value}',
    samples: ['access table hash:/etc/postfix/access has entry with lookup table: hash:/etc/postfix/other'],
  },
  {
    action: 'access_entry_invalid',
    level: 'warning',
    text: 'access table {table} entry {value} {causes unreasonable recursion|has empty value}',
    samples: [
      'access table hash:/etc/postfix/access entry loop_class causes unreasonable recursion',
      'access table hash:/etc/postfix/access entry   has empty value',
    ],
  },
  {
    action: 'access_entry_invalid',
    level: 'warning',
    text: 'do not specify lookup tables inside SMTPD access maps',
    samples: ['do not specify lookup tables inside SMTPD access maps'],
  },
  {
    action: 'access_entry_invalid',
    level: 'warning',
    text: 'define a restriction class and specify its name instead.',
    samples: ['define a restriction class and specify its name instead.'],
  },
  {
    action: 'table_lookup_error',
    level: 'warning',
    text: '{check_access|check_domain_access|check_addr_access|check_mail_access}: unexpected dictionary: {table}',
    samples: ['check_access: unexpected dictionary: hash:/etc/postfix/access'],
  },
  {
    action: 'table_lookup_error',
    level: 'warning',
    text: 'local_header_rewrite_clients: {table}: lookup error',
    samples: ['local_header_rewrite_clients: check_address_map: lookup error'],
  },
  {
    action: 'table_lookup_error',
    level: 'warning',
    text: "relay_clientcerts: lookup error for fingerprint '{fingerprint}', pkey fingerprint {detail}",
    samples: ["relay_clientcerts: lookup error for fingerprint 'AB:CD', pkey fingerprint EF:01"],
  },
  {
    action: 'fragile_access_policy',
    level: 'warning',
    text: '{permit_tls_clientcerts|check_ccert_access}: {client}: {table}: Fragile access policy: {setting:word}={value:word}, but {detail}',
    samples: [
      'permit_tls_clientcerts: unknown[192.0.2.7]: relay_clientcerts: Fragile access policy: smtpd_tls_enable_rpk=yes, but public key fingerprint "EF:01" not matched, while certificate fingerprint "AB:CD" matched',
      'check_ccert_access: unknown[192.0.2.7]: hash:/etc/postfix/certs: Fragile access policy: smtpd_tls_enable_rpk=yes, but the action for certificate fingerprint "AB:CD" != the action for public key fingerprint "EF:01"',
    ],
  },
  {
    action: 'restriction_invalid',
    level: 'warning',
    text: '{setting:word} is requested, but "{value}"',
    samples: ['permit_tls_clientcerts is requested, but "smtpd_tls_ask_ccert = no"'],
  },
  {
    action: 'restriction_invalid',
    level: 'warning',
    text: 'support for restriction "{setting}" {has been removed in|will be removed from} {detail}',
    samples: [
      'support for restriction "check_relay_domains" has been removed in Postfix 3.9; instead, specify "reject_unauth_destination"',
      'support for restriction "permit_mx_backup" will be removed from Postfix; instead, specify "relay_domains"',
      'support for restriction "reject_maps_rbl" will be removed from Postfix; use "reject_rbl_client domain-name" instead',
    ],
  },
  {
    action: 'restriction_invalid',
    level: 'warning',
    text: 'restriction {setting:word} is deprecated. {detail}',
    samples: ['restriction permit_naked_ip_address is deprecated. Use permit_mynetworks or permit_sasl_authenticated instead'],
  },
  {
    action: 'restriction_invalid',
    level: 'warning',
    text: 'restriction {setting:word} {requires|must be followed by} {detail}',
    samples: [
      'restriction reject_rbl_client requires domain name argument',
      'restriction check_policy_service must be followed by transport:server',
      'restriction sleep must be followed by number',
    ],
  },
  {
    action: 'restriction_invalid',
    level: 'warning',
    text: 'restriction {setting:word}: bad argument "{value}": need maptype:mapname',
    samples: ['restriction check_client_access: bad argument "/etc/postfix/access": need maptype:mapname'],
  },
  {
    action: 'restriction_invalid',
    level: 'warning',
    text: "restriction `{setting}' after `{value}' is ignored",
    samples: ["restriction `reject_unauth_destination' after `permit' is ignored"],
  },
  {
    action: 'restriction_invalid',
    level: 'warning',
    text: "restriction `{setting}' ignored: {detail}",
    samples: ["restriction `permit_sasl_authenticated' ignored: no SASL support"],
  },
  {
    action: 'restriction_invalid',
    level: 'warning',
    text: 'restriction {setting:word} returns OK for {target}',
    samples: ['restriction check_sender_mx_access returns OK for mx.example.com'],
  },
  {
    action: 'restriction_invalid',
    level: 'warning',
    text: 'this is not allowed for security reasons',
    samples: ['this is not allowed for security reasons'],
  },
  {
    action: 'restriction_invalid',
    level: 'warning',
    text: 'use DUNNO instead of OK if you want to make an exception',
    samples: ['use DUNNO instead of OK if you want to make an exception'],
  },
  {
    action: 'restriction_invalid',
    level: 'warning',
    text: 'specify one of ({detail}) before {restriction} restriction "{setting}"',
    samples: [
      'specify one of (check_client_access, check_reverse_client_hostname_access, check_helo_access, check_sender_access, check_recipient_access, check_etrn_access) before Client host restriction "hash:/etc/postfix/access"',
    ],
  },
  {
    action: 'restriction_invalid',
    level: 'warning',
    text: 'unknown smtpd restriction: "{setting}"',
    samples: ['unknown smtpd restriction: "reject_everything"'],
  },
  {
    action: 'restriction_invalid',
    level: 'warning',
    text: "See earlier parsing error messages for '{setting}",
    samples: ["See earlier parsing error messages for 'hash:/etc/postfix/certs"],
  },
  {
    action: 'restriction_invalid',
    level: 'warning',
    text: "check_ccert_access: unexpected action '{value}' in '{setting}'",
    samples: ["check_ccert_access: unexpected action 'issuer' in 'search_order = issuer'"],
  },
  {
    action: 'setting_error',
    level: 'warning',
    text: 'parameter {setting:word}: invalid request: {value}',
    samples: ['parameter local_header_rewrite_clients: invalid request: permit_everyone'],
  },
  {
    action: 'reply_code_invalid',
    level: 'warning',
    text: 'SMTP reply code configuration error: {reply}',
    samples: ['SMTP reply code configuration error: 250 5.7.1 <a@example.com>: Sender address rejected: Access denied'],
  },
  {
    action: 'reply_code_invalid',
    level: 'warning',
    text: 'DSN detail code configuration error: {reply}',
    samples: ['DSN detail code configuration error: 550 x.7.1 <a@example.com>: Sender address rejected: Access denied'],
  },
  {
    action: 'address_without_domain',
    level: 'warning',
    text: 'check_mail_access: no @domain in address: {recipient}',
    samples: ['check_mail_access: no @domain in address: postmaster'],
  },
  {
    action: 'service_unreachable',
    level: 'warning',
    text: '{service:word} service failure',
    samples: ['verify service failure'],
  },
  {
    action: 'service_unreachable',
    level: 'warning',
    text: 'unknown address verification status {value:integer}',
    samples: ['unknown address verification status 7'],
  },
  {
    action: 'policy_reply_invalid',
    level: 'warning',
    text: 'malformed UTF-8 in policy server {service} response: "{reply}"',
    samples: ['malformed UTF-8 in policy server unix:private/policy response: "DUNNO"'],
  },
  {
    action: 'setting_error',
    level: 'fatal',
    text: 'policy service syntax error: {error}',
    samples: ['policy service syntax error: missing "}" in "{ inet:x"'],
  },
  { action: 'setting_error', level: 'fatal', text: 'empty policy service: "{value}"', samples: ['empty policy service: "{ }"'] },
  {
    action: 'setting_error',
    level: 'fatal',
    text: 'in parameter {setting}, specify at least one working instance of: {detail}',
    samples: [
      'in parameter smtpd_relay_restrictions or smtpd_recipient_restrictions, specify at least one working instance of: reject_unauth_destination, defer_unauth_destination, reject, defer, defer_if_permit or check_relay_domains',
    ],
  },
  {
    action: 'setting_error',
    level: 'fatal',
    text: "restriction class `{setting}' needs a definition",
    samples: ["restriction class `greylist' needs a definition"],
  },
  {
    action: 'setting_error',
    level: 'fatal',
    text: 'bad configuration: {setting:word} = {value}',
    samples: ['bad configuration: unknown_address_tempfail_action = never'],
  },
  // smtpd/smtpd_expand.c
  {
    action: 'unknown_macro',
    level: 'warning',
    text: 'unknown macro name "{setting}" in expansion request',
    samples: ['unknown macro name "clientname" in expansion request'],
  },
  { action: 'time_lookup_failed', level: 'fatal', text: 'time lookup failed: {error}', samples: ['time lookup failed: Invalid argument'] },

  // smtpd/smtpd_peer.c: what postscreen hands over
  {
    action: 'peer_unknown',
    level: 'warning',
    text: 'missing {client|server} {address|port} from proxy',
    samples: ['missing client address from proxy', 'missing server port from proxy'],
  },
  {
    action: 'peer_unknown',
    level: 'warning',
    text: 'bad {IPv4|IPv6|TCP} {client|server} {address|port number} syntax from proxy: {value}',
    samples: ['bad IPv4 client address syntax from proxy: 192.0.2.700', 'bad TCP client port number syntax from proxy: 99999'],
  },
  {
    action: 'peer_unknown',
    level: 'fatal',
    text: 'missing {client|server} {address|port} from proxy',
    samples: ['missing client address from proxy'],
  },
  {
    action: 'peer_unknown',
    level: 'fatal',
    text: 'bad {IPv4|IPv6|TCP} {client|server} {address|port number} syntax from proxy: {value}',
    samples: ['bad IPv6 server address syntax from proxy: 2001:db8::zz'],
  },
  {
    action: 'address_conversion_failed',
    level: 'fatal',
    text: '{}: cannot convert {detail} to {string|binary}: {error}',
    samples: [
      'smtpd_peer_sockaddr_to_hostaddr: cannot convert client sockaddr type AF_INET length 16 to string: ai_family not supported',
      "smtpd_peer_hostaddr_to_sockaddr: cannot convert client address '192.0.2.7' port '99999' to binary: Servname not supported for ai_socktype",
      'smtpd_peer_hostaddr_to_sockaddr: cannot convert [192.0.2.7]:99999 to binary: Servname not supported for ai_socktype',
    ],
  },
  {
    action: 'setting_error',
    level: 'fatal',
    text: 'cannot handle socket type {value:word} with "{setting} = {detail}"',
    samples: ['cannot handle socket type AF_INET6 with "inet_protocols = ipv4"'],
  },
  {
    action: 'privilege_wrong',
    level: 'error',
    text: 'incorrect SMTP server privileges: uid={uid} euid={value}',
    samples: ['incorrect SMTP server privileges: uid=0 euid=0'],
  },
  {
    action: 'privilege_wrong',
    level: 'fatal',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a dollar sign, and a field
    text: 'the Postfix SMTP server must run with ${setting} privileges',
    samples: ['the Postfix SMTP server must run with $mail_owner privileges'],
  },
  {
    action: 'setting_error',
    level: 'fatal',
    text: 'unsupported {setting:word} value: {value}',
    samples: ['unsupported smtpd_upstream_proxy_protocol value: nginx'],
  },
  {
    action: 'setting_ignored',
    level: 'warning',
    text: 'ignoring non-empty {setting:word} setting behind postscreen',
    samples: ['ignoring non-empty smtpd_upstream_proxy_protocol setting behind postscreen'],
  },

  // smtpd/smtpd_proxy.c: the before-queue filter
  {
    action: 'proxy_failed',
    level: 'warning',
    text: 'connect to proxy filter {service}: {error}',
    samples: [
      'connect to proxy filter 127.0.0.1:10024: Connection refused',
      'connect to proxy filter unix:/run/filter.sock: No such file or directory',
    ],
  },
  {
    action: 'proxy_failed',
    level: 'warning',
    text: 'lost connection with proxy {service}',
    set: { error: 'lost connection' },
    samples: ['lost connection with proxy 127.0.0.1:10024'],
  },
  {
    action: 'proxy_failed',
    level: 'warning',
    text: 'timeout talking to proxy {service}',
    set: { error: 'timeout' },
    samples: ['timeout talking to proxy 127.0.0.1:10024'],
  },
  {
    action: 'proxy_refused',
    level: 'warning',
    text: 'proxy {service:word} rejected "{command}": "{reply_code} {reply}"',
    samples: [
      'proxy 127.0.0.1:10024 rejected "connection request": "421 4.3.2 busy"',
      'proxy inet:127.0.0.1:10024 rejected "MAIL FROM:<a@example.com> SIZE=100": "550 5.1.0 no"',
    ],
  },
  {
    action: 'proxy_refused',
    level: 'warning',
    text: 'proxy {service:word} rejected "{command}": "{reply}"',
    samples: ['proxy 127.0.0.1:10024 rejected "connection request": ""', 'proxy 127.0.0.1:10024 rejected "DATA": "550-no??550 never"'],
  },
  {
    action: 'proxy_failed',
    level: 'warning',
    text: 'received garbage from proxy {service}: {reply}',
    samples: ['received garbage from proxy 127.0.0.1:10024: hello'],
  },
  {
    action: 'proxy_failed',
    level: 'warning',
    text: '{service}: response longer than {limit}: {reply}...',
    samples: ['127.0.0.1:10024: response longer than 2048: 250 AAAAAAAAAAAAAAAAAAAAAAAAAA...'],
  },
  {
    action: 'xforward_too_long',
    level: 'warning',
    text: 'XFORWARD command payload {setting:word}={value}... exceeds SMTP protocol limit',
    samples: ['XFORWARD command payload NAME=aaaaaaaaaa... exceeds SMTP protocol limit'],
  },
  {
    action: 'proxy_log_failed',
    level: 'warning',
    text: 'proxy speed-adjust log I/O error: {error}',
    samples: ['proxy speed-adjust log I/O error: No space left on device'],
  },
  {
    action: 'proxy_log_failed',
    level: 'warning',
    text: 'remove before-queue filter speed-adjust log {path}: {error}',
    samples: ['remove before-queue filter speed-adjust log incoming/4Kd2qR: Permission denied'],
  },
  {
    action: 'proxy_log_failed',
    level: 'warning',
    text: '{seek|truncate} before-queue filter speed-adjust log: {error}',
    samples: [
      'seek before-queue filter speed-adjust log: Invalid argument',
      'truncate before-queue filter speed-adjust log: Invalid argument',
    ],
  },
  {
    action: 'setting_ignored',
    level: 'warning',
    text: 'smtpd_proxy {setting} support is not available',
    samples: ['smtpd_proxy speed_adjust support is not available'],
  },
  {
    action: 'malformed_line',
    level: 'warning',
    text: "prepending '.' to malformed line: '{content}'",
    samples: ["prepending '.' to malformed line: '.hello'"],
  },

  // smtpd/smtpd.c: start-up
  {
    action: 'tls_disabled',
    level: 'warning',
    text: "No server certs available. TLS won't be enabled",
    samples: ["No server certs available. TLS won't be enabled"],
  },
  {
    action: 'not_compiled_in',
    level: 'warning',
    text: 'TLS has been selected, but TLS support is not compiled in',
    samples: ['TLS has been selected, but TLS support is not compiled in'],
  },
  {
    action: 'setting_error',
    level: 'warning',
    text: 'Need a server cert to request client certs',
    samples: ['Need a server cert to request client certs'],
  },
  {
    action: 'setting_error',
    level: 'warning',
    text: "Can't require client certs unless TLS is required",
    samples: ["Can't require client certs unless TLS is required"],
  },
  {
    action: 'setting_ignored',
    level: 'warning',
    text: 'Both {setting:word} and one or more of the legacy  {detail} are non-empty; the legacy  parameters will be ignored',
    samples: [
      'Both smtpd_tls_chain_files and one or more of the legacy  smtpd_tls_cert_file, smtpd_tls_eccert_file or smtpd_tls_dcert_file are non-empty; the legacy  parameters will be ignored',
    ],
  },
  {
    action: 'setting_error',
    level: 'warning',
    text: '{setting:word}: unsupported TLS level "{value}", using "encrypt"',
    samples: ['smtpd_tls_security_level: unsupported TLS level "verify", using "encrypt"'],
  },
  {
    action: 'not_compiled_in',
    level: 'warning',
    text: '{setting:word} is true, but SASL support is not compiled in',
    samples: ['smtpd_sasl_auth_enable is true, but SASL support is not compiled in'],
  },
  {
    action: 'setting_error',
    level: 'warning',
    text: '{setting:word}({value:integer}) should be at least 1.5*{detail}({limit})',
    samples: ['queue_minfree(10000) should be at least 1.5*message_size_limit(10240000)'],
  },
  { action: 'setting_error', level: 'fatal', text: 'Invalid TLS level "{value}"', samples: ['Invalid TLS level "maybe"'] },
  {
    action: 'setting_error',
    level: 'fatal',
    text: "bad parameter value: '{setting} = {value}'",
    samples: ["bad parameter value: 'smtpd_forbid_bare_newline = perhaps'"],
  },
  {
    action: 'protocols_disabled',
    level: 'fatal',
    text: 'all network protocols are disabled ({setting} = {value})',
    samples: ['all network protocols are disabled (inet_protocols = )'],
  },
  {
    action: 'service_unreachable',
    level: 'fatal',
    text: 'unable to connect to the {} {service} service',
    samples: ['unable to connect to the public cleanup service'],
  },
  { action: 'exec_failed', level: 'fatal', text: 'unable to execute {path}', samples: ['unable to execute /usr/sbin/postdrop -r'] },
  { action: 'panic', level: 'panic', text: '{detail}', samples: ['smtpd_proto: unknown error reading from unknown[192.0.2.7]'] },
];
