/** Why a delivery was deferred or bounced, or an attempt failed: the text of the log, classified. */
import type { Fields } from './fields.js';
import { Grammar } from './grammar.js';
import type { Pattern } from './pattern.js';

/**
 * Closed set of failure kinds (DESIGN, Documents). What a recipient or a policy is the cause of is `rejected_…`, on this
 * machine too; `local_failure` is what this machine is the cause of.
 */
export const kinds = [
  'connect_timeout',
  'connection_refused',
  'unreachable',
  'dns_failure',
  'conversation_timeout',
  'lost_connection',
  'greeting_refused',
  'rejected_temporary',
  'rejected_permanent',
  'tls_failure',
  'suspended',
  'expired',
  'loop',
  'local_failure',
  'other',
] as const;
export type Kind = (typeof kinds)[number];

/** Closed set of the phases of an SMTP conversation. */
export const phases = ['connect', 'greeting', 'ehlo', 'starttls', 'auth', 'mail', 'rcpt', 'data', 'body', 'end_of_data', 'quit'] as const;
export type Phase = (typeof phases)[number];

/** What smtp was at when the connection failed (`where` and `xfer_states` of smtp/smtp_proto.c). */
const phaseOfActivity: Readonly<Record<string, Phase>> = {
  'receiving the initial server greeting': 'greeting',
  'performing the EHLO handshake': 'ehlo',
  'performing the HELO handshake': 'ehlo',
  'performing the LHLO handshake': 'ehlo',
  'performing the initial protocol handshake': 'ehlo',
  'receiving the STARTTLS response': 'starttls',
  'sending XFORWARD name/address': 'ehlo',
  'sending XFORWARD protocol/helo_name': 'ehlo',
  'sending MAIL FROM': 'mail',
  'sending RCPT TO': 'rcpt',
  'sending DATA command': 'data',
  'sending message body': 'body',
  'sending end of data -- message may be sent more than once': 'end_of_data',
  'sending final RSET': 'quit',
  'sending RSET probe': 'quit',
  'sending QUIT': 'quit',
};

/** What smtp names in `(in reply to …)` (`xfer_request` of smtp/smtp_proto.c). */
const phaseOfCommand = {
  'RCPT TO command': 'rcpt',
  'end of DATA command': 'end_of_data',
  'MAIL FROM command': 'mail',
  'DATA command': 'data',
  'XFORWARD name/address command': 'ehlo',
  'XFORWARD helo/protocol command': 'ehlo',
  'final RSET command': 'quit',
  'RSET probe': 'quit',
  'QUIT command': 'quit',
} as const satisfies Record<string, Phase>;
type Command = keyof typeof phaseOfCommand;

/** What connect(2) failed with; several systems' words. */
const kindOfConnectError: Readonly<Record<string, Kind>> = {
  'Connection timed out': 'connect_timeout',
  'Operation timed out': 'connect_timeout',
  'Connection refused': 'connection_refused',
  'No route to host': 'unreachable',
  'Network is unreachable': 'unreachable',
  'Network is down': 'unreachable',
  'Host is down': 'unreachable',
  'Host is unreachable': 'unreachable',
  'Connection reset by peer': 'lost_connection',
  'Software caused connection abort': 'lost_connection',
  'No such file or directory': 'local_failure',
  'Permission denied': 'local_failure',
  'Operation not permitted': 'local_failure',
  'Cannot assign requested address': 'local_failure',
  "Can't assign requested address": 'local_failure',
  'Address family not supported by protocol': 'local_failure',
  'Address family not supported by protocol family': 'local_failure',
  'Invalid argument': 'local_failure',
  'Resource temporarily unavailable': 'local_failure',
};

const samplesOfCommand: Partial<Record<Command, readonly [string, ...string[]]>> = {
  'RCPT TO command': [
    'host mx.example.com[192.0.2.25] said: 450 4.7.1 <bob@example.com>: Recipient address rejected: Greylisted (in reply to RCPT TO command)',
    'host mx.example.com[2001:db8::25] said: 550-5.1.1 The email account that you tried to reach does not exist. 550 5.1.1 (see the web) (in reply to RCPT TO command)',
    "host mail.example.com[private/dovecot-lmtp] said: 550 5.1.1 <bob@example.com> User doesn't exist: bob@example.com (in reply to RCPT TO command)",
    'host mail.example.com[/var/run/dovecot/lmtp] said: 451 4.2.0 <bob@example.com> Temporary internal error (in reply to RCPT TO command)',
    'host mx.example.com[192.0.2.25] said: 554 blocked (in reply to end of DATA command) (in reply to RCPT TO command)',
    'host mx.example.com[192.0.2.25] said: 450 (in reply to RCPT TO command)',
    'host mx.example.com[192.0.2.25] said:  (in reply to RCPT TO command)',
  ],
  'end of DATA command': [
    'host relay101.example.net[10.50.0.101] said: 554 5.7.1 message refused by policy (in reply to end of DATA command)',
    'host 127.0.0.1[127.0.0.1] said: 451 4.5.0 Error in processing, id=12345-01, temp file failed (in reply to end of DATA command)',
  ],
  'MAIL FROM command': [
    'host mx.example.com[192.0.2.25] said: 452 4.3.1 Insufficient system storage (in reply to MAIL FROM command)',
    'host mx.example.com[192.0.2.25] said: 530 5.7.0 Must issue a STARTTLS command first (in reply to MAIL FROM command)',
  ],
  'DATA command': ['host mx.example.com[192.0.2.25] said: 421 4.4.2 mx.example.com Error: timeout exceeded (in reply to DATA command)'],
};

/** One pattern for each command, so that a reply that itself ends like one cannot pass for another. */
const replies: readonly Pattern[] = Object.entries(phaseOfCommand).map(([command, phase]) => ({
  action: 'rejected',
  text: `host {relay} said: {reply} (in reply to ${command})`,
  set: { phase, command: command.replace(/ command$/, '') },
  samples: samplesOfCommand[command as Command] ?? [`host mx.example.com[192.0.2.25] said: 502 5.5.1 Not today (in reply to ${command})`],
}));
const protocolErrors: readonly Pattern[] = replies.map(({ text, set, samples }) => ({
  action: 'protocol_error',
  text: `Protocol error: ${text}`,
  set: { ...set, kind: 'rejected_permanent' },
  samples: [`Protocol error: ${samples[0].replace(/said: [45]\d\d/, 'said: 250')}`],
}));

const local = { kind: 'local_failure' } as const;
const refused = { kind: 'rejected_permanent' } as const;
const dns = { kind: 'dns_failure' } as const;
const tls = { kind: 'tls_failure', phase: 'starttls' } as const;

/** sysexits(3) of a command that a message was piped into, as Postfix words them (global/sys_exits.c). */
const exits: readonly [text: string, set: Fields, sample?: string][] = [
  ['user unknown', refused, 'user unknown. Command output: No such user: bob'],
  ['temporary failure', local, 'temporary failure. Command output: lda: Error: Connection to storage failed'],
  ["can't create user output file", local, "can't create user output file. Command output: maildrop: Unable to create a dot-lock."],
  ['command line usage error', local],
  ['data format error', local],
  ['cannot open input', local],
  ['host name unknown', local],
  ['service unavailable', local, 'service unavailable. Command output: spamc: connection refused'],
  ['internal software error', local],
  ['system resource problem', local],
  ['critical OS file missing', local],
  ['input/output error', local],
  ['remote error in protocol', local],
  ['permission denied', refused, 'permission denied. Command output: Quota exceeded'],
  ['local configuration error', local],
];

export const reasons: readonly Pattern[] = [
  // What an SMTP server replies when it takes a message. The ID is the other server's own, in its own words.
  {
    action: 'accepted',
    text: '250 2.0.0 Ok: queued as {queued_as}',
    set: { reply_code: 250, enhanced_code: '2.0.0' },
    samples: ['250 2.0.0 Ok: queued as 4233D579836', '250 2.0.0 Ok: queued as 4bZ2Yq0Kz1z9vMX'],
  },
  {
    action: 'accepted',
    text: '250 2.0.0 OK  {} {queued_as} - gsmtp',
    samples: ['250 2.0.0 OK  1700000000 d2e1a72fcca58-6cb1234si1234567b3a.12 - gsmtp'],
  },
  {
    action: 'accepted',
    text: '250 2.0.0 OK {} {queued_as} - gsmtp',
    samples: ['250 2.0.0 OK 1700000000 5b1f17b1804b1-3f1234si345wmb.0 - gsmtp'],
  },
  {
    action: 'accepted',
    text: '250 2.6.0 {}InternalId={queued_as}, {}',
    samples: [
      '250 2.6.0 <20240101.abc@example.com> [InternalId=12345678901234, Hostname=AM0PR01MB1234.eurprd01.prod.exchangelabs.com] 12345 bytes in 0.123, 97.656 KB/sec Queued mail for delivery',
    ],
  },
  {
    action: 'accepted',
    text: '250 {}ueued as {queued_as}',
    samples: [
      '250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as 7B2C71E0ABC',
      '250 2.6.0 Ok, id=12345-01, from MTA([127.0.0.1]:10025): 250 2.0.0 Ok: queued as 7B2C71E0ABC',
      '250 Ok: queued as 12345ABCDE',
      '250 2.0.0 Ok: 1234 bytes queued as 0F1B2C3D4E',
      '250 2.0.0 Message queued as 1a2B3c',
    ],
  },
  {
    action: 'accepted',
    text: '250 {} id={queued_as}',
    samples: ['250 OK id=1rKAbC-0001Xy-2Z', '250 Requested mail action okay, completed: id=1MxYzA-1rabcd2efg-00zHij'],
  },
  {
    action: 'accepted',
    text: '250 2.0.0 {queued_as} Message accepted for delivery',
    samples: ['250 2.0.0 3a1b2c3d4e-1 Message accepted for delivery', '250 2.0.0 41A2B3CD012345 Message accepted for delivery'],
  },
  {
    action: 'accepted',
    text: '250 Message Queued ({queued_as})',
    samples: ['250 Message Queued (0A1B2C3D-4E5F-6A7B-8C9D-0E1F2A3B4C5D.1)'],
  },
  {
    action: 'accepted',
    text: '25{0|1|2|3}{ |-}{}',
    samples: [
      '250 2.0.0 <carol@example.com> 4Ks4Nf2bZWVJEgAA3EBBqQ Saved',
      '250 2.6.0  <20240101.abc@example.com> Queued mail for delivery',
      '250 2.7.0 Ok, discarded, id=12345-02 - spam',
      '250 ok 1700000000 qp 12345',
      '250 ok:  Message 1234567 accepted',
      '250 2.1.5 Ok',
      '250 Ok 0100018c1234abcd-0a1b2c3d-0000-1111-2222-333344445555-000000',
      '251 2.1.5 User not local; will forward',
      '250-2.0.0 Ok?250 2.0.0 Ok',
    ],
  },
  { action: 'accepted', text: '250', samples: ['250'] },
  { action: 'accepted', text: '2{00|02|20|21}{ |-}{}', samples: ['200 Ok', '220 2.0.0 mx.example.com'] },

  // What qmgr says of a destination that it has given a rest, before the reason why (qmgr/qmgr_deliver.c).
  {
    action: 'suspended',
    text: 'delivery temporarily suspended: {detail}',
    set: { kind: 'suspended' },
    samples: [
      'delivery temporarily suspended: conversation with relaya4.example.net[10.50.0.104] timed out while sending MAIL FROM',
      'delivery temporarily suspended: connect to mx.example.com[192.0.2.25]:25: Connection refused',
      'delivery temporarily suspended: unknown mail transport error',
      'delivery temporarily suspended: Host or domain name not found. Name service error for name=mx.example.com type=A: Host not found, try again',
    ],
  },

  // smtp/smtp_connect.c
  {
    action: 'connect_failed',
    text: 'connect to {relay_host}[{relay_ip}]:{relay_port}: {error}',
    set: { phase: 'connect' },
    samples: [
      'connect to relaya4.example.net[10.50.0.104]:25: Connection timed out',
      'connect to mx.example.com[2001:db8::25]:25: Network is unreachable',
      'connect to 192.0.2.25[192.0.2.25]:2525: Connection refused',
      'connect to mx.example.com[192.0.2.25]:25: No route to host',
    ],
  },
  {
    action: 'connect_failed',
    text: 'connect to {relay_host}[{relay_socket}]: {error}',
    set: { phase: 'connect' },
    samples: [
      'connect to mail.example.com[private/dovecot-lmtp]: No such file or directory',
      'connect to mail.example.com[/var/run/dovecot/lmtp]: Permission denied',
    ],
  },

  // smtp/smtp_trouble.c
  {
    action: 'conversation_timeout',
    text: 'conversation with {relay} timed out while {phase_text}',
    set: { kind: 'conversation_timeout' },
    samples: [
      'conversation with relay102.example.net[10.50.0.102] timed out while sending end of data -- message may be sent more than once',
      'conversation with mx.example.com[2001:db8::25] timed out while performing the EHLO handshake',
      'conversation with mail.example.com[private/dovecot-lmtp] timed out while performing the LHLO handshake',
      'conversation with mx.example.com[192.0.2.25] timed out while receiving the STARTTLS response',
    ],
  },
  {
    action: 'lost_connection',
    text: 'lost connection with {relay} while {phase_text}',
    set: { kind: 'lost_connection' },
    samples: [
      'lost connection with relay103.example.net[10.50.0.103] while receiving the initial server greeting',
      'lost connection with mx.example.com[2001:db8::25] while sending message body',
      'lost connection with mail.example.com[/var/run/dovecot/lmtp] while sending RCPT TO',
    ],
  },
  {
    action: 'data_error',
    text: 'local data error while talking to {relay}',
    set: local,
    samples: ['local data error while talking to mx.example.com[192.0.2.25]'],
  },

  // smtp/smtp_proto.c
  ...replies,
  ...protocolErrors,
  {
    action: 'greeting_refused',
    text: 'host {relay} refused to talk to me: {reply}',
    set: { kind: 'greeting_refused', phase: 'greeting' },
    samples: [
      'host relay103.example.net[10.50.0.103] refused to talk to me: 421 4.7.0 too many connections, try again later',
      'host mx.example.com[2001:db8::25] refused to talk to me: 554-mx.example.com 554 Your access to this mail system has been rejected',
      'host mail.example.com[private/lmtp] refused to talk to me: 421 busy',
    ],
  },
  // The reply was cut off by a limit on the length of a line.
  {
    action: 'rejected',
    text: 'host {relay} said: {reply}',
    samples: ['host mx.example.com[192.0.2.25] said: 550-5.7.1 This message was blocked because its content presents a potential secu'],
  },
  {
    action: 'protocol_error',
    text: 'Protocol error: host {relay} {said|refused to talk to me}: {reply}',
    set: refused,
    samples: ['Protocol error: host mx.example.com[192.0.2.25] refused to talk to me: 354 what?'],
  },
  {
    action: 'tls_failure',
    text: 'Cannot start TLS: {error}',
    set: tls,
    samples: ['Cannot start TLS: handshake failure'],
  },
  {
    action: 'tls_failure',
    text: 'TLS is required, but host {relay} refused to start TLS: {reply}',
    set: tls,
    samples: [
      'TLS is required, but host mx.example.com[192.0.2.25] refused to start TLS: 454 4.7.0 TLS not available due to local problem',
      'TLS is required, but host mx.example.com[2001:db8::25] refused to start TLS: 502 5.5.1 Error: command not implemented',
    ],
  },
  {
    action: 'tls_failure',
    text: 'TLS is required, but was not offered by host {relay}',
    set: tls,
    samples: ['TLS is required, but was not offered by host mx.example.com[192.0.2.25]'],
  },
  {
    action: 'tls_failure',
    text: 'TLS is required, but {detail}',
    set: tls,
    samples: ['TLS is required, but our TLS engine is unavailable', 'TLS is required, but unavailable'],
  },
  {
    action: 'tls_failure',
    text: 'Server certificate not {detail}',
    set: tls,
    samples: ['Server certificate not verified', 'Server certificate not trusted'],
  },
  // smtp/smtp_proto.c, smtp/smtp_connect.c
  {
    action: 'tls_failure',
    text: 'Sender requested REQUIRETLS, but host {relay} refused to start TLS: {reply}',
    set: tls,
    samples: ['Sender requested REQUIRETLS, but host mx.example.com[192.0.2.25] refused to start TLS: 454 4.7.0 TLS not available'],
  },
  {
    action: 'tls_failure',
    text: 'Sender requested REQUIRETLS, but TLS service was not offered by host {relay}',
    set: tls,
    samples: ['Sender requested REQUIRETLS, but TLS service was not offered by host mx.example.com[192.0.2.25]'],
  },
  {
    action: 'tls_failure',
    text: 'Sender requested REQUIRETLS, but {detail}. The last attempted server was {relay}',
    set: { kind: 'tls_failure' },
    samples: [
      'Sender requested REQUIRETLS, but no server was found that supports REQUIRETLS. The last attempted server was mx.example.com[192.0.2.25]',
      'Sender requested REQUIRETLS, but no matching server certificate was found. The last attempted server was mx.example.com[192.0.2.25]',
      "Sender requested REQUIRETLS, but my configured TLS security level 'may' disables certificate matching. The last attempted server was mx.example.com",
    ],
  },
  {
    action: 'tls_failure',
    text: 'REQUIRETLS policy configuration error. The last attempted server was {relay}',
    set: { kind: 'tls_failure' },
    samples: ['REQUIRETLS policy configuration error. The last attempted server was mx.example.com'],
  },
  {
    action: 'rejected',
    text: 'message requires SMTPUTF8, but no server was found that supports SMTPUTF8. The last attempted server was {relay}',
    set: { kind: 'rejected_permanent', phase: 'ehlo' },
    samples: [
      'message requires SMTPUTF8, but no server was found that supports SMTPUTF8. The last attempted server was mx.example.com[192.0.2.25]',
    ],
  },
  {
    action: 'rejected',
    text: 'SMTPUTF8 is required, but was not offered by host {relay}',
    set: { kind: 'rejected_permanent', phase: 'ehlo' },
    samples: ['SMTPUTF8 is required, but was not offered by host mx.example.com[192.0.2.25]'],
  },
  {
    action: 'too_large',
    text: 'message size {size} exceeds size limit {limit} of server {relay}',
    set: { kind: 'rejected_permanent', phase: 'mail' },
    samples: ['message size 52428800 exceeds size limit 10485760 of server mx.example.com[192.0.2.25]'],
  },
  {
    action: 'protocol_error',
    text: 'unexpected server message',
    set: { kind: 'other', phase: 'mail' },
    samples: ['unexpected server message'],
  },
  { action: 'queue_file_error', text: 'unreadable mail queue entry', set: local, samples: ['unreadable mail queue entry'] },
  // global/mime_state.c, while a message is converted
  {
    action: 'mime_error',
    text: '{MIME nesting exceeds safety limit|message header length exceeds safety limit|improper use of 8-bit data in message header|improper use of 8-bit data in message body|invalid message/* or multipart/* encoding domain|primary header was terminated with non-empty line}',
    set: { kind: 'local_failure', phase: 'body' },
    samples: [
      'MIME nesting exceeds safety limit',
      'message header length exceeds safety limit',
      'improper use of 8-bit data in message header',
      'improper use of 8-bit data in message body',
      'invalid message/* or multipart/* encoding domain',
      'primary header was terminated with non-empty line',
    ],
  },

  // smtp/smtp_sasl_glue.c, smtp/smtp_sasl_proto.c
  {
    action: 'auth_failed',
    text: 'SASL {?[CACHED] ?}authentication failed; server {relay} said: {reply}',
    set: { phase: 'auth' },
    samples: [
      'SASL authentication failed; server smtp.example.com[192.0.2.58] said: 535 5.7.8 Error: authentication failed: bad password',
      'SASL [CACHED] authentication failed; server smtp.example.com said: 535 5.7.8 Error: authentication failed',
      'SASL authentication failed; server smtp.example.com[2001:db8::58] said: 454 4.7.0 Temporary authentication failure',
    ],
  },
  {
    action: 'auth_failed',
    text: 'SASL authentication failed; cannot authenticate to server {relay}: {error}',
    set: { kind: 'local_failure', phase: 'auth' },
    samples: ['SASL authentication failed; cannot authenticate to server smtp.example.com[192.0.2.58]: no mechanism available'],
  },
  {
    action: 'auth_failed',
    text: 'SASL authentication failed; authentication protocol loop with server {relay}',
    set: { kind: 'other', phase: 'auth' },
    samples: ['SASL authentication failed; authentication protocol loop with server smtp.example.com[192.0.2.58]'],
  },
  {
    action: 'auth_failed',
    text: 'SASL authentication failed; non-empty initial {} challenge from server {relay}: {error}',
    set: { kind: 'other', phase: 'auth' },
    samples: ['SASL authentication failed; non-empty initial PLAIN challenge from server smtp.example.com[192.0.2.58]: YmFk'],
  },
  {
    action: 'auth_failed',
    text: 'SASL authentication failed: server {relay} offered no compatible authentication mechanisms for this type of connection security',
    set: { kind: 'other', phase: 'auth' },
    samples: [
      'SASL authentication failed: server smtp.example.com[192.0.2.58] offered no compatible authentication mechanisms for this type of connection security',
    ],
  },

  // dns/dns_lookup.c
  {
    action: 'dns_failure',
    text: 'Host or domain name not found. Name service error for name={question} type={question_type}: {error}',
    set: dns,
    samples: [
      'Host or domain name not found. Name service error for name=example.com type=MX: Host not found, try again',
      'Host or domain name not found. Name service error for name=nowhere.test type=A: Host not found',
      'Host or domain name not found. Name service error for name=example.com type=AAAA: Host found but no data record of requested type',
    ],
  },
  {
    action: 'dns_failure',
    text: 'Name service error for name={question} type={question_type}: {error}',
    set: dns,
    samples: ['Name service error for name=example.com type=MX: Malformed or unexpected name server reply'],
  },
  {
    action: 'dns_failure',
    text: 'Name service error for {question}: {error}',
    set: dns,
    samples: ['Name service error for -bad-.example.com: invalid host or domain name'],
  },
  { action: 'dns_failure', text: 'Name server loop for {question}', set: dns, samples: ['Name server loop for www.example.com'] },
  {
    action: 'dns_failure',
    text: 'Name service initialization failure',
    set: dns,
    samples: ['Name service initialization failure'],
  },
  {
    action: 'no_mail_accepted',
    text: 'Domain {question} does not {accept mail (nullMX)|support SRV requests}',
    set: refused,
    samples: ['Domain nullmx.test does not accept mail (nullMX)', 'Domain example.com does not support SRV requests'],
  },
  {
    action: 'dns_failure',
    text: 'Error looking up name={question} type={question_type}: {error}',
    set: dns,
    samples: ['Error looking up name=example.com type=MX: DNS reply filter drops all results'],
  },
  // smtp/smtp_addr.c
  {
    action: 'dns_failure',
    text: 'unable to look up host {question}: {error}',
    set: dns,
    samples: ['unable to look up host mx.example.com: Name or service not known'],
  },
  {
    action: 'dns_failure',
    text: 'unable to find primary relay for {question}',
    set: dns,
    samples: ['unable to find primary relay for example.com'],
  },
  {
    action: 'loop',
    text: 'mail for {next_hop} loops back to myself',
    set: { kind: 'loop' },
    samples: ['mail for example.com loops back to myself', 'mail for [192.0.2.25]:25 loops back to myself'],
  },
  // smtp/smtp_connect.c, smtp/smtp_tls_policy.c
  {
    action: 'configuration_error',
    text: '{S|s}erver configuration error',
    set: local,
    samples: ['Server configuration error', 'server configuration error'],
  },
  {
    action: 'network_error',
    text: 'network address conversion failed: {error}',
    set: local,
    samples: ['network address conversion failed: Address family not supported by protocol'],
  },
  { action: 'network_error', text: 'all network protocols are disabled', set: local, samples: ['all network protocols are disabled'] },
  {
    action: 'unavailable',
    text: 'server unavailable or unable to receive mail',
    set: { kind: 'other' },
    samples: ['server unavailable or unable to receive mail'],
  },
  {
    action: 'tls_failure',
    text: 'client TLS configuration problem',
    set: { kind: 'tls_failure' },
    samples: ['client TLS configuration problem'],
  },
  { action: 'lookup_failure', text: 'Temporary lookup error', set: local, samples: ['Temporary lookup error'] },
  {
    action: 'dns_failure',
    text: 'TLSA lookup error for {relay_host}:{relay_port}',
    set: dns,
    samples: ['TLSA lookup error for mx.example.com:25'],
  },
  {
    action: 'tls_failure',
    text: '{non DNSSEC destination|no TLSA records found|TLSA records unusable|Verification not possible, MX RRset is insecure}',
    set: { kind: 'tls_failure' },
    samples: [
      'non DNSSEC destination',
      'no TLSA records found',
      'TLSA records unusable',
      'Verification not possible, MX RRset is insecure',
    ],
  },

  // local/, virtual/: done
  {
    action: 'delivered',
    text: 'deliver{s|ed} to {mailbox|maildir}',
    samples: ['delivered to mailbox', 'delivered to maildir', 'delivers to mailbox'],
  },
  {
    action: 'delivered',
    text: 'deliver{s|ed} to {file|command}: {path}',
    samples: [
      'delivered to file: /dev/null',
      'delivered to command: /usr/bin/procmail -a "$EXTENSION"',
      'delivers to command: /usr/lib/dovecot/deliver',
    ],
  },
  // pipe/pipe.c: what the command said stands in brackets
  {
    action: 'delivered',
    text: 'delivered via {service} service{? ({detail})?}',
    samples: ['delivered via dovecot service', 'delivered via spamfilter service (Message accepted (clean))'],
  },
  { action: 'forwarded', text: 'forwarded as {child_id}', samples: ['forwarded as 1B2C3D4E5F', 'forwarded as 4bZ2Yq0Kz1z9v'] },
  {
    action: 'delivered',
    text: '{discarded|alias expanded|undeliverable postmaster notification discarded}',
    samples: ['discarded', 'alias expanded', 'undeliverable postmaster notification discarded'],
  },
  { action: 'forwarded', text: 'forwards to {detail}', samples: ['forwards to bob@example.com'] },
  { action: 'forwarded', text: 'forward via file: {path}', samples: ['forward via file: /home/bob/.forward'] },
  { action: 'forwarded', text: 'aliased to {detail}', samples: ['aliased to alice, bob'] },

  // local/, virtual/: not done
  {
    action: 'user_unknown',
    text: 'unknown user: "{user}"',
    set: refused,
    samples: ['unknown user: "user1"', 'unknown user: "two words"', 'unknown user: "a" b"'],
  },
  { action: 'user_unknown', text: 'null username in "{key}"', set: refused, samples: ['null username in "@example.com"'] },
  {
    action: 'user_unknown',
    text: 'User unknown{? in {} table?}',
    set: refused,
    samples: [
      'User unknown in virtual alias table',
      'User unknown in virtual mailbox table',
      'User unknown in relay recipient table',
      'User unknown',
    ],
  },
  { action: 'user_moved', text: 'User has moved to {detail}', set: refused, samples: ['User has moved to bob@example.org'] },
  {
    action: 'user_unknown',
    text: '{Mailbox is unavailable|mailbox unavailable}',
    set: refused,
    samples: ['Mailbox is unavailable', 'mailbox unavailable'],
  },
  {
    action: 'bad_address',
    text: 'bad {recipient address|address} syntax{?: {key}?}',
    set: refused,
    samples: ['bad recipient address syntax: <@bad>', 'bad address syntax'],
  },
  { action: 'bad_address', text: 'null recipient address', set: refused, samples: ['null recipient address'] },
  {
    action: 'loop',
    text: 'mail forwarding loop for {key}',
    set: { kind: 'loop' },
    samples: ['mail forwarding loop for bob@example.com'],
  },
  { action: 'loop', text: 'alias database loop for {key}', set: { kind: 'loop' }, samples: ['alias database loop for staff'] },
  {
    action: 'loop',
    text: '{:include:|recipient} nesting limit exceeded',
    set: { kind: 'loop' },
    samples: [':include: nesting limit exceeded', 'recipient nesting limit exceeded'],
  },
  { action: 'loop', text: 'too many hops', set: { kind: 'loop' }, samples: ['too many hops'] },
  {
    action: 'mailbox_error',
    text: 'maildir delivery failed: create maildir file {path}: {error}',
    set: local,
    samples: ['maildir delivery failed: create maildir file /home/bob/Maildir/tmp/1700000000.P123.mail.example.com: Permission denied'],
  },
  {
    action: 'mailbox_error',
    text: 'maildir delivery failed: {error}',
    set: local,
    samples: ['maildir delivery failed: error writing message: Disk quota exceeded'],
  },
  {
    action: 'mailbox_error',
    text: 'cannot update mailbox {path} for user {user:word}. {error}',
    set: local,
    samples: [
      'cannot update mailbox /var/mail/bob for user bob. unable to lock for exclusive access: Resource temporarily unavailable',
      'cannot update mailbox /var/mail/bob for user bob. error writing message: File too large',
      'cannot update mailbox /var/mail/bob for user bob. cannot open file: Is a directory',
    ],
  },
  {
    action: 'mailbox_error',
    text: '{delivery failed to mailbox|cannot append message to file} {path}: {error}',
    set: local,
    samples: [
      'delivery failed to mailbox /var/vmail/example.com/bob: error writing message: Disk quota exceeded',
      'cannot append message to file /home/bob/archive: unable to create lock file /home/bob/archive.lock: Permission denied',
    ],
  },
  {
    action: 'mailbox_error',
    text: 'destination {path} is not {a regular file|owned by recipient}',
    set: local,
    samples: ['destination /var/mail/bob is not owned by recipient', 'destination /var/mail/bob is not a regular file'],
  },
  {
    action: 'mailbox_error',
    text: 'error {reading|writing} {message|forwarding file}: {error}',
    set: local,
    samples: ['error writing message: No space left on device', 'error reading forwarding file: Input/output error'],
  },
  {
    action: 'mailbox_error',
    text: 'cannot access home directory {path}: {error}',
    set: local,
    samples: ['cannot access home directory /home/bob: Permission denied'],
  },
  {
    action: 'restricted',
    text: '{mail to command is restricted|mail to file is restricted|file is executable}',
    set: refused,
    samples: ['mail to command is restricted', 'mail to file is restricted', 'file is executable'],
  },
  {
    action: 'lookup_failure',
    text: '{table lookup failure|user lookup error|alias database unavailable|cannot find alias database owner|address resolver failure|unable to forward message|mail system configuration error}',
    set: local,
    samples: [
      'table lookup failure',
      'user lookup error',
      'alias database unavailable',
      'cannot find alias database owner',
      'address resolver failure',
      'unable to forward message',
      'mail system configuration error',
    ],
  },

  // pipe/pipe.c, global/pipe_command.c
  {
    action: 'command_failed',
    text: 'Command died with status {exit_status}: "{path}"{?. Command output: {detail}?}',
    set: local,
    samples: [
      'Command died with status 1: "/bin/false"',
      'Command died with status 127: "/usr/local/bin/filter". Command output: sh: filter: not found',
    ],
  },
  {
    action: 'command_failed',
    text: 'Command died with signal {signal}: "{path}"{?. Command output: {detail}?}',
    set: local,
    samples: ['Command died with signal 9: "/usr/local/bin/filter"'],
  },
  {
    action: 'command_failed',
    text: 'Command time limit exceeded: "{path}"{?. Command output: {detail}?}',
    set: local,
    samples: ['Command time limit exceeded: "/usr/local/bin/filter -x"', 'Command time limit exceeded: "/bin/slow". Command output: busy'],
  },
  {
    action: 'command_failed',
    text: 'Command failed: {error}: "{path}"',
    set: local,
    samples: ['Command failed: error writing message: Bad file descriptor: "/usr/local/bin/filter"'],
  },
  {
    action: 'command_failed',
    text: 'Delivery failed: {error}',
    set: local,
    samples: ['Delivery failed: Resource temporarily unavailable'],
  },
  ...exits.map(
    ([text, set, sample]): Pattern => ({
      action: 'command_failed',
      text: `${text}{?. Command output: {detail}?}`,
      set,
      samples: sample === undefined ? [text] : [text, sample],
    }),
  ),
  { action: 'too_large', text: 'message too large', set: refused, samples: ['message too large'] },

  // qmgr/qmgr_message.c, qmgr/qmgr_deliver.c, global/deliver_pass.c
  {
    action: 'transport_failed',
    text: '{mail transport unavailable|unknown mail transport error|unknown error}',
    set: local,
    samples: ['mail transport unavailable', 'unknown mail transport error', 'unknown error'],
  },
  { action: 'suspended', text: 'deferred transport', set: { kind: 'suspended' }, samples: ['deferred transport'] },
  {
    action: 'suspended',
    text: 'Too many address verification requests',
    set: { kind: 'suspended' },
    samples: ['Too many address verification requests'],
  },
  {
    action: 'expired',
    text: 'message is administratively expired',
    set: { kind: 'expired' },
    samples: ['message is administratively expired'],
  },
  // global/bounce.c, sent.c
  {
    action: 'service_failure',
    text: '{service:word} or {} service failure',
    set: local,
    samples: ['bounce or trace service failure'],
  },
  { action: 'service_failure', text: '{}: {service:word} service failed', set: local, samples: ['4233D579836: trace service failed'] },

  // global/cleanup_strerror.c, cleanup/cleanup_map1n.c
  {
    action: 'cleanup_failed',
    text: '{queue file write error|internal protocol error|no recipients specified|Alias expansion error}',
    set: local,
    samples: ['queue file write error', 'internal protocol error', 'no recipients specified', 'Alias expansion error'],
  },
  {
    action: 'cleanup_rejected',
    text: '{message file too big|message content rejected|service denied|bare <LF> received}',
    set: refused,
    samples: ['message file too big', 'message content rejected', 'service denied', 'bare <LF> received'],
  },

  // smtp/smtp_addr.c
  { action: 'dns_failure', text: '{question:word}: host not found', set: dns, samples: ['mx.example.com: host not found'] },
];

const grammar = new Grammar(reasons);

/** The code of a reply, and the enhanced one where it agrees with it; multi-line replies repeat both (smtp/smtp_chat.c). */
const replyCodes = /(\d{3})(?:[ -] *([245]\.\d{1,3}\.\d{1,3})(?![\w.]))?/y;

const suspension = 'delivery temporarily suspended: ';

/**
 * What a reason says, as fields (kind, phase, reply, relay …); undefined where no pattern knows it.
 * The reason is what stands in brackets behind `status=`, or a line of smtp about a failed attempt.
 * Texts of success give reply codes, queue ID and the like, and no kind.
 * @param text holds it from `from` to `end`
 * @param bytes the same, as a scanner takes it
 */
export function classify(text: string, bytes: Uint8Array, from: number, end: number): Fields | undefined {
  const matcher = grammar.find(text, bytes, from, end, 'info', true);
  if (matcher === undefined) return undefined;
  const fields = grammar.fields as Fields;
  if (matcher.pattern.action === 'accepted') {
    if (fields.reply_code === undefined) readCodes(fields, text, from);
    return fields;
  }
  if (fields.kind === 'suspended') {
    // The reason for which it was suspended, with its relay and its words, but of a kind of its own.
    const cause = fields.detail === undefined ? undefined : classify(text, bytes, from + suspension.length, end);
    if (cause === undefined) return fields;
    cause.suspended_kind = cause.kind;
    cause.kind = 'suspended';
    // Nothing was sent this time.
    cause.may_be_double = undefined;
    return cause;
  }
  if (fields.reply !== undefined) {
    readCodes(fields, fields.reply, 0);
    fields.kind ??= fields.reply_code !== undefined && fields.reply_code < 500 ? 'rejected_temporary' : 'rejected_permanent';
  } else if (fields.phase_text !== undefined) {
    fields.phase = phaseOfActivity[fields.phase_text];
    if (fields.phase === 'end_of_data') fields.may_be_double = 'yes';
  } else if (fields.phase === 'connect') {
    fields.kind = kindOfConnectError[fields.error as string] ?? 'other';
  }
  return fields;
}

function readCodes(fields: Fields, text: string, from: number): void {
  replyCodes.lastIndex = from;
  const codes = replyCodes.exec(text);
  if (codes === null) return;
  fields.reply_code = Number(codes[1]);
  // Postfix ignores an enhanced code of another class than the reply's.
  if (codes[2]?.charCodeAt(0) === codes[1]?.charCodeAt(0)) fields.enhanced_code = codes[2];
}
