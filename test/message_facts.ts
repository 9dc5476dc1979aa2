/** The facts in the lines of a log, as a worker takes them. */
import { Clock } from '../postfix/clock.js';
import { identityOf, Ordinals } from '../postfix/identity.js';
import { type Fact, factOf } from '../postfix/message/fact.js';
import { Parser } from '../postfix/parse.js';
import { keepText } from '../postfix/text.js';
import { Zone } from '../postfix/zone.js';

/** @param anchor milliseconds since the epoch: no line is more than a day later */
export function factsIn(lines: Iterable<string>, path = 'maillog', anchor = Date.parse('2026-12-31T00:00:00Z')): Fact[] {
  const parser = new Parser(new Clock(new Zone('UTC'), () => anchor));
  const ordinals = new Ordinals();
  const facts: Fact[] = [];
  let offset = 0;
  for (const line of lines) {
    const event = parser.parse(line);
    const ordinal = ordinals.nextText(line);
    if (event !== undefined) {
      const fact = factOf(event, identityOf(event.host, event.time, keepText(line), ordinal), { path, offset });
      if (fact !== undefined) facts.push(fact);
    }
    offset += line.length + 1;
  }
  return facts;
}
