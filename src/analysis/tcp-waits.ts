/**
 * What waits of TCP say of a path, and what they cannot. A sender that is held back by its window or its pace on a far
 * path, and one that is held back by the rate of the path, wait alike. They differ in the network: behind a slow link a
 * larger message is longer under way even where nothing held it back; on a far one it is not.
 */
import type { SeriesRecord } from '../result/series-record.ts';

/** Of the network time of the smallest size: more than noise, less than a link makes that fills a round trip. */
const GROWTH = 1.5;

/** Mean wait in the TCP of both ends as a share of the mean round-trip time. @returns undefined where nothing tells */
export function tcpWaitShare({ layers, statistics }: SeriesRecord): number | undefined {
  const ownNs = layers?.statistics.tcpWaitNs?.mean;
  if (ownNs === undefined || statistics === null) return undefined;
  return (ownNs + (layers?.statistics.serverTcpWaitNs?.mean ?? 0)) / statistics.rttNs.mean;
}

/** Whether larger messages are longer in the network. @returns undefined where no two sizes tell */
export function networkTimeGrows(series: readonly SeriesRecord[]): boolean | undefined {
  const told = series
    .flatMap(({ workload, layers }) => {
      const ns = layers?.statistics.networkRttNs?.median ?? layers?.statistics.kernelRttNs?.median;
      return ns === undefined ? [] : [{ payloadBytes: workload.payloadBytes, ns }];
    })
    .toSorted((a, b) => a.payloadBytes - b.payloadBytes);
  const [smallest, ...larger] = told;
  if (smallest === undefined || larger.length === 0) return undefined;
  return Math.max(...larger.map(({ ns }) => ns)) >= GROWTH * smallest.ns;
}
