/** The connection to Elasticsearch: who logs in, and whom to trust. Requests, retries and errors are their callers' affair. */
import { connect, type DetailedPeerCertificate } from 'node:tls';
import { Client, Serializer } from '@elastic/elasticsearch';
import { StoreError } from '../errors.js';

export interface Connection {
  /** Without user and password. */
  readonly url: string;
  readonly apiKey?: string;
  readonly username?: string;
  readonly password?: string;
  /** Certificate authority, PEM. */
  readonly ca?: string;
  /** SHA-256 of the certificate authority, in hexadecimal digits, with or without colons. */
  readonly caFingerprint?: string;
}

/** Longer than Elasticsearch itself waits for a shard, so that it is the one that says what the matter is. */
const requestTimeout = 90_000;

/** What an answer to a bulk request begins with where each of its operations was done. */
const allDone = '{"errors":false';

/** A bulk request that went well has an answer with an item for each operation, all alike: they need not be read. */
class BulkAware extends Serializer {
  override deserialize<T = unknown>(json: string): T {
    return json.startsWith(allDone) && json.endsWith('}') ? ({ errors: false } as T) : super.deserialize<T>(json);
  }
}

/** @throws StoreError where the certificate cannot be had, or is another than the one to be trusted */
export async function openClient(connection: Connection): Promise<Client> {
  const { url, apiKey, username, password, caFingerprint } = connection;
  const ca = connection.ca ?? (caFingerprint === undefined ? undefined : await certificateOf(url, caFingerprint));
  const options: ConstructorParameters<typeof Client>[0] = {
    node: url,
    requestTimeout,
    // What goes wrong is said in the words of the server, never with the headers that logged in.
    redaction: { type: 'remove' },
    enableMetaHeader: false,
    Serializer: BulkAware,
  };
  if (apiKey !== undefined) options.auth = { apiKey };
  else if (username !== undefined && password !== undefined) options.auth = { username, password };
  if (ca !== undefined) options.tls = { ca };
  return new Client(options);
}

/**
 * The certificate with this fingerprint, out of the chain that the server shows. It is then the one to be trusted, so that
 * the chain is verified. The client's own `caFingerprint` only looks for the fingerprint in an unverified chain, in
 * which anybody may put a certificate that is public.
 */
function certificateOf(url: string, fingerprint: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const wanted = fingerprint.replace(/:/g, '').toUpperCase();
  return new Promise((resolve, reject) => {
    const socket = connect({
      host,
      port: Number(port || 443),
      servername: /^[\d.:]+$/.test(host) ? '' : host,
      rejectUnauthorized: false,
      timeout: 10_000,
    });
    const fail = (why: string, cause?: unknown) => {
      socket.destroy();
      reject(new StoreError('unreachable', `Elasticsearch at ${url}: ${why}`, { cause }));
    };
    socket.once('error', (error) => fail(error.message, error));
    socket.once('timeout', () => fail('no answer within 10 seconds'));
    socket.once('secureConnect', () => {
      const seen = new Set<string>();
      for (
        let at: DetailedPeerCertificate | undefined = socket.getPeerCertificate(true);
        at?.raw !== undefined && !seen.has(at.fingerprint256);
        at = at.issuerCertificate
      ) {
        seen.add(at.fingerprint256);
        if (at.fingerprint256.replace(/:/g, '') !== wanted) continue;
        socket.destroy();
        resolve(`-----BEGIN CERTIFICATE-----\n${at.raw.toString('base64')}\n-----END CERTIFICATE-----\n`);
        return;
      }
      fail(
        `no certificate in its chain has the fingerprint ${fingerprint}; it shows ${[...seen].join(' and ')}. Is that the right server?`,
      );
    });
  });
}
