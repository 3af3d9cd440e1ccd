/**
 * Probes of one connection that may leave at the same time, put together for one write: a system call for each would cost
 * more than all else that a probe costs. One alone is written from where it was made.
 */

/** More in one write would only be cut into packets again. */
const MOST_BYTES = 16 * 1024;

export class ProbeBatch {
  /** The next probe, valid until the next is made. */
  private readonly make: () => Uint8Array;
  private first: Uint8Array | undefined;
  private bytes = new Uint8Array(0);
  private length = 0;

  constructor(make: () => Uint8Array) {
    this.make = make;
  }

  /** Whether one more of about the size of the first belongs into the same write. */
  get hasRoom(): boolean {
    const { first } = this;
    return first === undefined || this.length + first.length <= MOST_BYTES;
  }

  add(): void {
    const { first } = this;
    if (first === undefined) {
      this.first = this.make();
      this.length = this.first.length;
      return;
    }
    // Before it is overwritten by the next.
    if (this.length === first.length) this.append(first, 0);
    const next = this.make();
    this.append(next, this.length);
    this.length += next.length;
  }

  /** All of it, valid until the next is added; then it is empty. */
  take(): Uint8Array {
    const { first, length, bytes } = this;
    this.first = undefined;
    this.length = 0;
    return first !== undefined && length === first.length ? first : bytes.subarray(0, length);
  }

  private append(message: Uint8Array, at: number): void {
    const bytes = at + message.length;
    if (this.bytes.length < bytes) {
      const grown = new Uint8Array(Math.max(MOST_BYTES, 2 * bytes));
      grown.set(this.bytes.subarray(0, at));
      this.bytes = grown;
    }
    this.bytes.set(message, at);
  }
}
