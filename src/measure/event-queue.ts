/**
 * What a run tells, until somebody listens. Bounded: where nobody does, what is too much is lost and counted; whoever
 * listens and is slow holds up the run between two batches, and never its memory.
 */

/** Of each at most a batch of samples: some 20 MB. */
export const QUEUE_EVENTS = 1_000;

export class EventQueue<E> implements AsyncIterable<E> {
  private readonly events: E[] = [];
  private readonly lostEvent: (events: number) => E;
  private readonly capacity: number;
  private lost = 0;
  private listeners = 0;
  private isPatient = true;
  private closed = false;
  private wakes: (() => void)[] = [];
  private rooms: (() => void)[] = [];

  /** @param lostEvent tells how many were lost, in their place */
  constructor(lostEvent: (events: number) => E, capacity: number = QUEUE_EVENTS) {
    this.lostEvent = lostEvent;
    this.capacity = capacity;
  }

  push(event: E): void {
    if (this.listeners === 0 && this.events.length >= this.capacity) {
      this.lost++;
      return;
    }
    this.events.push(event);
    this.wakeAll();
  }

  /** Resolves when there is room for more: at once where nobody listens, since what is too much is lost then. */
  async room(): Promise<void> {
    while (this.listeners > 0 && this.isPatient && this.events.length >= this.capacity) {
      await new Promise<void>((resolve) => {
        this.rooms.push(resolve);
      });
    }
  }

  close(): void {
    this.closed = true;
    this.wakeAll();
    this.waitNoMore();
  }

  /** Whoever listens does not hold up the run any more. */
  waitNoMore(): void {
    this.isPatient = false;
    this.makeRoom();
  }

  private wakeAll(): void {
    const wakes = this.wakes;
    this.wakes = [];
    for (const wake of wakes) wake();
  }

  private makeRoom(): void {
    const rooms = this.rooms;
    this.rooms = [];
    for (const room of rooms) room();
  }

  /** Each event is handed out once. */
  async *[Symbol.asyncIterator](): AsyncGenerator<E> {
    this.listeners++;
    try {
      for (;;) {
        const event = this.events.shift();
        if (event !== undefined) {
          if (this.events.length < this.capacity) this.makeRoom();
          yield event;
        } else if (this.lost > 0) {
          const lost = this.lost;
          this.lost = 0;
          yield this.lostEvent(lost);
        } else if (this.closed) return;
        else {
          await new Promise<void>((resolve) => {
            this.wakes.push(resolve);
          });
        }
      }
    } finally {
      this.listeners--;
      this.makeRoom();
    }
  }
}
