/** What is kept of a load: goodput each way, and how much longer an answer took meanwhile. */

import type { LoadDirection } from '../../facts/load.ts';
import type { LoadResult } from '../../result/load/load-result.ts';
import type { LoadFigures } from '../records/interval.ts';
import { NOTHING, type RunFound } from './run.ts';

export function loadFound(result: LoadResult): RunFound {
  const { statistics, streams, addresses } = result;
  const { loaded, doubts, idle } = statistics;
  const carried = (direction: LoadDirection): number | null =>
    loaded.flatMap(({ directions }) => directions).find((one) => one.direction === direction)?.goodput
      .value ?? null;
  const increases = loaded.flatMap(({ increase }) => (increase === null ? [] : [increase.p50.value]));
  const load: LoadFigures = {
    upBitsPerSecond: carried('up'),
    downBitsPerSecond: carried('down'),
    increaseNs: increases.length === 0 ? null : Math.round(Math.max(...increases)),
  };
  const answeredProbes = (idle?.probes ?? 0) - (idle?.unanswered ?? 0);
  return {
    address: streams[0]?.remote?.address ?? addresses?.chosen ?? null,
    interval: {
      ...NOTHING,
      answeredRuns: loaded.length > 0 ? 1 : 0,
      probes: idle?.probes ?? 0,
      answered: answeredProbes,
      doubts: Object.fromEntries(doubts.map(({ code }) => [code, 1])),
      load,
    },
    trouble: null,
  };
}
