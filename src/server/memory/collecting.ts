/**
 * Collects garbage on this thread while memory is short: often while that frees some, and more and more seldom where all that
 * there is is in use. A collection takes some milliseconds, in which nobody is answered.
 */
import { getHeapStatistics } from 'node:v8';
import { collector } from './collector.ts';

const LEAST_REST_NS = 50_000_000n;
const MOST_REST_NS = 2_000_000_000n;
/** Less was not worth it. */
const WORTH_BYTES: number = 1024 * 1024;

export interface CollectingOptions {
  readonly collect?: () => void;
  /** What this thread has in its heap, and outside of it; default as it is. */
  readonly heldBytes?: () => number;
}

export class Collecting {
  private collect: (() => void) | undefined;
  private readonly heldBytes: () => number;
  private collectedNs: bigint | undefined;
  private restNs = LEAST_REST_NS;

  constructor({ collect, heldBytes = heldByThread }: CollectingOptions = {}) {
    this.collect = collect;
    this.heldBytes = heldBytes;
  }

  /** To be called again and again while memory is short. @returns whether it has collected */
  look(nowNs: bigint): boolean {
    if (this.collectedNs !== undefined && nowNs - this.collectedNs < this.restNs) return false;
    this.collectedNs = nowNs;
    const before = this.heldBytes();
    this.collect ??= collector();
    this.collect();
    const longerNs = 2n * this.restNs;
    if (before - this.heldBytes() >= WORTH_BYTES) this.restNs = LEAST_REST_NS;
    else this.restNs = longerNs < MOST_REST_NS ? longerNs : MOST_REST_NS;
    return true;
  }
}

function heldByThread(): number {
  const { used_heap_size: heapBytes, external_memory: externalBytes } = getHeapStatistics();
  return heapBytes + externalBytes;
}
