/**
 * Kernel stamps of the probes on one connection. The last one of each write is marked, and its layers are known where its
 * echo is the last of what was read: all others only count.
 */
import type { ConnectionMarks, ProbeLayers } from '../connection.ts';

interface Marked {
  /** How many were marked before it. */
  readonly index: number;
  /** How many were sent with it. */
  readonly sent: number;
  readonly sentNs: bigint;
}

export class ProbeMarks {
  /** When the one was sent whose layers were told last. */
  sentNs = 0n;
  private readonly marks: ConnectionMarks;
  /** Sent and answered, the marked ones and all others. */
  private sent = 0;
  private answered = 0;
  private count = 0;
  /** Not answered yet, oldest first. */
  private readonly underWay: Marked[] = [];

  constructor(marks: ConnectionMarks) {
    this.marks = marks;
  }

  /** So many leave with the write that follows. */
  sending(probes: number, nowNs: bigint): void {
    this.sent += probes;
    this.marks.mark();
    this.underWay.push({ index: this.count++, sent: this.sent, sentNs: nowNs });
  }

  /**
   * So many echoes have come.
   * @param isWhole whether what was read ends with the last of them
   * @returns layers of the last one, if it was marked and all its stamps are there
   */
  came(echoes: number, isWhole: boolean, nowNs: bigint): ProbeLayers | undefined {
    this.answered += echoes;
    let last: Marked | undefined;
    for (
      let oldest = this.underWay[0];
      oldest !== undefined && oldest.sent <= this.answered;
      oldest = this.underWay[0]
    ) {
      last = this.underWay.shift();
    }
    if (last?.sent !== this.answered || !isWhole) return undefined;
    this.sentNs = last.sentNs;
    return this.marks.layersOf(last.index, last.sentNs, nowNs);
  }
}
