/**
 * The site in a real browser, from a disk as from a server: wide and narrow, light and dark, on paper; the search finds, keys
 * are enough, nothing is in the console, and who does not see or use a mouse can use it, too.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EXAMPLES } from '../../scripts/site/gallery.ts';
import { PAGES } from '../../scripts/site/pages.ts';
import { type Files, wholeSite } from '../../scripts/site/site.ts';
import { CHROMIUM, launch } from './browser.ts';
import { findings } from './monitor/accessible.ts';

/** Any folder of a server. */
const PREFIX = '/some/where/';
const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css',
  js: 'text/javascript',
  svg: 'image/svg+xml',
  png: 'image/png',
};
/** One of each kind: prose, tables, code, diagrams, cards. */
const VARIED = [
  ...['index.html', 'guide/load.html', 'reference/cli.html', 'reference/protocol.html'],
  ...['method/anatomy.html', 'gallery/index.html'],
];

/** Where there is none, all of it is left out, and named so. */
describe.skipIf(CHROMIUM === undefined)('the site in a browser (needs chromium)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'echolot-site-'));
  const disk = `${pathToFileURL(folder)}/`;
  let files: Files;
  let web: Server;
  let served: string;
  let browser: Browser;

  beforeAll(async () => {
    files = await wholeSite();
    for (const [path, content] of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    web = createServer(({ url = '' }, response) => {
      const path = url.startsWith(PREFIX) ? url.slice(PREFIX.length) : '';
      const type = TYPES[path.replace(/^.*\./, '')] ?? 'application/octet-stream';
      response.writeHead(files.has(path) ? 200 : 404, { 'Content-Type': type });
      response.end(files.get(path));
    });
    await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
    served = `http://127.0.0.1:${(web.address() as AddressInfo).port}${PREFIX}`;
    browser = await launch();
  });

  afterAll(async () => {
    await browser?.close();
    web?.close();
    rmSync(folder, { recursive: true });
  });

  /** @returns a page, and what its console says, or it asks for, that it should not */
  async function open(
    url: string,
    options: Parameters<Browser['newContext']>[0] = {},
  ): Promise<{ page: Page; complaints: string[]; context: BrowserContext }> {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('request', (request) => {
      if (![served, disk, 'data:'].some((own) => request.url().startsWith(own)))
        complaints.push(request.url());
    });
    await page.goto(url);
    return { page, complaints, context };
  }

  const forms = [1_280, 360].flatMap((width) =>
    (['light', 'dark'] as const).map((scheme) => [width, scheme] as const),
  );

  test.each(VARIED.flatMap((path) => forms.map(([width, scheme]) => [path, width, scheme] as const)))(
    '%s at %i px, %s, can be used by everybody and complains of nothing',
    async (path, width, scheme) => {
      const { page, complaints, context } = await open(disk + path, {
        viewport: { width, height: 800 },
        colorScheme: scheme,
      });
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      expect(await page.evaluate(findings)).toEqual([]);
      expect(complaints).toEqual([]);
      await context.close();
    },
  );

  test.each([360, 1_280])(
    'no page is wider than a screen of %i px, nor complains, on a server',
    async (width) => {
      const { page, complaints, context } = await open(`${served}index.html`, {
        viewport: { width, height: 800 },
      });
      const wide: string[] = [];
      const reports = EXAMPLES.map(({ name }) => ({ path: `gallery/${name}.html` }));
      for (const { path } of [...PAGES, ...reports]) {
        await page.goto(served + path);
        const widthPx = Number(await page.evaluate('document.documentElement.scrollWidth'));
        if (widthPx > width) wide.push(`${path}: ${widthPx}`);
      }
      expect(wide).toEqual([]);
      expect(complaints).toEqual([]);
      await context.close();
    },
  );

  test.each(['disk', 'server'])(
    'from a %s, what is searched is found by the keyboard alone',
    async (from) => {
      const { page, complaints, context } = await open(`${from === 'disk' ? disk : served}guide/load.html`);
      expect(await page.locator('script').count()).toBe(1);
      await page.keyboard.press('/');
      await page.keyboard.type('server delay');
      await page.locator('#found a', { hasText: 'Server delay' }).first().waitFor();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('ArrowUp');
      await page.keyboard.press('Enter');
      await page.waitForURL('**/method/method.html#server-delay');
      await page.keyboard.press('/');
      await page.keyboard.type('xyzzyquux');
      await page.getByText('Nothing has all of these words.').waitFor();
      await page.keyboard.press('Escape');
      expect(await page.locator('#found').isVisible()).toBe(false);
      expect(complaints).toEqual([]);
      await context.close();
    },
  );

  test('the first key leads past the menu, and the last link of a page to the next one', async () => {
    const { page, context } = await open(`${disk}index.html`);
    await page.keyboard.press('Tab');
    expect(await page.locator(':focus').textContent()).toBe('Skip to the content');
    await page.keyboard.press('Enter');
    expect(await page.locator(':focus').getAttribute('id')).toBe('main');
    await page.locator('a[rel=next]').click();
    expect(await page.title()).toContain(PAGES[1]?.title);
    await context.close();
  });

  test('on a phone the menu opens, leads on and closes by a key', async () => {
    const { page, context } = await open(`${disk}index.html`, { viewport: { width: 360, height: 640 } });
    const menu = page.locator('#menu');
    expect(await menu.isVisible()).toBe(false);
    await page.locator('#open-menu').focus();
    await page.keyboard.press('Enter');
    expect(await menu.isVisible()).toBe(true);
    await page.keyboard.press('Escape');
    expect(await menu.isVisible()).toBe(false);
    await page.locator('#open-menu').click();
    await menu.getByRole('link', { name: 'Open loops' }).click();
    expect(page.url()).toContain('open-loop.html');
    await context.close();
  });

  test('the colours that somebody chose stay, on the next page, too', async () => {
    const { page, context } = await open(`${served}index.html`, { colorScheme: 'light' });
    const ground = (): Promise<unknown> => page.evaluate('getComputedStyle(document.body).backgroundColor');
    const light = await ground();
    const button = page.locator('#theme');
    await button.click();
    await button.click();
    expect(await button.textContent()).toBe('Dark');
    expect(await ground()).not.toBe(light);
    await page.goto(`${served}guide/load.html`);
    expect(await ground()).not.toBe(light);
    await button.click();
    expect(await ground()).toBe(light);
    await context.close();
  });

  test('without a script pages are whole, and offer nothing that does nothing', async () => {
    const { page, complaints, context } = await open(`${disk}guide/load.html`, { javaScriptEnabled: false });
    expect(await page.locator('#menu').isVisible()).toBe(true);
    expect(await page.locator('#search').isVisible()).toBe(false);
    expect(await page.locator('#theme').isVisible()).toBe(false);
    await page.locator('#contents summary').click();
    expect(await page.locator('#contents a').first().isVisible()).toBe(true);
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('a line that is copied has no prompt', async () => {
    const { page, context } = await open(`${served}guide/course.html`, {
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    await page.locator('.code', { hasText: '$ echolot check' }).first().hover();
    await page.locator('.code', { hasText: '$ echolot check' }).first().getByRole('button').click();
    await page.getByText('Copied').waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe('echolot check localhost 9900\n');
    await context.close();
  });

  test('on paper there is the document and nothing around it, in light colours', async () => {
    const { page, context } = await open(`${served}guide/load.html`, { colorScheme: 'dark' });
    await page.locator('#theme').click();
    await page.locator('#theme').click();
    await page.emulateMedia({ media: 'print' });
    for (const around of ['header', '#menu', '.contents', '.turn', '.copy >> nth=0']) {
      expect(await page.locator(around).isVisible()).toBe(false);
    }
    expect(await page.locator('main h1').isVisible()).toBe(true);
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)');
    await context.close();
  });
});
