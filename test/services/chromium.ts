/** A real browser for the pages: Debian's chromium, driven by playwright-core. */
import { spawnSync } from 'node:child_process';
import { type Browser, chromium } from 'playwright-core';

/** Where it is, or why there is none. */
export type FoundBrowser = { readonly path: string; readonly missing?: never } | { readonly missing: string; readonly path?: never };

/** @throws Error where there is none although CI demands it */
export function findChromium(): FoundBrowser {
  for (const name of ['chromium', 'chromium-browser', 'google-chrome']) {
    const { status, stdout } = spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' });
    if (status === 0) return { path: stdout.trim() };
  }
  const missing = 'there is no chromium on the PATH (Debian: apt install chromium)';
  if (process.env.CI === 'true') throw new Error(`${missing}; in CI it has to be there`);
  return { missing };
}

/** It has nothing to load but pages of this machine, and says nothing to anybody else. */
export function startChromium(path: string): Promise<Browser> {
  return chromium.launch({
    executablePath: path,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--no-proxy-server',
      '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1',
    ],
  });
}
