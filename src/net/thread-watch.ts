/**
 * What kept the measuring thread from measuring while its batches ran: other programs that had the processor, and
 * its own garbage collections. It is looked at before and after a batch, never between two probes: a look makes
 * system calls. It watches the thread that calls it, on which also the probes have to run.
 */
import { GCProfiler } from 'node:v8';
import type { GarbageCollectionsRecord, SchedulingRecord } from '../facts/instrument.ts';
import { type ReadText, readKernelText } from './kernel-text.ts';

const NS_PER_US = 1_000;
/** Windows counts CPU time in ticks of 15.6 ms. */
const CPU_TICK_US = 16_000;
/** Linux 3.17: the files of whichever thread opens them, which is the one that reads them. */
const SCHEDSTAT = '/proc/thread-self/schedstat';
const STATUS = '/proc/thread-self/status';

/** Where the watch looks. */
export interface ThreadSources {
  nowNs(): bigint;
  /** CPU time of this thread, us. */
  cpuUs(): number;
  /** CPU time of all threads of this process, which help with its collections, us. */
  processCpuUs(): number;
  readonly read: ReadText;
  /** Notes collections of this thread from now on. @returns what ends it, and tells how long each took, us */
  collections(): () => readonly number[];
}

interface Look {
  readonly nowNs: bigint;
  readonly cpuUs: number;
  readonly processCpuUs: number;
  readonly waitNs: number | null;
  readonly switches: number | null;
}

/** All figures are sums over the batches. */
export class ThreadWatch {
  private readonly sources: ThreadSources;
  private first: Look | undefined;
  private stopCollections: () => readonly number[] = () => [];
  private measuredNs = 0;
  private cpuUs = 0;
  private waitNs: number | null = 0;
  private switches: number | null = 0;
  private collected: GarbageCollectionsRecord = { count: 0, longestNs: 0, totalNs: 0 };

  constructor(sources: ThreadSources = SYSTEM) {
    this.sources = sources;
  }

  /** A batch is about to begin. */
  begin(): void {
    this.first = this.look();
    this.stopCollections = this.sources.collections();
  }

  /** It has ended, in whatever way. */
  end(): void {
    const { first } = this;
    if (first === undefined) return;
    this.first = undefined;
    // Before anything else: a look allocates, and may have to collect.
    const tookUs = this.stopCollections();
    const last = this.look();
    const wallUs = Number(last.nowNs - first.nowNs) / NS_PER_US;
    const workedUs = last.processCpuUs - first.processCpuUs;
    this.addCollections(tookUs.map((us) => collectingUs(us, wallUs, workedUs)));
    this.cpuUs += last.cpuUs - first.cpuUs;
    this.measuredNs += Number(last.nowNs - first.nowNs);
    this.waitNs = plus(this.waitNs, first.waitNs, last.waitNs);
    this.switches = plus(this.switches, first.switches, last.switches);
  }

  /** Undefined before the first batch, as all of them. */
  get scheduling(): SchedulingRecord | undefined {
    if (this.measuredNs === 0) return undefined;
    const { waitNs, switches, measuredNs } = this;
    return { processorWaitNs: waitNs, involuntarySwitches: switches, measuredNs };
  }

  get garbageCollections(): GarbageCollectionsRecord | undefined {
    return this.measuredNs === 0 ? undefined : this.collected;
  }

  /** CPU time of the thread over the time of all batches, 0 to 1. */
  get cpuShare(): number | undefined {
    return this.measuredNs === 0 ? undefined : (this.cpuUs * NS_PER_US) / this.measuredNs;
  }

  private look(): Look {
    return {
      nowNs: this.sources.nowNs(),
      cpuUs: this.sources.cpuUs(),
      processCpuUs: this.sources.processCpuUs(),
      waitNs: processorWaitNs(this.sources.read(SCHEDSTAT)),
      switches: involuntarySwitches(this.sources.read(STATUS)),
    };
  }

  private addCollections(tookUs: readonly number[]): void {
    const { count, longestNs, totalNs } = this.collected;
    const tookNs = tookUs.map((us) => Math.round(us * NS_PER_US));
    this.collected = {
      count: count + tookNs.length,
      longestNs: Math.max(longestNs, ...tookNs),
      totalNs: tookNs.reduce((sum, ns) => sum + ns, totalNs),
    };
  }
}

/**
 * What of a collection was one. While it goes on some thread of the process works at it; one that took longer than all
 * of them worked met a stop of the process, or of the machine, and keeps what cannot have been that stop.
 */
function collectingUs(tookUs: number, wallUs: number, workedUs: number): number {
  return tookUs <= workedUs + CPU_TICK_US ? tookUs : Math.max(0, tookUs - Math.max(0, wallUs - workedUs));
}

/** A sum with one unknown part is unknown. */
function plus(sum: number | null, before: number | null, after: number | null): number | null {
  return sum === null || before === null || after === null ? null : sum + after - before;
}

/**
 * Time on a run queue: the second number, ns (Documentation/scheduler/sched-stats.rst). A kernel that counts none
 * says `0 0 0`, and no thread that runs has run for no time.
 */
function processorWaitNs(schedstat: string | undefined): number | null {
  const [, ranNs, waitNs] = /^(\d+) (\d+) /.exec(schedstat ?? '') ?? [];
  return ranNs === undefined || waitNs === undefined || ranNs === '0' ? null : Number(waitNs);
}

/** How often the scheduler took the processor away (proc_pid_status(5)). */
function involuntarySwitches(status: string | undefined): number | null {
  const [, switches] = /^nonvoluntary_ctxt_switches:\s*(\d+)$/m.exec(status ?? '') ?? [];
  return switches === undefined ? null : Number(switches);
}

const SYSTEM: ThreadSources = {
  nowNs: process.hrtime.bigint,
  cpuUs() {
    const { user, system } = process.threadCpuUsage();
    return user + system;
  },
  processCpuUs() {
    const { user, system } = process.cpuUsage();
    return user + system;
  },
  read: readKernelText,
  collections() {
    const profiler = new GCProfiler();
    profiler.start();
    return () => profiler.stop().statistics.map(({ cost }) => cost);
  },
};
