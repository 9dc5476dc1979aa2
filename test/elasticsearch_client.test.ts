/** Whom the connection to Elasticsearch trusts, and as whom it logs in. */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { type Connection, openClient } from '../store/elasticsearch/client.js';

const pem = (name: string) => readFileSync(join(import.meta.dirname, 'tls', name), 'utf8');
const fingerprint = new X509Certificate(pem('trusted-ca.pem')).fingerprint256;

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A server with a certificate, which shows others behind it. */
async function serve(
  name: 'trusted' | 'other',
  shown: readonly string[],
): Promise<{ url: string; headers: () => IncomingHttpHeaders | undefined }> {
  let headers: IncomingHttpHeaders | undefined;
  const cert = [`${name}-server.pem`, ...shown].map(pem).join('');
  const server = createServer({ key: pem(`${name}-server.key`), cert }, (request, response) => {
    headers = request.headers;
    response.writeHead(200, { 'content-type': 'application/json', 'x-elastic-product': 'Elasticsearch' }).end('{"ok":true}');
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`, headers: () => headers };
}

async function ask(connection: Connection): Promise<unknown> {
  const client = await openClient(connection);
  try {
    return await client.transport.request({ method: 'GET', path: '/' }, { maxRetries: 0 });
  } finally {
    await client.close();
  }
}

describe('a certificate', () => {
  test('is trusted where the authority is the one of the file', async () => {
    const { url } = await serve('trusted', []);
    expect(await ask({ url, ca: pem('trusted-ca.pem') })).toEqual({ ok: true });
    await expect(ask({ url, ca: pem('other-ca.pem') })).rejects.toThrow(/certificate|verif/);
    await expect(ask({ url })).rejects.toThrow(/certificate|verif/);
  });

  test.each([fingerprint, fingerprint.replace(/:/g, '').toLowerCase()])(
    'is trusted where its chain leads to the fingerprint %s',
    async (caFingerprint) => {
      const { url } = await serve('trusted', ['trusted-ca.pem']);
      expect(await ask({ url, caFingerprint })).toEqual({ ok: true });
    },
  );

  test('of another authority is not, and its fingerprint is told', async () => {
    const { url } = await serve('other', ['other-ca.pem']);
    const shown = new X509Certificate(pem('other-ca.pem')).fingerprint256;
    await expect(ask({ url, caFingerprint: fingerprint })).rejects.toMatchObject({
      code: 'unreachable',
      message: expect.stringContaining(shown),
    });
  });

  // The authority's certificate is public: whoever shows it has signed nothing with it.
  test('beside which the right authority is only shown is not trusted', async () => {
    const { url, headers } = await serve('other', ['trusted-ca.pem']);
    await expect(ask({ url, caFingerprint: fingerprint, username: 'elastic', password: 'secret' })).rejects.toThrow();
    expect(headers()).toBeUndefined();
  });

  test('that cannot be had is an error that names the server', async () => {
    await expect(ask({ url: 'https://127.0.0.1:1', caFingerprint: fingerprint })).rejects.toMatchObject({
      code: 'unreachable',
      message: expect.stringContaining('https://127.0.0.1:1'),
    });
  });
});

test.each([
  [{ apiKey: 'a2V5OnNlY3JldA==' }, 'ApiKey a2V5OnNlY3JldA=='],
  [{ username: 'elastic', password: 'a b:c' }, `Basic ${Buffer.from('elastic:a b:c').toString('base64')}`],
  [{}, undefined],
])('who logs in: %j', async (login, authorization) => {
  const { url, headers } = await serve('trusted', []);
  await ask({ url, ca: pem('trusted-ca.pem'), ...login });
  expect(headers()?.authorization).toBe(authorization);
});
