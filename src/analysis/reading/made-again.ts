/**
 * Records whose figures follow from what was seen: they are made again, held against those of the file, and take their
 * place. What contradicts itself, or was changed by hand, is refused.
 */
import type { CapacityResult } from '../../result/capacity/capacity-result.ts';
import type { LoadComparison } from '../../result/load/load-comparison.ts';
import type { LoadResult } from '../../result/load/load-result.ts';
import type { PacedComparison } from '../../result/paced/paced-comparison.ts';
import type { PacedResult } from '../../result/paced/paced-result.ts';
import { analyseCapacity } from '../capacity/analyse-capacity.ts';
import { analyseLoad } from '../load/analyse-load.ts';
import { comparedFigures } from '../load/compared/figures.ts';
import { analysePaced } from '../paced/analyse-paced.ts';
import { pacedFigures } from '../paced/compared/figures.ts';
import { capacityInconsistency } from './capacity-consistency.ts';
import { loadComparisonInconsistency, loadInconsistency } from './load-consistency.ts';
import { pacedComparisonInconsistency } from './paced-comparison-consistency.ts';
import { pacedInconsistency } from './paced-consistency.ts';
import { DAMAGED, EDITED, refusal } from './refusals.ts';
import { isObject } from './verify.ts';
import {
  capacityDifference,
  loadComparisonDifference,
  loadDifference,
  pacedComparisonDifference,
  pacedDifference,
} from './verify-others.ts';

/** Of records whose figures follow from others of theirs. */
export function checked<R>(record: R, differenceOf: (record: R) => string | undefined, name: string): R {
  const difference = differenceOf(record);
  if (difference !== undefined) throw refusal(`${name}: ${difference}`, EDITED);
  return record;
}

/** As with measurements, all that is made of what was seen is made again. */
export function readLoad(load: LoadResult, name: string): LoadResult {
  const fault = loadInconsistency(load);
  if (fault !== undefined) throw refusal(`${name} contradicts itself: ${fault}`, DAMAGED);
  const statistics = analyseLoad(load);
  const difference = loadDifference(load.statistics, statistics);
  if (difference !== undefined) throw refusal(`${name}: ${difference}`, EDITED);
  return { ...load, statistics: { ...made(load.statistics, statistics), doubts: statistics.doubts } };
}

/** As with loads. */
export function readPaced(paced: PacedResult, name: string): PacedResult {
  const fault = pacedInconsistency(paced);
  if (fault !== undefined) throw refusal(`${name} contradicts itself: ${fault}`, DAMAGED);
  const statistics = analysePaced(paced);
  const difference = pacedDifference(paced.statistics, statistics);
  if (difference !== undefined) throw refusal(`${name}: ${difference}`, EDITED);
  return { ...paced, statistics: { ...made(paced.statistics, statistics), doubts: statistics.doubts } };
}

/** What is believed is found again in the tries. */
export function readCapacity(capacity: CapacityResult, name: string): CapacityResult {
  const fault = capacityInconsistency(capacity);
  if (fault !== undefined) throw refusal(`${name} contradicts itself: ${fault}`, DAMAGED);
  const statistics = analyseCapacity(capacity);
  const difference = capacityDifference(capacity.statistics, statistics);
  if (difference !== undefined) throw refusal(`${name}: ${difference}`, EDITED);
  return { ...capacity, statistics: made(capacity.statistics, statistics) };
}

/** What is said of B follows from what each load showed, and is made again. */
export function readLoadComparison(comparison: LoadComparison, name: string): LoadComparison {
  const fault = loadComparisonInconsistency(comparison);
  if (fault !== undefined) throw refusal(`${name} contradicts itself: ${fault}`, DAMAGED);
  const { a, b, interleaved } = comparison;
  const figures = comparedFigures({ a: a.loads, b: b.loads }, interleaved);
  const difference = loadComparisonDifference(comparison.figures, figures);
  if (difference !== undefined) throw refusal(`${name}: ${difference}`, EDITED);
  return { ...comparison, figures: made(comparison.figures, figures) };
}

/** The same of runs of paced probes. */
export function readPacedComparison(comparison: PacedComparison, name: string): PacedComparison {
  const fault = pacedComparisonInconsistency(comparison);
  if (fault !== undefined) throw refusal(`${name} contradicts itself: ${fault}`, DAMAGED);
  const { a, b, interleaved } = comparison;
  const figures = pacedFigures({ a: a.runs, b: b.runs }, interleaved);
  const difference = pacedComparisonDifference(comparison.figures, figures);
  if (difference !== undefined) throw refusal(`${name}: ${difference}`, EDITED);
  return { ...comparison, figures: made(comparison.figures, figures) };
}

/** What this version makes, with the fields of a newer one that it does not know. */
export function made<T>(recorded: unknown, computed: T): T;
export function made(recorded: unknown, computed: unknown): unknown {
  if (Array.isArray(computed)) {
    const before: readonly unknown[] = Array.isArray(recorded) ? recorded : [];
    return computed.map((value, i) => made(before[i], value));
  }
  if (!isObject(computed) || !isObject(recorded)) return computed;
  const known = Object.entries(computed).map(([key, value]) => [key, made(recorded[key], value)]);
  return { ...recorded, ...Object.fromEntries(known) };
}
