/** The layers of a series: what is missing, and the statistics of what is there. */
import type { BlockRecord, LayersRecord } from '../result/block-record.ts';
import type { LayerStatistics, SampleStatistics, SeriesLayersRecord } from '../result/series-record.ts';
import type { Block } from '../stats/quantile/estimate.ts';
import { sorted } from '../stats/quantile/quantiles.ts';
import { poolBlocks, sampleStatistics } from './statistics.ts';

const LAYER_QUANTILES = [0.5, 0.99] as const;

type Values = readonly (number | null)[];

/** Lists that files of older versions do not have. */
type LaterList = 'tcpWaitNs' | 'serverTcpWaitNs';

/** The lists of one block, warm-up left out; those absent that its file does not have. */
type Layers = Readonly<Record<Exclude<keyof LayersRecord, 'residenceSource' | LaterList>, Values>> &
  Readonly<Partial<Record<LaterList, Values>>>;

/** @returns null when no block has a stamp */
export function layersOfSeries(blocks: readonly BlockRecord[]): SeriesLayersRecord | null {
  if (blocks.every(({ layers }) => layers === null)) return null;
  let client = 0;
  let server = 0;
  const measured = blocks.map(({ run, layers, warmupProbes, rttNs }) => {
    if (layers === null) {
      client += rttNs.length - warmupProbes;
      return undefined;
    }
    const counted = countedLayers(layers, warmupProbes);
    const networkRttNs = networkRtts(counted);
    const missing = missingOf(counted, networkRttNs);
    client += missing.client;
    server += missing.server;
    return { run, ...counted, networkRttNs, serverNs: serverTimes(counted) };
  });
  const there = measured.filter((block) => block !== undefined);
  const sources = new Set(blocks.map(({ layers }) => layers?.residenceSource ?? null));
  const [source = null] = sources.size === 1 ? sources : [];
  const statistics = (layer: keyof LayerStatistics): SampleStatistics | null => {
    const values: Block[] = there.flatMap((block) => {
      const samples = sorted((block[layer] ?? []).filter((ns) => ns !== null));
      return samples.length === 0 ? [] : [{ run: block.run, samples }];
    });
    return sampleStatistics(values, poolBlocks(values), LAYER_QUANTILES);
  };
  return {
    residenceSource: source,
    missing: { client, server: source === null ? null : server },
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

export function countedLayers(layers: LayersRecord, warmupProbes: number): Layers {
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
export function networkRtts({ kernelRttNs, residenceNs }: Layers): Values {
  return kernelRttNs.map((ns, i) => {
    const part = residenceNs[i] ?? null;
    return ns === null || part === null || part > ns ? null : ns - part;
  });
}

function missingOf(layers: Layers, networkRttNs: Values): { client: number; server: number } {
  const { sendCallNs, localQueueNs, kernelRttNs, wakeUpNs, residenceNs } = layers;
  let client = 0;
  let server = 0;
  for (let i = 0; i < kernelRttNs.length; i++) {
    const own = [sendCallNs[i], localQueueNs[i], kernelRttNs[i], wakeUpNs[i]];
    if (own.includes(null)) client++;
    // Where the kernel RTT is missing nothing is known of the difference, and the client has been counted.
    if (residenceNs[i] === null || (kernelRttNs[i] !== null && networkRttNs[i] === null)) server++;
  }
  return { client, server };
}
