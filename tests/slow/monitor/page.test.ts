/**
 * The page of a monitor in a real browser: every view, wide and narrow, light and dark; what changes arrives, keys and
 * links work, nothing is in the console, and who does not see or use a mouse can use it, too.
 */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadDrawer, loadPngRenderer } from '../../../src/cli/show/pictures.ts';
import type { Store } from '../../../src/monitor/store/store.ts';
import { startWeb, type Web } from '../../../src/web/web.ts';
import { HOUR_MS, key, MINUTE_MS, madeUpLive, madeUpStore, NOW_MS, run } from '../../web/made-up.ts';
import { CHROMIUM, launch } from '../browser.ts';
import { findings } from './accessible.ts';

const HOSTILE = '<script>alert(1)</script> "quoted" \u202Egnp';
const VIEWS: Readonly<Record<string, string>> = {
  targets: '/',
  target: '/target/lisbon',
  day: '/target/amsterdam?span=1d',
  month: '/target/amsterdam?span=30d',
  hostile: `/target/${encodeURIComponent(HOSTILE)}`,
  'two ranges':
    '/target/amsterdam?from=2026-11-30T11:00&to=2026-11-30T12:00&with=2026-11-30T10:00..2026-11-30T11:00',
  events: '/events',
};

/** Where there is none, all of it is left out, and named so. */
describe.skipIf(CHROMIUM === undefined)('in a browser (needs chromium)', () => {
  const live = madeUpLive();
  let nowMs = NOW_MS;
  let store: Store;
  let web: Web;
  let browser: Browser;
  let base: string;

  beforeAll(async () => {
    store = await madeUpStore(
      [
        { target: 'amsterdam', medianNs: 12.3e6 },
        { target: 'delft', medianNs: 8.1e6, downFromMs: 4 * MINUTE_MS },
        { target: 'lisbon', medianNs: 41e6, downFromMs: 40 * MINUTE_MS, downToMs: 31 * MINUTE_MS },
        { target: HOSTILE, medianNs: 300e3 },
      ],
      { pastMs: 26 * HOUR_MS },
    );
    web = await startWeb({
      ...{ port: 0, store, live, title: 'monitor', version: '0', nowMs: () => nowMs },
      pictures: { drawer: await loadDrawer(), png: await loadPngRenderer(), advice: '' },
      compareRanges: async () => ({ text: 'Slower by 3 to 5 %', details: ['360 runs each'] }),
    });
    base = `http://localhost:${web.endpoints[0]?.port}`;
    browser = await launch();
  });

  afterAll(async () => {
    await browser?.close();
    await web?.close();
  });

  /** @returns a page, and what its console says that it should not */
  async function open(
    path: string,
    options: Parameters<Browser['newContext']>[0] = {},
  ): Promise<{
    page: Page;
    complaints: string[];
    context: BrowserContext;
  }> {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('dialog', (dialog) => {
      complaints.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    await page.goto(base + path);
    return { page, complaints, context };
  }

  const forms = [1_280, 360].flatMap((width) =>
    (['light', 'dark'] as const).map((scheme) => ({ width, scheme })),
  );
  test.each(
    Object.keys(VIEWS).flatMap((view) => forms.map(({ width, scheme }) => [view, width, scheme] as const)),
  )('%s at %i px, %s, can be used by everybody and complains of nothing', async (view, width, scheme) => {
    const { page, complaints, context } = await open(VIEWS[view] ?? '/', {
      viewport: { width, height: 800 },
      colorScheme: scheme,
    });
    expect(await page.evaluate(findings)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('every view has its pictures and tables without a script', async () => {
    const { page, complaints, context } = await open('/target/lisbon', { javaScriptEnabled: false });
    expect(await page.locator('.chart svg:visible').count()).toBe(4);
    await page.locator('summary').first().click();
    expect(await page.locator('.chart table:visible').count()).toBe(1);
    await page.getByRole('link', { name: '1 d', exact: true }).click();
    expect(page.url()).toContain('span=1d');
    await page.getByLabel('from', { exact: true }).fill('2026-11-30T10:00:00');
    await page.getByRole('button', { name: 'Show' }).click();
    expect(page.url()).toContain('from=2026-11-30T10%3A00');
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('what changes arrives, and what is open stays open', async () => {
    const { page, complaints, context } = await open('/target/amsterdam');
    await page.locator('#link[data-state=live]').waitFor();
    await page.locator('#numbers-rtt summary').click();
    nowMs += 10_000;
    const interval = run(NOW_MS, null, { reason: 'refused' });
    await store.write({
      intervals: [{ series: key('amsterdam'), labels: {}, interval }],
      events: [{ atMs: NOW_MS, kind: 'down', target: 'amsterdam', text: 'does not answer', facts: {} }],
    });
    live.tell({ kind: 'interval', target: 'amsterdam' });
    await page.locator('#state .down').waitFor({ timeout: 10_000 });
    expect(await page.locator('#numbers-rtt').getAttribute('open')).not.toBeNull();
    expect(await page.locator('#events').textContent()).toContain('does not answer');
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('the first page follows, too', async () => {
    const { page, context } = await open('/');
    await page.locator('#link[data-state=live]').waitFor();
    nowMs += 10_000;
    await store.write({
      intervals: [{ series: key('delft'), labels: {}, interval: run(nowMs - 10_000, 8e6) }],
      events: [{ atMs: nowMs - 10_000, kind: 'up', target: 'delft', text: 'answers again', facts: {} }],
    });
    live.tell({ kind: 'interval', target: 'delft' });
    await page.locator('.card.up', { hasText: 'delft' }).waitFor({ timeout: 10_000 });
    await context.close();
  });

  test('keys lead from card to card, to a target, to another span and back', async () => {
    const { page, complaints, context } = await open('/');
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('k');
    await page.keyboard.press('ArrowDown');
    expect(await page.locator(':focus').textContent()).toBe('amsterdam');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/target/amsterdam');
    await page.keyboard.press('7');
    await page.waitForURL('**span=7d');
    await page.keyboard.press('j');
    await page.waitForURL('**/target/delft');
    await page.keyboard.press('e');
    await page.waitForURL('**/events');
    await page.keyboard.press('?');
    expect(await page.locator('#help').isVisible()).toBe(true);
    await page.getByLabel('keys do something').uncheck();
    await page.keyboard.press('Escape');
    await page.keyboard.press('t');
    expect(page.url()).toContain('/events');
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('a span is drawn out of a chart', async () => {
    const { page, complaints, context } = await open('/target/lisbon?span=1d', {
      viewport: { width: 1_280, height: 800 },
    });
    const chart = page.locator('#rtt .wide svg');
    await chart.scrollIntoViewIfNeeded();
    const box = await chart.boundingBox();
    if (box === null) throw new Error('there is no chart');
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.75, box.y + box.height / 2, { steps: 4 });
    await page.mouse.up();
    await page.waitForURL('**from=*');
    const query = new URL(page.url()).searchParams;
    const hours = (Number(query.get('to')) - Number(query.get('from'))) / HOUR_MS;
    expect(hours).toBeGreaterThan(6);
    expect(hours).toBeLessThan(7.5);
    expect(complaints).toEqual([]);
    await context.close();
  });
});
