/** What was planned, and on what machine and with what engine it was measured. */

import type { PlanRecord } from '../../../result/plan-record.ts';
import type { HealthRecord, Result } from '../../../result/result.ts';
import type { WorkloadKind } from '../../../result/workload.ts';
import { counted, percentText } from '../../../text/numbers.ts';
import { sizeText } from '../../../text/sizes.ts';
import { delayText, timeText } from '../../../text/units.ts';
import { NONE, type Section } from '../document.ts';
import { engineText } from '../labels.ts';
import { type Property, propertyTable, type Source } from './sources.ts';

export function planSection(sources: readonly Source[]): Section {
  return {
    id: 'plan',
    title: 'Plan',
    parts: [propertyTable('What was asked for, with every default filled in', sources, PLAN)],
  };
}

export function machineSection(sources: readonly Source[]): Section {
  return {
    id: 'machine',
    title: 'Machine and engine',
    parts: [propertyTable('What measured, and what it found of itself', sources, MACHINE)],
  };
}

const PLAN: readonly Property[] = [
  { name: 'server', value: ({ plan }) => `${plan.host} port ${plan.port}` },
  { name: 'address family', value: ({ plan }) => (plan.family === null ? 'any' : `IPv${plan.family}`) },
  { name: 'protocol', value: ({ plan }) => plan.protocol },
  { name: 'round-trip times', value: ({ plan }) => sizesText(plan, 'rtt') },
  { name: 'throughput', value: ({ plan }) => sizesText(plan, 'throughput') },
  { name: 'blocks a size', value: ({ plan }) => numberText(plan.blocks, 'until the precision is reached') },
  { name: 'probes a size', value: ({ plan }) => numberText(plan.probes, 'as the path allows') },
  { name: 'warm-up probes a block', value: ({ plan }) => numberText(plan.warmupProbes, 'as fit into 2 ms') },
  { name: 'blocks spread over', value: ({ plan }) => delayText(plan.spreadNs) },
  {
    name: 'precision asked for',
    value: ({ plan }) => (plan.precision === null ? NONE : `± ${percentText(plan.precision)}`),
  },
  { name: 'longest time', value: ({ plan }) => (plan.maxTimeNs === null ? NONE : delayText(plan.maxTimeNs)) },
  { name: 'seed', value: ({ plan }) => String(plan.seed) },
  {
    name: 'server delay',
    value: ({ plan }) => (plan.serverDelayNs === 0 ? 'none' : delayText(plan.serverDelayNs)),
  },
  { name: 'time-out', value: ({ plan }) => delayText(plan.timeoutNs) },
  { name: 'engine', value: ({ plan }) => plan.engine },
  { name: 'way to wait', value: ({ plan }) => plan.wait },
  { name: 'kernel stamps', value: ({ plan }) => (plan.stamps ? 'wanted' : 'not wanted') },
];

const MACHINE: readonly Property[] = [
  { name: 'started', value: ({ runs }) => runs.map(({ startedAt }) => startedAt).join(', ') || NONE },
  {
    name: 'took',
    value: ({ runs }) => runs.map(({ durationNs }) => timeText(durationNs)).join(', ') || NONE,
  },
  { name: 'ended by', value: ({ stop }) => stopText(stop) },
  { name: 'dialect', value: ({ dialect }) => dialectText(dialect) },
  { name: 'machine', value: ({ system }) => `${system.platform} ${system.release}, ${system.arch}` },
  { name: 'processor', value: ({ system }) => `${system.cpu ?? 'not told'}, ${system.cpus} logical` },
  { name: 'program', value: ({ tool }) => `${tool.name} ${tool.version}, Node.js ${tool.node}` },
  {
    name: 'engine',
    value: ({ engine }) => engineText(engine),
  },
  { name: 'waited', value: ({ engine }) => engine.wait },
  {
    name: 'clock',
    value: ({ engine: { clock } }) =>
      `${clock.name}: steps of ${clock.resolutionNs} ns, ${Math.round(clock.readCostNs)} ns a reading`,
  },
  {
    name: 'noise floor',
    value: ({ engine: { selfTest, selfTestSkipped = null } }) =>
      selfTest === null
        ? `not measured${selfTestSkipped === null ? '' : `: ${selfTestSkipped}`}`
        : `least ${timeText(selfTest.minRttNs)}, median ${timeText(selfTest.medianRttNs)} of ${selfTest.probes.toLocaleString('en-US')} echoes within this process`,
  },
  { name: 'event loop late (p99, most)', value: (result) => healths(result, eventLoopText) },
  {
    name: 'wall clock set by',
    value: (result) => healths(result, (health) => timeText(health.wallClockStepNs)),
  },
  { name: 'processors busy, taken by the host', value: (result) => healths(result, processorsText) },
];

function sizesText({ workloads }: PlanRecord, kind: WorkloadKind): string {
  const sizes = workloads.filter((one) => one.kind === kind);
  return sizes.length === 0
    ? 'not measured'
    : sizes.map(({ payloadBytes }) => sizeText(payloadBytes)).join(', ');
}

function numberText(value: number | null, otherwise: string): string {
  return value === null ? otherwise : value.toLocaleString('en-US');
}

function stopText({ reason, rounds, achievedPrecision }: Result['stop']): string {
  const precision = achievedPrecision === null ? '' : `, widest interval ± ${percentText(achievedPrecision)}`;
  return `${reason} after ${counted(rounds, 'round')}${precision}`;
}

function dialectText({ requested, spoken, attempts }: Result['dialect']): string {
  const tried =
    attempts.length === 0 ? '' : `, after ${attempts.map(({ dialect }) => dialect).join(', ')} in vain`;
  return `${spoken ?? 'none'} (asked for: ${requested})${tried}`;
}

/** Of each run that was observed. */
function healths({ runs }: Result, told: (health: HealthRecord) => string): string {
  const each = runs.flatMap(({ health }) => (health === null ? [] : [told(health)]));
  return each.length === 0 ? 'not observed' : each.join('; ');
}

function eventLoopText({ eventLoopDelay }: HealthRecord): string {
  return eventLoopDelay === null
    ? 'not observed'
    : `${timeText(eventLoopDelay.p99Ns)}, ${timeText(eventLoopDelay.maxNs)}`;
}

function processorsText({ processors }: HealthRecord): string {
  return processors === null
    ? 'not told'
    : `${percentText(processors.busyShare)}, ${percentText(processors.stealShare)}`;
}
