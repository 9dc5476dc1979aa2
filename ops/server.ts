/** Answers two questions over HTTP, `/healthz` and `/metrics`, and nothing else that anybody may send. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Health } from './health.js';

export interface OperationsOptions {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  readonly health: () => Health;
  readonly metrics: () => Promise<{ readonly type: string; readonly text: string }>;
}

export interface Operations {
  /** `127.0.0.1:9464` */
  readonly address: string;
  close(): Promise<void>;
}

/** Scrapers are few. */
const mostConnections = 32;

/** @throws Error in a sentence where nothing can listen there */
export async function serveOperations(options: OperationsOptions): Promise<Operations> {
  const server = createServer(
    { maxHeaderSize: 8192, headersTimeout: 5_000, requestTimeout: 5_000, keepAliveTimeout: 5_000 },
    (request, response) => {
      answer(request, response, options).catch(() => {
        if (!response.headersSent) reply(response, 500, 'text/plain', 'the metrics could not be gathered\n');
        else response.destroy();
      });
    },
  );
  server.maxConnections = mostConnections;
  // Node answers a request that is none by itself where nobody listens for it, and throws where the socket is gone.
  server.on('clientError', (_error, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    else socket.destroy();
  });
  await listen(server, options);
  // An error of a server that listens is one of accepting a connection (too many open files): the next may be accepted.
  server.on('error', () => {});
  const { address, family, port } = server.address() as AddressInfo;
  return {
    address: family === 'IPv6' ? `[${address}]:${port}` : `${address}:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, { host, port }: OperationsOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why =
        error.code === 'EADDRINUSE'
          ? 'another process listens there. Give this one another port with --metrics-listen, or off'
          : error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND'
            ? 'this machine does not have that address'
            : error.message;
      reject(new Error(`cannot listen at ${host}:${port} for /healthz and /metrics: ${why}`, { cause: error }));
    });
    server.listen({ host, port }, () => {
      server.removeAllListeners('error');
      resolve();
    });
  });
}

async function answer(request: IncomingMessage, response: ServerResponse, { health, metrics }: OperationsOptions): Promise<void> {
  // Whatever is in a body, nobody reads it.
  request.resume();
  const [path] = (request.url ?? '').split('?', 1);
  if (path !== '/healthz' && path !== '/metrics') return reply(response, 404, 'text/plain', 'there are /healthz and /metrics\n');
  if (request.method !== 'GET') {
    response.setHeader('Allow', 'GET');
    return reply(response, 405, 'text/plain', 'only GET\n');
  }
  if (path === '/metrics') {
    const { type, text } = await metrics();
    return reply(response, 200, type, text);
  }
  const state = health();
  reply(response, state.healthy ? 200 : 503, 'application/json', `${JSON.stringify(state)}\n`);
}

function reply(response: ServerResponse, status: number, type: string, text: string): void {
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(text), 'Cache-Control': 'no-store' });
  response.end(text);
}
