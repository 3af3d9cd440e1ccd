/** The phases behind a picture over time: shaded where data went, darker where the load had settled, each with its name. */
import type { MarkAreaComponentOption } from 'echarts';
import type { LoadPhaseName, LoadResult } from '../../../result/load/load-result.ts';
import { windowsOf } from '../../load/load-layers.ts';
import { round } from '../scales.ts';
import { textWidthPx } from '../text-width.ts';
import { colour, type Role } from '../theme.ts';

const NS_PER_S = 1_000_000_000;
const LABEL_PX = 12;
const RAMP_OPACITY = 0.22;
const SETTLED_OPACITY = 0.45;

export const PHASE_COLOURS: Readonly<Record<LoadPhaseName, Role>> = {
  idle: 'series-8',
  down: 'series-1',
  up: 'series-2',
  both: 'series-4',
  recovery: 'series-3',
};

export const SHADING_TEXT =
  'Phases with data are shaded, darker where the load had settled, which the figures are of.';

/** @param named whether the names stand above @param widthPx of the axis */
export function shading(result: LoadResult, named: boolean, widthPx: number): MarkAreaComponentOption {
  const endNs = endOf(result);
  const names = result.phases.map(({ name, fromAtNs, toAtNs }) => {
    const roomPx = ((toAtNs - fromAtNs) / endNs) * widthPx;
    const text = name;
    return { fromAtNs, toAtNs, text: named && textWidthPx(text, LABEL_PX) <= roomPx ? text : '' };
  });
  const settled = windowsOf(result).filter(({ name }) => carriesData(name));
  const loaded = result.phases.filter(({ name }) => carriesData(name));
  return {
    silent: true,
    label: { position: 'insideTop', color: colour('faint'), fontSize: LABEL_PX },
    data: [
      ...loaded.map((span) => area(span, RAMP_OPACITY)),
      ...settled.map((span) => area(span, SETTLED_OPACITY - RAMP_OPACITY)),
      ...names.map(({ text, ...span }) => area(span, 0, text)),
    ],
  };
}

export function carriesData(name: LoadPhaseName): boolean {
  return name !== 'idle' && name !== 'recovery';
}

/** Of the last phase. */
export function endOf({ phases }: Pick<LoadResult, 'phases'>): number {
  return Math.max(1, ...phases.map(({ toAtNs }) => toAtNs));
}

type Area = NonNullable<MarkAreaComponentOption['data']>[number];

function area(
  { fromAtNs, toAtNs }: { readonly fromAtNs: number; readonly toAtNs: number },
  opacity: number,
  name = '',
): Area {
  const itemStyle = { color: colour('band'), opacity };
  return [{ name, xAxis: round(fromAtNs / NS_PER_S), itemStyle }, { xAxis: round(toAtNs / NS_PER_S) }];
}
