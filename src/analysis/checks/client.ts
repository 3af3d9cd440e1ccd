/** Whether the client's own machine was in the way: its processors, its runtime, the user, the engine. */

import type { SchedulingRecord } from '../../facts/instrument.ts';
import type { QuotaRecord } from '../../facts/machine.ts';
import type { HealthRecord } from '../../result/result.ts';
import type { StallsWarning } from '../../result/warnings.ts';
import { mostOf } from '../../stats/extremes.ts';
import { figureText, percentText } from '../../text/numbers.ts';
import {
  allBlocks,
  type Check,
  type Found,
  longestCollectionNs,
  type Subject,
  smallestMedianNs,
  sum,
} from './check.ts';
import { countText, timeText } from './words/words.ts';

const NS_PER_MS = 1_000_000;
const NS_PER_S = 1_000_000_000;
/** Of the time that was measured. */
export const MAX_WAIT_SHARE = 0.05;
export const MAX_STEAL_SHARE = 0.02;
/** For each second: a thread that shares its processor loses it every few ms, one that does not now and then. */
export const MAX_SWITCHES_PER_S = 100;
/** Fewer say nothing, however short the time was. */
export const MIN_SWITCHES = 20;
/** A collection that is shorter, or not longer than ten round trips, spoils one sample at most. */
export const MIN_COLLECTION_NS: number = NS_PER_MS;
export const COLLECTION_RTTS = 10;
export const MIN_LOOP_DELAY_NS: number = 5 * NS_PER_MS;

export const PROCESSOR: Check = {
  question: 'Did the measuring thread have to wait for a processor?',
  look: contention,
};

export const STALLS: Check = {
  question: 'Did garbage collections or a late event loop hold up the measuring thread?',
  look: stalls,
};

export const SUSPENSION: Check = {
  question: 'Was this program stopped while it measured?',
  look: suspensions,
};

export const ENGINE: Check = {
  question: 'Did another engine measure than would have been the best?',
  look: ({ recording: { engine } }) => {
    const { fallback } = engine;
    if (fallback === null) return [];
    return [
      {
        code: 'engine-fell-back',
        check: 'engine',
        message: `the ${engine.name} engine measured instead of the native one: ${fallback}`,
        advice: `its samples are not taken apart into layers; --engine ${engine.name} says that this is meant`,
        reason: fallback,
      },
    ];
  },
};

function contention(subject: Subject): Found {
  const scheduling = allBlocks(subject).flatMap((block) => block.scheduling ?? []);
  const waits = totalOf(scheduling, 'processorWaitNs');
  const switches = totalOf(scheduling, 'involuntarySwitches');
  const stealShare = largest(
    healthOf(subject).flatMap(({ processors }) => (processors === null ? [] : [processors.stealShare])),
  );
  const quota = worstQuota(subject);
  if (waits === null && switches === null && stealShare === null && quota === null) {
    return { unknown: 'this system does not tell whether a thread waits for a processor' };
  }
  const waitShare = waits === null ? null : waits.total / waits.measuredNs;
  const found: string[] = [];
  if (waitShare !== null && waitShare > MAX_WAIT_SHARE) {
    found.push(`the measuring thread waited for a processor in ${percentText(waitShare)} of its time`);
  }
  // A thread that polls gives way often and waits little: where the waiting is told, it alone counts.
  if (waits === null && switches !== null && isOften(switches)) {
    found.push(`the measuring thread was made to give up its processor ${switches.total} times`);
  }
  if (stealShare !== null && stealShare > MAX_STEAL_SHARE) {
    found.push(`the host of this machine took ${percentText(stealShare)} of the time for others`);
  }
  const throttled = quota !== null && quota.throttledPeriods > 0;
  if (throttled) {
    found.push(
      `the CPU quota of its control group (${countText(Number(figureText(quota.processors, 3)), 'processor')}) stopped this program in ${quota.throttledPeriods} of ${quota.periods} periods`,
    );
  }
  if (found.length === 0) return [];
  return [
    {
      code: 'processor-contended',
      check: 'processor',
      message: found.join('; '),
      advice: throttled
        ? 'raise the quota (docker --cpus, the CPU limit of a pod, CPUQuota= of a service), or measure outside of it; a quieter machine does not help against it'
        : 'measure again when nothing else works on this machine, or on one with more processors; where the server runs here too, part the two with taskset',
      waitShare,
      involuntarySwitches: switches?.total ?? null,
      stealShare,
      throttledPeriods: quota?.throttledPeriods ?? null,
    },
  ];
}

interface Total {
  readonly total: number;
  readonly measuredNs: number;
}

/** Over the blocks that tell it; null when none does. */
function totalOf(
  scheduling: readonly SchedulingRecord[],
  what: 'processorWaitNs' | 'involuntarySwitches',
): Total | null {
  const told = scheduling.filter((block) => block[what] !== null && block.measuredNs > 0);
  if (told.length === 0) return null;
  return {
    total: sum(told.map((block) => block[what] ?? 0)),
    measuredNs: sum(told.map(({ measuredNs }) => measuredNs)),
  };
}

function isOften({ total, measuredNs }: Total): boolean {
  return total >= MIN_SWITCHES && total > (MAX_SWITCHES_PER_S * measuredNs) / NS_PER_S;
}

function stalls(subject: Subject): Found {
  const collections = subject.series.flatMap(({ blocks, statistics }) =>
    blocks.flatMap((block) => {
      const ns = longestCollectionNs(block);
      if (ns === null) return [];
      const limitNs = Math.max(MIN_COLLECTION_NS, COLLECTION_RTTS * statistics.rttNs.median);
      return [{ ns, isTooLong: ns > limitNs }];
    }),
  );
  // The native engine's loop is on a thread of its own, without events. One that was stopped is late by that.
  const isLoop = subject.recording.engine.name === 'node' && suspendedProbesOf(subject) === 0;
  const loops = isLoop ? healthOf(subject) : [];
  const eventLoopP99Ns = largest(
    loops.flatMap(({ eventLoopDelay }) => (eventLoopDelay === null ? [] : [eventLoopDelay.p99Ns])),
  );
  if (collections.length === 0 && eventLoopP99Ns === null) {
    return { unknown: 'neither of them was observed' };
  }
  const longestNs = largest(collections.map(({ ns }) => ns));
  const tooLongNs = largest(collections.filter(({ isTooLong }) => isTooLong).map(({ ns }) => ns));
  const found: string[] = [];
  if (tooLongNs !== null) {
    found.push(`a garbage collection stopped the measuring thread for ${timeText(tooLongNs)}`);
  }
  const isLate =
    eventLoopP99Ns !== null && eventLoopP99Ns > Math.max(MIN_LOOP_DELAY_NS, smallestMedianNs(subject));
  if (isLate) {
    found.push(
      `the event loop that measures was late by ${timeText(eventLoopP99Ns)} in one of a hundred turns`,
    );
  }
  if (found.length === 0) return [];
  // A loop without a processor is late by no work of its own, and a collection waits for its helping threads, too.
  if (isContended(subject)) {
    return { unknown: 'a wait for a processor makes collections and the event loop as late' };
  }
  const warning: StallsWarning = {
    code: 'stalls',
    check: 'stalls',
    message: found.join('; '),
    advice:
      subject.recording.engine.name === 'node'
        ? 'probes that were under way then contain this: go by the median, do nothing else in this process, or use --engine native'
        : 'probes that were under way then contain this: go by the median, and measure again',
    longestCollectionNs: longestNs,
    eventLoopP99Ns,
  };
  return [warning];
}

function isContended(subject: Subject): boolean {
  const found = contention(subject);
  return !('unknown' in found) && found.length > 0;
}

function suspendedProbesOf({ recording }: Subject): number {
  return sum(recording.blocks.map((block) => block.suspendedProbes));
}

function suspensions(subject: Subject): Found {
  const suspendedProbes = suspendedProbesOf(subject);
  if (suspendedProbes === 0) return [];
  return [
    {
      code: 'suspended',
      check: 'suspension',
      message: `${suspendedProbes} ${suspendedProbes === 1 ? 'probe was' : 'probes were'} under way while this program was stopped, and left out`,
      advice: 'do not stop the program (Ctrl-Z) while it measures; the other samples are sound',
      suspendedProbes,
    },
  ];
}

/** Of all runs, the one whose quota stopped it most. */
function worstQuota(subject: Subject): QuotaRecord | null {
  const quotas = healthOf(subject).flatMap(({ quota }) => quota ?? []);
  return quotas.toSorted((a, b) => b.throttledPeriods - a.throttledPeriods)[0] ?? null;
}

function healthOf({ recording }: Subject): HealthRecord[] {
  return recording.runs.flatMap(({ health }) => health ?? []);
}

/** Null for none. */
function largest(values: readonly number[]): number | null {
  return values.length === 0 ? null : mostOf(values);
}
