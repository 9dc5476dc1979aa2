/** vitest's global set-up: hands out the servers that tests ask for, and stops what it started. */
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { TestProject } from 'vitest/node';
import { dockerAnswers, type Image, startContainer } from './docker.js';
import { startElasticsearch, version } from './elasticsearch.js';
import type { Service, ServiceName } from './index.js';
import { Unavailable } from './unavailable.js';

interface Running {
  readonly url: string;
  stop(): Promise<void>;
}

const variables: Readonly<Record<ServiceName, string>> = { elasticsearch: 'ELASTICSEARCH_URL', redis: 'REDIS_URL' };
const starters: Readonly<Record<ServiceName, () => Promise<Running>>> = {
  elasticsearch: () => startElasticsearch({ brief: true }),
  redis: async () => (await import('./redis.js')).startRedis(),
};

const images: Readonly<Record<ServiceName, Image & { readonly scheme: string }>> = {
  elasticsearch: {
    scheme: 'http',
    image: `docker.elastic.co/elasticsearch/elasticsearch:${version}`,
    port: 9200,
    options: ['discovery.type=single-node', 'xpack.security.enabled=false', 'ES_JAVA_OPTS=-Xms512m -Xmx512m'].flatMap((value) => [
      '--env',
      value,
    ]),
    ready: async (address) => (await fetch(`http://${address}/_cluster/health`)).ok,
  },
  redis: {
    scheme: 'redis',
    image: 'redis:7',
    port: 6379,
    command: ['redis-server', '--maxmemory-policy', 'noeviction'],
    ready: (address) =>
      new Promise((resolve, reject) => {
        const [host = '', port] = address.split(':');
        const socket = connect(Number(port), host, () => {
          socket.end();
          resolve(true);
        }).once('error', reject);
      }),
  },
};

/** Somebody else's server, where the environment names one; one in a container, where there is an engine; or its own. */
async function start(name: ServiceName): Promise<Running> {
  const given = process.env[variables[name]];
  if (given) return { url: given, stop: async () => {} };
  if (await dockerAnswers()) {
    const { scheme, ...image } = images[name];
    const container = await startContainer(image);
    if (container !== undefined) return { url: `${scheme}://${container.address}`, stop: container.stop };
  }
  return await starters[name]();
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const started = new Map<ServiceName, Promise<Running>>();
  const missing = new Map<ServiceName, string>();
  const answer = async (name: ServiceName): Promise<Service> => {
    let running = started.get(name);
    if (running === undefined) {
      running = start(name);
      started.set(name, running);
    }
    try {
      return { url: (await running).url };
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      missing.set(name, error.message);
      return { missing: error.message };
    }
  };
  const server = createServer((request, response) => {
    const name = request.url?.slice(1);
    const known = name === 'elasticsearch' || name === 'redis' ? answer(name) : Promise.reject(new Error(`no such service: ${name}`));
    known.then(
      (service) => response.end(JSON.stringify(service)),
      (error: unknown) => {
        console.error(error);
        response.destroy();
      },
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  project.provide('services', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return async () => {
    server.close();
    await Promise.all([...started.values()].map((running) => running.then((service) => service.stop()).catch(() => {})));
    for (const [name, why] of missing) console.error(`Tests with ${name} were skipped: ${why}`);
  };
}
