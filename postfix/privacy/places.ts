/** Where in a line its fields stand. */
import type { FieldName } from '../fields.js';
import type { Event } from '../parse.js';
import type { Matcher } from '../pattern.js';
import { regexOf } from '../regex.js';
import { parseTemplate } from '../template.js';
import type { Span } from './addresses.js';

/** A field of a line, counted in `Event.text`. */
export interface FieldPlace extends Span {
  readonly name: FieldName;
}

const expressions = new WeakMap<Matcher, { readonly regex: RegExp; readonly names: readonly FieldName[] }>();

function expressionOf(matcher: Matcher) {
  let made = expressions.get(matcher);
  if (made === undefined) {
    const { regex, names } = regexOf(parseTemplate(matcher.pattern.text));
    made = { regex: new RegExp(regex.source, `${regex.flags}d`), names };
    expressions.set(matcher, made);
  }
  return made;
}

/** The fields that a line of this pattern may have. */
export const namesOf = (matcher: Matcher): readonly FieldName[] => expressionOf(matcher).names;

/** In the order in which they stand. */
export function placesOf({ matcher, text, bodyAt, textEnd }: Event): FieldPlace[] {
  if (matcher === undefined) return [];
  const { regex, names } = expressionOf(matcher);
  regex.lastIndex = 0;
  const indices = regex.exec(text.slice(bodyAt, textEnd))?.indices;
  return names.flatMap((name, i): FieldPlace[] => {
    const place = indices?.[i + 1];
    return place === undefined ? [] : [{ name, from: bodyAt + place[0], to: bodyAt + place[1] }];
  });
}
