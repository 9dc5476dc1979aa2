/** Tries at one relay fail while others are well; or all relays at once: then it is the network, where it is the connection that fails. */

import { isInSetup } from '../../postfix/message/attempt.js';
import { type Timeouts, waitedFor } from '../../postfix/message/timeouts.js';
import { shellWord } from '../render/shell.js';
import { capital } from '../render/text.js';
import { failureWords, phaseWords } from '../vocabulary.js';
import type { Commands } from './commands.js';
import type { Cause, Evidence, Finding, Sureness } from './finding.js';
import type { Incident } from './incident.js';
import type { Symptom } from './symptom.js';
import { listText, quoted, relayText, secondsText } from './words.js';

export function failureFinding(incident: Incident, timeouts: Timeouts, commands: Commands): Finding {
  const [symptom] = incident.symptoms;
  const { kind, phase } = symptom;
  const cause: Cause = incident.reach === 'all' && phase === 'connect' ? 'network' : 'relay';
  return {
    cause,
    ...headOf(incident, timeouts),
    kind,
    ...(phase === undefined ? {} : { phase }),
    claim: `${claimOf(incident, timeouts)}${doublesText(incident)}`,
    ...surenessOf(incident, cause),
    ...(incident.possibleDoubles > 0 ? { possibleDoubles: incident.possibleDoubles } : {}),
    evidence: evidenceOf(incident, commands),
    next: [...nextOf(incident, cause, commands), ...(incident.possibleDoubles > 0 ? [nextOfDoubles(commands)] : [])],
  };
}

/** What every finding about failed tries has. */
export function headOf(
  incident: Incident,
  timeouts: Timeouts,
): Pick<Finding, 'relay' | 'relays' | 'since' | 'until' | 'occurrences' | 'messages' | 'seconds'> {
  const [symptom] = incident.symptoms;
  const limit = limitOf(symptom, timeouts) ?? 0;
  // Whoever ran into a time limit has waited for that long.
  const occurrences = incident.occurrences.map(({ since, until }) => ({ since: since - limit * 1000, until }));
  return {
    ...(incident.relays.length === 1 ? { relay: symptom.relay } : { relays: incident.relays }),
    since: Math.min(...occurrences.map(({ since }) => since)),
    until: Math.max(...occurrences.map(({ until }) => until)),
    occurrences,
    messages: incident.messages,
    seconds: incident.seconds,
  };
}

/** Seconds after which Postfix gives up, where it timed out and that is known. */
export function limitOf({ kind, phase }: Pick<Symptom, 'kind' | 'phase'>, timeouts: Timeouts): number | undefined {
  const limit = waitedFor(kind, phase);
  return limit === undefined ? undefined : timeouts[limit];
}

/** What was answered, of the attempt that says most. */
export const answerOf = ({ attempts }: Symptom): string | undefined => {
  const text = attempts.findLast(({ text: own }) => own !== undefined)?.text;
  return text?.replace(/^host \S+ (?:said|refused to talk to me): /, '').replace(/ \(in reply to .*\)?$/, '');
};

export const namesOf = ({ relays, reach }: Incident): string =>
  reach === 'all'
    ? `all ${relays.length} relays that were used (${listText(relays.map(({ host }) => host))})`
    : listText(relays.map(relayText));

function claimOf(incident: Incident, timeouts: Timeouts): string {
  const { symptoms, count, of, reach, answering } = incident;
  const [symptom] = symptoms;
  const { kind, phase } = symptom;
  const names = namesOf(incident);
  const who = reach === 'all' ? capital(names) : names;
  const many = reach === 'all';
  const verb = (one: string, several: string) => (many ? several : one);
  const share = `${count} of ${of} tries`;
  const limit = limitOf(symptom, timeouts);
  const after = limit === undefined ? '' : ` after about ${secondsText(limit)}`;
  const others = reach === 'one' ? ', while other relays took mail' : many ? ' at the same time' : '';
  const at = phase === undefined ? '' : ` ${beforePhase(symptom)} ${phaseWords[phase]}`;
  const said = answerOf(symptom);
  const alone =
    answering.length === 0
      ? ''
      : ` Of the addresses of ${symptom.relay.host} it is this one that fails: ${listText(answering.map(({ ip }) => ip ?? ''))} took mail.`;
  switch (kind) {
    case 'connect_timeout':
      return `${who} ${verb('does', 'do')} not answer: ${share} to connect timed out${after}${others}.${alone}`;
    case 'connection_refused':
      return `${who} ${verb('refuses', 'refuse')} connections: ${share}${others}. Nothing listens there, or a firewall says no.${alone}`;
    case 'unreachable':
      return `${who} cannot be reached: for ${share} there was no route${others}.${alone}`;
    case 'greeting_refused':
      return `${who} ${verb('refuses', 'refuse')} to talk to us: ${share} got ${codes(symptom)} in place of a greeting${others}.${said === undefined ? '' : ` It says ${quoted(said)}.`}`;
    case 'conversation_timeout':
      return `${who} ${verb('hangs', 'hang')}${at}: ${share} timed out${after}${others}.${alone}`;
    case 'lost_connection':
      return `${who} ${verb('hangs', 'hang')} up${at}: ${share}${others}.${alone}`;
    case 'rejected_permanent':
      return `${who} ${verb('rejects', 'reject')} mail for good${at} (${codes(symptom)}): ${share}${others}. It is returned, not late.${said === undefined ? '' : ` The answer: ${quoted(said)}.`}`;
    default:
      return `${who} ${verb('puts', 'put')} mail off${at} (${codes(symptom)}): ${share}${others}.${said === undefined ? '' : ` The answer: ${quoted(said)}.`}`;
  }
}

const beforePhase = ({ phase }: Symptom) => (phase === 'end_of_data' || phase === 'connect' ? 'after' : 'at');

const codes = ({ replyCode, enhancedCode }: Symptom) =>
  [replyCode, enhancedCode].filter((code) => code !== undefined).join(' ') || 'no code';

function doublesText({ possibleDoubles }: Incident): string {
  if (possibleDoubles === 0) return '';
  return ` After ${possibleDoubles} of them the relay may have the message all the same: it was sent again, and may have been delivered twice.`;
}

function surenessOf({ reach, symptoms: [{ phase, kind }] }: Incident, cause: Cause): { sure: Sureness; refute: string } {
  if (cause === 'network') {
    return {
      sure: 'likely',
      refute:
        'The relays are in one place, or behind one firewall, and it is that which failed: then other hosts cannot reach them either, and this one reaches all others.',
    };
  }
  if (reach === 'only' && phase === 'connect') {
    return {
      sure: 'possible',
      refute:
        'No other relay took mail meanwhile, so the network between would look just the same: then other hosts connect to it, and this one to nobody.',
    };
  }
  if (reach === 'only')
    return { sure: 'likely', refute: 'No other relay took mail meanwhile, so what they share may be at fault, and not this one.' };
  const said = kind === 'greeting_refused' || kind === 'rejected_permanent' || kind === 'rejected_temporary';
  if (reach === 'all') {
    return {
      sure: said ? 'certain' : 'likely',
      refute: 'They fail alike and at once: what they share may be at fault (their site, or what stands between), and not each of them.',
    };
  }
  if (said) return { sure: 'certain', refute: 'Nothing in the log: it is what the relay answered.' };
  return {
    sure: 'likely',
    refute: isInSetup(phase)
      ? 'From another network the same address answers at once: then it is the way there, and not the relay.'
      : 'The relay’s own log shows that it answered in time: then something between, such as a firewall that looks into SMTP, or a path MTU, loses what it says.',
  };
}

export function evidenceOf(incident: Incident, commands: Commands): Evidence[] {
  const { symptoms, occurrences, count, of, possibleDoubles, beside, seconds } = incident;
  const window = { since: Math.min(...occurrences.map(({ since }) => since)), until: Math.max(...occurrences.map(({ until }) => until)) };
  const [{ kind, phase }] = symptoms;
  const failed = commands.of(['timeouts', '--kind', kind, '--by', 'minute'], window);
  const single: Evidence[] =
    symptoms.length > 1
      ? symptoms.map(({ relay, tries }) => ({
          what: `of them at ${relayText(relay)}`,
          value: within(tries, window),
          command: lines(relay.ip ?? relay.host, kind, window, commands),
        }))
      : [{ what: 'the lines', value: count, command: lines(symptoms[0].relay.ip ?? symptoms[0].relay.host, kind, window, commands) }];
  return [
    { what: `tries that failed so: ${failureWords(kind, phase)}`, value: count, command: failed },
    { what: 'tries there meanwhile, in all', value: of, command: commands.of(['relays'], window) },
    ...single.slice(0, 8),
    { what: 'time that these tries took', value: Math.round(seconds), unit: 's' as const, command: commands.of(['relays'], window) },
    ...(possibleDoubles === 0
      ? []
      : [{ what: 'tries after which the relay may have a copy', value: possibleDoubles, command: commands.of(['relays'], window) }]),
    ...beside.map((other) => ({
      what: `close by, the same relay: ${failureWords(other.kind, other.phase)}`,
      value: other.tries.reduce((sum, one) => sum + one.count, 0),
      command: lines(other.relay.ip ?? other.relay.host, other.kind, window, commands),
    })),
  ];
}

const within = (tries: Symptom['tries'], { since, until }: { since: number; until: number }) =>
  tries.reduce((sum, one) => (one.last >= since && one.first <= until ? sum + one.count : sum), 0);

const lines = (relay: string, kind: string, window: { since: number; until: number }, commands: Commands) =>
  commands.of(['search', '--kind', kind, ...(relay === 'none' ? [] : ['--relay', relay])], window);

function nextOf({ symptoms, reach, answering }: Incident, cause: Cause, commands: Commands): string[] {
  const [{ relay, kind, phase }] = symptoms;
  const ip = relay.ip ?? relay.host;
  const port = relay.port ?? 25;
  const connect = `Connect by hand, from this host: nc -vz -w 10 ${ip} ${port}`;
  const ask = `Show its owner every attempt: ${commands.bare(['evidence', '--relay', ip])}`;
  if (cause === 'network') {
    return [
      connect,
      'See whether this host reaches anything else on that port, and what its own firewall drops: nft list ruleset (or iptables -L -n -v)',
      `See where the way ends: traceroute -T -p ${port} ${ip} (or mtr --tcp --port ${port} ${ip})`,
    ];
  }
  switch (kind) {
    case 'connect_timeout':
    case 'unreachable':
      return [
        connect,
        `See where the way ends: traceroute -T -p ${port} ${ip}`,
        ...(answering.length > 0
          ? [`Ask its owner to take ${ip} out of the addresses of ${relay.host}: dig +short ${shellWord(relay.host)} A`]
          : []),
        ...(reach === 'one'
          ? ['Until it is mended, a shorter smtp_connect_timeout in main.cf (such as 5s) costs each delivery less.']
          : []),
        ask,
      ];
    case 'connection_refused':
      return [connect, 'Ask its owner whether the mail service runs there.', ask];
    case 'greeting_refused':
      return [
        'Ask its owner why it refuses: the code and the words are its own.',
        'See how many connections this host holds to it, and lower smtp_destination_concurrency_limit if it is many.',
        ask,
      ];
    case 'conversation_timeout':
    case 'lost_connection':
      return [
        phase === 'end_of_data' || phase === 'body' || phase === 'data'
          ? 'Ask its owner what it does with a message once it has it (scanners, a full disk); its log has our address at these times.'
          : `Talk to it by hand: telnet ${ip} ${port}, and see where it falls silent.`,
        ...(kind === 'conversation_timeout' && phase === 'end_of_data'
          ? [`If only large messages fail, look for a hop with a smaller MTU: ping -M do -s 1472 ${ip}`]
          : []),
        ask,
      ];
    default:
      return ['Read the answer: it is the relay’s policy, and its owner can say what it wants.', ask];
  }
}

const nextOfDoubles = (commands: Commands) =>
  `List the mail that may be there twice, and warn whom it is for: ${commands.bare(['messages', '--doubled'])}`;
