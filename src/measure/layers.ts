/** The layers of a session as its record has them: what is missing, and the statistics of what is there. */
import type { ResidenceSource } from '../core/residence.ts';
import type { LayersRecord } from '../result/result.ts';
import { type Summary, summarize } from '../stats/summary.ts';
import type { SampleLayers } from './recorder.ts';

type Values = readonly (number | null)[];

/** @returns null when no sample has a stamp */
export function layersRecord(
  layers: SampleLayers | null,
  residenceSource: ResidenceSource | undefined,
  warmupProbes: number,
): LayersRecord | null {
  if (layers === null) return null;
  const measured = (values: Values): Values => values.slice(warmupProbes);
  const sendCallNs = measured(layers.sendCallNs);
  const localQueueNs = measured(layers.localQueueNs);
  const kernelRttNs = measured(layers.kernelRttNs);
  const wakeUpNs = measured(layers.wakeUpNs);
  const residenceNs = measured(layers.residenceNs);
  const networkRttNs = differences(kernelRttNs, residenceNs);
  const client = kernelRttNs.filter((_, i) =>
    [sendCallNs, localQueueNs, kernelRttNs, wakeUpNs].some((values) => values[i] === null),
  ).length;
  // Where the kernel RTT is missing nothing is known of the difference, and the client has been counted.
  const server = residenceNs.filter(
    (ns, i) => ns === null || (kernelRttNs[i] !== null && networkRttNs[i] === null),
  ).length;
  return {
    residenceSource: residenceSource ?? null,
    ...layers,
    missing: { client, server: residenceSource === undefined ? null : server },
    statistics: {
      sendCallNs: summaryOf(sendCallNs),
      localQueueNs: summaryOf(localQueueNs),
      kernelRttNs: summaryOf(kernelRttNs),
      wakeUpNs: summaryOf(wakeUpNs),
      residenceNs: summaryOf(residenceNs),
      networkRttNs: summaryOf(networkRttNs),
    },
  };
}

/** One clock on each side makes both durations true, but a residence from a program may be badly taken. */
function differences(longer: Values, shorter: Values): Values {
  return longer.map((ns, i) => {
    const part = shorter[i] ?? null;
    return ns === null || part === null || part > ns ? null : ns - part;
  });
}

function summaryOf(values: Values): Summary | null {
  return summarize(values.filter((ns) => ns !== null));
}
