/** How fairly the streams of a phase shared the path: each one's part of the settled goodput, a bar for each direction. */
import type { BarSeriesOption, EChartsOption } from 'echarts';
import type { LoadResult } from '../../../result/load/load-result.ts';
import { figureText, percentText } from '../../../text/numbers.ts';
import { directionsOf } from '../../document/load/phases.ts';
import type { Canvas, ChartOutcome } from '../chart.ts';
import { axisLook, basis, headPx } from '../look.ts';
import { extent, round } from '../scales.ts';
import { colour, lineLook } from '../theme.ts';

const ID = 'load-streams';
const TITLE = "Streams' shares of the goodput";
const BAR_PX = 34;
const AXES_PX = 60;
/** Narrower parts have no room for their number. */
const LEAST_LABELLED = 0.04;

interface Bar {
  readonly label: string;
  readonly shares: readonly number[];
  readonly fairness: number;
}

export function loadStreamsChart({ statistics }: LoadResult): ChartOutcome {
  const bars = directionsOf(statistics.loaded).map(
    ({ name, statistics: { shares, fairness } }): Bar => ({
      label: name,
      shares,
      fairness,
    }),
  );
  if (bars.every(({ shares }) => shares.length < 2)) {
    return {
      id: ID,
      title: TITLE,
      missing: bars.length === 0 ? 'nothing was carried' : 'one stream carried all',
    };
  }
  return {
    id: ID,
    title: TITLE,
    caption: `Each part is a stream, in the order of their opening. ${bars.map(({ label, fairness }) => `Fairness ${label}: ${figureText(fairness, 3)}`).join('; ')} (Jain's index: 1 when all carry the same).`,
    alternative: `${TITLE}. ${bars.map(barWords).join('; ')}.`,
    table: {
      header: ['phase', 'stream', 'share'],
      rows: bars.flatMap(({ label, shares }) => shares.map((share, i) => [label, i + 1, round(share)])),
    },
    heightPx: (canvas) => headPx(canvas, []) + AXES_PX + bars.length * BAR_PX,
    option: (canvas) => option(canvas, bars),
  };
}

function option(canvas: Canvas, bars: readonly Bar[]): EChartsOption {
  const most = Math.max(...bars.map(({ shares }) => shares.length));
  const series = Array.from({ length: most }, (_, i): BarSeriesOption => {
    const { color } = lineLook(i);
    return {
      type: 'bar',
      name: String(i + 1),
      stack: 'all',
      silent: true,
      barWidth: '62%',
      color,
      itemStyle: { borderColor: colour('paper'), borderWidth: 1, opacity: 0.85 },
      data: bars.map(({ shares }) => ({
        value: round((shares[i] ?? 0) * 100),
        label: {
          show: (shares[i] ?? 0) >= LEAST_LABELLED,
          formatter: String(i + 1),
          color: colour('paper'),
        },
      })),
    };
  });
  return {
    ...basis(canvas, TITLE, []),
    xAxis: {
      type: 'value',
      min: 0,
      max: 100,
      ...axisLook({ name: '% of the goodput' }),
      splitLine: { show: true, lineStyle: { color: colour('grid') } },
      axisLabel: { color: colour('faint') },
    },
    yAxis: {
      type: 'category',
      inverse: true,
      data: bars.map(({ label }) => label),
      axisTick: { show: false },
      axisLine: { show: true, lineStyle: { color: colour('band') } },
      axisLabel: { color: colour('ink'), interval: 0 },
    },
    series,
  };
}

function barWords({ label, shares }: Bar): string {
  const [least, most] = extent(shares);
  return shares.length < 2
    ? `${label}: one stream`
    : `${label}: ${shares.length} streams with ${percentText(least)} to ${percentText(most)} each`;
}
