/**
 * Messages that nobody needs any more, on the thread that calls. V8 lets up to 64 MiB of them lie until it looks for them, which
 * clients who send large messages fill in a moment; a server that has to save memory looks sooner.
 */
import { getHeapStatistics } from 'node:v8';
import { collector } from './collector.ts';

/** Where they come faster than this they are collected all the time, and nobody is answered. */
const MIN_REST_NS = 4_000_000n;

export interface GarbageOptions {
  /** So many may lie. */
  readonly mostBytes: number;
  /** Bytes outside of the heap that it knows of; default those of this thread. */
  readonly externalBytes?: () => number;
  readonly collect?: () => void;
  /** Gives back to the system what was freed; default none. */
  readonly onCollected?: () => void;
}

export class Garbage {
  private readonly mostBytes: number;
  private readonly externalBytes: () => number;
  private collect: (() => void) | undefined;
  private readonly onCollected: () => void;
  /** What was left after the last time. */
  private liveBytes = 0;
  private collectedNs: bigint | undefined;

  constructor({
    mostBytes,
    externalBytes = externalOfThread,
    collect,
    onCollected = () => {},
  }: GarbageOptions) {
    this.onCollected = onCollected;
    this.mostBytes = mostBytes;
    this.externalBytes = externalBytes;
    this.collect = collect;
  }

  /** To be called now and then. @returns whether it has collected */
  look(nowNs: bigint): boolean {
    const bytes = this.externalBytes();
    if (bytes < this.liveBytes) this.liveBytes = bytes;
    if (bytes - this.liveBytes < this.mostBytes) return false;
    if (this.collectedNs !== undefined && nowNs - this.collectedNs < MIN_REST_NS) return false;
    this.collect ??= collector();
    this.collect();
    this.onCollected();
    this.collectedNs = nowNs;
    this.liveBytes = this.externalBytes();
    return true;
  }
}

function externalOfThread(): number {
  return getHeapStatistics().external_memory;
}
