/** A whole page with its pictures: ECharts sets timers when it draws, which do nothing. */
import { expect, test } from 'vitest';
import { loadDrawer } from '../../../src/cli/show/pictures.ts';
import type { Format } from '../../../src/web/views/downloads.ts';
import type { Pictures } from '../../../src/web/views/drawings.ts';
import { askedSpan } from '../../../src/web/views/span.ts';
import { createViews } from '../../../src/web/views/views.ts';
import { HOUR_MS, MINUTE_MS, madeUpStore, NOW_MS } from '../made-up.ts';

const drawer = await loadDrawer();
const span = askedSpan(new URLSearchParams(), NOW_MS);

async function made(pictures: Pictures, format: Format, chart?: string): Promise<string> {
  const store = await madeUpStore([{ target: 'gone', medianNs: 20e6, downFromMs: 4 * MINUTE_MS }], {
    pastMs: HOUR_MS,
  });
  const frame = { title: 'monitor', version: '0', hasMetrics: false, assetTag: 'x' };
  const views = createViews({ store, pictures, frame, compareRanges: undefined, nowMs: () => NOW_MS });
  const reply = await views.target('gone', { span, other: undefined, format, chart });
  return Buffer.from(reply?.body ?? '').toString();
}

test('a page with pictures has no style in it, and no id twice', async () => {
  const page = await made({ drawer, png: null, advice: '' }, 'html');
  expect(page.match(/<svg role="img"/g)).toHaveLength(8);
  expect(page).not.toMatch(/<[^>]* style=/);
  const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
});

test('a picture on its own has its title, and colours of its own', async () => {
  const pictures: Pictures = { drawer, png: (svg) => Buffer.from(svg), advice: '' };
  const svg = await made(pictures, 'png', 'failures');
  expect(svg).toContain('Failures by reason');
  expect(svg).not.toContain('var(--');
  await expect(made(pictures, 'png', 'nothing')).rejects.toThrow('there is no picture nothing');
});
