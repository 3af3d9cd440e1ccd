/**
 * An interval as stores keep it: its histograms as sealed bytes, and what most intervals have nothing of as a text. It is a
 * hundredth of what it takes in memory, and can be handed to another thread.
 */
import { crc32 } from 'node:zlib';
import { NanosecondHistogram } from '../../../stats/histogram.ts';
import { type Interval, LAYERS, type Layer } from '../../records/interval.ts';
import type { StepMs } from '../store.ts';
import { sealed, unsealed } from './sealed.ts';

export interface PackedInterval
  extends Omit<Interval, 'failures' | 'skipped' | 'doubts' | 'layers' | 'load'> {
  /** JSON of {@link Rest}; null where nothing is in it. */
  readonly rest: string | null;
  readonly layers: Readonly<Partial<Record<Layer, Uint8Array>>>;
}

type Rest = Partial<Pick<Interval, 'failures' | 'skipped' | 'doubts' | 'load'>>;

const MINUTE_MS = 60_000;
const QUARTER_OF_AN_HOUR_MS = 900_000;
/**
 * Of how many bins long steps count one, and days of a path that wanders are no larger than those of one that does not. Times
 * of theirs are within a quarter of a percent: so much is half of four thousandths, and a little for the middle.
 */
const LONG_STEP_TOGETHER = 4;
/** Of the layers that say whose time a round trip was, within one percent: each of them would take as much as it does. */
const PART_TOGETHER = 16;
const PARTS: ReadonlySet<Layer> = new Set(['network', 'residence']);

function binsTogether(stepMs: StepMs, layer: Layer): number {
  if (stepMs >= MINUTE_MS && PARTS.has(layer)) return PART_TOGETHER;
  return stepMs < QUARTER_OF_AN_HOUR_MS ? 1 : LONG_STEP_TOGETHER;
}

export function packInterval(interval: Interval, stepMs: StepMs): PackedInterval {
  const { failures, skipped, doubts, layers: histograms, load, ...counted } = interval;
  const layers: Partial<Record<Layer, Uint8Array>> = {};
  for (const layer of LAYERS) {
    const histogram = histograms[layer];
    if (histogram !== undefined) layers[layer] = sealed(histogram.toBytes(binsTogether(stepMs, layer)));
  }
  return { ...counted, rest: restText({ failures, skipped, doubts, ...(load && { load }) }), layers };
}

/** @param layers those that are wanted. @throws RangeError when it is damaged */
export function unpackInterval(packed: PackedInterval, layers: readonly Layer[] = LAYERS): Interval {
  const { layers: bytes, rest, ...counted } = packed;
  const histograms: Partial<Record<Layer, NanosecondHistogram>> = {};
  for (const layer of layers) {
    const histogram = bytes[layer];
    if (histogram !== undefined) histograms[layer] = NanosecondHistogram.fromBytes(unsealed(histogram));
  }
  return { ...counted, ...restOf(rest), layers: histograms };
}

/** Of the text beside the counts. @throws RangeError when it is damaged */
export function restOf(text: string | null): Omit<Rest, 'load'> & Required<Omit<Rest, 'load'>> & Rest {
  return { failures: {}, skipped: {}, doubts: {}, ...(text === null ? {} : parsed(text)) };
}

/** Another number for another interval, as far as 32 bits can tell: what is written once more is known by it. */
export function fingerprint({ layers, ...counted }: PackedInterval): number {
  const { fromMs, toMs, runs, answeredRuns, unsentRuns, probes, answered, rest } = counted;
  const numbers = [fromMs, toMs, runs, answeredRuns, unsentRuns, probes, answered];
  let sum = crc32(JSON.stringify([numbers, rest]));
  for (const layer of LAYERS) {
    const histogram = layers[layer];
    if (histogram !== undefined) sum = crc32(histogram, crc32(layer, sum));
  }
  return sum;
}

export function bytesOf({ layers, rest }: PackedInterval): number {
  const histograms = Object.values(layers).reduce((sum, { length }) => sum + length, 0);
  return FIXED_BYTES + histograms + (rest?.length ?? 0);
}

/** Of its numbers, and of where it is kept. */
const FIXED_BYTES = 200;

function restText(rest: Rest): string | null {
  const filled = Object.entries(rest).filter(([, part]) => Object.keys(part).length > 0);
  return filled.length === 0 ? null : JSON.stringify(Object.fromEntries(filled));
}

function parsed(text: string): Rest {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new RangeError('the counts are damaged', { cause });
  }
}
