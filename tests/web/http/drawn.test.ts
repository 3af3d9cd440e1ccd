/** A whole page with its pictures: ECharts sets timers when it draws, which do nothing. */
import { expect, test } from 'vitest';
import { loadDrawer } from '../../../src/cli/show/pictures.ts';
import { askedSpan } from '../../../src/web/views/span.ts';
import { createViews } from '../../../src/web/views/views.ts';
import { HOUR_MS, MINUTE_MS, madeUpStore, NOW_MS } from '../made-up.ts';

test('a page with pictures has no style in it, and no id twice', async () => {
  const store = await madeUpStore([{ target: 'gone', medianNs: 20e6, downFromMs: 4 * MINUTE_MS }], {
    pastMs: HOUR_MS,
  });
  const views = createViews({
    store,
    pictures: { drawer: await loadDrawer(), png: null, advice: '' },
    frame: { title: 'monitor', version: '0', hasMetrics: false, assetTag: 'x' },
    compareRanges: undefined,
    nowMs: () => NOW_MS,
  });
  const span = askedSpan(new URLSearchParams(), NOW_MS);
  const reply = await views.target('gone', { span, other: undefined, format: 'html', chart: undefined });
  const page = String(reply?.body);
  expect(page.match(/<svg role="img"/g)).toHaveLength(8);
  expect(page).not.toMatch(/<[^>]* style=/);
  const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
});
