/** What a search for a capacity will be, with every default filled in and every value checked. */
import {
  DEFAULT_CONDITION,
  parseCondition,
  probesNeeded,
  requireLimit,
} from '../../analysis/capacity/condition.ts';
import type { AnyThreshold } from '../../analysis/load/conditions/load-threshold.ts';
import { usage } from '../../core/errors.ts';
import type { CapacityPlanRecord } from '../../result/capacity/capacity-result.ts';
import { checkDuration, checkNames, type OptionNames } from '../checks.ts';
import { MAX_PROBES } from '../exchange/plan.ts';
import {
  DEFAULT_PACED_WARMUP_MS,
  MAX_RATE_PER_SECOND,
  type PacedOptions,
  pacedPlanRecord,
  planPaced,
} from '../paced/paced-plan.ts';

const MS_PER_S = 1_000;
const NS_PER_MS = 1_000_000;

/** Of each try, longer where a rate is so low that its percentile needs it: a search takes a minute or two. */
export const DEFAULT_TRY_MS: number = 2 * MS_PER_S;
export const DEFAULT_FROM_PER_SECOND = 100;
export const DEFAULT_CAPACITY_PRECISION = 0.05;
/** Finer than what a try of some seconds can tell. */
export const MIN_CAPACITY_PRECISION = 0.005;
export const MAX_CAPACITY_PRECISION = 0.5;
export const DEFAULT_CAPACITY_TIME_MS: number = 180 * MS_PER_S;
/** A rate that takes longer than that for its percentile is one to begin above. */
const MAX_TRY_MS: number = 60 * MS_PER_S;
/** Random arrivals are more than expected in some tries, or fewer. */
const SIGMAS = 6;

/** As those of paced probes; of `stepMs` the default is 2,000. */
export interface CapacityOptions
  extends Omit<PacedOptions, 'ratesPerSecond' | 'maxKeptSamples' | 'stamps' | 'type'> {
  /** What has to hold. Default `response.p99 < 10ms`. */
  readonly condition?: string;
  /** The first rate, probes a second on all connections. Default 100. */
  readonly fromPerSecond?: number;
  /** No higher one is tried. Default as much as a server takes in a session, 1,000,000 at most. */
  readonly maxPerSecond?: number;
  /** How far apart the ends of the interval may be, as a share. Default 0.05. */
  readonly precision?: number;
  /** No rate is begun after this time, ms. Default 180,000. */
  readonly maxTimeMs?: number;
}

export interface CapacityPlan {
  readonly record: CapacityPlanRecord;
  readonly condition: AnyThreshold;
  /** Of each try but for its rate and how long it takes. */
  readonly options: PacedOptions & { readonly seed: number };
  /** How long a rate is tried, ms. */
  readonly tryMs: (perSecond: number) => number;
}

const NAMES: OptionNames<CapacityOptions> = {
  host: true,
  port: true,
  family: true,
  protocol: true,
  condition: true,
  fromPerSecond: true,
  maxPerSecond: true,
  precision: true,
  maxTimeMs: true,
  arrivals: true,
  connections: true,
  inFlight: true,
  stepMs: true,
  warmupMs: true,
  sizes: true,
  seed: true,
  serverDelayMs: true,
  delayUnit: true,
  timeoutMs: true,
  engine: true,
  socket: true,
  token: true,
  signal: true,
};

/** @throws EcholotError `usage` naming the value that cannot be. */
export function planCapacity(options: CapacityOptions): CapacityPlan {
  checkNames(options, NAMES);
  const { condition: conditionText = DEFAULT_CONDITION, maxTimeMs, ...others } = options;
  const { maxPerSecond, precision, signal: _, ...rest } = others;
  const {
    fromPerSecond = Math.min(DEFAULT_FROM_PER_SECOND, maxPerSecond ?? DEFAULT_FROM_PER_SECOND),
    ...paced
  } = rest;
  const asked = { ...paced, stepMs: paced.stepMs ?? DEFAULT_TRY_MS, maxKeptSamples: 0 };
  const plan = planPaced({ ...asked, ratesPerSecond: [fromPerSecond] });
  const most = maxPerSecond ?? mostPerSecond(asked);
  // The highest rate is the one whose probes may be too many.
  planPaced({ ...asked, ratesPerSecond: [most] });
  if (fromPerSecond > most) {
    throw usage(
      `the first rate, ${fromPerSecond} a second, is above the highest, ${most}`,
      'choose a lower one, or more connections',
    );
  }
  const condition = parseCondition(conditionText);
  requireLimit(condition, fromPerSecond);
  const { ratesPerSecond: _rates, maxKeptSamples: _kept, ...way } = pacedPlanRecord(plan);
  const { arrivals = 'uniform', seed } = plan;
  const needed =
    probesNeeded(condition) + (arrivals === 'poisson' ? SIGMAS * Math.sqrt(probesNeeded(condition)) : 0);
  const tryMs = (perSecond: number): number =>
    Math.max(asked.stepMs, Math.ceil(((needed + 1) * MS_PER_S) / perSecond));
  if (tryMs(fromPerSecond) > Math.max(MAX_TRY_MS, asked.stepMs)) {
    throw usage(
      `"${condition.text}" needs ${Math.ceil(needed)} probes in each try, which at ${fromPerSecond} a second take ${Math.round(tryMs(fromPerSecond) / MS_PER_S)} s`,
      'use a higher --from, a longer --duration, or a condition that needs fewer',
    );
  }
  return {
    record: {
      ...way,
      arrivals,
      condition: condition.text,
      fromPerSecond,
      maxPerSecond: most,
      precision: checkPrecision(precision ?? DEFAULT_CAPACITY_PRECISION),
      maxTimeNs: NS_PER_MS * checkDuration('longest time', maxTimeMs ?? DEFAULT_CAPACITY_TIME_MS, 1),
    },
    condition,
    options: { ...asked, arrivals, seed },
    tryMs,
  };
}

/** A server takes so many probes in a session, and plain echo any number. */
function mostPerSecond({
  protocol,
  connections = 1,
  stepMs = DEFAULT_TRY_MS,
  warmupMs,
}: PacedOptions): number {
  if (protocol === 'plain') return MAX_RATE_PER_SECOND;
  const seconds = (stepMs + (warmupMs ?? DEFAULT_PACED_WARMUP_MS)) / MS_PER_S;
  const most = Math.floor(
    (MAX_PROBES * connections - SIGMAS * Math.sqrt(MAX_PROBES * connections) - 10) / seconds,
  );
  return Math.min(MAX_RATE_PER_SECOND, Math.max(1, most));
}

function checkPrecision(precision: number): number {
  if (precision >= MIN_CAPACITY_PRECISION && precision <= MAX_CAPACITY_PRECISION) return precision;
  throw usage(
    `the precision of a capacity cannot be ${precision}`,
    `choose a share from ${MIN_CAPACITY_PRECISION} to ${MAX_CAPACITY_PRECISION}`,
  );
}
