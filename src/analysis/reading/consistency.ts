/** What the parts of a recording must agree on, beyond the structure of each. */
import type { BlockRecord } from '../../result/block-record.ts';
import type { Recording } from '../../result/result.ts';
import { sameSeries } from '../select.ts';

const LAYER_LISTS = [
  'sendCallNs',
  'tcpWaitNs',
  'localQueueNs',
  'kernelRttNs',
  'wakeUpNs',
  'residenceNs',
  'serverTcpWaitNs',
] as const;

/** @returns the first contradiction in words; undefined when there is none */
export function inconsistency({ plan, runs, blocks }: Recording): string | undefined {
  if (runs.length === 0) return 'it has no run';
  for (const [i, { startedAt }] of runs.entries()) {
    if (Number.isNaN(Date.parse(startedAt))) return `runs[${i}].startedAt is no date`;
  }
  for (const [i, block] of blocks.entries()) {
    const fault = faultOfLists(block);
    if (fault !== undefined) return `blocks[${i}] has ${fault}`;
    if (block.run < 1 || block.run > runs.length) {
      return `blocks[${i}] is of run ${block.run}, and there are ${runs.length}`;
    }
    if (!plan.measurements.some((planned) => sameSeries(planned, block))) {
      return `blocks[${i}] is of ${block.measurement} with ${block.payloadBytes} B, which was not planned`;
    }
  }
  return undefined;
}

function faultOfLists({ rttNs, sentAtNs, warmupProbes, layers }: BlockRecord): string | undefined {
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
