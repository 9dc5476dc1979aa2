/** Servers in containers, where a Docker engine answers. */
import { execFile } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface Container {
  /** Host and port that the service can be reached at. */
  readonly address: string;
  stop(): Promise<void>;
}

let engine: Promise<boolean> | undefined;

/** Whether there is an engine to ask; a client without one is on many machines. */
export function dockerAnswers(): Promise<boolean> {
  engine ??= run('docker', ['version', '--format', '{{.Server.Version}}'], { timeout: 5_000 }).then(
    () => true,
    () => false,
  );
  return engine;
}

export interface Image {
  readonly image: string;
  /** The port of the service in the container. */
  readonly port: number;
  readonly options?: readonly string[];
  readonly command?: readonly string[];
  /** Whether what listens at the address is ready to serve. */
  ready(address: string): Promise<boolean>;
}

/**
 * Starts a container with a port of this machine's loopback.
 * @returns undefined where the image cannot be had, or does not come up: there are other ways to a server
 */
export async function startContainer({ image, port, options = [], command = [], ready }: Image): Promise<Container | undefined> {
  let id = '';
  try {
    const words = ['run', '--detach', '--rm', '--publish', `127.0.0.1::${port}`, ...options, image, ...command];
    id = (await run('docker', words, { timeout: 300_000 })).stdout.trim();
    const published = (await run('docker', ['port', id, String(port)], { timeout: 10_000 })).stdout;
    const address = published.split('\n')[0]?.trim() ?? '';
    for (const until = Date.now() + 120_000; Date.now() < until; await pause(200)) {
      if (await ready(address).catch(() => false)) return { address, stop: () => remove(id) };
    }
  } catch {
    // The engine's own words are of no use to somebody who did not ask for it.
  }
  if (id !== '') await remove(id);
  return undefined;
}

async function remove(id: string): Promise<void> {
  await run('docker', ['rm', '--force', '--volumes', id], { timeout: 60_000 }).catch(() => {});
}
