/** The parts of a step as units: their length, and what they say of a percentile. */
import type { PacedPartRecord, PacedStepRecord } from '../../result/paced/paced-result.ts';

export interface Part extends PacedPartRecord {
  readonly toAtNs: number;
}

/** Whole ones, in order; the last of a step that was cut off is no unit, unless there is no other. */
export function wholeParts({ parts, toAtNs, isComplete }: PacedStepRecord): readonly Part[] {
  const all = parts.map((part, i) => ({ ...part, toAtNs: parts[i + 1]?.fromAtNs ?? toAtNs }));
  return isComplete || all.length < 2 ? all : all.slice(0, -1);
}
