/** Listens for the pages: on the loopback address, and nowhere else. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { type WebOptions, webApp } from './app.js';

export interface WebServer {
  /** `http://127.0.0.1:8025/` */
  readonly address: string;
  close(): Promise<void>;
}

/** @throws the error of listening, with its code */
export async function serveWeb({ port, ...options }: WebOptions & { readonly port: number }): Promise<WebServer> {
  const app = webApp(options);
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 10_000, keepAliveTimeout: 5_000 }, getRequestListener(app.fetch));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve());
  });
  const { port: own } = server.address() as AddressInfo;
  return { address: `http://127.0.0.1:${own}/`, close: () => closed(server) };
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    // A browser keeps its connections; who ends the program does not wait for it.
    server.closeAllConnections();
  });
}
