/**
 * How many signatures of strangers a server checks, over all of its threads: each takes about a tenth of a millisecond,
 * which a flood of forged tokens would take from those who measure. A token bucket in memory that threads share, kept as the
 * one moment at which it is full again.
 */
import { MAX_SIGNATURES_PER_SECOND } from '../defaults.ts';
import { advanceDue } from '../due.ts';

/** As many may come at once, after a second of rest. */
const BURST = MAX_SIGNATURES_PER_SECOND;
const EACH_NS = 1_000_000_000n / BigInt(MAX_SIGNATURES_PER_SECOND);
const BURST_NS = EACH_NS * BigInt(BURST);

export const SIGNATURE_BUDGET_BYTES: number = BigInt64Array.BYTES_PER_ELEMENT;

export class SignatureBudget {
  /** On the clock of whoever asks, which all threads of a process have in common. */
  private readonly fullNs: BigInt64Array;

  /** @param offset where in `memory` {@link SIGNATURE_BUDGET_BYTES} are its own */
  constructor(memory: SharedArrayBuffer, offset: number) {
    this.fullNs = new BigInt64Array(memory, offset, 1);
  }

  /** Takes one. @returns whether there was one */
  take(nowNs: bigint): boolean {
    const latestNs = nowNs + BURST_NS;
    return advanceDue(this.fullNs, 0, EACH_NS, nowNs, latestNs) <= latestNs;
  }
}
