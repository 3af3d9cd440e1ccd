/** The optional libraries behind pictures, loaded only when one is wanted, and what to install where they are missing. */
import { EcholotError } from '../../core/errors.ts';
import { parts } from '../../parts/parts.ts';
import type { Drawer } from '../../report/charts/draw.ts';
import { textWidthPx } from '../../report/charts/text-width.ts';

const ECHARTS = 'echarts@6.1.0';
const RESVG = '@resvg/resvg-js@2.6.2';
const FONTS = 'dejavu-fonts-ttf@2.37.3';
const FONT_FILES = ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'] as const;
const USUAL_TEXT_PX = 12;
/** Twice as many pixels as the drawing has, so that it is sharp on paper and on today's screens. */
const PNG_ZOOM = 2;

/** @throws EcholotError `usage` when ECharts is not installed */
export async function loadDrawer(): Promise<Drawer> {
  const echarts = await optional([ECHARTS], () => import('echarts/dist/echarts.esm.min.mjs'));
  echarts.setPlatformAPI({
    measureText: (text, font) => ({ width: textWidthPx(text, sizeOf(font)) }),
  });
  return echarts;
}

/** Of the letters of a CSS font, px. */
function sizeOf(font = ''): number {
  return Number(/([\d.]+)px/.exec(font)?.[1] ?? USUAL_TEXT_PX);
}

/**
 * @returns what makes a PNG of an SVG, with letters of its own, since a machine may have none
 * @throws EcholotError `usage` when the renderer or its fonts are not installed
 */
export async function loadPngRenderer(): Promise<(svg: string) => Uint8Array> {
  const [{ Resvg }, fontFiles] = await optional([RESVG, FONTS], async () => {
    const fonts = FONT_FILES.map((file) => parts.font(file));
    return [(await import('@resvg/resvg-js')).default, fonts] as const;
  });
  return (svg) =>
    new Resvg(svg, {
      fitTo: { mode: 'zoom', value: PNG_ZOOM },
      font: {
        loadSystemFonts: false,
        fontFiles,
        defaultFontFamily: 'DejaVu Sans',
        sansSerifFamily: 'DejaVu Sans',
      },
    })
      .render()
      .asPng();
}

/** @throws EcholotError `usage` that names the packages, when one of them is not there or does not load */
export async function optional<T>(packages: readonly string[], load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    throw new EcholotError('usage', `pictures need ${packages.join(' and ')}: ${reasonOf(error)}`, {
      advice: `npm install ${packages.join(' ')}, or choose --csv or --markdown, which need nothing`,
      cause: error,
    });
  }
}

/** In a line, without the file that asked, of which Node tells as well. */
function reasonOf(error: unknown): string {
  const [reason = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  return reason.replace(/ imported from .*/, '');
}
