/**
 * Samples that a stop of this process (SIGSTOP, Ctrl-Z) has spoiled. Nothing tells a process that it is about
 * to be stopped, but SIGCONT tells that it goes on; what was under way then measured the pause.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../clock/clock.ts';
import type { SampleBuffer } from '../../net/engine.ts';

/** The news comes through the event loop: the process has been going on for up to this long already. */
const NOTICE_NS = 20_000_000;

/**
 * A sample this long may hold a stop whose SIGCONT was given to another thread of this process, which a busy
 * machine has not let run yet: the news is waited for, but not where a path takes as long by itself.
 */
const DOUBTFUL_NS = 250_000_000;

export interface SuspensionWatch {
  /** When the process was heard to go on, on the clock of the run. */
  readonly continuedAtNs: readonly bigint[];
  /**
   * Resolves when every signal that has come by now was heard.
   * @param longestNs what the longest of the samples in question took; a long one is given the benefit of a doubt
   */
  settled(longestNs?: number): Promise<void>;
  stop(): void;
}

/** Listens from now on. It keeps no process alive. */
export function watchSuspensions(clock: Clock): SuspensionWatch {
  const continuedAtNs: bigint[] = [];
  const note = (): void => {
    continuedAtNs.push(clock.nowNs());
  };
  process.on('SIGCONT', note);
  return {
    continuedAtNs,
    async settled(longestNs = 0) {
      const heard = continuedAtNs.length;
      // The poll of this turn may be over already; that of the next one is not.
      await turn();
      await turn();
      if (longestNs >= DOUBTFUL_NS && continuedAtNs.length === heard) await sleep(NOTICE_NS / 1e6);
    },
    stop: () => process.off('SIGCONT', note),
  };
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/**
 * The numbers of the samples from `first` on that were under way when the process went on, or shortly before.
 * @param continuedAtNs on the clock of the samples, ns after the epoch of the run
 */
export function suspendedSamples(
  { rttNs, sentNs, count }: SampleBuffer,
  first: number,
  continuedAtNs: readonly number[],
): number[] {
  const numbers: number[] = [];
  for (let i = first; i < count; i++) {
    const sent = sentNs[i] as number;
    if (wasSuspended(sent, sent + (rttNs[i] as number), continuedAtNs)) numbers.push(i);
  }
  return numbers;
}

/** Whether what went on from `startNs` to `endNs` was under way when the process went on, or shortly before. */
export function wasSuspended(startNs: number, endNs: number, continuedAtNs: readonly number[]): boolean {
  return continuedAtNs.some((ns) => startNs <= ns && endNs >= ns - NOTICE_NS);
}
