/** The other side takes only so much at a time from this host. */

import type { Timeouts } from '../../postfix/message/timeouts.js';
import { capital } from '../render/text.js';
import type { Commands } from './commands.js';
import type { Finding } from './finding.js';
import type { Incident } from './incident.js';
import { putOffBy } from './put_off.js';
import { answerOf, evidenceOf, headOf, namesOf } from './relay.js';
import { median } from './stall.js';
import { listText, quoted, relayText, secondsText } from './words.js';

/** RFC 3463: X.7.X is a matter of policy; the words are those of large providers. A relay that is busy says 4.3.2, and that is its own trouble. */
const ofPolicy = /^4\.7\./;
const words =
  /\brate\b|rate.?limit|throttl|too (?:fast|quickly|much mail|many (?:messages|mails|e-?mails|recipients|errors))|exceeded .{0,30}(?:limit|quota)|unusual (?:rate|volume)|volume of mail/i;
/** Said to some tries while others are taken, it is a limit; said to all, the relay is full. */
const connections = /too many (?:\S+ ){0,2}(?:connections|sessions)/i;
const greylisted = /gr[ae]y-?\s?list/i;
const overloaded = /^4\.3\./;

export function rateLimitFinding(incident: Incident, timeouts: Timeouts, commands: Commands): Finding | undefined {
  const [symptom] = incident.symptoms;
  const { kind, phase, replyCode, enhancedCode = '' } = symptom;
  if (kind !== 'rejected_temporary' && kind !== 'greeting_refused') return undefined;
  const texts = incident.symptoms.flatMap(({ attempts }) => attempts.map(({ text = '' }) => text));
  const partly = incident.count < incident.of && texts.some((text) => connections.test(text));
  const said = (partly || texts.some((text) => words.test(text))) && !overloaded.test(enhancedCode);
  if (texts.some((text) => greylisted.test(text)) || !(said || (ofPolicy.test(enhancedCode) && replyCode === 421))) return undefined;
  const head = headOf(incident, timeouts);
  const { looked, takenLater, seconds } = putOffBy(incident);
  const waited = seconds.reduce((sum, one) => sum + one, 0);
  const all = namesOf(incident);
  const who = incident.reach === 'all' ? capital(all) : listText(incident.relays.map(relayText));
  const answer = answerOf(symptom);
  return {
    cause: 'rate_limit',
    ...head,
    kind,
    ...(phase === undefined ? {} : { phase }),
    seconds: looked === 0 ? head.seconds : head.seconds + (waited * Math.max(incident.messages, looked)) / looked,
    claim:
      `${who} ${incident.reach === 'all' ? 'limit' : 'limits'} how much is taken from this host: ${incident.count} of ${incident.of} tries were put off with ${[replyCode, enhancedCode].filter((code) => code !== undefined && code !== '').join(' ')}.` +
      (answer === undefined ? '' : ` It says ${quoted(answer)}.`) +
      (takenLater === 0 ? '' : ` Most went out ${secondsText(median(seconds))} later.`),
    sure: said ? 'certain' : 'likely',
    refute: said
      ? 'Nothing in the log: it is what the relay answered.'
      : 'The answer speaks of something else than the amount of mail: reputation, a block list, a missing reverse name.',
    evidence: evidenceOf(incident, commands),
    next: [
      'Send more slowly to it, with a transport of its own: smtp_destination_rate_delay = 1s, smtp_destination_concurrency_limit = 2 (main.cf, after a line of that name in master.cf).',
      'See what sent so much at that time: a mailing, or an account that was taken over.',
      'Ask its owner for a higher limit; the answer often names a page that says how.',
    ],
  };
}
