/** Whose time a round trip is: that of the network, of the server, of this machine; by kernel stamps, or not at all. */
import type { Result } from '../../../result/result.ts';
import type { LayerStatistics, SeriesRecord } from '../../../result/series-record.ts';
import { supportsQuantile } from '../../../stats/quantile/quantiles.ts';
import { sizeText } from '../../../text/sizes.ts';
import type { KeyFigure } from '../document.ts';

const THIS_MACHINE = 'this machine';
/** For its window, for its pace, or for a path that is slow: the stamps do not tell which. */
const WAIT = 'waiting in TCP';
/** Of the whole: below it is next to nothing. */
const NEXT_TO_NOTHING = 0.005;
const TAIL = 0.99;
/** Of the way from the median to p99, for one layer to be what makes it. */
const MOST = 0.5;

interface Layer {
  readonly owner: string;
  readonly key: keyof LayerStatistics;
  /** What is late where this layer is. */
  readonly late: string;
  /** Whether the path can be what makes it late. */
  readonly isPath?: true;
}

const CLIENT: readonly Layer[] = [
  { owner: THIS_MACHINE, key: 'sendCallNs', late: "this machine's send call" },
  { owner: THIS_MACHINE, key: 'localQueueNs', late: "this machine's own queue" },
  { owner: THIS_MACHINE, key: 'wakeUpNs', late: "this machine's scheduler" },
  { owner: WAIT, key: 'tcpWaitNs', late: 'waiting in TCP', isPath: true },
];
const APART: readonly Layer[] = [
  { owner: 'network', key: 'networkRttNs', late: 'the network', isPath: true },
  { owner: 'server', key: 'serverNs', late: 'the server' },
  { owner: WAIT, key: 'serverTcpWaitNs', late: "waiting in the server's TCP", isPath: true },
];
/** Of a server that does not tell how long it keeps a probe. */
const TOGETHER: readonly Layer[] = [
  { owner: 'network and server', key: 'kernelRttNs', late: 'the network or the server', isPath: true },
];

/** Medians of the layers as shares of their sum, the largest first. */
export function whoseTime(series: SeriesRecord, { engine, plan }: Result): KeyFigure {
  const name = `Whose time, ${sizeText(series.workload.payloadBytes)}`;
  const layers = layersOf(series);
  if (layers === undefined) {
    const why =
      engine.name === 'node'
        ? 'the engine node has no kernel stamps'
        : plan.stamps
          ? 'no kernel stamps came'
          : 'no kernel stamps were asked for';
    return { name, value: 'not known', detail: why };
  }
  const times = new Map<string, number>();
  for (const { owner, median } of layers) times.set(owner, (times.get(owner) ?? 0) + median);
  const whole = [...times.values()].reduce((sum, ns) => sum + ns, 0);
  const [most = '', ...others] = [...times]
    .toSorted(([, a], [, b]) => b - a)
    .filter(([, ns]) => ns >= NEXT_TO_NOTHING * whole)
    .map(([owner, ns]) => `${owner} ${Math.round((ns / whole) * 100)} %`);
  return { name, value: most, detail: others.join(', ') };
}

/**
 * What makes the slowest probes slow, where one layer is most of it.
 * @returns undefined where there is no tail, or no stamps, or no one layer
 */
export function whoseTail(
  series: SeriesRecord,
  isSameMachine: boolean,
): { readonly late: string; readonly isPath: boolean } | undefined {
  const { statistics } = series;
  const layers = layersOf(series);
  if (statistics === null || layers === undefined) return undefined;
  const [most, second] = layers.toSorted((a, b) => b.excess - a.excess);
  const whole = statistics.rttNs.p99 - statistics.rttNs.median;
  if (most === undefined || most.excess < MOST * whole || (second?.excess ?? 0) > MOST * most.excess) {
    return undefined;
  }
  const late = most.key === 'serverNs' && isSameMachine ? 'the server, on this same machine' : most.late;
  return { late, isPath: most.isPath === true };
}

interface Told extends Layer {
  readonly median: number;
  /** How far its p99 is above its median. */
  readonly excess: number;
}

function layersOf({ layers }: SeriesRecord): Told[] | undefined {
  if (layers === null) return undefined;
  const { statistics } = layers;
  if (statistics.kernelRttNs === null) return undefined;
  const isApart = statistics.networkRttNs !== null;
  return [...CLIENT, ...(isApart ? APART : TOGETHER)].flatMap((layer): Told[] => {
    // Older records have the residence in one.
    const own = statistics[layer.key] ?? (layer.key === 'serverNs' ? statistics.residenceNs : null);
    if (own === null || own === undefined) return [];
    const excess = supportsQuantile(own.n, TAIL) ? own.p99 - own.median : 0;
    return [{ ...layer, median: own.median, excess }];
  });
}
