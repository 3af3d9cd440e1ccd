/** Whether a path that is idle again is told as idle as it was before: the two intervals of one run overlap. */
import type { LatencyStatistics } from '../../../src/result/load/load-statistics.ts';
import type { PathOptions } from '../../../tests/path/path.ts';
import { type Finding, type Part, percent, reach } from '../part.ts';
import { type Answers, repeated } from './asked.ts';

const LEAST_SHARE = 0.95;
const ASKED = { phases: ['idle', 'down', 'up', 'recovery'] as const, seconds: 4 };
const PLACES: readonly (readonly [name: string, over: PathOptions | 'loopback'])[] = [
  [
    'over 50 Mbit/s and 10 ms with jitter',
    { delayMs: 4.5, jitterMs: 1, rateMbitPerSecond: 50, queueBytes: 100_000 },
  ],
  ['on a loopback', 'loopback'],
];

export const loadIdle: Part = {
  name: 'load-idle',
  defaultRepeats: 20,
  setting: `phases of ${ASKED.seconds} s`,
  async *run(context) {
    for (const [name, over] of PLACES) {
      await using reached = await reach(context, over);
      const results = await repeated(context, `idle and recovery ${name}`, reached, ASKED);
      yield finding(name, results);
    }
  },
};

function finding(where: string, results: Answers): Finding {
  const pairs = results.map((result) => [
    result?.statistics.idle?.p50.interval,
    result?.statistics.recovery?.p50.interval,
  ]);
  const overlaps = pairs.filter(
    ([before, after]) => before && after && before.low <= after.high && after.low <= before.high,
  ).length;
  const none = pairs.filter(([before, after]) => !before || !after).length;
  const median = (each: LatencyStatistics | null | undefined): number => each?.p50.value ?? Number.NaN;
  const ratios = results.map(
    (result) => median(result?.statistics.recovery) / median(result?.statistics.idle),
  );
  return {
    question: `idle RTT before a load and after it, ${where}: intervals of the median`,
    found: `overlap in ${overlaps} of ${pairs.length}, missing in ${none}`,
    target: `at least ${percent(LEAST_SHARE, 0)}`,
    met: overlaps >= LEAST_SHARE * pairs.length,
    numbers: { overlaps, none, of: pairs.length, ratios },
  };
}
