/** Intervals as error bars: a custom series of ECharts, since it has none of its own. */
import type { CustomSeriesOption, CustomSeriesRenderItemAPI, CustomSeriesRenderItemReturn } from 'echarts';

const CAP_PX = 4;
const LINE_PX = 1.5;

export interface ErrorBar {
  readonly x: number;
  readonly low: number;
  readonly high: number;
}

/** @param bars only of values that have an interval: where there is none, there is no bar */
export function errorBars(name: string, color: string, bars: readonly ErrorBar[]): CustomSeriesOption {
  return {
    type: 'custom',
    name,
    color,
    silent: true,
    z: 3,
    encode: { x: 0, y: [1, 2] },
    data: bars.map(({ x, low, high }) => [x, low, high]),
    renderItem: (_params, api) => drawBar(api, color),
  };
}

function drawBar(api: CustomSeriesRenderItemAPI, stroke: string): CustomSeriesRenderItemReturn {
  const [x = 0, lowY = 0] = api.coord([api.value(0), api.value(1)]);
  const [, highY = 0] = api.coord([api.value(0), api.value(2)]);
  const line = (x1: number, y1: number, x2: number, y2: number) =>
    ({
      type: 'line',
      shape: { x1, y1, x2, y2 },
      style: { stroke, lineWidth: LINE_PX, fill: 'none' },
    }) as const;
  return {
    type: 'group',
    children: [
      line(x, lowY, x, highY),
      line(x - CAP_PX, lowY, x + CAP_PX, lowY),
      line(x - CAP_PX, highY, x + CAP_PX, highY),
    ],
  };
}
