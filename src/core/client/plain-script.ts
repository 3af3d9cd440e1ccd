/**
 * What a client says to a plain echo server: the same message again and again, or a number in each of them, so that one
 * echo can be told from another. Refuses to know what comes back.
 */
import { makePayload } from '../wire/encode.ts';
import { LF, MAX_DIGITS, readDecimal, writePadded } from '../wire/grammar.ts';

/** A number and the LF; in shorter messages there is no room for one. */
const MIN_NUMBERED_BYTES: number = MAX_DIGITS + 1;

export class PlainScript {
  /** Every message, the last one at that. */
  readonly message: Uint8Array;
  /** The number of the next message, from 1. */
  private sequence = 1;
  /** Where a number begins; undefined where there is none. */
  private readonly numberAt: number | undefined;

  constructor(payloadBytes: number, isNumbered: boolean) {
    this.message = makePayload(payloadBytes);
    this.message[payloadBytes - 1] = LF;
    const hasRoom = isNumbered && payloadBytes >= MIN_NUMBERED_BYTES;
    this.numberAt = hasRoom ? payloadBytes - MIN_NUMBERED_BYTES : undefined;
  }

  /** The number of the last message. */
  get number(): number {
    return this.sequence - 1;
  }

  /** The next message, valid until the next call. */
  probe(): Uint8Array {
    const message = this.peek();
    this.skip();
    return message;
  }

  /** What {@link probe} will return. */
  peek(): Uint8Array {
    if (this.numberAt !== undefined) writePadded(this.message, this.numberAt, MAX_DIGITS, this.sequence);
    return this.message;
  }

  /** The next message is that after it. */
  skip(): void {
    this.sequence++;
  }

  /** The number in an echo that is like ours but for its number; undefined for any other. */
  numberIn(echo: Uint8Array): number | undefined {
    const { message, numberAt } = this;
    if (numberAt === undefined || echo.length !== message.length) return undefined;
    const numberEnd = numberAt + MAX_DIGITS;
    const isLike = echo.every((byte, i) => (i >= numberAt && i < numberEnd) || byte === message[i]);
    return isLike ? readDecimal(echo, numberAt)?.value : undefined;
  }
}
