/**
 * How many sessions each client has, in memory of a fixed size that several threads can share. Clients are counted by a
 * keyed hash in two rows, as in a count-min sketch (Cormode and Muthukrishnan 2005): whoever shares his place in one row
 * with somebody else does not in the other, and the lower count holds. A million addresses take no more than one.
 */
import { createHmac, randomFillSync } from 'node:crypto';

/** With a thousand sessions, another one is in both places of a client in one of 64,000 cases. */
const PLACES_OF_A_ROW = 8_192;
/** So that nobody outside can choose whose place he shares. */
const KEY_BYTES = 16;

export const CLIENT_COUNTS_BYTES: number = KEY_BYTES + 2 * PLACES_OF_A_ROW * Int32Array.BYTES_PER_ELEMENT;

export class ClientCounts {
  private readonly key: Uint8Array;
  private readonly counts: Int32Array;

  /** @param offset where in `memory` {@link CLIENT_COUNTS_BYTES} are its own */
  constructor(memory: SharedArrayBuffer, offset: number) {
    this.key = new Uint8Array(memory, offset, KEY_BYTES);
    this.counts = new Int32Array(memory, offset + KEY_BYTES, 2 * PLACES_OF_A_ROW);
  }

  /** Once, before any thread counts. */
  begin(): void {
    randomFillSync(this.key);
  }

  /** Counts one more unless its client has `most`. @returns whether it did; always for this machine itself, which is undefined */
  tryEnter(client: string | undefined, most: number): boolean {
    if (client === undefined) return true;
    const [first, second] = this.placesOf(client);
    const { counts } = this;
    const least = Math.min(Atomics.add(counts, first, 1), Atomics.add(counts, second, 1));
    if (least < most) return true;
    this.leave(client);
    return false;
  }

  /**
   * How many clients have sessions now, without this machine. An estimate from the share of empty places (linear
   * counting, Whang and others 1990): of a few it is exact, of a thousand one in a hundred off.
   */
  get clients(): number {
    const taken = this.counts.subarray(0, PLACES_OF_A_ROW).filter((count) => count > 0).length;
    // All taken is beyond what can be told; the last empty place is as far as it goes.
    const empty = Math.max(1, PLACES_OF_A_ROW - taken);
    return Math.round(PLACES_OF_A_ROW * Math.log(PLACES_OF_A_ROW / empty));
  }

  leave(client: string | undefined): void {
    if (client === undefined) return;
    for (const place of this.placesOf(client)) Atomics.sub(this.counts, place, 1);
  }

  private placesOf(client: string): readonly [number, number] {
    const hash = createHmac('sha256', new Uint8Array(this.key)).update(client).digest();
    return [
      hash.readUInt32LE(0) % PLACES_OF_A_ROW,
      PLACES_OF_A_ROW + (hash.readUInt32LE(4) % PLACES_OF_A_ROW),
    ];
  }
}
