/**
 * How the store is, for whoever scrapes: as it says itself, or as it was when it last did. A disk that hangs must not keep anybody from
 * the figures of the path, nor from hearing that it hangs.
 */
import type { Timekeeper } from '../../clock/clock.ts';
import type { Store, StoreState } from '../store/store.ts';

/** So long somebody waits for a store that has something else to do. */
const WAIT_NS = 100_000_000n;
/** No view and no upkeep takes so long. */
const HANGS_NS = 10_000_000_000n;

export interface StoreFacts extends Pick<StoreState, 'trouble' | 'waiting' | 'lostIntervals'> {
  /** Null before it was known. */
  readonly bytes: number | null;
}

const UNKNOWN: StoreFacts = { bytes: null, trouble: null, waiting: 0, lostIntervals: 0 };

/** @returns a function that tells them, which does not fail */
export function storeFacts(store: Pick<Store, 'state'>, timekeeper: Timekeeper): () => Promise<StoreFacts> {
  let known = UNKNOWN;
  let asking: { readonly sinceNs: bigint; readonly answer: Promise<void> } | undefined;

  async function ask(): Promise<void> {
    try {
      known = await store.state();
    } catch {
      known = { ...known, trouble: 'it does not say how it is' };
    }
  }

  return async () => {
    // Only one question at a time is with a store that hangs.
    asking ??= {
      sinceNs: timekeeper.nowNs(),
      answer: ask().finally(() => {
        asking = undefined;
      }),
    };
    const { sinceNs, answer } = asking;
    const { promise: hadTime, resolve } = Promise.withResolvers<void>();
    const cancel = timekeeper.wakeAt(timekeeper.nowNs() + WAIT_NS, resolve);
    await Promise.race([answer, hadTime]);
    cancel();
    const hangs = asking !== undefined && timekeeper.nowNs() - sinceNs >= HANGS_NS;
    return hangs ? { ...known, trouble: 'it does not answer' } : known;
  };
}
