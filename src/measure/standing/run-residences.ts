/**
 * How long the server kept the probes of a short run, which it is asked when all of them are answered and none is due any more: the
 * question stands in the way of no probe, and a server that leaves it unanswered costs what it would have told.
 */
import type { EcholotError } from '../../core/errors.ts';
import type { PacedResidences, PacedSession } from '../../net/paced/paced.ts';
import { asEcholotError } from '../outcome.ts';

export interface RunResidences {
  /** From a probe's arrival at the server to the departure of its echo, by the stamps that the server has, ns. */
  readonly residenceNs: readonly number[];
  /** What is left for the network, where both sides have stamps of their kernels, ns. */
  readonly networkRttNs: readonly number[];
  /** Why a server that had agreed to tell them did not; null for nothing. */
  readonly residenceError: EcholotError | null;
}

export const NO_RESIDENCES: RunResidences = { residenceNs: [], networkRttNs: [], residenceError: null };

/** Beyond the slowest echo of the run: a segment that was lost is sent again within that time. */
const PATIENCE_NS = 1_000_000_000;

/**
 * Never rejects.
 * @param slowestNs how long the slowest echo took
 * @param timeoutNs how long any answer may take
 */
export async function askResidences(
  session: PacedSession,
  slowestNs: number,
  timeoutNs: number,
): Promise<RunResidences> {
  try {
    const told = await session.residences(Math.min(timeoutNs, slowestNs + PATIENCE_NS));
    return told === undefined ? NO_RESIDENCES : residencesOf(told);
  } catch (error) {
    return { ...NO_RESIDENCES, residenceError: asEcholotError(error) };
  }
}

/** What cannot be is left out: a server tells what it likes. */
export function residencesOf({ source, ...told }: PacedResidences): RunResidences {
  const residenceNs: number[] = [];
  const networkRttNs: number[] = [];
  for (const [i, ns] of told.residenceNs.entries()) {
    // A comparison with what is not known is false.
    if (!(ns <= (told.rttNs[i] as number))) continue;
    residenceNs.push(ns);
    const left = Math.round((told.kernelRttNs[i] as number) - ns);
    if (source === 'kernel' && left >= 0) networkRttNs.push(left);
  }
  return { residenceNs, networkRttNs, residenceError: null };
}
