/** An interval as it lies in a store: packed, with the percentiles of its layers beside it. */
import { NanosecondHistogram } from '../../../stats/histogram.ts';
import {
  type Interval,
  type IntervalSummary,
  LAYERS,
  type Layer,
  type LayerSummary,
} from '../../records/interval.ts';
import type { StepMs } from '../store.ts';
import { summaryOf } from '../summary.ts';
import { type PackedInterval, packInterval, restOf } from './packed-interval.ts';
import { packSummary, unpackSummary } from './packed-summary.ts';
import { unsealed } from './sealed.ts';

export interface Row extends PackedInterval {
  /** Of layers with a sample. */
  readonly summaries: Readonly<Partial<Record<Layer, Uint8Array>>>;
}

/** Of an interval that was packed elsewhere. @throws RangeError when it is damaged */
export function rowOfPacked(packed: PackedInterval): Row {
  return rowOf(packed, (layer) => {
    const bytes = packed.layers[layer];
    return bytes && NanosecondHistogram.fromBytes(unsealed(bytes));
  });
}

export function rowOfInterval(interval: Interval, stepMs: StepMs): Row {
  return rowOf(packInterval(interval, stepMs), (layer) => interval.layers[layer]);
}

/** @throws RangeError when it is damaged */
export function summaryOfRow({ rest, summaries, ...row }: Omit<Row, 'layers'>): IntervalSummary {
  const layers: Partial<Record<Layer, LayerSummary>> = {};
  for (const layer of LAYERS) {
    const bytes = summaries[layer];
    if (bytes !== undefined) layers[layer] = unpackSummary(bytes);
  }
  return { ...row, ...restOf(rest), layers };
}

function rowOf(packed: PackedInterval, histogramOf: (layer: Layer) => NanosecondHistogram | undefined): Row {
  const summaries: Partial<Record<Layer, Uint8Array>> = {};
  for (const layer of LAYERS) {
    const histogram = histogramOf(layer);
    if (histogram !== undefined && histogram.count > 0) summaries[layer] = packSummary(summaryOf(histogram));
  }
  return { ...packed, summaries };
}
