/** Documents out of rows: the line is parsed again, with the time and the place that were stored for it. */

import { Clock } from '../../postfix/clock.js';
import { type EventDocument, toDocument } from '../../postfix/document.js';
import { identityOf } from '../../postfix/identity.js';
import { Parser } from '../../postfix/parse.js';
import type { KeptText } from '../../postfix/text.js';
import { Zone } from '../../postfix/zone.js';
import { millis } from './scope.js';

/** Columns that `documentOf` takes, of `lines` as `l`. */
export const lineColumns = `l.n, l.time, (SELECT word FROM words WHERE id = l.host), l.ordinal, l.encoding,
  (SELECT path FROM sources WHERE id = l.source), l."offset", l.line`;

const utc = new Zone('UTC');

/** The document of a row with `lineColumns`. */
export function documentOf(row: readonly unknown[]): EventDocument {
  const [, micros, host, ordinal, encoding, path, offset, line] = row;
  const time = millis(micros);
  const kept: KeptText = { text: line as string, encoding: encoding === 1 ? 'bytes' : 'utf-8' };
  // The stamp was resolved when the line was stored; any clock will do, as its answer is replaced.
  const event = new Parser(new Clock(utc, () => time), host as string).parse(kept.text);
  if (event === undefined) throw new Error(`a stored line has no time any more: ${kept.text}`);
  event.time = time;
  event.host = host as string;
  return toDocument(event, kept, {
    id: identityOf(event.host, time, kept, Number(ordinal)),
    path: path as string,
    offset: Number(offset),
  });
}
