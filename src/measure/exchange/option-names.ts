/** The names of the options of a measurement, for callers without types. */
import type { OptionNames } from '../checks.ts';
import type { MeasureOptions } from './plan.ts';

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
  token: true,
};
