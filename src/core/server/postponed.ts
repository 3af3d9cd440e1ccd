/**
 * What a server's session waits for: the moment of an echo that is held back, the turn of a question or of what
 * is too much for one turn, and a client that has been silent for long enough. Refuses to do anything when a moment has come; it knows which one is next.
 */

/** Which moment has come. */
export type Due = 'echo' | 'turn' | 'idle' | undefined;

export class Postponed {
  /** When the client has been silent for too long. */
  private idleDeadlineNs: bigint;
  private readonly idleNs: bigint;
  private heldEcho: Uint8Array | undefined;
  /** The moment of that echo, or of the last one. */
  private heldUntilNs = 0n;
  /** Since when messages wait for their turn. */
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

  /**
   * Holds back the echo of a probe that came at `arrivedNs`. Where the one before it was still held then, the delay
   * counts from the moment of that one, and not from when this program came to it: of many, none adds its lateness.
   */
  holdEcho(echo: Uint8Array, arrivedNs: bigint, delayNs: bigint): void {
    // A copy, not `slice`: a chunk may be a Node Buffer, whose `slice` is a view.
    this.heldEcho = new Uint8Array(echo);
    const fromNs = arrivedNs > this.heldUntilNs ? arrivedNs : this.heldUntilNs;
    this.heldUntilNs = fromNs + delayNs;
  }

  holdTurn(nowNs: bigint): void {
    this.turnNs = nowNs;
  }

  /** An echo is being held back, or messages wait for their turn. */
  get isHolding(): boolean {
    return this.heldEcho !== undefined || this.turnNs !== undefined;
  }

  /** @param isStuck whether what was sent before has not left yet: nothing has its turn until then */
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
