/**
 * A chart as SVG text, drawn by ECharts without a browser. The library is an argument, since it is optional and
 * slow to load; what it leaves in the drawing for scripts and pointers is taken out.
 */
import type { Canvas, Chart, ChartOption } from './chart.ts';

/** What is needed of ECharts, which fits without being named: its types may be missing as it may. */
export interface Drawer {
  readonly init: (
    element: null,
    theme: null,
    options: { renderer: 'svg'; ssr: true; width: number; height: number },
  ) => Drawing;
}

interface Drawing {
  readonly setOption: (option: ChartOption) => void;
  readonly renderToSVGString: () => string;
  readonly dispose: () => void;
}

export function drawSvg(drawer: Drawer, chart: Chart, canvas: Canvas): string {
  const height = chart.heightPx(canvas);
  const drawn = drawer.init(null, null, { renderer: 'svg', ssr: true, width: canvas.widthPx, height });
  try {
    drawn.setOption(chart.option(canvas));
    return tidied(drawn.renderToSVGString(), `${chart.id}-${canvas.widthPx}`);
  } finally {
    drawn.dispose();
  }
}

/** Names of parts count the drawings of this process: they are replaced, so that a page may hold several. */
function tidied(svg: string, id: string): string {
  return svg
    .replace(/<style\s*>[\s\S]*?<\/style>/g, '')
    .replace(/ class="[^"]*"/g, '')
    .replace(/ ecmeta_[a-z_]+="[^"]*"/g, '')
    .replace(/ pointer-events="visible"/g, '')
    .replace(/\bzr\d+-/g, `${id}-`)
    .replace(/\n+/g, '\n')
    .trim();
}
