/**
 * Records as they were before a series was known by its workload: a result of version 2 and a comparison of version 1. Only
 * for reading; what is in their warnings does not matter where they are found again.
 */
import type { BlockRecord, PathRecord } from '../block-record.ts';
import type { ComparedSeries, ComparedSide, Comparison, LeftOutSeries } from '../comparison.ts';
import type { PlanRecord } from '../plan-record.ts';
import type { Analysis, Recording } from '../result.ts';
import type { RawSamples } from '../samples.ts';
import type { FitRecord, SeriesRecord } from '../series-record.ts';
import type { WorkloadKind } from '../workload.ts';

export interface RecordingV2 extends Omit<Recording, 'version' | 'plan' | 'blocks'> {
  readonly version: 2;
  readonly plan: PlanV2;
  readonly blocks: readonly BlockV2[];
}

export interface ResultV2 extends RecordingV2, Pick<Analysis, 'checks'> {
  readonly series: readonly SeriesV2[];
  readonly fits: readonly FitV2[];
  readonly warnings: readonly unknown[];
}

/** What is measured, or a series, by its two facts. */
export interface MeasurementV2 {
  readonly measurement: WorkloadKind;
  readonly payloadBytes: number;
}

export interface PlanV2 extends Omit<PlanRecord, 'workloads'> {
  readonly measurements: readonly MeasurementV2[];
}

export interface BlockV2
  extends Omit<BlockRecord, 'workload' | 'samples' | 'path'>,
    MeasurementV2,
    Omit<RawSamples, 'form'> {
  readonly path: PathV2 | null;
}

/** With a figure that follows from the others. */
export interface PathV2 extends PathRecord {
  readonly windowBoundBitsPerSecond: number | null;
}

export interface SeriesV2
  extends Omit<SeriesRecord, 'workload' | 'windowBoundBitsPerSecond'>,
    MeasurementV2 {}

export interface FitV2 extends Omit<FitRecord, 'workload'> {
  readonly measurement: WorkloadKind;
}

export interface ComparisonV1 extends Omit<Comparison, 'version' | 'a' | 'b' | 'series' | 'leftOut'> {
  readonly version: 1;
  readonly a: SideV1;
  readonly b: SideV1;
  readonly series: readonly ComparedSeriesV1[];
  readonly leftOut: readonly LeftOutV1[];
}

export interface SideV1 extends Omit<ComparedSide, 'plan' | 'warnings'> {
  readonly plan: PlanV2;
  readonly warnings: readonly WarningV2[];
}

/** Of any version: what it says, and of which series where it is of one. */
export interface WarningV2 {
  readonly code: string;
  readonly message: string;
  readonly advice: string;
  readonly measurement?: WorkloadKind;
  readonly payloadBytes?: number;
  readonly series?: MeasurementV2 | null;
}

export interface ComparedSeriesV1 extends Omit<ComparedSeries, 'workload'>, MeasurementV2 {}

export interface LeftOutV1 extends Omit<LeftOutSeries, 'workload'>, MeasurementV2 {}
