/** TLS with a relay fails: no handshake, or a certificate that is not trusted. */
import type { EventDocument } from '../../postfix/document.js';
import type { Timeouts } from '../../postfix/message/timeouts.js';
import type { Relay } from '../../store/port.js';
import { shellWord } from '../render/shell.js';
import type { Commands } from './commands.js';
import type { Finding } from './finding.js';
import type { Incident } from './incident.js';
import type { Window } from './measures.js';
import { answerOf, evidenceOf, headOf, namesOf } from './relay.js';
import { listText, quoted, relayText } from './words.js';

const ofCertificate = /certificate|not trusted|not verified|self.?signed|expired/i;

/**
 * @param certificates lines about certificates that were not accepted
 * @param named addresses of relays with which TLS failed, as far as the failures name them
 */
export function tlsFinding(
  incident: Incident,
  timeouts: Timeouts,
  certificates: readonly EventDocument[],
  named: ReadonlySet<string>,
  commands: Commands,
): Finding | undefined {
  const [symptom] = incident.symptoms;
  const { kind, phase } = symptom;
  if (kind !== 'tls_failure') return undefined;
  const bare = headOf(incident, timeouts);
  const isNameless = symptom.relay.host === 'none';
  // Relays that are named by their own failures are not meant by those without a name.
  const meant = certificates.filter(({ message }) => !isNameless || ![...named].some((address) => message.includes(`[${address}]`)));
  const unaccepted = certificatesIn(meant, bare);
  const relays = isNameless ? unaccepted.relays : incident.relays;
  const relay = relays[0] ?? symptom.relay;
  const head = isNameless ? withRelays(bare, relays) : bare;
  const said = unaccepted.said ?? answerOf(symptom);
  const who =
    incident.reach === 'all'
      ? namesOf(incident)
      : relays.length === 0
        ? 'a relay that the log does not name'
        : listText(relays.map(relayText));
  const certificate = unaccepted.relays.length > 0 || (said !== undefined && ofCertificate.test(said));
  const ip = relay.ip ?? relay.host;
  const what = certificate ? 'the certificate is not accepted' : 'the handshake fails';
  return {
    cause: 'tls',
    ...head,
    kind,
    ...(phase === undefined ? {} : { phase }),
    claim: `TLS with ${who}: ${what} in ${incident.count} of ${incident.of} tries.${said === undefined ? '' : ` Postfix says ${quoted(said)}.`}`,
    sure: 'certain',
    refute: certificate
      ? 'The certificate verifies by hand, with the same CA file: then what this host trusts (smtp_tls_CAfile) is at fault, and not the relay.'
      : 'The handshake succeeds by hand from this host: then the settings of this Postfix (smtp_tls_protocols, smtp_tls_ciphers) are at fault, and not the relay.',
    evidence: evidenceOf(incident, commands),
    next: [
      `Look at the handshake: openssl s_client -starttls smtp -connect ${ip}:${relay.port ?? 25} -servername ${shellWord(relay.host)} -showcerts </dev/null`,
      ...(certificate ? ['See its names and dates: … | openssl x509 -noout -subject -issuer -dates -ext subjectAltName'] : []),
      'See what this host asks for: postconf smtp_tls_security_level smtp_tls_policy_maps smtp_tls_CAfile smtp_tls_CApath',
      'Where mail must go out before it is mended, the relay can have a policy of its own (smtp_tls_policy_maps: may); that gives up what was asked for.',
    ],
  };
}

/** Relays whose certificates were not accepted then, and the last reason. */
function certificatesIn(certificates: readonly EventDocument[], { since, until }: Window): { relays: Relay[]; said: string | undefined } {
  const relays = new Map<string, Relay>();
  let said: string | undefined;
  for (const { message, '@timestamp': stamp } of certificates) {
    const time = Date.parse(stamp);
    // The line stands in front of the failure, mostly in the same second.
    if (time < since - 5000 || time > until + 5000) continue;
    const [, host, ip, port, why] = /verification failed for (\S+?)\[([\da-fA-F.:]+)\](?::(\d+))?: (.*)$/.exec(message) ?? [];
    if (host === undefined || ip === undefined) continue;
    relays.set(ip, { host, ip, port: port === undefined ? undefined : Number(port) });
    said = why;
  }
  return { relays: [...relays.values()], said };
}

function withRelays(
  { relay: _none, relays: _nones, ...head }: ReturnType<typeof headOf>,
  relays: readonly Relay[],
): ReturnType<typeof headOf> {
  const [relay] = relays;
  if (relay === undefined) return head;
  return relays.length === 1 ? { relay, ...head } : { relays, ...head };
}
