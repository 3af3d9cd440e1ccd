/**
 * Gives memory back when a crowd has left. A thread that waits in the kernel has no reason to collect its garbage, and the C
 * library keeps what was freed, so that a server would stay as large as its worst minute.
 */
import { Collecting } from '../memory/collecting.ts';
import { collector } from '../memory/collector.ts';

/** Below it there is not enough to give back. */
const CROWD = 64;
/** The crowd has left when no more than this share of it is there. */
const LEFT_SHARE = 1 / 4;
/** It may be back at once: after so long it is gone. */
const REST_NS = 3_000_000_000n;

export class Tidying {
  private readonly trim: () => void;
  private collect: (() => void) | undefined;
  /** The most that were there at once since the last time. */
  private most = 0;
  private leftNs: bigint | undefined;
  private readonly collecting = new Collecting();

  /** @param trim has the C library give back what is free */
  constructor(trim: () => void) {
    this.trim = trim;
  }

  /**
   * To be called now and then.
   * @param connections that are open now
   * @param isStrained whether there is little memory left
   */
  look(connections: number, nowNs: bigint, isStrained: boolean): void {
    if (isStrained) {
      if (this.collecting.look(nowNs)) this.trim();
      return;
    }
    if (connections > this.most) this.most = connections;
    if (this.most < CROWD || connections > this.most * LEFT_SHARE) {
      this.leftNs = undefined;
      return;
    }
    this.leftNs ??= nowNs;
    if (nowNs - this.leftNs < REST_NS) return;
    this.most = connections;
    this.leftNs = undefined;
    this.collect ??= collector();
    this.collect();
    this.trim();
  }
}
