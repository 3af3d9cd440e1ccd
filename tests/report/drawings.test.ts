/** Drawings and images: each stands on its own, and letters are there on a machine without fonts. */
import { inflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { loadDrawer, loadPngRenderer, optional } from '../../src/cli/show/pictures.ts';
import { EcholotError } from '../../src/core/errors.ts';
import { chartBySize } from '../../src/report/charts/by-size/by-size.ts';
import { isDrawable } from '../../src/report/charts/chart.ts';
import { chartsOf } from '../../src/report/charts/charts.ts';
import { drawSvg } from '../../src/report/charts/draw.ts';
import { inLightColours } from '../../src/report/charts/theme.ts';
import { NARROW_PX } from '../../src/report/html/pictures.ts';
import type { Result } from '../../src/result/result.ts';
import { sizeText } from '../../src/text/sizes.ts';
import { block, recording } from '../analysis/recordings.ts';
import { analysed, cleanResult, hostileResult, thinResult, UNPRINTABLE } from './report-results.ts';

const WIDTH_PX = 600;

async function drawings(...results: readonly Result[]): Promise<string[]> {
  const drawer = await loadDrawer();
  return chartsOf(results)
    .filter(isDrawable)
    .map((chart) => inLightColours(drawSvg(drawer, chart, { widthPx: WIDTH_PX, titled: true })));
}

describe('a drawing', () => {
  test('stands on its own: colours written out, no style sheet, no trace of scripts', async () => {
    for (const svg of await drawings(cleanResult(), thinResult())) {
      expect(svg).toMatch(/^<svg [\s\S]*<\/svg>$/);
      expect(svg).not.toMatch(/var\(|<style|class=|ecmeta|NaN|undefined/);
    }
  });

  test('has its title, and legends of others as words', async () => {
    const [first = ''] = await drawings(hostileResult(), cleanResult());
    expect(first).toContain('Round-trip time by message size');
    for (const mark of ['<script', ...UNPRINTABLE]) expect(first).not.toContain(mark);
  });
});

describe('on a telephone', () => {
  test('every size has its label: a point without one tells nobody what was sent', async () => {
    const drawer = await loadDrawer();
    const sizes = {
      rtt: [1, 100, 200, 400, 800, 1_000],
      throughput: [1, 2, 4, 8, 16, 32].map((n) => n * 1_024),
    };
    const blocks = (['rtt', 'throughput'] as const).flatMap((measurement) =>
      sizes[measurement].map((payloadBytes) =>
        block([50_000, 52_000, 900_000], { measurement, payloadBytes }),
      ),
    );
    const result = analysed(recording(blocks));
    for (const measurement of ['rtt', 'throughput'] as const) {
      const chart = chartBySize([result], measurement);
      if (!isDrawable(chart)) throw new Error(chart.missing);
      const svg = drawSvg(drawer, chart, { widthPx: NARROW_PX, titled: false });
      for (const size of sizes[measurement]) expect(svg).toContain(`>${sizeText(size)}<`);
    }
  });
});

describe('an image', () => {
  test('is a PNG of twice the size, with paper behind it and letters on it', async () => {
    const render = await loadPngRenderer();
    const [svg = ''] = await drawings(cleanResult());
    const png = Buffer.from(render(svg));
    expect(png.subarray(0, 8)).toEqual(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]));
    expect(png.readUInt32BE(16)).toBe(2 * WIDTH_PX);
    const { rowOf } = decoded(png);
    // The title lies between 6 and 26 px from the top: dark letters on white.
    const title = Array.from({ length: 40 }, (_, i) => [...rowOf(12 + i)]).flat();
    expect(title.filter((level) => level < 80).length).toBeGreaterThan(1_000);
    expect(title.filter((level) => level === 255).length).toBeGreaterThan(10_000);
  });

  test('can be made of every drawing', async () => {
    const render = await loadPngRenderer();
    for (const svg of await drawings(hostileResult(), thinResult())) {
      expect(render(svg).length).toBeGreaterThan(1_000);
    }
  });
});

/** The lines of an 8-bit RGBA image: PNG, third edition, sections 7.2 and 9.2. */
function decoded(png: Buffer): { rowOf: (y: number) => Uint8Array } {
  expect(png.subarray(24, 29)).toEqual(Buffer.from([8, 6, 0, 0, 0]));
  const stride = png.readUInt32BE(16) * 4;
  const parts: Buffer[] = [];
  for (let at = 8; at < png.length; at += png.readUInt32BE(at) + 12) {
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT') {
      parts.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
    }
  }
  const data = inflateSync(Buffer.concat(parts));
  const rows: Uint8Array[] = [];
  for (let y = 0; y * (stride + 1) < data.length; y++) {
    const filter = data[y * (stride + 1)] ?? 0;
    const row = Uint8Array.from(data.subarray(y * (stride + 1) + 1, (y + 1) * (stride + 1)));
    for (let x = 0; x < stride; x++) {
      const left = x < 4 ? 0 : (row[x - 4] ?? 0);
      const up = rows[y - 1]?.[x] ?? 0;
      const corner = x < 4 ? 0 : (rows[y - 1]?.[x - 4] ?? 0);
      const predicted = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter] ?? 0;
      row[x] = (row[x] ?? 0) + predicted;
    }
    rows.push(row);
  }
  return { rowOf: (y) => rows[y] ?? new Uint8Array() };
}

function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner;
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

test('a missing library is told by its name, with what to do', async () => {
  const loading = optional(['echarts@6'], () => import('no-such-package' as string));
  await expect(loading).rejects.toThrow(EcholotError);
  await expect(loading).rejects.toMatchObject({
    code: 'usage',
    message: expect.stringMatching(/pictures need echarts@6: .*no-such-package/),
    advice: expect.stringContaining('npm install echarts@6'),
  });
});
