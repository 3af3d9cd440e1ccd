/**
 * What may be asked, before anything of it is done: names, ranges and defaults of options, and how targets and
 * conditions are written. The command line reads its words with it. Loads neither engines, a server nor reports.
 */
export { requireOfCapacity } from './analysis/capacity/capacity-threshold-check.ts';
export { DEFAULT_CONDITION } from './analysis/capacity/condition.ts';
export {
  type AnyThreshold,
  LOAD_METRIC_NAMES,
  LOAD_METRICS,
  type LoadQuantity,
  parseAnyThreshold,
  parseLoadThreshold,
  requirePhases,
  requireProfile,
} from './analysis/load/conditions/load-threshold.ts';
export { MAX_PROFILE_BYTES, parseQooProfile, QOO_PROFILES } from './analysis/load/qoo-profiles.ts';
export { requirePacedChange } from './analysis/paced/conditions/paced-change-check.ts';
export {
  PACED_METRIC_NAMES,
  PACED_METRICS,
  type PacedQuantity,
  refuseOfPaced,
  requireOfPaced,
  requirePacedProbes,
} from './analysis/paced/conditions/paced-threshold.ts';
export { METRIC_NAMES, requireProbes } from './analysis/threshold.ts';
export { DEFAULT_CHECK_TIMEOUT_MS, DEFAULT_CLIENT_TIMEOUT_MS } from './check/defaults.ts';
export {
  DEFAULT_FIRST_MESSAGE_NS,
  DEFAULT_IDLE_NS,
  DEFAULT_MAX_DELAY_NS,
  DEFAULT_MAX_PROBES,
} from './core/limits.ts';
export { DIALECT_NAMES, type DialectName } from './core/wire/dialects.ts';
export { DELAY_UNITS, type DelayUnit } from './core/wire/grammar.ts';
export {
  DEFAULT_CAPACITY_PRECISION,
  DEFAULT_CAPACITY_TIME_MS,
  DEFAULT_FROM_PER_SECOND,
  DEFAULT_TRY_MS,
  MAX_CAPACITY_PRECISION,
  MIN_CAPACITY_PRECISION,
} from './measure/capacity/capacity-plan.ts';
export { MAX_DURATION_MS } from './measure/checks.ts';
export {
  COMPARED_DATA_MS,
  COMPARED_REST_MS,
  COMPARED_WAIT_TURN_MS,
} from './measure/comparison/load-comparison-plan.ts';
export { COMPARED_STEP_MS } from './measure/comparison/paced-comparison-plan.ts';
export { DEFAULT_ROUNDS, MAX_ROUNDS } from './measure/comparison/turns.ts';
export {
  DEFAULT_MAX_TIME_MS,
  DEFAULT_SPREAD_MS,
  DEFAULT_TIMEOUT_MS,
  MAX_BLOCKS,
  MAX_PRECISION,
  MAX_PROBES,
  MAX_SEED,
  MAX_SIZE_BYTES,
  MIN_PRECISION,
} from './measure/exchange/plan.ts';
export {
  DEFAULT_DATA_MS,
  DEFAULT_PROBE_INTERVAL_MS,
  DEFAULT_REST_MS,
  DEFAULT_STABLE_MS,
  MAX_AUTO_STREAMS,
  MAX_BITS_PER_SECOND,
  MAX_PHASE_MS,
  MAX_PROBE_INTERVAL_MS,
  MAX_STREAMS,
  MAX_WAIT_TURN_MS,
  MIN_BITS_PER_SECOND,
  MIN_PROBE_INTERVAL_MS,
} from './measure/load/load-plan.ts';
export { toolInfo, wantedPackage } from './measure/machine/system.ts';
export {
  DEFAULT_IN_FLIGHT,
  DEFAULT_PACED_BYTES,
  DEFAULT_PACED_WARMUP_MS,
  DEFAULT_STEP_MS,
  MAX_CONNECTIONS,
  MAX_RATE_PER_SECOND,
  MAX_STEP_MS,
  MAX_STEPS,
  MIN_STEP_MS,
} from './measure/paced/paced-plan.ts';
export { DEFAULT_INTERVAL_MS, MAX_HANDSHAKES, MIN_INTERVAL_MS } from './measure/ping/ping-plan.ts';
export { DEFAULT_SELF_TEST_MS, MAX_SELF_TEST_MS, MIN_SELF_TEST_MS } from './measure/self-test/self-test.ts';
export {
  MAX_BUFFER_BYTES,
  MAX_SEGMENT_BYTES,
  MAX_TRAFFIC_CLASS,
  MIN_SEGMENT_BYTES,
} from './measure/socket-plan.ts';
export { type AlertOptions, planAlert } from './monitor/alerts/rule.ts';
export { matches as matchesName, type Silence } from './monitor/alerts/silence.ts';
export {
  DEFAULT_BYTES as DEFAULT_MONITOR_BYTES,
  DEFAULT_INTERVAL_MS as DEFAULT_MONITOR_INTERVAL_MS,
  DEFAULT_PROBES as DEFAULT_MONITOR_PROBES,
  MAX_BYTES as MAX_MONITOR_BYTES,
  MAX_INTERVAL_MS as MAX_MONITOR_INTERVAL_MS,
  MAX_PROBES as MAX_MONITOR_PROBES,
  MIN_INTERVAL_MS as MIN_MONITOR_INTERVAL_MS,
  planTargets,
  type TargetOptions,
} from './monitor/plan/target.ts';
export type { TargetKind } from './monitor/records/series.ts';
export { parseDayWindow } from './monitor/schedule/day-window.ts';
export { MOST_IN_FLIGHT } from './net/paced/paced.ts';
export { familyOf, inBrackets, readHost, readPort, refuseUrl } from './net/reach/host-text.ts';
export { LOAD_PHASES } from './result/load/load-result.ts';
export { PACED_COMPARED } from './result/paced/paced-comparison.ts';
export { readNetworks } from './server/access/networks.ts';
export {
  DEFAULT_GRACE_MS,
  DEFAULT_MAX_CLIENT_SESSIONS,
  DEFAULT_MAX_LOAD_BITS_PER_SECOND,
  DEFAULT_MAX_LOAD_MS,
  DEFAULT_MAX_LOAD_STREAMS,
  DEFAULT_MAX_LOAD_WAIT_MS,
  DEFAULT_MAX_LOADS,
  DEFAULT_MAX_LOADS_WAITING,
  DEFAULT_MAX_SESSION_NS,
  DEFAULT_MAX_SESSIONS,
  DEFAULT_PORT,
  DEFAULT_THREADS,
  DEFAULT_TLS_PORT,
} from './server/defaults.ts';
export { memoryBoundText } from './server/memory/formula.ts';
export { checkPolicy, MAX_THREADS, planServer } from './server/plan.ts';
export { MOST_LOADS, MOST_LOADS_WAITING } from './server/plan-limits.ts';
