/** The fields of an event in the index: those of its document (postfix/schema.ts), and those it is searched by beside. */
import { eventSchema } from '../postfix/schema.js';
import { merged, type Properties, propertiesOf, searchedAs } from './properties.js';
import { derivedSchema } from './schemas.js';

const document = propertiesOf(eventSchema, {
  // For words and phrases. Its rank by length or rarity says nothing of a log line, so there are no norms.
  message: { type: 'text', analyzer: 'log_words', norms: false },
  // The whole line, for what stands in front of the message as well; which lines have a word is all that is kept of it.
  'event.original': { type: 'text', analyzer: 'log_words', norms: false, index_options: 'docs' },
  // It is the `_id` too, and found by that; here it only settles which of two lines of one time comes first.
  'event.id': { type: 'keyword', index: false },
  'log.offset': { type: 'long', index: false },
  'ecs.version': { type: 'keyword', index: false },
  // Anybody may write to a log: a number that is none here costs the line no more than that.
  'process.pid': searchedAs('integer'),
  'log.syslog.priority': searchedAs('integer'),
});

const derived = propertiesOf(derivedSchema, {
  'postfix.local_time.hour': { type: 'byte' },
  'postfix.local_time.weekday': { type: 'byte' },
});

export const eventProperties: Properties = merged(document, derived);
