/**
 * Every field that a log line can give, in one place: its name in patterns, where it stands in a document
 * (ECS 9 where ECS has a name for it, `postfix.*` otherwise), and what its value looks like.
 * The patterns, the document schema, the index mappings and the help texts are all derived from this table.
 */

/** What a value looks like: `shape` is the regular expression source between literals; see `pattern.ts`. */
export type FieldType =
  /** Anything, as short as what follows allows; the rest of the line where nothing follows. */
  | 'text'
  /** No white space. */
  | 'word'
  /** An e-mail address as Postfix prints it: a quoted local part may hold any character; may be empty. */
  | 'address'
  /** A message-id; the angle brackets around it are taken off where both are there. */
  | 'message_id'
  | 'host'
  /** IPv4 or IPv6, as printed by `inet_ntop`. */
  | 'ip'
  | 'integer'
  /** Seconds, with or without decimals (`format_tv.c`). */
  | 'seconds'
  /** The counters of `disconnect from`: `ehlo=1 mail=1 rcpt=0/1 commands=2/3`. */
  | 'counters';

/** What a pattern can ask of a field instead of its type. */
export type Shape =
  | FieldType
  /** Anything, as long as possible: what an outsider wrote, in front of what Postfix wrote. */
  | 'greedy'
  /** An enhanced status code (RFC 3463): `5.7.1`. */
  | 'enhanced';

interface FieldSpec {
  readonly path: string;
  readonly type: FieldType;
  readonly doc: string;
}

const spec = <const P extends string, T extends FieldType>(path: P, type: T, doc: string) => ({ path, type, doc }) as const;

export const fields = {
  // The message
  sender: spec('email.from.address', 'address', 'Envelope sender; empty for bounces'),
  recipient: spec('email.to.address', 'address', 'Envelope recipient'),
  orig_to: spec('postfix.orig_to', 'address', 'The recipient before aliases and canonical maps'),
  message_id: spec('email.message_id', 'message_id', 'Message-ID header, without its brackets'),
  resent_message_id: spec('postfix.resent_message_id', 'message_id', 'Resent-Message-ID header'),
  size: spec('postfix.size', 'integer', 'Message size in bytes'),
  recipient_count: spec('postfix.recipient_count', 'integer', 'nrcpt: recipients of this queue file'),
  queue: spec('postfix.queue', 'word', 'Queue the message is in: active, deferred, hold …'),
  uid: spec('user.id', 'word', 'Numeric user that submitted the message locally'),

  // The SMTP client (smtpd, postscreen, qmqpd, anvil)
  client_host: spec('source.domain', 'host', 'Verified name of the SMTP client, or "unknown"'),
  client_ip: spec('source.ip', 'ip', 'Address of the SMTP client'),
  client_port: spec('source.port', 'integer', 'Port of the SMTP client'),
  helo: spec('postfix.helo', 'text', 'What the client said in HELO or EHLO'),
  protocol: spec('postfix.protocol', 'word', 'SMTP, ESMTP, QMQP'),
  sasl_method: spec('postfix.sasl.method', 'word', 'SASL mechanism'),
  sasl_sender: spec('postfix.sasl.sender', 'address', 'AUTH= parameter of MAIL FROM'),
  user: spec('user.name', 'text', 'SASL login name, or the local user'),
  orig_client_host: spec('postfix.orig_client.domain', 'host', 'Client behind a content filter (XFORWARD)'),
  orig_client_ip: spec('postfix.orig_client.ip', 'ip', 'Its address'),
  orig_queue_id: spec('postfix.orig_queue_id', 'word', 'Queue ID before the content filter (XFORWARD), or before requeueing (pickup)'),
  local_ip: spec('postfix.local.ip', 'ip', 'Our own address in this connection'),
  local_port: spec('postfix.local.port', 'integer', 'Our own port in this connection'),
  stage: spec('postfix.stage', 'word', 'Protocol stage of a reject: CONNECT, HELO, MAIL, RCPT, DATA …'),
  restriction: spec('postfix.restriction', 'text', 'Why smtpd or cleanup rejected, held or redirected'),
  target: spec('postfix.target', 'text', 'What a reject was about: the name or address in <…>'),
  content: spec('postfix.content', 'text', 'Header or body line that a check of cleanup matched, or the command line of a client'),
  redirect_to: spec('postfix.redirect_to', 'address', 'Address that REDIRECT or BCC sends to'),
  session: spec('postfix.session', 'counters', 'Commands of the session, accepted and in all'),

  // The delivery
  relay_host: spec('destination.domain', 'host', 'Relay: host name, or the local transport'),
  relay_ip: spec('destination.ip', 'ip', 'Address of the relay'),
  relay_port: spec('destination.port', 'integer', 'Port of the relay'),
  relay_socket: spec('destination.address', 'text', 'Socket path of the relay (LMTP, pipe)'),
  conn_use: spec('postfix.conn_use', 'integer', 'How often this connection had been used'),
  delay: spec('postfix.delay', 'seconds', 'Seconds from arrival to this delivery attempt'),
  delay_a: spec('postfix.delays.before_queue_manager', 'seconds', 'a: before the queue manager, in seconds'),
  delay_b: spec('postfix.delays.queue_manager', 'seconds', 'b: in the queue manager, in seconds'),
  delay_c: spec('postfix.delays.connection_setup', 'seconds', 'c: connection set-up, DNS included, in seconds'),
  delay_d: spec('postfix.delays.transmission', 'seconds', 'd: transmission, in seconds'),
  tls_feature: spec('postfix.tls.feature', 'word', 'tls= of a delivery line (Postfix 3.11 and later)'),
  dsn: spec('postfix.dsn', 'word', 'Delivery status code (RFC 3463)'),
  status: spec('postfix.status', 'word', 'sent, deferred, bounced, expired, undeliverable …'),
  reason: spec('postfix.reason.text', 'text', 'The text in brackets behind the status, or of the failure'),
  kind: spec('postfix.reason.kind', 'word', 'Class of the failure: one of the closed set in reason.ts'),
  phase: spec('postfix.reason.phase', 'word', 'SMTP phase of the failure: one of the closed set in reason.ts'),
  phase_text: spec('postfix.reason.phase_text', 'text', 'The phase in the words of the log'),
  reply_code: spec('postfix.reason.reply_code', 'integer', 'Three-digit SMTP reply'),
  enhanced_code: spec('postfix.reason.enhanced_code', 'word', 'Enhanced status code in the reply (RFC 3463)'),
  reply: spec('postfix.reason.reply', 'text', 'The reply of the other side'),
  command: spec('postfix.reason.command', 'text', 'The SMTP command that was replied to'),
  suspended_kind: spec('postfix.reason.suspended_kind', 'word', 'Kind of the failure for which the destination was suspended'),
  may_be_double: spec('postfix.reason.may_be_double', 'word', '"yes" where the relay may have taken the message all the same'),
  queued_as: spec('postfix.queued_as', 'word', 'Queue ID that the next hop gave it'),
  child_id: spec('postfix.child_id', 'word', 'Queue ID of the notification or copy made of this message'),
  queue_id: spec('email.local_id', 'word', 'Queue ID that stands inside the text and not in front of it'),
  next_hop: spec('postfix.next_hop', 'text', 'Destination the queue manager asked for'),
  transport: spec('postfix.transport', 'text', 'Delivery transport'),

  // TLS
  tls_peer: spec('postfix.tls.peer', 'text', 'The other side of a TLS session as logged'),
  tls_trust: spec('postfix.tls.trust', 'word', 'Anonymous, Untrusted, Trusted or Verified'),
  tls_server_name: spec('tls.client.server_name', 'word', 'Server name that the TLS client asked for (SNI)'),
  tls_protocol: spec('tls.version', 'word', 'TLS protocol, as logged (TLSv1.3)'),
  tls_cipher: spec('tls.cipher', 'word', 'Cipher suite'),
  tls_bits: spec('postfix.tls.bits', 'integer', 'Key length in use'),
  tls_algorithm_bits: spec('postfix.tls.algorithm_bits', 'integer', 'Key length of the algorithm'),
  tls_key_exchange: spec('postfix.tls.key_exchange', 'word', 'Key exchange (X25519, ECDHE, DHE)'),
  tls_curve: spec('tls.curve', 'text', 'Group of the key exchange where it is named apart (prime256v1, 2048 bits)'),
  tls_signature: spec('postfix.tls.signature', 'word', 'Algorithm of the server signature'),
  tls_signature_key: spec('postfix.tls.signature_key', 'text', 'Curve or size of the key that signed'),
  tls_digest: spec('postfix.tls.digest', 'text', 'Signature digest'),
  fingerprint: spec('postfix.tls.fingerprint', 'word', 'Certificate or public key fingerprint'),
  subject: spec('postfix.tls.subject', 'text', 'Certificate subject'),
  issuer: spec('postfix.tls.issuer', 'text', 'Certificate issuer'),

  // What a daemon says of itself and of its surroundings
  error: spec('error.message', 'text', 'The system or library error that was given as the reason'),
  detail: spec('postfix.detail', 'text', 'What is left to say'),
  setting: spec('postfix.setting', 'text', 'Configuration parameter or command-line argument'),
  value: spec('postfix.value', 'text', 'Value of a setting, attribute or counter'),
  table: spec('postfix.table', 'text', 'Lookup table (type:name)'),
  key: spec('postfix.key', 'text', 'Lookup key'),
  path: spec('file.path', 'text', 'File, socket or program'),
  line: spec('postfix.line', 'integer', 'Line of the file spoken of'),
  service: spec('postfix.service', 'text', 'Service of master.cf, or another process asked for something'),
  question: spec('dns.question.name', 'text', 'Name looked up in DNS'),
  question_type: spec('dns.question.type', 'word', 'Record type looked up in DNS'),
  rbl: spec('postfix.rbl', 'text', 'DNS list that was asked'),
  rank: spec('postfix.rank', 'integer', 'postscreen: DNS list score'),
  count: spec('postfix.count', 'integer', 'A count'),
  limit: spec('postfix.limit', 'integer', 'A limit'),
  rate: spec('postfix.rate', 'text', 'A rate, as anvil prints it'),
  elapsed: spec('postfix.elapsed', 'seconds', 'Seconds that something took'),
  child_pid: spec('process.child.pid', 'integer', 'Process spoken of'),
  exit_status: spec('process.exit_code', 'integer', 'Exit status of the process spoken of'),
  signal: spec('postfix.signal', 'integer', 'Signal that ended the process spoken of'),
  version: spec('service.version', 'word', 'Version of Postfix or of the program'),
} satisfies Record<string, FieldSpec>;

export type FieldName = keyof typeof fields;

/** Commands of one SMTP session: how many were accepted, and how many there were. */
export interface Counter {
  accepted: number;
  total: number;
}

type ValueOf<T extends FieldType> = T extends 'integer' | 'seconds' ? number : T extends 'counters' ? Record<string, Counter> : string;

/** The fields of one line, flat. A field that the line does not have is absent or undefined. */
export type Fields = { [K in FieldName]?: ValueOf<(typeof fields)[K]['type']> | undefined };
