/** The layers of a series: what is missing, and the statistics of what is there. */
import type { BlockRecord } from '../result/block-record.ts';
import type { HistogramSamples, IntervalLayers, LayersRecord, RawSamples } from '../result/samples.ts';
import type { LayerStatistics, SampleStatistics, SeriesLayersRecord } from '../result/series-record.ts';
import type { Block } from '../stats/quantile/estimate.ts';
import { type SortedSamples, sorted } from '../stats/quantile/quantiles.ts';
import { countedProbes, pooledTimes } from './samples/probes.ts';
import { poolBlocks, sampleStatistics } from './statistics.ts';

const LAYER_QUANTILES = [0.5, 0.99] as const;

type Values = readonly (number | null)[];

/** Lists that files of older versions do not have. */
type LaterList = 'tcpWaitNs' | 'serverTcpWaitNs';

/** The lists of one block, warm-up left out; those absent that its file does not have. */
type Layers = Readonly<Record<Exclude<keyof LayersRecord, 'residenceSource' | LaterList>, Values>> &
  Readonly<Partial<Record<LaterList, Values>>>;

/** The layers of one block, each of them over the values that are there. */
interface BlockLayers {
  readonly missing: MissingProbes;
  readonly sorted: (layer: keyof LayerStatistics) => SortedSamples;
}

export interface MissingProbes {
  readonly client: number;
  readonly server: number;
}

/** @returns null when no block has a stamp */
export function layersOfSeries(blocks: readonly BlockRecord[]): SeriesLayersRecord | null {
  const all = blocks.map((block) => ({ block, layers: layersOfBlock(block) }));
  if (all.every(({ layers }) => layers === null)) return null;
  const missing = all.map(
    ({ block, layers }) => layers?.missing ?? { client: countedProbes(block), server: 0 },
  );
  const sources = new Set(blocks.map(residenceSource));
  const [source = null] = sources.size === 1 ? sources : [];
  const statistics = (layer: keyof LayerStatistics): SampleStatistics | null => {
    const values: Block[] = all.flatMap(({ block, layers }) => {
      const samples = layers?.sorted(layer);
      return samples === undefined || samples.length === 0 ? [] : [{ run: block.run, samples }];
    });
    return sampleStatistics(values, poolBlocks(values), LAYER_QUANTILES);
  };
  return {
    residenceSource: source,
    missing: {
      client: missing.reduce((sum, { client }) => sum + client, 0),
      server: source === null ? null : missing.reduce((sum, { server }) => sum + server, 0),
    },
    statistics: {
      sendCallNs: statistics('sendCallNs'),
      tcpWaitNs: statistics('tcpWaitNs'),
      localQueueNs: statistics('localQueueNs'),
      kernelRttNs: statistics('kernelRttNs'),
      wakeUpNs: statistics('wakeUpNs'),
      residenceNs: statistics('residenceNs'),
      serverNs: statistics('serverNs'),
      serverTcpWaitNs: statistics('serverTcpWaitNs'),
      networkRttNs: statistics('networkRttNs'),
    },
  };
}

/** Whether a block has a stamp at all. */
export function hasLayers({ samples }: BlockRecord): boolean {
  return samples.form === 'raw'
    ? samples.layers !== null
    : samples.intervals.some(({ layers }) => layers !== null);
}

/** Whose stamps its residences are made of; null where there are none. */
export function residenceSource({ samples }: BlockRecord): LayersRecord['residenceSource'] {
  return samples.form === 'raw' ? (samples.layers?.residenceSource ?? null) : samples.residenceSource;
}

/** Whether the server tells how long its TCP waited. */
export function tellsServerTcpWaits({ samples }: BlockRecord): boolean {
  return samples.form === 'raw'
    ? (samples.layers?.serverTcpWaitNs?.some((ns) => ns !== null) ?? false)
    : samples.intervals.some(({ layers }) => layers !== null && layers.serverTcpWaitNs !== null);
}

function layersOfBlock(block: BlockRecord): BlockLayers | null {
  if (!hasLayers(block)) return null;
  return block.samples.form === 'raw' ? layersOfProbes(block.samples) : layersOfIntervals(block.samples);
}

function layersOfProbes(samples: RawSamples): BlockLayers | null {
  const counted = everyLayer(samples);
  if (counted === null) return null;
  return {
    missing: missingOf(counted, counted.kernelRttNs.keys()),
    sorted: (layer) => sorted((counted[layer] ?? []).filter((ns) => ns !== null)),
  };
}

/** The layers of each probe that counts, with those that follow from others. */
export function everyLayer({ layers, warmupProbes }: RawSamples): EveryLayer | null {
  if (layers === null) return null;
  const counted = countedLayers(layers, warmupProbes);
  return { ...counted, networkRttNs: networkRtts(counted), serverNs: serverTimes(counted) };
}

/** At the index of the probe. */
export type EveryLayer = Layers & { readonly networkRttNs: Values; readonly serverNs: Values };

function layersOfIntervals({ intervals }: HistogramSamples): BlockLayers {
  const rows = intervals.flatMap(({ layers }) => layers ?? []);
  const sum = (count: (row: IntervalLayers) => number): number =>
    rows.reduce((all, row) => all + count(row), 0);
  const unstamped = intervals.reduce((all, { layers, probes }) => all + (layers === null ? probes : 0), 0);
  return {
    missing: {
      client: unstamped + sum(({ missingClientProbes }) => missingClientProbes),
      server: sum(({ missingServerProbes }) => missingServerProbes),
    },
    sorted: (layer) => pooledTimes(rows.map((row) => row[layer])),
  };
}

function countedLayers(layers: LayersRecord, warmupProbes: number): Layers {
  const counted = (values: Values): Values => (warmupProbes === 0 ? values : values.slice(warmupProbes));
  const { tcpWaitNs, serverTcpWaitNs } = layers;
  return {
    sendCallNs: counted(layers.sendCallNs),
    ...(tcpWaitNs === undefined ? {} : { tcpWaitNs: counted(tcpWaitNs) }),
    localQueueNs: counted(layers.localQueueNs),
    kernelRttNs: counted(layers.kernelRttNs),
    wakeUpNs: counted(layers.wakeUpNs),
    residenceNs: counted(layers.residenceNs),
    ...(serverTcpWaitNs === undefined ? {} : { serverTcpWaitNs: counted(serverTcpWaitNs) }),
  };
}

/** What is left of each residence for the server's program, where it tells how long its TCP waited; else all of it. */
export function serverTimes({
  residenceNs,
  serverTcpWaitNs,
}: Pick<LayersRecord, 'residenceNs' | 'serverTcpWaitNs'>): Values {
  return residenceNs.map((ns, i) => (ns === null ? null : ns - (serverTcpWaitNs?.[i] ?? 0)));
}

/** One clock on each side makes both durations true, but a residence from a program may be badly taken. */
function networkRtts({ kernelRttNs, residenceNs }: Layers): Values {
  return kernelRttNs.map((ns, i) => {
    const part = residenceNs[i] ?? null;
    return ns === null || part === null || part > ns ? null : ns - part;
  });
}

/**
 * How many probes lack a stamp of the client, and how many a residence that can be.
 * @param probes the numbers of those that are looked at
 */
export function missingOf(layers: EveryLayer, probes: Iterable<number>): MissingProbes {
  const { sendCallNs, localQueueNs, kernelRttNs, wakeUpNs, residenceNs, networkRttNs } = layers;
  let client = 0;
  let server = 0;
  for (const i of probes) {
    const own = [sendCallNs[i], localQueueNs[i], kernelRttNs[i], wakeUpNs[i]];
    if (own.includes(null)) client++;
    // Where the kernel RTT is missing nothing is known of the difference, and the client has been counted.
    if (residenceNs[i] === null || (kernelRttNs[i] !== null && networkRttNs[i] === null)) server++;
  }
  return { client, server };
}
