// What the tests need besides packages of npm: a Redis to start. Elasticsearch fetches itself (test/services/).
import { spawnSync } from 'node:child_process';

const onPath = (program) => spawnSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' }).status === 0;

/**
 * Debian's redis-tools has the server, under the name of its checker; the package redis-server would also start one that
 * nobody asked for. Where it cannot be installed, the tests that need it say so.
 */
export function installServices() {
  if (process.env.REDIS_URL || onPath('redis-server') || onPath('redis-check-rdb')) return;
  if (process.getuid?.() !== 0 || !onPath('apt-get')) return;
  console.error('Installing Redis for the tests (once) …');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (...words) => spawnSync('apt-get', ['-qq', ...words], { stdio: ['ignore', 2, 2], env }).status === 0;
  const install = () => apt('install', '-y', '--no-install-recommends', 'redis-tools');
  // The lists may be missing, or old.
  if (!install() && apt('update')) install();
}
