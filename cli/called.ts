/** How postscope is called here, for the commands that it suggests: npm and npx tell their children. */
import type { Io } from './io.js';

export function calledAs(env: Io['env']): string {
  return env.npm_command === undefined ? 'postscope' : 'npx postscope';
}
