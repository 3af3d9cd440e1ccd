/**
 * Pictures of a page and files of them. ECharts and what makes a PNG are given by the caller, since both are optional:
 * without them a page has its tables, and says what would draw.
 */
import { setImmediate as pause } from 'node:timers/promises';
import { usage } from '../../core/errors.ts';
import type { Chart } from '../../report/charts/chart.ts';
import { type Drawer, drawSvg } from '../../report/charts/draw.ts';
import { inLightColours } from '../../report/charts/theme.ts';
import { type DrawAt, NARROW_PX, WIDE_PX } from '../../report/html/pictures.ts';

export interface Pictures {
  /** ECharts; null where it is not installed. */
  readonly drawer: Drawer | null;
  /** Makes a PNG of an SVG; null where what it needs is not installed. */
  readonly png: ((svg: string) => Uint8Array) | null;
  /** What to install for what is missing: an imperative sentence; '' where nothing is. */
  readonly advice: string;
}

/** Draws all of them one by one, with a pause for others after each. @returns what finds each drawing */
export async function drawAll(charts: readonly Chart[], drawer: Drawer): Promise<DrawAt> {
  const drawings = new Map<string, string>();
  for (const chart of charts) {
    for (const widthPx of [WIDE_PX, NARROW_PX]) {
      const svg = drawSvg(drawer, chart, { widthPx, titled: false });
      drawings.set(`${chart.id} ${widthPx}`, withoutStyles(svg));
      await pause();
    }
  }
  return (chart, widthPx) => drawings.get(`${chart.id} ${widthPx}`) ?? '';
}

/** @throws EcholotError `usage` when what it needs is not installed */
export function pngOf(chart: Chart, { drawer, png, advice }: Pictures): Uint8Array {
  if (drawer === null || png === null) throw usage('no picture can be made here', advice);
  return png(inLightColours(drawSvg(drawer, chart, { widthPx: WIDE_PX, titled: true })));
}

/** A strict policy lets no `style` be: what ECharts writes there are properties that attributes are, too. */
export function withoutStyles(svg: string): string {
  return svg.replace(/ style="([^"]*)"/g, (_all, style: string) =>
    style
      .split(';')
      .map((one) => one.split(':', 2))
      .filter(([name = '', value = '']) => /^[a-z-]+$/.test(name.trim()) && value.trim() !== '')
      .map(([name = '', value = '']) => ` ${name.trim()}="${value.trim()}"`)
      .join(''),
  );
}
