/** The pictures of results as files: drawings, and images made of them. */
import { join } from 'node:path';
import { type Chart, type ChartOutcome, isDrawable } from '../../report/charts/chart.ts';
import { drawSvg } from '../../report/charts/draw.ts';
import { inLightColours } from '../../report/charts/theme.ts';
import { PROGRAM_NAME } from '../program.ts';
import { complain } from '../streams.ts';
import { loadDrawer, loadPngRenderer } from './pictures.ts';

/** Of a picture in a file of its own. */
const PICTURE_PX = 860;

export interface MadeFile {
  readonly path: string;
  readonly data: string | Uint8Array;
}

/** @param svg the directory for drawings; undefined for none @param png the same for images */
export async function pictures(
  outcomes: readonly ChartOutcome[],
  svg: string | undefined,
  png: string | undefined,
): Promise<MadeFile[]> {
  const drawer = await loadDrawer();
  const render = png === undefined ? undefined : await loadPngRenderer();
  for (const outcome of outcomes) {
    if (!isDrawable(outcome)) {
      complain(`${PROGRAM_NAME}: no picture ${outcome.id}: ${outcome.missing}\n`);
    }
  }
  const files = (chart: Chart): MadeFile[] => {
    const drawing = inLightColours(drawSvg(drawer, chart, { widthPx: PICTURE_PX, titled: true }));
    return [
      ...(svg === undefined ? [] : [{ path: join(svg, `${chart.id}.svg`), data: `${drawing}\n` }]),
      ...(png === undefined || render === undefined
        ? []
        : [{ path: join(png, `${chart.id}.png`), data: render(drawing) }]),
    ];
  };
  return outcomes.filter(isDrawable).flatMap(files);
}
