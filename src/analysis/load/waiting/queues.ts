/**
 * Whose queue an increase is: the parts of each round trip by the kernel's stamps, their medians under load less those
 * of the idle path. The own machine has the send call, TCP, the queue of its interface and the wake-up; the network
 * what lies between the two kernels; the server all from the arrival at its kernel to the departure from it.
 */
import type { LoadDirection, ProbeLayersRecord, ProbesRecord } from '../../../result/load/load-result.ts';
import type { LoadEstimate, QueueShares } from '../../../result/load/load-statistics.ts';
import { quantile, sorted } from '../../../stats/quantile/quantiles.ts';
import { holds, type Window } from '../window.ts';

const OWN_LAYERS = ['sendCallNs', 'tcpWaitNs', 'localQueueNs', 'wakeUpNs'] as const;

interface Parts {
  readonly ownMachine: number;
  readonly network: number;
  readonly server: number;
}

interface PartMedians extends Parts {
  /** Of the same probes. */
  readonly roundTrip: number;
}

/**
 * @param increase of the median round trip
 * @param direction the only way that data went; null where it went both ways
 * @returns null without stamps or without idle
 */
export function queueShares(
  probes: ProbesRecord,
  loaded: Window,
  idle: Window | null,
  increase: LoadEstimate | undefined,
  direction: LoadDirection | null,
): QueueShares | null {
  if (idle === null || increase === undefined) return null;
  const before = partMedians(probes, idle);
  const during = partMedians(probes, loaded);
  if (before === null || during === null) return null;
  const parts = {
    ownMachine: Math.round(during.ownMachine - before.ownMachine),
    network: Math.round(during.network - before.network),
    server: Math.round(during.server - before.server),
  };
  // Stamps are missing where a queue is longest: what the parts are of is the increase of those that have them all.
  const grownNs = during.roundTrip - before.roundTrip;
  const isNone = increase.value <= 0 || (increase.interval !== null && increase.interval.low <= 0);
  return { ...parts, ...(isNone ? NOBODY : largestOf(parts, grownNs)), direction };
}

type Largest = Pick<QueueShares, 'largest' | 'largestShare'>;

const NOBODY: Largest = { largest: null, largestShare: null };

function largestOf({ ownMachine, network, server }: Parts, grownNs: number): Largest {
  const most = Math.max(ownMachine, network, server);
  if (most <= 0 || grownNs <= 0) return NOBODY;
  const largest = most === network ? 'network' : most === ownMachine ? 'own-machine' : 'server';
  return { largest, largestShare: Math.min(1, most / grownNs) };
}

/** @returns null when no probe of the window has all its parts */
function partMedians(probes: ProbesRecord, window: Window): PartMedians | null {
  const { layers, sentAtNs, rttNs, residenceNs } = probes;
  if (layers === null) return null;
  const whole: number[] = [];
  const own: number[] = [];
  const network: number[] = [];
  const server: number[] = [];
  for (let i = 0; i < sentAtNs.length; i++) {
    const sentNs = sentAtNs[i] ?? null;
    if (sentNs === null || !holds(window, sentNs, sentNs + (rttNs[i] ?? 0))) continue;
    const ownNs = ownPart(layers, i);
    const kernelNs = layers.kernelRttNs[i] ?? null;
    const residence = residenceNs[i] ?? null;
    // A residence longer than the round trip that contains it was badly taken.
    if (ownNs === null || kernelNs === null || residence === null || residence > kernelNs) continue;
    whole.push(ownNs + kernelNs);
    own.push(ownNs);
    network.push(kernelNs - residence);
    server.push(residence);
  }
  if (own.length === 0) return null;
  return {
    ownMachine: median(own),
    network: median(network),
    server: median(server),
    roundTrip: median(whole),
  };
}

/** @returns null where a stamp is missing */
function ownPart(layers: ProbeLayersRecord, probe: number): number | null {
  let sum = 0;
  for (const name of OWN_LAYERS) {
    const ns = layers[name][probe] ?? null;
    if (ns === null) return null;
    sum += ns;
  }
  return sum;
}

function median(values: readonly number[]): number {
  return quantile(sorted(values), 0.5);
}
