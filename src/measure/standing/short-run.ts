/**
 * A few paced probes over a connection of their own, on a lane that outlives them: what somebody makes of who measures many
 * targets again and again. It keeps the times themselves, which are few, and judges nothing.
 */
import type { Clock } from '../../clock/clock.ts';
import type { EcholotError } from '../../core/errors.ts';
import type { Address, Endpoint } from '../../facts/connection.ts';
import {
  HINDRANCES,
  LAYER_COLUMNS,
  PACED_LAYERS,
  type PacedLane,
  type PacedSamples,
} from '../../net/paced/paced.ts';
import { asEcholotError } from '../outcome.ts';
import { type OpenedPaced, openPaced } from '../paced/open-paced.ts';
import type { PacedPlan } from '../paced/paced-plan.ts';
import { LATE_NS } from '../paced/step-recorder.ts';
import { Route } from '../route.ts';
import { askResidences, NO_RESIDENCES, type RunResidences } from './run-residences.ts';

export interface ShortRun extends RunResidences {
  /** Probes that were due, whatever became of them; none where there was no connection. */
  readonly due: number;
  /** From the moment at which each answered probe was due to its echo, ns. */
  readonly responseNs: readonly number[];
  /** From the kernel's send stamp to its receive stamp, of those whose stamps are whole, ns. */
  readonly kernelRttNs: readonly number[];
  /** Probes that left later than they were due because this program was late. */
  readonly late: number;
  /** The dialect, or `plain`; null where there was no session. */
  readonly protocol: PacedPlan['protocol'] | null;
  /** The server's side of the connection; null where there was none. */
  readonly remote: Endpoint | null;
  /** From SYN to SYN-ACK as the kernel measured it, ns; null where the engine cannot read it. */
  readonly handshakeRttNs: number | null;
  /** What ended it before its time; null for nothing. */
  readonly error: EcholotError | null;
}

/** A stretch begins that much later than it is asked for, so that a lane on another thread is there in time, ns. */
const LEAD_NS = 10_000_000;
const KERNEL_AT = 1 + PACED_LAYERS.indexOf('kernelRttNs');
const BY_THREAD: number = HINDRANCES.indexOf('thread');
const NS_PER_S = 1_000_000_000;

export interface ShortRunWay {
  readonly lane: PacedLane;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Whether to ask the server how long it kept each probe, where stamps are taken; default false. */
  readonly residences?: boolean | undefined;
  /** Of the host, where they are known: then the name is not looked up. */
  readonly addresses?: readonly Address[] | undefined;
}

/** @param plan with one rate, and no warm-up */
export async function runShort(
  plan: PacedPlan,
  { lane, clock, addresses, residences = false, signal }: ShortRunWay,
): Promise<ShortRun> {
  const { ratesPerSecond, arrivals = 'uniform', seed, stepNs: durationNs, timeoutNs } = plan;
  const [perSecond = 1] = ratesPerSecond;
  const times = new Times();
  const epochNs = clock.nowNs();
  const nowNs = (): number => Number(clock.nowNs() - epochNs);
  let opened: OpenedPaced | undefined;
  let told = NO_RESIDENCES;
  let error: EcholotError | null = null;
  let due = 0;
  let startNs: number | undefined;
  try {
    opened = await openPaced(plan, {
      lane,
      route: new Route(plan, addresses),
      listener: { onSamples: (samples) => times.add(samples), onTally: () => {}, onLost: () => {} },
      residences: residences && plan.stamps,
      options: { epochNs, signal },
      onAttempt: () => {},
    });
    startNs = nowNs() + LEAD_NS;
    const pace = { perSecond, arrivals, seed };
    // Nobody looks at it before it is over, and hundreds may be under way at once.
    const portionNs = Number.POSITIVE_INFINITY;
    const tally = await opened.session.run({ startNs, durationNs, pace, portionNs });
    due = tally.dueCount;
    if (residences) told = await askResidences(opened.session, times.slowestNs, timeoutNs);
  } catch (thrown) {
    error = asEcholotError(thrown);
    // Those that were due until it was noticed: the others may have been answered on another connection.
    if (startNs !== undefined) due = momentsIn(Math.min(durationNs, nowNs() - startNs), perSecond);
  }
  await opened?.session.close();
  const [connection] = opened?.session.connections ?? [];
  return {
    due: Math.max(due, times.responseNs.length),
    responseNs: times.responseNs,
    kernelRttNs: times.kernelRttNs,
    ...told,
    late: times.late,
    protocol: opened?.protocol ?? null,
    remote: connection?.remote ?? null,
    handshakeRttNs: connection?.handshakeRttNs ?? null,
    error,
  };
}

class Times {
  readonly responseNs: number[] = [];
  readonly kernelRttNs: number[] = [];
  late = 0;
  /** Of the echoes from their sending. */
  slowestNs = 0;

  add({ count, dueNs, sentNs, rttNs, hindrance, layers }: PacedSamples): void {
    for (let i = 0; i < count; i++) {
      const lateNs = (sentNs[i] as number) - (dueNs[i] as number);
      if (lateNs > LATE_NS && hindrance[i] === BY_THREAD) this.late++;
      // One that was lost with its connection has no time.
      const responseNs = Math.round(lateNs + (rttNs[i] as number));
      if (Number.isNaN(responseNs)) continue;
      this.responseNs.push(responseNs);
      this.slowestNs = Math.max(this.slowestNs, rttNs[i] as number);
    }
    for (let at = KERNEL_AT; at < layers.length; at += LAYER_COLUMNS) {
      const kernelRttNs = layers[at] as number;
      if (!Number.isNaN(kernelRttNs)) this.kernelRttNs.push(Math.round(kernelRttNs));
    }
  }
}

/** How many moments of an even pace lie in the first so many ns, its begin among them. */
function momentsIn(ns: number, perSecond: number): number {
  return ns <= 0 ? 0 : Math.ceil((ns * perSecond) / NS_PER_S);
}
