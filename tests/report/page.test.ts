/** The page: it needs nothing else, lets nothing in, and stays small. */
import { describe, expect, test } from 'vitest';
import { loadDrawer } from '../../src/cli/show/pictures.ts';
import { drawSvg } from '../../src/report/charts/draw.ts';
import type { DrawAt } from '../../src/report/html/pictures.ts';
import type { Result } from '../../src/result/result.ts';
import { htmlReport } from './rendered.ts';
import {
  cleanResult,
  emptyResult,
  HOSTILE,
  hostileResult,
  millionResult,
  thinResult,
  UNPRINTABLE,
} from './report-results.ts';

const MOST_BYTES = 2_000_000;

const blank: DrawAt = (_chart, widthPx) => `<svg width="${widthPx}" height="1"></svg>`;

async function drawn(...results: readonly Result[]): Promise<string> {
  const drawer = await loadDrawer();
  return htmlReport(results, (chart, widthPx) => drawSvg(drawer, chart, { widthPx, titled: false }));
}

test('a page reads as it always did', async () => {
  await expect(htmlReport([cleanResult()], blank)).toMatchFileSnapshot('golden/page.html.txt');
});

test('a page of several results has them side by side', async () => {
  const page = htmlReport([cleanResult(), cleanResult(2_000_000)], blank);
  await expect(page).toMatchFileSnapshot('golden/page-side-by-side.html.txt');
});

describe('a page needs nothing else', () => {
  test('no script, no frame, no font and no address of another place', async () => {
    const page = await drawn(cleanResult(), cleanResult(2_000_000));
    expect(page).not.toMatch(/<(script|iframe|object|embed|link|img|base|form)\b/i);
    expect(page).not.toMatch(/@import|@font-face|url\((?!#)/i);
    const references = [...page.matchAll(/\b(?:href|src|action|data)="([^"]*)"/g)].map(([, to]) => to);
    expect(references.filter((to) => !to?.startsWith('#'))).toEqual([]);
    expect(page.replaceAll(/xmlns(:xlink)?="[^"]*"/g, '')).not.toMatch(/https?:/);
    expect(page).toContain("default-src 'none'");
  });

  test('its links lead to places on it, and no name is given twice', async () => {
    const page = await drawn(cleanResult(), cleanResult(2_000_000));
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, to] of page.matchAll(/(?:href="|url\()#([^")]+)/g)) expect(ids).toContain(to);
  });
});

describe('words of others', () => {
  test('stay words on a page', async () => {
    const page = await drawn(hostileResult(), cleanResult());
    expect(page).not.toContain('<script');
    expect(page).not.toContain(HOSTILE);
    for (const mark of UNPRINTABLE) expect(page).not.toContain(mark);
    // Each attribute was opened by us: none by an unescaped quotation mark.
    const tags = page.match(/<[a-z][^>]*>/g) ?? [];
    for (const tag of tags) expect(tag.replace(/"[^"]*"/g, '')).not.toMatch(/onload|alert|"/);
  });
});

describe('those who do not see the pictures', () => {
  test('have each of them in words', async () => {
    const page = await drawn(cleanResult());
    const pictures = page.match(/<svg [^>]*>/g) ?? [];
    expect(pictures.length).toBe(12);
    for (const picture of pictures) expect(picture).toMatch(/role="img" aria-label="[^"]{40,}"/);
  });

  test('have headings in order and tables with captions', () => {
    const page = htmlReport([cleanResult()], blank);
    const levels = [...page.matchAll(/<h([1-6])/g)].map(([, level]) => Number(level));
    expect(levels[0]).toBe(1);
    for (const [i, level] of levels.entries()) expect(level - (levels[i - 1] ?? 0)).toBeLessThanOrEqual(1);
    expect(page.match(/<table/g)?.length).toBe(page.match(/<caption><span>[^<]/g)?.length);
    expect(page).toContain('<html lang="en">');
  });
});

describe('a report says so', () => {
  test('when the run failed before anything was measured', () => {
    const page = htmlReport([emptyResult()], blank);
    expect(page).toContain('connection refused');
    expect(page).not.toMatch(/NaN|Infinity|undefined|null/);
  });

  test('when n is too small for a figure, instead of a figure', () => {
    const page = htmlReport([thinResult()], blank);
    expect(page).toContain('No figures of the slow tail: p90 needs 50 probes a size');
    expect(page).toContain('too few blocks');
    expect(page).not.toMatch(/NaN|Infinity|undefined/);
  });
});

test('a page of a million samples is small', async () => {
  const page = await drawn(millionResult());
  expect(Buffer.byteLength(page)).toBeLessThan(MOST_BYTES);
}, 60_000);

test('the same results make the same page, whatever was drawn before', async () => {
  const first = await drawn(cleanResult());
  await drawn(thinResult());
  expect(await drawn(cleanResult())).toBe(first);
});
