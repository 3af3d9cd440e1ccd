/** The layers of one round trip out of its stamps. */
import type { ProbeLayers } from './connection.ts';

/** Two clocks are read for one difference: a little below zero is their error, more is a wrong stamp. */
const TOLERATED_NS = -1_000;

/** All on one clock, ns; NaN where a stamp is missing. */
export interface RoundTripStamps {
  /** Just before the send call, and when it had returned. */
  readonly sentNs: number;
  readonly takenNs: number;
  /** When the last byte entered the local queue, left it, and when the answer's last segment came. */
  readonly schedNs: number;
  readonly sndNs: number;
  readonly rxNs: number;
  readonly arrivedNs: number;
}

/** The parts are told only together: alone, none of them can be checked. */
export function layersOf(stamps: RoundTripStamps): ProbeLayers | undefined {
  const { sentNs, takenNs, schedNs, sndNs, rxNs, arrivedNs } = stamps;
  // A short message is in the queue, and often beyond, before its send call has returned.
  const handedOverNs = Math.min(takenNs, schedNs);
  const sendCallNs = handedOverNs - sentNs;
  const localQueueNs = sndNs - schedNs;
  const kernelRttNs = rxNs - sndNs;
  const wakeUpNs = arrivedNs - rxNs;
  const isWhole =
    sendCallNs >= TOLERATED_NS && localQueueNs >= 0 && kernelRttNs >= 0 && wakeUpNs >= TOLERATED_NS;
  if (!isWhole) return undefined;
  return { sendCallNs, tcpWaitNs: schedNs - handedOverNs, localQueueNs, kernelRttNs, wakeUpNs };
}
