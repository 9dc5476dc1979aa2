/** Names without an address, and relays that do not take part in a conversation to its end. */
import type { Kind, Phase } from '../../postfix/reason.js';
import type { Observed } from '../findings.js';
import type { Plan } from '../plan.js';
import type { ProbedRelay, ProbeFinding } from '../result.js';
import { relayName } from './words.js';

/** Seconds until a relay is ready for mail; a busy one takes a few. */
const slow = 5;

export function nameFindings({ hosts, hostsLeftOut, plan, dialled, relays, unreadable }: Observed): ProbeFinding[] {
  const found: ProbeFinding[] = [];
  for (const { host, addresses, destination } of hosts) {
    if (host === '') {
      found.push({
        kind: 'name_takes_no_mail',
        severity: 'failure',
        subject: destination.host,
        sentence: `${destination.host} takes no mail: its MX record says so (RFC 7505).`,
        next: `Ask its owner for the name of the relay. In brackets, relayhost = [NAME], MX records are not looked at.`,
      });
    } else if (addresses.length === 0) {
      found.push({
        kind: 'name_without_address',
        severity: 'failure',
        subject: host,
        sentence: `No address is known for ${host}${host === destination.host ? '' : `, a mail exchanger of ${destination.host}`}: no nameserver gave one.`,
        next: `Look above what the nameservers say, and see that the name is right in ${plan.from}: ${destination.text}`,
      });
    }
  }
  const subject = plan.destinations.map(({ text }) => text).join(' ');
  if (hostsLeftOut > 0) {
    found.push({
      kind: 'addresses_left_out',
      severity: 'warning',
      subject,
      sentence: `There are ${hosts.length + hostsLeftOut} mail exchangers; only the first ${hosts.length} were looked up.`,
      next: 'Name those that matter: --relay [HOST]:PORT',
    });
  }
  if (dialled > relays.length) {
    found.push({
      kind: 'addresses_left_out',
      severity: 'warning',
      subject,
      sentence: `There are ${dialled} addresses; only the first ${relays.length} were dialled.`,
      next: 'Name those that matter: --relay [ADDRESS]:PORT',
    });
  }
  for (const why of unreadable) {
    found.push({
      kind: 'authorities_unreadable',
      severity: 'warning',
      subject: why.slice(0, why.indexOf(' ')),
      sentence: `Authorities of Postfix cannot be read (${why}), so certificates are held against the others alone.`,
      next: 'Give the file, or run the probe as a user who may read it.',
    });
  }
  return found;
}

export const relayFindings = ({ relays, plan }: Observed): ProbeFinding[] => relays.flatMap((relay) => findingsOf(relay, plan.tls));

function findingsOf(relay: ProbedRelay, tls: Plan['tls']): ProbeFinding[] {
  const subject = relayName(relay);
  const found: ProbeFinding[] = [];
  const failed = relay.steps.find(({ failure }) => failure !== undefined);
  if (failed?.failure !== undefined) {
    const { phase, seconds, failure } = failed;
    const { sentence, next } = words(subject, failure.kind, phase, seconds, failure.text, relay);
    // Postfix does not wait for the answer to QUIT.
    found.push({ kind: 'relay_failed', severity: phase === 'quit' ? 'warning' : 'failure', subject, sentence, next });
  }
  const greeted = relay.steps.some(({ phase, failure }) => phase === 'ehlo' && failure === undefined);
  if (tls.asked && greeted && !relay.steps.some(({ phase }) => phase === 'starttls')) {
    found.push({
      kind: 'relay_without_tls',
      severity: tls.required ? 'failure' : 'warning',
      subject,
      sentence: `${subject} does not offer STARTTLS${tls.required ? ', and smtp_tls_security_level requires it' : ', so mail goes to it unencrypted'}.`,
      next: 'Ask its owner. Where it offers it elsewhere, something between takes it out (a firewall with SMTP inspection).',
    });
  }
  if (failed === undefined && relay.seconds >= slow) {
    const slowest = relay.steps.reduce((a, b) => (b.seconds > a.seconds ? b : a));
    found.push({
      kind: 'relay_slow',
      severity: 'warning',
      subject,
      sentence: `${subject} answers, and takes ${round(relay.seconds)} s for it; ${round(slowest.seconds)} s of them at ${phaseNames[slowest.phase] ?? slowest.phase}.`,
      next:
        slowest.phase === 'greeting'
          ? 'A greeting that is late on purpose, or a relay that looks our address up with a nameserver that is dead: ask its owner.'
          : 'Ask its owner how busy it is.',
    });
  }
  const protocol = relay.tls?.protocol;
  if (protocol === 'TLSv1' || protocol === 'TLSv1.1') {
    found.push({
      kind: 'relay_old_tls',
      severity: 'warning',
      subject,
      sentence: `${subject} speaks no TLS newer than ${protocol}, which current systems refuse.`,
      next: 'Its owner has to update it.',
    });
  }
  return found;
}

const phaseNames: Partial<Record<Phase, string>> = {
  connect: 'connect',
  greeting: 'the greeting',
  ehlo: 'EHLO',
  starttls: 'STARTTLS',
  quit: 'QUIT',
};

function words(
  subject: string,
  kind: Kind,
  phase: Phase,
  seconds: number,
  text: string,
  relay: ProbedRelay,
): { sentence: string; next: string } {
  const at = phaseNames[phase] ?? phase;
  const byHand = `telnet ${relay.address} ${relay.port}`;
  if (phase === 'quit') {
    return { sentence: `${subject} ends without an answer to QUIT: ${text}.`, next: 'It does no harm: mail was handed over before.' };
  }
  switch (kind) {
    case 'connect_timeout':
      return {
        sentence: `${subject} cannot be reached: no answer to the connection within ${round(seconds)} s.`,
        next: `See where the way ends: traceroute -n ${relay.address}. A firewall that drops what comes from here looks just so; tell its owner our address${relay.localAddress === undefined ? '' : ` (${relay.localAddress})`}.`,
      };
    case 'connection_refused':
      return {
        sentence: `${subject} refuses the connection: nothing listens on port ${relay.port}, or a firewall rejects it.`,
        next: `Ask its owner whether the mail server runs, and see that the port is right: ${byHand}`,
      };
    case 'unreachable':
      return { sentence: `${subject} cannot be reached: ${text}.`, next: `See which way it should take: ip route get ${relay.address}` };
    case 'local_failure':
      return {
        sentence: `${subject} cannot be dialled from this machine: ${text}.`,
        next: 'See the firewall of this machine, and smtp_bind_address.',
      };
    case 'conversation_timeout':
      return {
        sentence: `${subject} takes the connection and then says nothing: no answer at ${at} within ${round(seconds)} s.`,
        next: `The way to it is well, its mail server is not: overloaded, stuck, or waiting for a nameserver of its own. Tell its owner; by hand: ${byHand}`,
      };
    case 'lost_connection':
      return {
        sentence: `${subject} ends the connection at ${at} (${text}).`,
        next: `Its log says why, with our address in it; ask its owner. By hand: ${byHand}`,
      };
    case 'greeting_refused':
      return {
        sentence: `${subject} refuses to talk to us: ${text}`,
        next: 'Its owner has to say why: too many connections, or our address is on a list.',
      };
    case 'rejected_temporary':
    case 'rejected_permanent':
      return {
        sentence: `${subject} rejects ${at}: ${text}`,
        next: 'See whether smtp_helo_name is a name that it accepts, and ask its owner.',
      };
    case 'tls_failure':
      return {
        sentence: `${subject}: STARTTLS fails. ${text}`,
        next: `By hand: openssl s_client -starttls smtp -connect ${relay.address.includes(':') ? `[${relay.address}]` : relay.address}:${relay.port}`,
      };
    default:
      return { sentence: `${subject} fails at ${at}: ${text}`, next: `See whether a mail server is what listens there: ${byHand}` };
  }
}

const round = (seconds: number) => Number(seconds.toPrecision(2));
