/**
 * What a server's session waits for: the moment of an echo that is held back, the turn of a question, and a client
 * that has been silent for long enough. Refuses to do anything when a moment has come; it knows which one is next.
 */

/** Which moment has come. */
export type Due = 'echo' | 'turn' | 'idle' | undefined;

export class Postponed {
  /** When the client has been silent for too long. */
  private idleDeadlineNs: bigint;
  private readonly idleNs: bigint;
  private heldEcho: Uint8Array | undefined;
  private heldUntilNs = 0n;
  /** Since when a question waits for its turn. */
  private turnNs: bigint | undefined;

  /**
   * @param firstMessageNs how long the first message may take
   * @param idleNs how long each later one may
   */
  constructor(nowNs: bigint, firstMessageNs: number, idleNs: number) {
    this.idleDeadlineNs = nowNs + BigInt(firstMessageNs);
    this.idleNs = BigInt(idleNs);
  }

  /** The client has been answered: it has its full time for the next message. */
  restart(nowNs: bigint): void {
    this.idleDeadlineNs = nowNs + this.idleNs;
  }

  holdEcho(echo: Uint8Array, untilNs: bigint): void {
    // A copy, not `slice`: a chunk may be a Node Buffer, whose `slice` is a view.
    this.heldEcho = new Uint8Array(echo);
    this.heldUntilNs = untilNs;
  }

  holdTurn(nowNs: bigint): void {
    this.turnNs = nowNs;
  }

  /** An echo or a question is being held back. */
  get isHolding(): boolean {
    return this.heldEcho !== undefined || this.turnNs !== undefined;
  }

  /** @param isStuck whether what was sent before has not left yet: no question has its turn until then */
  deadlineNs(isStuck: boolean): bigint {
    if (this.heldEcho !== undefined) return this.heldUntilNs;
    return isStuck ? this.idleDeadlineNs : (this.turnNs ?? this.idleDeadlineNs);
  }

  due(nowNs: bigint, isStuck: boolean): Due {
    if (this.heldEcho !== undefined) return nowNs < this.heldUntilNs ? undefined : 'echo';
    if (this.turnNs !== undefined && !isStuck) return 'turn';
    return nowNs < this.idleDeadlineNs ? undefined : 'idle';
  }

  /** Lets go of what was held back. @returns the echo, if it was one */
  release(): Uint8Array | undefined {
    const echo = this.heldEcho;
    this.heldEcho = undefined;
    this.turnNs = undefined;
    return echo;
  }
}
