/**
 * For how long bytes of one connection waited while the event loop was busy with others: from the moment at which this
 * iteration of the loop began with what had come, to the one at which it began with this connection. Refuses to know
 * how long they waited for the iteration itself; reads no clock, and costs an immediate for each iteration while
 * somebody asks.
 */
import type { ConnectionOthers } from '../connection.ts';

/** How many connections ask. */
let timedConnections = 0;
/** Of the first connection that had something in this iteration; undefined before it. */
let beganNs: bigint | undefined;
/** Counts the iterations. */
let iteration = 0;

/** Of one connection. What it does not ask is noted all the same: another one waits for it. */
export class LoopOthers implements ConnectionOthers {
  busyNs: number = Number.NaN;
  private isOn = false;
  /** In which it was last read. */
  private readIn = -1;

  enable(): void {
    if (this.isOn) return;
    this.isOn = true;
    timedConnections++;
  }

  /** The connection is gone. */
  disable(): void {
    if (!this.isOn) return;
    this.isOn = false;
    timedConnections--;
  }

  /** Bytes have come to the program. */
  received(nowNs: bigint): void {
    if (timedConnections === 0) return;
    if (beganNs === undefined) {
      beganNs = nowNs;
      setImmediate(endIteration);
    }
    // Node reads a connection until it is empty: between two of its reads is no work for another.
    if (this.isOn && this.readIn !== iteration) this.busyNs = Number(nowNs - beganNs);
    this.readIn = iteration;
  }
}

function endIteration(): void {
  beganNs = undefined;
  iteration++;
}
