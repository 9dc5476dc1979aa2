/** What a server's certificate says, and whether a client that looks would take it. */
import type { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { ProbedTls } from '../result.js';

/** Longer than any chain in use. */
const longest = 10;
const mostNames = 100;

/**
 * @param host the relay's name, or its address where it has none
 */
export function tlsOf(socket: TLSSocket, host: string): ProbedTls {
  // The types of Node 20 promise an Error there, and there is one only where the chain is not trusted.
  const error = socket.authorizationError as unknown;
  const certificate = socket.getPeerX509Certificate();
  const name = isIP(host) === 0 ? host : undefined;
  return {
    protocol: socket.getProtocol() ?? 'unknown',
    cipher: socket.getCipher().name,
    chain: certificate === undefined ? [] : chainOf(certificate).map(certificateOf),
    ...(socket.authorized ? {} : { untrusted: { code: codeOf(error), text: wordsOf(codeOf(error)) } }),
    ...(name === undefined || certificate === undefined ? {} : { name, nameMatches: certificate.checkHost(name) !== undefined }),
  };
}

const codeOf = (error: unknown): string =>
  error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? error.message) : String(error ?? 'no certificate');

/** OpenSSL's codes that operators meet; the others are shown as they are. */
const words: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'it is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'the chain ends in an authority that is not trusted here',
  UNABLE_TO_GET_ISSUER_CERT: 'the certificate of who signed it was not found',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'the authority that signed it is not known here, or the server leaves out an intermediate certificate',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the authority that signed it is not known here, or the server leaves out an intermediate certificate',
  CERT_HAS_EXPIRED: 'it has expired',
  CERT_NOT_YET_VALID: 'it is not valid yet',
  CERT_SIGNATURE_FAILURE: 'its signature is wrong',
  CERT_REVOKED: 'it was revoked',
  INVALID_PURPOSE: 'it is not meant for servers',
  CERT_UNTRUSTED: 'it is not trusted',
};

const wordsOf = (code: string): string => words[code] ?? code;

function chainOf(certificate: X509Certificate): X509Certificate[] {
  const chain: X509Certificate[] = [];
  for (let at: X509Certificate | undefined = certificate; at !== undefined && chain.length < longest; at = at.issuerCertificate) {
    // A root is its own issuer.
    if (chain.some(({ fingerprint256 }) => fingerprint256 === at?.fingerprint256)) break;
    chain.push(at);
  }
  return chain;
}

const certificateOf = (certificate: X509Certificate) => ({
  subject: certificate.subject?.replaceAll('\n', ', ') ?? '',
  issuer: certificate.issuer?.replaceAll('\n', ', ') ?? '',
  names: namesOf(certificate.subjectAltName ?? ''),
  notBefore: new Date(certificate.validFrom).toISOString(),
  notAfter: new Date(certificate.validTo).toISOString(),
  sha256: certificate.fingerprint256,
});

/** Of `DNS:a.example, IP Address:192.0.2.1`; what has odd characters in it is in quotes, as JSON. */
function namesOf(alternatives: string): string[] {
  const names: string[] = [];
  for (const [, quoted, bare] of alternatives.matchAll(/(?:DNS|IP Address):(?:("(?:[^"\\]|\\.)*")|([^,]*))/g)) {
    if (names.length === mostNames) break;
    names.push(quoted === undefined ? (bare as string) : String(JSON.parse(quoted)));
  }
  return names;
}
