/** Opens the store that a command means. */
import { existsSync } from 'node:fs';
import { printable } from '../report/render/text.js';
import type { MessageReader, MessageWriter } from '../store/message_port.js';
import type { Reader, Writer } from '../store/port.js';
import { calledAs } from './called.js';
import type { Io } from './io.js';
import type { NamedStore } from './store.js';

/** Thrown for what ends in one sentence and exit code 1. */
export class Failure extends Error {}

/** @throws Failure where there is no such file */
export async function openStore(store: NamedStore, io: Io, onWait?: (holder: string) => void): Promise<Reader> {
  const options = { ...store.address, ...(onWait === undefined ? {} : { onWait }) };
  if (io.openReader !== undefined) return io.openReader(options);
  mustExist(store, io);
  // Not before it is needed: DuckDB takes longer to load than `--help` to print.
  const { openReader } = await import('../store/open.js');
  return openReader(options);
}

/**
 * Opens a store for writing. An Elasticsearch that is away is waited for, and that is said.
 * @throws StoreError
 */
export async function openStoreToWrite(
  { address }: NamedStore,
  io: Io,
  onWait?: (holder: string) => void,
): Promise<Writer & Partial<MessageReader & MessageWriter>> {
  if (address.elasticsearch !== undefined) {
    const { openElasticsearchWriter } = await import('../store/elasticsearch/index.js');
    const say = (about: object, message: string) => {
      const { reason } = about as { readonly reason?: unknown };
      io.stderr.write(`${printable(typeof reason === 'string' ? `${message} (${reason})` : message)}\n`);
    };
    return openElasticsearchWriter({ ...address.elasticsearch, log: { info: say, warn: say } });
  }
  const { openWriter } = await import('../store/open.js');
  return openWriter({ ...address, ...(onWait === undefined ? {} : { onWait }) });
}

/** @throws Failure where there is no such file */
export function mustExist({ address: { path } }: NamedStore, io: Io): void {
  if (path === undefined || existsSync(path)) return;
  throw new Failure(
    `There is no store at ${printable(path)}.\n` +
      `Make one:      ${calledAs(io.env)} import /var/log/maillog*     (Debian: /var/log/mail.log*)\n` +
      'Or name one:   --store PATH, or POSTSCOPE_STORE in the environment',
  );
}
