/** Messages on the wire for people to look at: both ends of each, never a view of a buffer that is reused. */
import type { TracedMessage } from '../engine.ts';

/** Where messages are traced to, if they are. */
export interface Tracing {
  /** Their times count from here. */
  readonly epochNs: bigint;
  readonly trace?: ((message: TracedMessage) => void) | undefined;
}

/** Enough to see what a message is, and its number at the end. */
const HEAD_BYTES = 64;
const TAIL_BYTES = 16;

/** Tells of a message; whoever is in a hurry asks first whether anybody listens. */
export function trace(
  { epochNs, trace: tell }: Tracing,
  direction: TracedMessage['direction'],
  bytes: Uint8Array,
  atNs: bigint,
): void {
  tell?.(tracedMessage(direction, bytes, Number(atNs - epochNs)));
}

function tracedMessage(
  direction: TracedMessage['direction'],
  bytes: Uint8Array,
  atNs: number,
): TracedMessage {
  return {
    direction,
    atNs,
    head: new Uint8Array(bytes.subarray(0, HEAD_BYTES)),
    tail: new Uint8Array(bytes.subarray(Math.max(HEAD_BYTES, bytes.length - TAIL_BYTES))),
    bytes: bytes.length,
  };
}
