/**
 * The layers of a foreign probe's round trip under load, as tables and pictures have them, and the times in which a
 * phase is looked at.
 */
import type { LoadPhaseName, LoadResult, ProbesRecord } from '../../result/load/load-result.ts';

export type LoadLayerKey =
  | 'sendCall'
  | 'tcpWait'
  | 'localQueue'
  | 'network'
  | 'server'
  | 'serverQueue'
  | 'wakeUp';

export interface LoadLayer {
  readonly key: LoadLayerKey;
  readonly name: string;
}

/** In the order in which a probe and its answer pass them; they add up to the round trip. */
export const LOAD_LAYERS: readonly LoadLayer[] = [
  { key: 'sendCall', name: 'send call' },
  { key: 'tcpWait', name: 'TCP wait' },
  { key: 'localQueue', name: 'local queue' },
  { key: 'network', name: 'network' },
  { key: 'server', name: 'server' },
  { key: 'serverQueue', name: "server's queue" },
  { key: 'wakeUp', name: 'wake-up' },
];

/** Of one probe, ns; undefined where a stamp is missing. */
export function layersOf(
  probes: ProbesRecord,
  i: number,
): Readonly<Record<LoadLayerKey, number>> | undefined {
  const { layers } = probes;
  const sendCall = layers?.sendCallNs[i] ?? null;
  const localQueue = layers?.localQueueNs[i] ?? null;
  const kernelRtt = layers?.kernelRttNs[i] ?? null;
  const wakeUp = layers?.wakeUpNs[i] ?? null;
  const residence = probes.residenceNs[i] ?? null;
  if (sendCall === null || localQueue === null || kernelRtt === null) return undefined;
  // A residence longer than the round trip that contains it was badly taken.
  if (wakeUp === null || residence === null || residence > kernelRtt) return undefined;
  // Where the kernel or the server told nothing of it, it is in the layer beside it.
  const tcpWait = layers?.tcpWaitNs[i] ?? 0;
  const serverQueue = probes.peerWaitNs[i] ?? 0;
  return {
    sendCall,
    tcpWait,
    localQueue,
    network: kernelRtt - residence,
    server: residence - serverQueue,
    serverQueue,
    wakeUp,
  };
}

/** Whether a probe was sent within a time, which is the moment that it belongs to. */
export function isSentWithin(
  { sentAtNs }: ProbesRecord,
  i: number,
  { fromAtNs, toAtNs }: Pick<PhaseWindow, 'fromAtNs' | 'toAtNs'>,
): boolean {
  const sentNs = sentAtNs[i] ?? null;
  return sentNs !== null && sentNs >= fromAtNs && sentNs < toAtNs;
}

export interface PhaseWindow {
  readonly name: LoadPhaseName;
  readonly fromAtNs: number;
  readonly toAtNs: number;
}

/** Of each phase the time that its figures are of: all of it, since its load had settled, or where it never did its second half. */
export function windowsOf({ phases, statistics: { loaded } }: LoadResult): PhaseWindow[] {
  return phases.map(({ name, fromAtNs, toAtNs }) => {
    const own = loaded.find(({ phase }) => phase === name);
    if (own === undefined) return { name, fromAtNs, toAtNs };
    return { name, fromAtNs: own.settledAtNs ?? (fromAtNs + own.toAtNs) / 2, toAtNs: own.toAtNs };
  });
}
