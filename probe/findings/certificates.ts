/** Certificates that a client that looks would not take. */
import type { Observed } from '../findings.js';
import type { ProbedRelay, ProbeFinding } from '../result.js';
import { relayName } from './words.js';

/** Days; authorities that renew by themselves do it a month before. */
const soon = 14;
const day = 86_400_000;

export const certificateFindings = ({ relays, plan, now }: Observed): ProbeFinding[] =>
  relays.flatMap((relay) => findingsOf(relay, plan.tls.verified, now));

function findingsOf(relay: ProbedRelay, verified: boolean, now: number): ProbeFinding[] {
  const { tls } = relay;
  if (tls === undefined) return [];
  const subject = relayName(relay);
  const [own] = tls.chain;
  const found: ProbeFinding[] = [];
  // Mail waits for it only where Postfix looks.
  const severity = verified ? 'failure' : 'warning';
  const matters = verified
    ? 'smtp_tls_security_level asks for a certificate that verifies, so mail waits.'
    : 'Mail goes out all the same, since smtp_tls_security_level does not ask for it.';
  if (tls.untrusted !== undefined) {
    const when = own === undefined ? '' : tls.untrusted.code === 'CERT_HAS_EXPIRED' ? ` on ${expiry(relay, now)}` : '';
    found.push({
      kind: 'certificate_untrusted',
      severity,
      subject,
      sentence: `The certificate of ${subject} would not verify: ${tls.untrusted.text}${when}.`,
      next: `${matters} Its owner has to renew or replace it; an authority of your own goes into smtp_tls_CAfile.`,
    });
  }
  if (tls.nameMatches === false && own !== undefined) {
    const names =
      own.names.length > 0
        ? own.names.slice(0, 5).join(', ') + (own.names.length > 5 ? ` and ${own.names.length - 5} more` : '')
        : own.subject;
    found.push({
      kind: 'certificate_wrong_name',
      severity,
      subject,
      sentence: `The certificate of ${subject} is not for ${tls.name}, but for ${names}.`,
      next: `${matters} Its owner has to add the name.`,
    });
  }
  const left = own === undefined ? Number.POSITIVE_INFINITY : (Date.parse(own.notAfter) - now) / day;
  if (tls.untrusted === undefined && left < soon) {
    found.push({
      kind: 'certificate_expires_soon',
      severity: 'warning',
      subject,
      sentence: `The certificate of ${subject} expires in ${Math.max(0, Math.floor(left))} days, on ${own?.notAfter.slice(0, 10)}.`,
      next: 'Tell its owner.',
    });
  }
  return found;
}

/** The date at which the first of the chain that is over ran out. */
function expiry({ tls }: ProbedRelay, now: number): string {
  const over = tls?.chain.find(({ notAfter }) => Date.parse(notAfter) < now) ?? tls?.chain[0];
  return over?.notAfter.slice(0, 10) ?? 'an unknown day';
}
