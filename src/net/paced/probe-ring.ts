/** The probes under way on one connection, oldest first, in memory that is there before the first. */

export class ProbeRing {
  readonly capacity: number;
  count = 0;
  private readonly dueNs: Float64Array;
  private readonly sentNs: Float64Array;
  private readonly hindrance: Uint8Array;
  private head = 0;
  /** Of the latest, so many are not stamped yet. */
  private unsent = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.dueNs = new Float64Array(capacity);
    this.sentNs = new Float64Array(capacity);
    this.hindrance = new Uint8Array(capacity);
  }

  /** Takes one that is about to be sent. Only while there is room. @param dueNs NaN for one that is due when it is sent */
  push(dueNs: number, hindrance: number): void {
    const at = (this.head + this.count) % this.capacity;
    this.dueNs[at] = dueNs;
    this.hindrance[at] = hindrance;
    this.count++;
    this.unsent++;
  }

  /** All that were taken are sent, in one write. @returns how many they are */
  stamp(sentNs: number): number {
    const { unsent } = this;
    for (; this.unsent > 0; this.unsent--) {
      const at = (this.head + this.count - this.unsent) % this.capacity;
      this.sentNs[at] = sentNs;
      if (Number.isNaN(this.dueNs[at])) this.dueNs[at] = sentNs;
    }
    return unsent;
  }

  /** Of the oldest, which has to be there; as the two that follow. */
  get oldestDueNs(): number {
    return this.dueNs[this.head] as number;
  }

  get oldestSentNs(): number {
    return this.sentNs[this.head] as number;
  }

  get oldestHindrance(): number {
    return this.hindrance[this.head] as number;
  }

  /** Forgets the oldest. */
  drop(): void {
    this.head = (this.head + 1) % this.capacity;
    this.count--;
  }
}
