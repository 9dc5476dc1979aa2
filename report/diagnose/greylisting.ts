/** The other side puts off whom it does not know yet, and takes the same mail on a later try. */
import type { Timeouts } from '../../postfix/message/timeouts.js';
import type { Commands } from './commands.js';
import type { Finding } from './finding.js';
import type { Incident } from './incident.js';
import { putOffBy } from './put_off.js';
import { answerOf, evidenceOf, headOf, namesOf } from './relay.js';
import { median } from './stall.js';
import { listText, quoted, relayText, secondsText } from './words.js';

const named = /gr[ae]y-?\s?list|try again (?:in|after|later) \d|postgrey|come back later/i;
const codes = new Set([450, 451]);
/** Of the messages that were put off, those that went out later, where nobody says what it is. */
const mostlyTaken = 0.6;

export function greylistingFinding(incident: Incident, timeouts: Timeouts, commands: Commands): Finding | undefined {
  const [symptom] = incident.symptoms;
  const { kind, phase, replyCode, enhancedCode } = symptom;
  if (kind !== 'rejected_temporary' || phase === undefined || !codes.has(replyCode ?? 0)) return undefined;
  const said = incident.symptoms.some(({ attempts }) => attempts.some(({ text = '' }) => named.test(text)));
  const { looked, takenLater, seconds } = putOffBy(incident);
  const took = looked > 0 && takenLater >= mostlyTaken * looked && takenLater >= 3;
  if (!said && !(took && phase === 'rcpt' && /^4\.(?:7\.[01]|2\.0|0\.0|3\.[02]|5\.1)$/.test(enhancedCode ?? '4.0.0'))) return undefined;
  const head = headOf(incident, timeouts);
  const waited = seconds.reduce((sum, one) => sum + one, 0);
  const who = incident.reach === 'all' ? namesOf(incident) : listText(incident.relays.map(relayText));
  const answer = answerOf(symptom);
  const after =
    takenLater === 0
      ? 'none of those that were looked at had been taken later'
      : `${takenLater} of ${looked} that were looked at were taken later, most after ${secondsText(median(seconds))}`;
  return {
    cause: 'greylisting',
    ...head,
    kind,
    phase,
    // Of those that were not looked at, the same share.
    seconds: looked === 0 ? head.seconds : head.seconds + (waited * Math.max(incident.messages, looked)) / looked,
    claim: `Greylisting at ${who}: ${incident.count} first tries were put off with ${replyCode}${enhancedCode === undefined ? '' : ` ${enhancedCode}`}; ${after}.${answer === undefined ? '' : ` It says ${quoted(answer)}.`}`,
    sure: said ? (took ? 'certain' : 'likely') : 'possible',
    refute: said
      ? 'The same message is put off again and again, for hours: then it is more than greylisting.'
      : 'Its owner says that it greylists nobody: then it was short of something, and the same code says so.',
    evidence: [
      ...evidenceOf(incident, commands),
      { what: 'of messages that were put off, and looked at', value: looked, command: commands.of(['messages', '--all'], head) },
      { what: 'were taken on a later try', value: takenLater, command: commands.of(['messages', '--all'], head) },
    ],
    next: [
      'Nothing is broken: the mail goes out on a later try, as long as this host keeps its address.',
      'Ask the owner to put this host on the allow list, if such mail must be quick.',
      'See how long the first pause is: postconf minimal_backoff_time queue_run_delay',
    ],
  };
}
