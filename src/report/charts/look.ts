/** What all charts look like: the room above the axes, the legend, the axes and their labels. */
import type { EChartsOption } from 'echarts';
import type { Canvas } from './chart.ts';
import { textWidthPx } from './text-width.ts';
import { colour } from './theme.ts';

const TITLE_PX = 30;
const LEGEND_ROW_PX = 14;
const AXIS_NAME_PX = 26;
const LEGEND_ICON_PX = 24;
const LEGEND_GAP_PX = 16;
const TEXT_PX = 12;
/** What the upright axis with its labels and the margins take of a picture's width, about. */
const UPRIGHT_AXIS_PX = 90;
/** ECharts keeps 3 px free at either side of a label, and hides what comes nearer. */
const LABEL_GAP_PX = 8;

/** The room above the axes: the title, the legend in as many rows as it takes, the name of the upright axis. */
export function headPx(canvas: Canvas, legend: readonly string[]): number {
  const rows = legendRows(canvas, legend);
  const legendPx = rows === 0 ? 0 : rows * (LEGEND_ROW_PX + LEGEND_GAP_PX) - LEGEND_GAP_PX / 2;
  return (canvas.titled ? TITLE_PX : 0) + legendPx + AXIS_NAME_PX;
}

/** What all charts have in common. @param legend names of the lines; one alone needs no legend */
export function basis(canvas: Canvas, title: string, legend: readonly string[]): EChartsOption {
  return {
    animation: false,
    textStyle: { fontFamily: 'sans-serif', fontSize: TEXT_PX, color: colour('ink') },
    ...(canvas.titled
      ? {
          backgroundColor: colour('paper'),
          title: { text: title, left: 8, top: 6, textStyle: { fontSize: 15, color: colour('ink') } },
        }
      : {}),
    legend: {
      show: legend.length > 1,
      data: [...legend],
      left: 4,
      top: canvas.titled ? TITLE_PX : 0,
      padding: [2, 4],
      itemWidth: LEGEND_ICON_PX,
      itemGap: LEGEND_GAP_PX,
      selectedMode: false,
      textStyle: { color: colour('ink'), fontSize: TEXT_PX },
    },
    grid: {
      left: 20,
      right: 28,
      top: headPx(canvas, legend),
      bottom: 34,
      outerBoundsMode: 'same',
      outerBoundsContain: 'axisLabel',
    },
  };
}

interface AxisLook {
  readonly name: string;
  readonly upright?: boolean;
}

/** The look of an axis: its name at its end, lines in the colour of the grid. */
export function axisLook({ name, upright = false }: AxisLook): {
  name: string;
  nameLocation: 'middle' | 'end';
  nameGap: number;
  nameTextStyle: { color: string; align: 'left' | 'center' };
  axisLine: { show: boolean; lineStyle: { color: string } };
  splitLine: { show: boolean; lineStyle: { color: string } };
} {
  return {
    name,
    nameLocation: upright ? 'end' : 'middle',
    nameGap: upright ? 10 : 28,
    nameTextStyle: { color: colour('faint'), align: upright ? 'left' : 'center' },
    axisLine: { show: true, lineStyle: { color: colour('band') } },
    splitLine: { show: upright, lineStyle: { color: colour('grid') } },
  };
}

/** Labels at values of our own choice, left out where they would overlap; the outermost ones stay. */
export function labelsAt(
  values: readonly number[],
  text: (value: number) => string,
): {
  axisLabel: {
    customValues: number[];
    formatter: (value: number | string) => string;
    hideOverlap: boolean;
    showMinLabel: boolean;
    showMaxLabel: boolean;
    color: string;
  };
  axisTick: { customValues: number[] };
  minorTick: { show: boolean };
} {
  return {
    axisLabel: {
      customValues: [...values],
      formatter: (value) => text(Number(value)),
      hideOverlap: true,
      showMinLabel: true,
      showMaxLabel: true,
      color: colour('faint'),
    },
    axisTick: { customValues: [...values] },
    minorTick: { show: false },
  };
}

/**
 * How far labels have to reach down where they do not fit side by side and are turned, px; 0 where they fit.
 * @param at where each stands, as a share of the axis
 */
export function turnedPx({ widthPx }: Canvas, labels: readonly string[], at: readonly number[]): number {
  const axisPx = widthPx - UPRIGHT_AXIS_PX;
  const widths = labels.map((label) => textWidthPx(label, TEXT_PX));
  const fit = widths.every((width, i) => {
    const roomPx = ((at[i + 1] ?? Number.POSITIVE_INFINITY) - (at[i] ?? 0)) * axisPx;
    return roomPx >= (width + (widths[i + 1] ?? 0)) / 2 + LABEL_GAP_PX;
  });
  return fit ? 0 : Math.ceil(Math.max(...widths) * Math.SQRT1_2);
}

function legendRows({ widthPx }: Canvas, names: readonly string[]): number {
  if (names.length < 2) return 0;
  let rows = 1;
  let usedPx = 0;
  for (const name of names) {
    const entryPx = LEGEND_ICON_PX + 5 + textWidthPx(name, TEXT_PX) + LEGEND_GAP_PX;
    if (usedPx > 0 && usedPx + entryPx > widthPx - 16) {
      rows++;
      usedPx = 0;
    }
    usedPx += entryPx;
  }
  return rows;
}
