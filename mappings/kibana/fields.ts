/**
 * What fields are called in Kibana, what they mean, and how their values are shown. A field that is not here goes by its own
 * name; the data views (data_views.ts) take of these what their indices have.
 */
import { fields as logFields } from '../../postfix/fields.js';

/** How Kibana prints a value: the name of one of its field formatters, and what that takes. */
export interface Format {
  readonly id: 'duration' | 'bytes' | 'number' | 'percent' | 'static_lookup';
  readonly params?: object;
}

export interface FieldInfo {
  readonly label: string;
  /** At most 300 characters: Kibana takes no more. */
  readonly doc: string;
  readonly format?: Format;
}

const lasting = (inputFormat: 'seconds' | 'microseconds' | 'nanoseconds'): Format => ({
  id: 'duration',
  params: { inputFormat, outputFormat: 'humanizePrecise', outputPrecision: 2, useShortSuffix: true, showSuffix: true },
});
const seconds = lasting('seconds');
const micros = lasting('microseconds');
const bytes: Format = { id: 'bytes' };
const whole: Format = { id: 'number', params: { pattern: '0,0' } };
const hour: Format = { id: 'number', params: { pattern: '00' } };
const weekday: Format = {
  id: 'static_lookup',
  params: {
    lookupEntries: ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'].map((value, i) => ({
      key: String(i + 1),
      value,
    })),
    unknownKeyValue: null,
  },
};

const info = (label: string, doc: string, format?: Format): FieldInfo => ({ label, doc, ...(format === undefined ? {} : { format }) });

/** By path. */
export const fieldInfo: Readonly<Record<string, FieldInfo>> = {
  '@timestamp': info('time', 'Of an event, when its line was written; of a message, its arrival; of a try, its last line'),
  'host.name': info('host', 'The mail server, as the log names it'),
  'process.name': info('program', 'Program that wrote the line, with its instance: postfix/smtp'),
  'log.file.path': info('log file', 'File that the line was read from'),
  'log.offset': info('place in the file', 'Byte at which the line begins', bytes),
  message: info('text', 'The line without its head'),
  'event.original': info('line', 'The whole line, as it was read'),
  'event.action': info('what happened', 'Of a line, what it says; among the tries, whether it is a try (attempt) or a delivery'),
  'event.outcome': info('outcome', 'success or failure, where there is one'),
  'event.start': info('arrived', 'When the message arrived'),
  'event.end': info('left', 'When the message was removed from the queue'),
  'event.duration': info('duration', 'Of a message, from arrival to its last delivery; of a try, what it took', lasting('nanoseconds')),
  'email.local_id': info('queue ID', 'Name of the message in the queue of its host; short ones come back within days'),
  'email.message_id': info('message-id', logFields.message_id.doc),
  'email.from.address': info('sender', logFields.sender.doc),
  'email.to.address': info('recipient', logFields.recipient.doc),
  'postfix.domain.sender': info('sender domain', 'What follows the @ of the sender'),
  'postfix.domain.recipient': info('recipient domain', 'What follows the @ of the recipient'),
  'source.domain': info('client', logFields.client_host.doc),
  'source.ip': info('client address', logFields.client_ip.doc),
  'user.name': info('user', logFields.user.doc),
  'postfix.sasl.method': info('SASL mechanism', logFields.sasl_method.doc),
  'postfix.helo': info('HELO', logFields.helo.doc),
  'destination.domain': info('relay', logFields.relay_host.doc),
  'destination.ip': info('relay address', logFields.relay_ip.doc),
  'destination.port': info('relay port', logFields.relay_port.doc),
  'postfix.relay.ip': info('relay address as logged', 'Address of the relay, in the way in which the log writes it'),
  'tls.version': info('TLS protocol', logFields.tls_protocol.doc),
  'tls.cipher': info('cipher', logFields.tls_cipher.doc),
  'postfix.tls.trust': info('certificate', 'Anonymous, Untrusted, Trusted or Verified: what the certificate of the other side is worth'),
  'postfix.daemon': info('daemon', 'Program of Postfix, without its instance: smtp, smtpd, qmgr'),
  'postfix.attempt': info('own try', 'Whether a line about a delivery tells of a try at a relay, and does not only repeat one'),
  'postfix.status': info('status', logFields.status.doc),
  'postfix.dsn': info('status code', logFields.dsn.doc),
  'postfix.size': info('size', logFields.size.doc, bytes),
  'postfix.delay': info('delay', 'Seconds from arrival to the last delivery', seconds),
  'postfix.delays.before_queue_manager': info('a: before the queue manager', logFields.delay_a.doc, seconds),
  'postfix.delays.queue_manager': info('b: in the queue manager', logFields.delay_b.doc, seconds),
  'postfix.delays.connection_setup': info('c: connection set-up', 'c: name resolution, relays that failed before, and connecting', seconds),
  'postfix.delays.transmission': info('d: transmission', logFields.delay_d.doc, seconds),
  'postfix.reason.kind': info('kind', 'What sort of failure it was: connect_timeout, conversation_timeout, dns_failure …'),
  'postfix.reason.phase': info('phase', 'How far the conversation had come: connect, ehlo, rcpt, end_of_data …'),
  'postfix.reason.text': info('reason', logFields.reason.doc),
  'postfix.reason.reply_code': info('reply', logFields.reply_code.doc),
  'postfix.reason.enhanced_code': info('enhanced code', logFields.enhanced_code.doc),
  'postfix.reason.may_be_double': info('may be double', logFields.may_be_double.doc),
  'postfix.restriction': info('restriction', logFields.restriction.doc),
  'postfix.stage': info('stage', logFields.stage.doc),
  'postfix.next_hop': info('next hop', logFields.next_hop.doc),
  'postfix.queued_as': info('queued as', logFields.queued_as.doc),
  'postfix.child_id': info('child', logFields.child_id.doc),
  'postfix.linked_id': info('linked queue IDs', 'Queue IDs that its lines name: notices, filters, the next server'),
  'postfix.message_document': info('message', 'Document of the message that the try belongs to'),
  'postfix.outcome': info('result', 'Of a try: sent, failed, or partly'),
  'postfix.seconds.likely': info('took', 'Seconds that the try is likely to have taken', seconds),
  'postfix.seconds.least': info('took at least', 'Seconds that the try took at the least', seconds),
  'postfix.seconds.most': info('took at most', 'Seconds that the try took at the most', seconds),
  'postfix.attribution.rest.likely': info(
    'resolution and set-up',
    'Seconds of c that no failed relay took: name resolution, and the set-up of the last connection',
    seconds,
  ),
  'postfix.attribution.rest_whole': info(
    'resolution, whole seconds',
    'The same in whole seconds: a dead nameserver shows as multiples of 5',
  ),
  'postfix.attribution.failed': info('failed relays', 'Seconds of c that tries at other relays took', seconds),
  'postfix.attribution.vague': info('vague', 'The least and the most that it can have been are far apart'),
  'postfix.in_micros.likely': info('took (for sums)', 'What the try took, in microseconds', micros),
  'postfix.in_micros.rest': info('resolution and set-up (for sums)', 'The same in microseconds', micros),
  'postfix.in_micros.failed': info('failed relays (for sums)', 'The same in microseconds', micros),
  'postfix.in_micros.c': info('c (for sums)', 'Connection set-up, in microseconds', micros),
  'postfix.in_micros.delay': info('delay (for sums)', 'Delay, in microseconds', micros),
  'postfix.state': info('state', 'What became of the message: queued, deferred, held, sent, bounced, expired …'),
  'postfix.ending': info('ending', 'How it left the queue: removed, deleted, requeued, rejected, discarded, lost'),
  'postfix.complete': info('complete', 'All lines that a message has are in the log'),
  'postfix.missing': info('missing', 'Which lines are not in the log, or not yet'),
  'postfix.attempts': info('tries', 'Tries at relays', whole),
  'postfix.failed_attempts': info('failed tries', 'Tries at relays that failed', whole),
  'postfix.possible_doubles': info('possible doubles', 'Tries after which the relay may have taken a copy', whole),
  'postfix.recipients': info('recipients', 'How many recipients the message has', whole),
  'postfix.local_time.hour': info('hour', 'Hour on the wall clock of the host', hour),
  'postfix.local_time.weekday': info('weekday', 'Day of the week of the host, from Monday', weekday),
  'postfix.snapshot.kind': info('snapshot', 'What was looked at: queue, postconf, resolv, probe …'),
  'postfix.queue.messages': info('messages in the queue', 'Messages that waited', whole),
  'postfix.queue.recipients': info('recipients in the queue', 'Recipients of messages that waited', whole),
  'postfix.queue.bytes': info('size of the queue', 'Bytes of messages that waited', bytes),
  'postfix.queue.oldest': info('oldest', 'Seconds that the oldest message had waited', seconds),
};
