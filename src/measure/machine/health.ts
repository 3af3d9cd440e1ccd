/**
 * Whether the client was in a state to measure: how late its event loop came, whether somebody set the wall clock,
 * what else kept the processors busy, and whether a quota stopped it. It is looked at when a run begins, between its blocks, and when it ends;
 * it judges nothing.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Clock } from '../../clock/clock.ts';
import type { EventLoopDelayRecord, ProcessorsRecord, QuotaRecord } from '../../facts/machine.ts';
import { type ReadText, readKernelText } from '../../net/kernel-text.ts';
import { watchQuota } from './cpu-quota.ts';

const NS_PER_MS = 1_000_000;
/** A timer of Node's own, without JavaScript, looks at the event loop as often as this. */
const LOOP_RESOLUTION_MS = 10;
/** Where the probes have a thread of their own, each look takes the processor from it, or from a server beside it. */
const LOOP_RESOLUTION_BESIDE_MS = 100;
/** The kernel slews a clock by 500 us in a second at most (adjtimex(2)); what is faster was a step. */
const MAX_SLEW = 500e-6;
const PROCESSOR_TIMES = '/proc/stat';

/** All times in ns, all shares from 0 to 1. */
export interface HealthFacts {
  /** How much later than asked the event loop of the main thread came round; null when it never did. */
  readonly eventLoopDelay: EventLoopDelayRecord | null;
  /**
   * The largest change of the wall clock against the monotonic one from one look to the next, beyond what slewing
   * explains: somebody has set it, or the machine was suspended. 0 for none.
   */
  readonly wallClockStepNs: number;
  /**
   * Of the time of all processors of the machine together: what was spent in programs and the kernel, this one
   * included, and what the host of a virtual machine gave to others. Null where the system does not tell.
   */
  readonly processors: ProcessorsRecord | null;
  /** Of the control group whose CPU quota stopped this process most; null where there is no quota. */
  readonly quota: QuotaRecord | null;
}

export interface HealthWatch {
  /** To be called between two blocks, when the time of a look does no harm. */
  look(): void;
  stop(): HealthFacts;
}

/** Where the watch looks. */
export interface HealthSources {
  readonly read: ReadText;
  /** @returns what ends it, and tells what came of it */
  watchEventLoop(): () => LoopTurns;
}

/** From one look at the event loop to the next, ns. */
export interface LoopTurns {
  readonly count: number;
  /** After how long each look was due. */
  readonly periodNs: number;
  readonly p99Ns: number;
  readonly maxNs: number;
}

/** Watches from now on. It keeps no process alive. */
export function watchHealth(clock: Clock, sources: HealthSources = SYSTEM): HealthWatch {
  const stopEventLoop = sources.watchEventLoop();
  const wallClock = new WallClockWatch(clock);
  const before = processorTicks(sources.read(PROCESSOR_TIMES));
  const quota = watchQuota(sources.read);
  return {
    look: () => wallClock.look(),
    stop() {
      wallClock.look();
      return {
        eventLoopDelay: delaysOf(stopEventLoop()),
        wallClockStepNs: wallClock.stepNs,
        processors: processorShares(before, processorTicks(sources.read(PROCESSOR_TIMES))),
        quota: quota(),
      };
    },
  };
}

/** As {@link watchHealth}, beside a thread that measures: it looks at the event loop less often. */
export function watchHealthBeside(clock: Clock): HealthWatch {
  return watchHealth(clock, {
    ...SYSTEM,
    watchEventLoop: () => watchEventLoop(LOOP_RESOLUTION_BESIDE_MS),
  });
}

/** What Node's histogram holds is the time between two looks, the period and all. */
function delaysOf({ count, periodNs, p99Ns, maxNs }: LoopTurns): HealthFacts['eventLoopDelay'] {
  if (count === 0) return null;
  return { p99Ns: Math.max(0, p99Ns - periodNs), maxNs: Math.max(0, maxNs - periodNs) };
}

/**
 * Here, for once, the difference of two readings of the wall clock is what is asked for. Each reading is known to
 * lie somewhere in an interval: the clock tells whole milliseconds, and the thread may be kept from reading the
 * two clocks at once. Only a change that no two values of these intervals explain is a step.
 */
class WallClockWatch {
  stepNs = 0;
  private readonly clock: Clock;
  private readonly firstNs: bigint;
  private readonly firstWallMs: number;
  private lastNs = 0;
  private lowNs = 0;
  private highNs = 0;

  constructor(clock: Clock) {
    this.clock = clock;
    this.firstNs = clock.nowNs();
    this.firstWallMs = clock.wallMs();
    this.take();
  }

  look(): void {
    const { lastNs, lowNs, highNs } = this;
    this.take();
    const changeNs = Math.max(this.lowNs - highNs, lowNs - this.highNs);
    const slewNs = MAX_SLEW * (this.lastNs - lastNs);
    this.stepNs = Math.max(this.stepNs, Math.round(changeNs - slewNs));
  }

  /** Between which values the wall clock less the monotonic one lies now. */
  private take(): void {
    const beforeNs = Number(this.clock.nowNs() - this.firstNs);
    const wallNs = (this.clock.wallMs() - this.firstWallMs) * NS_PER_MS;
    const afterNs = Number(this.clock.nowNs() - this.firstNs);
    this.lastNs = afterNs;
    this.lowNs = wallNs - afterNs;
    this.highNs = wallNs + NS_PER_MS - beforeNs;
  }
}

interface ProcessorTicks {
  readonly total: number;
  readonly busy: number;
  readonly steal: number;
}

/**
 * The first line: user, nice, system, idle, iowait, irq, softirq and steal of all processors (proc_stat(5)). What
 * follows, the time of guests, is part of the first two.
 */
function processorTicks(stat: string | undefined): ProcessorTicks | undefined {
  const numbers =
    /^cpu +([\d ]+)$/m
      .exec(stat ?? '')?.[1]
      ?.trim()
      .split(/ +/)
      .map(Number) ?? [];
  const [user, nice, system, idle, iowait, irq, softirq, steal = 0] = numbers;
  if (user === undefined || nice === undefined || system === undefined || idle === undefined)
    return undefined;
  const busy = user + nice + system + (irq ?? 0) + (softirq ?? 0);
  return { total: busy + idle + (iowait ?? 0) + steal, busy, steal };
}

function processorShares(
  before: ProcessorTicks | undefined,
  after: ProcessorTicks | undefined,
): HealthFacts['processors'] {
  if (before === undefined || after === undefined) return null;
  const total = after.total - before.total;
  // A tick is 10 ms: a run that is shorter may see none.
  if (total <= 0) return null;
  return {
    busyShare: share(after.busy - before.busy, total),
    stealShare: share(after.steal - before.steal, total),
  };
}

/** The kernel says of some of these counters that they can go back. */
function share(part: number, total: number): number {
  return Math.min(1, Math.max(0, part / total));
}

const SYSTEM: HealthSources = {
  read: readKernelText,
  watchEventLoop: () => watchEventLoop(LOOP_RESOLUTION_MS),
};

/** @param resolution how often to look, ms */
function watchEventLoop(resolution: number): () => LoopTurns {
  const turns = monitorEventLoopDelay({ resolution });
  turns.enable();
  return () => {
    turns.disable();
    const { count, max: maxNs } = turns;
    return { count, periodNs: resolution * NS_PER_MS, p99Ns: turns.percentile(99), maxNs };
  };
}
