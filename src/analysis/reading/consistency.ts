/** What the parts of a recording must agree on, beyond the structure of each. */
import type { Recording } from '../../result/result.ts';
import type { HistogramSamples, IntervalLayers, IntervalRow, RawSamples } from '../../result/samples.ts';
import { sameWorkload } from '../../result/workload.ts';
import { NanosecondHistogram } from '../../stats/histogram.ts';
import { workloadName } from '../../text/sizes.ts';

const LAYER_LISTS = [
  'sendCallNs',
  'tcpWaitNs',
  'localQueueNs',
  'kernelRttNs',
  'wakeUpNs',
  'residenceNs',
  'serverTcpWaitNs',
] as const;

const INTERVAL_LAYERS = [
  'sendCallNs',
  'tcpWaitNs',
  'localQueueNs',
  'kernelRttNs',
  'wakeUpNs',
  'residenceNs',
  'serverNs',
  'serverTcpWaitNs',
  'networkRttNs',
] as const satisfies readonly (keyof IntervalLayers)[];

/** @returns the first contradiction in words; undefined when there is none */
export function inconsistency({ plan, runs, blocks }: Recording): string | undefined {
  if (runs.length === 0) return 'it has no run';
  for (const [i, { startedAt }] of runs.entries()) {
    if (Number.isNaN(Date.parse(startedAt))) return `runs[${i}].startedAt is no date`;
  }
  for (const [i, block] of blocks.entries()) {
    const { samples } = block;
    const fault = samples.form === 'raw' ? faultOfLists(samples) : faultOfIntervals(samples);
    if (fault !== undefined) return `blocks[${i}] has ${fault}`;
    if (block.run < 1 || block.run > runs.length) {
      return `blocks[${i}] is of run ${block.run}, and there are ${runs.length}`;
    }
    if (!plan.workloads.some((planned) => sameWorkload(planned, block.workload))) {
      return `blocks[${i}] is of ${workloadName(block.workload)}, which was not planned`;
    }
  }
  return undefined;
}

function faultOfLists({ rttNs, sentAtNs, warmupProbes, layers }: RawSamples): string | undefined {
  const probes = rttNs.length;
  if (warmupProbes > probes) return `${warmupProbes} warm-up probes among ${probes}`;
  if (sentAtNs.length !== probes) return `${probes} round-trip times and ${sentAtNs.length} times of sending`;
  if (layers === null) return undefined;
  for (const name of LAYER_LISTS) {
    const values = layers[name];
    if (values === undefined || values.length === probes) continue;
    return `${probes} round-trip times and ${values.length} of layers.${name}`;
  }
  return undefined;
}

function faultOfIntervals({ intervals }: HistogramSamples): string | undefined {
  let endAtNs = 0;
  for (const [i, row] of intervals.entries()) {
    if (row.fromAtNs < endAtNs || row.toAtNs <= row.fromAtNs) return `an interval ${i} out of its order`;
    endAtNs = row.toAtNs;
    const fault = faultOfRow(row);
    if (fault !== undefined) return `${fault} in interval ${i}`;
  }
  return undefined;
}

/** What is no histogram, or has counted other probes than there were. */
function faultOfRow({ probes, rttNs, layers }: IntervalRow): string | undefined {
  if (probes === 0) return 'no probe';
  const counted = countIn(rttNs);
  if (counted !== probes) return `${probes} probes and a histogram of ${counted ?? 'no'} round-trip times`;
  if (layers === null) return undefined;
  for (const name of INTERVAL_LAYERS) {
    const text = layers[name];
    if (text === null) continue;
    const values = countIn(text);
    if (values === undefined || values > probes) {
      return `${probes} probes and a histogram of ${values ?? 'no'} layers.${name}`;
    }
  }
  return undefined;
}

/** @returns undefined for what is no histogram of this kind */
function countIn(text: string): number | undefined {
  try {
    return NanosecondHistogram.decode(text).count;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
