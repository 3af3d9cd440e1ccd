/**
 * A recording that keeps histograms in place of its probes: how often each time was met in each second of the run, to
 * three significant digits. Its size does not grow with the probes; what takes one probe after the other can no longer
 * be asked.
 */
import type { BlockRecord, RawBlock } from '../../result/block-record.ts';
import type { Recording } from '../../result/result.ts';
import {
  countedRttNs,
  type HistogramSamples,
  type IntervalLayers,
  type IntervalRow,
} from '../../result/samples.ts';
import { NanosecondHistogram } from '../../stats/histogram.ts';
import { type EveryLayer, everyLayer, missingOf, residenceSource } from '../layers.ts';
import { isRaw } from './probes.ts';

/** Seconds of the run, so that rows of all its blocks lie on one grid. */
const INTERVAL_NS = 1_000_000_000;

/** What keeps histograms already stays as it is. */
export function withHistograms(recording: Recording): Recording {
  return { ...recording, blocks: recording.blocks.map(withoutProbes) };
}

function withoutProbes(block: BlockRecord): BlockRecord {
  return isRaw(block) ? { ...block, samples: histogramsOf(block) } : block;
}

function histogramsOf(block: RawBlock): HistogramSamples {
  const { samples, kind } = block;
  const source = residenceSource(block);
  if (kind === 'warm-up') {
    return { form: 'histograms', warmupProbes: samples.rttNs.length, residenceSource: source, intervals: [] };
  }
  const { warmupProbes, sentAtNs } = samples;
  const rttNs = countedRttNs(samples);
  const layers = everyLayer(samples);
  const seconds = Map.groupBy(rttNs.keys(), (i) =>
    Math.floor((sentAtNs[warmupProbes + i] ?? 0) / INTERVAL_NS),
  );
  return {
    form: 'histograms',
    warmupProbes,
    residenceSource: source,
    intervals: [...seconds]
      .toSorted(([a], [b]) => a - b)
      .map(([second, probes]): IntervalRow => {
        const times = (values: readonly (number | null)[]): number[] =>
          probes.flatMap((i) => values[i] ?? []).map((ns) => Math.max(0, ns));
        return {
          fromAtNs: second * INTERVAL_NS,
          toAtNs: (second + 1) * INTERVAL_NS,
          probes: probes.length,
          rttNs: NanosecondHistogram.of(times(rttNs)).encode(),
          layers: layers === null ? null : layersOfInterval(layers, probes, times),
        };
      }),
  };
}

/** @param probes the numbers of those that were sent in it */
function layersOfInterval(
  layers: EveryLayer,
  probes: readonly number[],
  times: (values: readonly (number | null)[]) => number[],
): IntervalLayers {
  const missing = missingOf(layers, probes);
  const encoded = (values: readonly (number | null)[] | undefined): string | null => {
    const there = times(values ?? []);
    return there.length === 0 ? null : NanosecondHistogram.of(there).encode();
  };
  return {
    missingClientProbes: missing.client,
    missingServerProbes: missing.server,
    sendCallNs: encoded(layers.sendCallNs),
    tcpWaitNs: encoded(layers.tcpWaitNs),
    localQueueNs: encoded(layers.localQueueNs),
    kernelRttNs: encoded(layers.kernelRttNs),
    wakeUpNs: encoded(layers.wakeUpNs),
    residenceNs: encoded(layers.residenceNs),
    serverNs: encoded(layers.serverNs),
    serverTcpWaitNs: encoded(layers.serverTcpWaitNs),
    networkRttNs: encoded(layers.networkRttNs),
  };
}
