/**
 * What a floor lets one trust, and what speaks against it.
 *
 * The rule: on the loopback path there is no path to speak of, so that all that is measured there is the
 * instrument's own. Its part of a reading is taken as the largest of three: the median of the floor (what it adds),
 * the spread of the floor from median to p99 (by how much that varies), and the step of the clock (what it cannot
 * tell). A round-trip time of ten times that part is told within 10 %, one of a hundred times within 1 %.
 */
import type { ClockInfo } from '../../facts/instrument.ts';
import type {
  ContendedDoubt,
  Floor,
  FloorFigure,
  SelfTestDoubt,
  SelfTestHealth,
  StampCounts,
} from '../../result/self-test-result.ts';
import { type Summary, summarize } from '../../stats/summary.ts';
import { figureText } from '../../text/numbers.ts';

/** More than this share of the time without a processor is told. */
export const CONTENDED_SHARE = 0.01;
/** A step of the clock above this is a tenth and more of the shortest round trips there are. */
export const COARSE_STEP_NS = 1_000;
/** Of the probes; fewer missing ones are of a kernel that had just been asked for stamps. */
export const STAMPED_SHARE = 0.99;

/** What a difference of two readings cannot tell, ns. */
export function clockStepNs({ resolutionNs, readCostNs }: ClockInfo): number {
  return Math.max(resolutionNs, readCostNs);
}

/** @returns null when there is no sample */
export function floorFigure(samplesNs: ArrayLike<number>, stepNs: number): FloorFigure | null {
  const summary = summarize(samplesNs);
  if (summary === null) return null;
  const parts = partsOf(summary, stepNs);
  const [boundBy, largestNs] = parts.reduce((largest, part) => (part[1] > largest[1] ? part : largest));
  const ownNs = Math.ceil(largestNs);
  return {
    n: summary.n,
    minNs: Math.round(summary.min),
    medianNs: Math.round(summary.median),
    p99Ns: Math.round(summary.p99),
    ownNs,
    boundBy,
    within10PercentNs: ownNs * 10,
    within1PercentNs: ownNs * 100,
  };
}

type Part = readonly [FloorFigure['boundBy'], number];

function partsOf({ median, p99 }: Summary, stepNs: number): readonly [Part, ...Part[]] {
  return [
    ['median', median],
    ['spread', p99 - median],
    ['clock', stepNs],
  ];
}

export interface Findings {
  readonly clock: ClockInfo;
  readonly notNative: string | null;
  readonly floors: readonly Floor[];
  readonly stamps: StampCounts;
  readonly health: SelfTestHealth;
}

export function doubtsOf({ clock, notNative, floors, stamps, health }: Findings): SelfTestDoubt[] {
  const doubts: SelfTestDoubt[] = [];
  const contended = contention(floors, health);
  if (contended !== undefined) doubts.push(contended);
  const stepNs = clockStepNs(clock);
  if (stepNs > COARSE_STEP_NS) {
    doubts.push({
      code: 'coarse-clock',
      stepNs,
      message: `the clock ${clock.name} tells no less than ${stepNs} ns apart`,
      advice: 'look for another clock source of the system',
    });
  }
  if (notNative !== null) {
    doubts.push({
      code: 'no-native-engine',
      reason: notNative,
      message: `there is no native engine here: ${notNative}`,
      advice: 'expect the floor of the portable engine, and no layers of a round trip',
    });
  }
  const { probes, kernelProbes } = stamps;
  if (kernelProbes < STAMPED_SHARE * probes) {
    doubts.push({
      code: 'no-stamps',
      probes,
      stampedProbes: kernelProbes,
      message: `the kernel stamped ${kernelProbes} of ${probes} probes`,
      advice: 'expect kernel and network round-trip times of these alone',
    });
  }
  return doubts;
}

function contention(
  floors: readonly Floor[],
  { processors, quota }: SelfTestHealth,
): ContendedDoubt | undefined {
  const waits = floors.map(({ processorWaitShare }) => processorWaitShare).filter((share) => share !== null);
  const processorWaitShare = waits.length === 0 ? null : Math.max(...waits);
  const stealShare = processors?.stealShare ?? null;
  const parts: string[] = [];
  if (processorWaitShare !== null && processorWaitShare > CONTENDED_SHARE) {
    parts.push(
      `the measuring thread waited for a processor for up to ${percent(processorWaitShare)} of its time`,
    );
  }
  if (stealShare !== null && stealShare > CONTENDED_SHARE) {
    parts.push(`the host of this machine gave ${percent(stealShare)} of its processors' time to others`);
  }
  const throttled = quota !== undefined && quota !== null && quota.throttledPeriods > 0;
  if (throttled) {
    parts.push(
      `a CPU quota of ${figureText(quota.processors, 3)} ${quota.processors === 1 ? 'processor' : 'processors'} stopped this program in ${quota.throttledPeriods} of ${quota.periods} of its periods`,
    );
  }
  if (parts.length === 0) return undefined;
  return {
    code: 'contended',
    processorWaitShare,
    stealShare,
    message: parts.join(', and '),
    advice: throttled
      ? 'raise the CPU quota of the container or service, or take the figures for those of a program that is stopped at times'
      : 'end what else runs here, or take the figures for those of a busy machine',
  };
}

function percent(share: number): string {
  return `${figureText(100 * share, 2)} %`;
}
