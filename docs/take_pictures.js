// Takes the pictures of README.md anew:  node docs/take_pictures.js
// They are pages of `postscope serve`, over the incident of the tests and over three weeks of a made-up server, as Debian's chromium shows them.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { ready } from '../bin/ready.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const at = (path) => join(root, path);
const postscope = (...words) => node('bin/postscope.js', ...words);

/** File, store, address, size; `from` is where on the page the picture begins. */
const pictures = [
  { name: 'overview', store: 'incident', path: '/', width: 900, height: 960 },
  { name: 'mail', store: 'incident', path: '/message?id=70EAEC233E', width: 900, height: 780 },
  { name: 'lines', store: 'incident', path: '/search?text=relay102&status=sent', width: 900, height: 640 },
  { name: 'weeks', store: 'weeks', path: '/', width: 900, height: 720, from: '[data-part*="/part/change"]' },
  { name: 'phone', store: 'incident', path: '/', width: 400, height: 760, colorScheme: 'dark' },
];

ready({ develop: true });
const folder = mkdtempSync(join(tmpdir(), 'postscope-pictures-'));
try {
  const incident = 'test/logs/incident';
  postscope('import', '--quiet', '--zone', 'UTC', '--store', storeOf('incident'), at(`${incident}/maillog`));
  node('dist/bench/generate.js', '--lines', '120000', '--days', '21', '--hosts', '1', '--seed', '4', '--single', join(folder, 'weeks.log'));
  postscope('import', '--quiet', '--zone', 'UTC', '--store', storeOf('weeks'), join(folder, 'weeks.log'));
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-proxy-server'],
  });
  try {
    for (const picture of pictures) await take(browser, picture);
  } finally {
    await browser.close();
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function storeOf(name) {
  return join(folder, `${name}.duckdb`);
}

function node(script, ...words) {
  const { status } = spawnSync(process.execPath, [at(script), ...words], { stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) throw new Error(`${script} ${words[0]} ended with exit code ${status}`);
}

async function take(browser, { name, store, path, width, height, from, colorScheme = 'light' }) {
  const serving = spawn(process.execPath, [at('bin/postscope.js'), 'serve', '--port', '0', '--zone', 'UTC', '--store', storeOf(store)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  try {
    const page = await browser.newPage({ viewport: { width, height }, colorScheme });
    page.setDefaultTimeout(120_000);
    await page.goto(new URL(path, await addressOf(serving)).href);
    await page.waitForFunction(() => document.querySelector('[data-part]:not([data-filled])') === null);
    const { y = 0 } = from === undefined ? {} : await page.locator(from).boundingBox();
    const file = at(`docs/pictures/${name}.png`);
    await page.screenshot({ path: file, fullPage: true, clip: { x: 0, y, width, height } });
    await page.close();
    console.log(file);
  } finally {
    serving.kill('SIGINT');
  }
}

async function addressOf(serving) {
  let said = '';
  for await (const text of serving.stderr) {
    said += text;
    const [address] = /http:\/\/127\S+/.exec(said) ?? [];
    if (address !== undefined) return address;
  }
  throw new Error(`There are no pages: ${said}`);
}
