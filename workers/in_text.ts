/** Where the lines of a batch stand in the text, if what came is not the text itself. */
import type { LineBatch } from '../queue/port.js';
import type { Taker } from './batch.js';

const newline = 10;

/** The same taker, told offsets in the text. Lines come to it in their order. */
export function inText({ bytes, offset, lengths }: LineBatch, take: Taker): Taker {
  if (lengths === undefined) return take;
  let line = 0;
  /** Where that line begins in what came, and in the text. */
  let at = offset;
  let place = offset;
  const placeOf = (asked: number) => {
    while (at < asked && line < lengths.length) {
      at = offset + bytes.indexOf(newline, at - offset) + 1;
      place += lengths[line] ?? 0;
      line++;
    }
    return place;
  };
  return {
    event: (event, where, ordinal, kept) => take.event(event, placeOf(where), ordinal, kept),
    aside: (reason, where, kept, ordinal, why) => take.aside(reason, placeOf(where), kept, ordinal, why),
  };
}
