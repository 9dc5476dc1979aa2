/**
 * The fields of messages and of attempts in their indices: those of their documents (postfix/message/schema.ts), and those they are
 * searched by beside. Numbers that the log says are taken whatever they are, as those of events: a document is never refused.
 */
import { attemptDocumentSchema, messageDocumentSchema } from '../postfix/message/schema.js';
import { merged, type Properties, propertiesOf, searchedAs } from './properties.js';
import { attemptDerivedSchema, deliverySchema, messageDerivedSchema } from './schemas.js';

const address = searchedAs('address');
const ip = searchedAs('ip');
const integer = searchedAs('integer');
const seconds = searchedAs('seconds');
/** As of events: it settles the order within one time, and is found by `_id`. */
const notSearched = { type: 'keyword', index: false };
/** What was folded, whole: it is kept, and nothing in it is a field of the index. */
const kept = { type: 'object', enabled: false };
const byteTime = { 'postfix.local_time.hour': { type: 'byte' }, 'postfix.local_time.weekday': { type: 'byte' } };

export const messageProperties: Properties = merged(
  propertiesOf(messageDocumentSchema, {
    'ecs.version': notSearched,
    'event.id': notSearched,
    'event.duration': integer,
    // Many may be asked for at once, in whatever case: `folded` has them in one.
    'email.local_id': { ...searchedAs('word'), fields: { folded: { ...address, doc_values: false } } },
    'email.message_id': address,
    'email.from.address': address,
    'email.to.address': address,
    'source.ip': ip,
    'source.port': integer,
    'destination.ip': ip,
    'postfix.size': integer,
    'postfix.recipient_count': integer,
    'postfix.delay': seconds,
    'postfix.folded': kept,
  }),
  propertiesOf(messageDerivedSchema, byteTime),
);

export const attemptProperties: Properties = merged(
  merged(
    propertiesOf(attemptDocumentSchema, {
      'ecs.version': notSearched,
      'event.id': notSearched,
      'event.duration': integer,
      'process.pid': integer,
      'destination.ip': ip,
      'destination.port': integer,
      'postfix.seconds.least': seconds,
      'postfix.seconds.most': seconds,
      'postfix.seconds.likely': seconds,
      'postfix.reason.reply_code': integer,
      'postfix.folded': kept,
    }),
    propertiesOf(attemptDerivedSchema, byteTime),
  ),
  propertiesOf(deliverySchema, { 'ecs.version': notSearched, 'event.id': notSearched, ...byteTime }),
);
