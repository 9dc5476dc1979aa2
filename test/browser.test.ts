/** The pages in a real browser, over the log of a real incident. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseSince, parseUntil } from '../cli/time.js';
import { openReader, openWriter } from '../store/open.js';
import { Readers, versionOf } from '../web/readers.js';
import { serveWeb, type WebServer } from '../web/server.js';
import { findChromium, startChromium } from './services/chromium.js';
import { Workshop } from './workshop.js';

const found = findChromium();
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface AxeResults {
  readonly violations: readonly {
    readonly id: string;
    readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
  }[];
}

const views = [
  '/',
  '/relays',
  '/delays',
  '/messages',
  '/messages?doubled=yes',
  '/search?kind=connect_timeout',
  '/message?id=70EAEC233E',
  '/attempts?failed=timeouts',
  '/queue',
  '/coverage',
  '/compare',
  '/compare?at=2026-11-24T03:07:39Z',
];

describe.skipIf(found.missing !== undefined)('the pages over an incident', () => {
  let browser: Browser;
  let server: WebServer;
  let readers: Readers;
  const workshop = new Workshop();

  beforeAll(async () => {
    workshop.write('maillog', readFileSync(join(import.meta.dirname, 'logs/incident/maillog')));
    await workshop.import(['maillog']);
    const writer = await openWriter({ path: workshop.store });
    await writer.fold?.();
    await writer.close();
    readers = new Readers({ open: () => openReader({ path: workshop.store }), version: versionOf({ path: workshop.store }), idle: 100 });
    const now = Date.parse('2026-11-25T00:00:00Z');
    const times = {
      since: (text: string, zone: Parameters<typeof parseSince>[1]['zone']) => parseSince(text, { zone, now }),
      until: (text: string, zone: Parameters<typeof parseSince>[1]['zone']) => parseUntil(text, { zone, now }),
    };
    server = await serveWeb({ readers, zone: 'UTC', times, port: 0 });
    browser = await startChromium(found.path as string);
  });

  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await readers?.close();
    workshop.remove();
  });

  /** A tab for each kind of window: a new one costs a browser more than the page that it shows. */
  const tabs = new Map<string, Promise<Page>>();
  function tabFor(options: BrowserContextOptions): Promise<Page> {
    const kind = JSON.stringify(options);
    const tab = tabs.get(kind) ?? browser.newPage(options);
    tabs.set(kind, tab);
    return tab;
  }

  /** A page with all of its parts, and what it complained of. */
  async function opened(
    path: string,
    options: BrowserContextOptions = {},
  ): Promise<{ page: Page; trouble: string[]; elsewhere: string[] }> {
    const page = await tabFor(options);
    // What the page before it has under way is none of its trouble.
    page.removeAllListeners();
    await page.goto('about:blank');
    const trouble: string[] = [];
    const elsewhere: string[] = [];
    page.on('console', (said) => {
      if (said.type() === 'error' || said.type() === 'warning') trouble.push(said.text());
    });
    page.on('pageerror', (error) => trouble.push(String(error)));
    page.on('request', (request) => {
      if (!request.url().startsWith(server.address)) elsewhere.push(request.url());
    });
    page.on('response', (response) => {
      if (response.status() >= 400 && !response.url().endsWith('/favicon.ico')) trouble.push(`${response.status()} ${response.url()}`);
    });
    await page.goto(new URL(path, server.address).href);
    await expect.poll(() => page.locator('[data-part]:not([data-filled="yes"])').count()).toBe(0);
    return { page, trouble, elsewhere };
  }

  for (const colorScheme of ['light', 'dark'] as const) {
    // Colours are what differs, and these pages have all of them.
    const shown = colorScheme === 'light' ? views : ['/', '/message?id=70EAEC233E', '/search?kind=connect_timeout'];
    test.each(shown)(`%s in ${colorScheme} is whole, asks nobody else, and can be read by everybody`, async (path) => {
      const { page, trouble, elsewhere } = await opened(path, { colorScheme, bypassCSP: true });
      expect(trouble).toEqual([]);
      expect(elsewhere).toEqual([]);
      await page.evaluate(axe);
      const { violations } = await page.evaluate<AxeResults>('axe.run()');
      const told = violations.map(({ id, nodes }) =>
        [id, ...nodes.slice(0, 3).map((node) => `${node.html} ${node.failureSummary}`)].join(' | '),
      );
      expect(told).toEqual([]);
    });
  }

  test.each(views)('%s fits a telephone', async (path) => {
    const { page } = await opened(path, { viewport: { width: 360, height: 740 } });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
  });

  test('every figure of timeouts leads to the attempts behind it', async () => {
    const { page } = await opened('/');
    const row = page.locator('table[aria-label="Relays"] tr', { hasText: 'relaya4' }).first();
    const figure = Number(await row.locator('td.n').first().textContent());
    await row.locator('a').first().click();
    await page.waitForURL(/\/attempts/);
    expect(await page.locator('table[aria-label="Attempts"] tbody tr').count()).toBe(figure);
  });

  test('what came before the trouble ended stands beside what came after, and leads to all of it', async () => {
    const { page } = await opened('/');
    const rows = page.locator('table[aria-label="Before and after"] tr');
    expect(await rows.filter({ hasText: 'timeouts' }).locator('td.n').allTextContents()).toEqual(['20 of 73', '0 of 52']);
    expect(await rows.filter({ hasText: 'failed tries' }).textContent()).toContain('lower, more than chance');
    await page.click('text=All of it, side by side');
    await page.waitForURL(/\/compare\?.*at=2026-11-24T03%3A07%3A39Z/);
    expect(await page.locator('main').textContent()).toContain('Failed tries: 37 % before, 0 % after; more than chance: lower after');
  });

  test('lines that an import adds show on a page that is open', async () => {
    const { page } = await opened('/');
    const newest = page.locator('table[aria-label="Lines of the log"] tbody tr').first();
    expect(await newest.textContent()).toContain('stopping the Postfix mail system');
    const added = 'Nov 24 03:09:00 mailer postfix/smtpd[7]: connect from late.example.org[192.0.2.9]\n';
    workshop.write('maillog.new', added);
    await workshop.import(['maillog.new']);
    await expect.poll(() => newest.textContent()).toContain('late.example.org');
  });

  test('keys lead around, and the period stays', async () => {
    const { page } = await opened('/?since=2026-11-24T03:05:00Z&zone=UTC');
    await page.keyboard.press('m');
    await page.waitForURL(/\/messages/);
    expect(new URL(page.url()).searchParams.get('since')).toBe('2026-11-24T03:05:00Z');
    await page.keyboard.press('p');
    expect(await page.evaluate('document.activeElement.id')).toBe('since');
  });

  test('the period is picked by the form and by one click', async () => {
    const { page } = await opened('/messages');
    const all = await page.locator('table[aria-label="Mails"] tbody tr').count();
    await page.fill('#since', '2026-11-24 03:06');
    await page.click('form.period button');
    await page.waitForURL(/since=/);
    const some = await page.locator('table[aria-label="Mails"] tbody tr').count();
    expect(some).toBeGreaterThan(0);
    expect(some).toBeLessThan(all);
    await page.click('.quick a:has-text("all")');
    await page.waitForURL((url) => !url.searchParams.has('since'));
    expect(await page.locator('table[aria-label="Mails"] tbody tr').count()).toBe(all);
  });
});
