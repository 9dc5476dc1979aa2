// What the tests need besides packages of npm: a Redis and a browser to start. Elasticsearch fetches itself (test/services/).
import { spawnSync } from 'node:child_process';

const onPath = (program) => spawnSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' }).status === 0;

/** Longer than a slow mirror takes; tests that miss something say so. */
const patience = 240_000;

/**
 * Debian's redis-tools has the server, under the name of its checker; the package redis-server would also start one that
 * nobody asked for. Where something cannot be installed, the tests that need it say so.
 */
export function installServices() {
  const missing = [
    ...(process.env.REDIS_URL || onPath('redis-server') || onPath('redis-check-rdb') ? [] : ['redis-tools']),
    ...(onPath('chromium') || onPath('chromium-browser') || onPath('google-chrome') ? [] : ['chromium']),
  ];
  if (missing.length === 0 || process.getuid?.() !== 0 || !onPath('apt-get')) return;
  console.error(`Installing ${missing.join(' and ')} for the tests (once) …`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (...words) => spawnSync('apt-get', ['-qq', ...words], { stdio: ['ignore', 2, 2], env, timeout: patience }).status === 0;
  const install = (name) => apt('install', '-y', '--no-install-recommends', name);
  // The lists may be missing, or old. One by one: what cannot be had must not keep the other away.
  const left = missing.filter((name) => !install(name));
  if (left.length > 0 && apt('update')) for (const name of left) install(name);
}
