/**
 * What a sender of data sends: frames of bytes that no compression on the way can make fewer, made once for all flows
 * of a thread. Frames of several lengths lie in the same memory, since each is its line and the beginning of the same
 * bytes.
 */
import { encodeDataHead, MAX_DATA_BYTES } from '../../core/load/load-messages.ts';

/** The multiplier and increment of Numerical Recipes' generator: no secret, only without pattern. */
const MULTIPLIER = 1_664_525;
const INCREMENT = 1_013_904_223;

export class DataTrain {
  private readonly frames = new Map<number, Uint8Array>();
  private payload: Uint8Array | undefined;

  /** One whole frame, to be written as it is; it must not be changed. */
  frame(payloadBytes: number): Uint8Array {
    let frame = this.frames.get(payloadBytes);
    if (frame === undefined) {
      this.payload ??= incompressible(MAX_DATA_BYTES);
      const head = encodeDataHead(payloadBytes);
      frame = new Uint8Array(head.length + payloadBytes);
      frame.set(head);
      frame.set(this.payload.subarray(0, payloadBytes), head.length);
      this.frames.set(payloadBytes, frame);
    }
    return frame;
  }
}

/** Bytes without a pattern, always the same. */
export function incompressible(bytes: number): Uint8Array {
  const words = new Uint32Array(Math.ceil(bytes / 4));
  let state = 1;
  for (let i = 0; i < words.length; i++) {
    state = (Math.imul(state, MULTIPLIER) + INCREMENT) >>> 0;
    // Its low bits repeat soon: two draws give one word of high bits.
    const high = state >>> 16;
    state = (Math.imul(state, MULTIPLIER) + INCREMENT) >>> 0;
    words[i] = (high << 16) | (state >>> 16);
  }
  return new Uint8Array(words.buffer, 0, bytes);
}
