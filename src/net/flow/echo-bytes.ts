/**
 * What is sent to an echo server: a stream of bytes that no compression on the way can make fewer, each of which is
 * known by its position, so that an echo is checked against where it should be from. The same bytes come again after
 * a length that no buffer has.
 */
import { incompressible } from './data-train.ts';

/** A prime: a peer that loses or repeats whole buffers shows. */
const PERIOD_BYTES = 1_048_573;
/** The longest piece that is asked for at once. */
const MAX_PIECE_BYTES = 256 * 1024;

/** One for all flows of a thread: it has no position of its own. */
export class EchoBytes {
  private made: Buffer | undefined;

  /** @param length at most 256 KiB */
  at(position: number, length: number): Uint8Array {
    const from = position % PERIOD_BYTES;
    return this.bytes.subarray(from, from + length);
  }

  /** Whether a chunk of any length is what lies at a position. */
  isAt(position: number, chunk: Uint8Array): boolean {
    for (let done = 0; done < chunk.length; ) {
      const from = (position + done) % PERIOD_BYTES;
      const length = Math.min(chunk.length - done, this.bytes.length - from);
      if (this.bytes.compare(chunk, done, done + length, from, from + length) !== 0) return false;
      done += length;
    }
    return true;
  }

  /** Longer than a period, so that each piece lies in one place. */
  private get bytes(): Buffer {
    if (this.made !== undefined) return this.made;
    const period = incompressible(PERIOD_BYTES);
    this.made = Buffer.concat([period, period.subarray(0, MAX_PIECE_BYTES)]);
    return this.made;
  }
}
