/** The axes that pictures of a load over time share. */
import type { LoadResult } from '../../../result/load/load-result.ts';
import { binsOf, type LoadBin } from '../../load/load-series.ts';
import { axisLook, labelsAt } from '../look.ts';
import { linearTicks, plainNumber, round } from '../scales.ts';
import { endOf } from './shading.ts';

const NS_PER_S = 1_000_000_000;
/** Of the server's reports. */
const LEAST_BIN_NS = 100_000_000;
const MOST_BINS = 160;
/** What the upright axes have, with their labels, and what is free on the other side, px. */
export const LEFT_PX = 64;
export const RIGHT_PX = 20;

export function pictureBins(result: LoadResult): LoadBin[] {
  return binsOf(result.phases, Math.max(LEAST_BIN_NS, endOf(result) / MOST_BINS));
}

export function middleS({ fromAtNs, toAtNs }: LoadBin): number {
  return round((fromAtNs + toAtNs) / 2 / NS_PER_S);
}

/** @param named the upper of two that stand one above the other has no name, and no labels */
export function timeAxis(result: LoadResult, gridIndex: number, named: boolean): object {
  const endS = endOf(result) / NS_PER_S;
  const labels = labelsAt(linearTicks(0, endS), plainNumber);
  return {
    type: 'value' as const,
    gridIndex,
    min: 0,
    max: round(endS),
    ...axisLook({ name: named ? 'time since the start, s' : '' }),
    ...labels,
    axisLabel: { ...labels.axisLabel, show: named },
  };
}

/** The top of an upright axis: the names of the phases have room above what is drawn. */
export function headroom(most: number): number {
  return most > 0 ? most * 1.18 : 1;
}
