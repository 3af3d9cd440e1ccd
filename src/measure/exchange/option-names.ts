/** The names of the options of runs and comparisons, for callers without types. */
import type { OptionNames } from '../checks.ts';
import type { CompareOptions, CompareSide } from './comparison.ts';
import type { MeasureOptions } from './plan.ts';
import type { RunOptions } from './run.ts';

export const MEASURE_NAMES: OptionNames<MeasureOptions> = {
  host: true,
  port: true,
  type: true,
  sizes: true,
  short: true,
  probes: true,
  blocks: true,
  spreadMs: true,
  precision: true,
  maxTimeMs: true,
  budgetMs: true,
  seed: true,
  warmupProbes: true,
  serverDelayMs: true,
  delayUnit: true,
  protocol: true,
  timeoutMs: true,
  family: true,
  engine: true,
  wait: true,
  stamps: true,
  socket: true,
};

export const RUN_NAMES: OptionNames<RunOptions> = {
  ...MEASURE_NAMES,
  signal: true,
  address: true,
  trace: true,
};
export const COMPARE_NAMES: OptionNames<CompareOptions> = { a: true, b: true, signal: true };
export const SIDE_NAMES: OptionNames<CompareSide> = { label: true, options: true };
