/** The questions to a large store, as what is typed behind `postscope`. */
import type { DaysLog } from './days_log.js';

export interface Question {
  readonly what: string;
  readonly argv: readonly string[];
  /** Seconds that it may take. */
  readonly bar?: number;
  /** It opens the store itself, so that within a process it cannot be asked beside a reader. */
  readonly alone?: true;
}

/** @param middle between the first and the last line, as ISO 8601 */
export const questionsTo = ({ short, long, retried }: DaysLog, middle: string): readonly Question[] => [
  { what: 'diagnose', argv: ['diagnose'], bar: 5 },
  { what: 'timeouts', argv: ['timeouts'], bar: 0.5 },
  { what: 'relays', argv: ['relays'], bar: 0.5 },
  { what: 'trace, short queue ID', argv: ['trace', short.queueId], bar: 0.1 },
  { what: 'trace, long queue ID', argv: ['trace', long.queueId], bar: 0.1 },
  { what: 'trace, the message tried most often', argv: ['trace', retried.queueId], bar: 0.1 },
  { what: 'trace, by message-id', argv: ['trace', `<${short.messageId}>`] },
  { what: 'delays', argv: ['delays'] },
  { what: 'search --to, one address', argv: ['search', '--to', short.recipient] },
  { what: 'search --to, a domain', argv: ['search', '--to', '@office.domain.test'] },
  { what: 'search --message-id', argv: ['search', '--message-id', short.messageId] },
  { what: 'search --text, found nowhere', argv: ['search', '--text', 'no such words'] },
  { what: 'search --relay --kind', argv: ['search', '--relay', 'relaya4', '--kind', 'connect_timeout'] },
  { what: 'messages', argv: ['messages'] },
  { what: 'messages --late', argv: ['messages', '--late', '1h'] },
  { what: 'messages --to, one address', argv: ['messages', '--to', short.recipient] },
  { what: 'queue', argv: ['queue'] },
  { what: 'compare, both halves', argv: ['compare', '--split', middle] },
  { what: 'evidence of a relay', argv: ['evidence', '--relay', 'relay103'] },
  { what: 'report', argv: ['report'] },
  { what: 'retention', argv: ['retention'], bar: 1, alone: true },
  { what: 'doctor', argv: ['doctor'] },
];
