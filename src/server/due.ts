/**
 * A rate that several threads keep together, as one moment in shared memory: when all that was used will have been paid for at
 * that rate (the virtual scheduling form of the generic cell rate algorithm, ITU-T I.371). One number, whatever the rate.
 */

/** Later than any clock goes. */
export const NEVER_NS: bigint = 2n ** 63n - 1n;

/**
 * Moves the moment on by what something takes, unless it would come behind `latestNs`.
 * @param takesNs how long it takes at the rate
 * @returns the moment as it is then; where that is later than `latestNs` nothing was taken
 */
export function advanceDue(
  words: BigInt64Array,
  index: number,
  takesNs: bigint,
  nowNs: bigint,
  latestNs: bigint = NEVER_NS,
): bigint {
  for (;;) {
    const before = Atomics.load(words, index);
    const after = (before > nowNs ? before : nowNs) + takesNs;
    if (after > latestNs || Atomics.compareExchange(words, index, before, after) === before) return after;
  }
}
