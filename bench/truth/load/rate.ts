/** Whether a load finds the rate of a path that is known: token buckets at a router between two namespaces. */
import type { LoadDirection } from '../../../src/index.ts';
import { makeRouted, narrow, type Routed } from '../../namespaces.ts';
import {
  type Finding,
  middle,
  PAYLOAD_SHARE,
  type Part,
  percent,
  type Reached,
  reachWithin,
  type TruthContext,
} from '../part.ts';
import { phaseOf, repeated } from './asked.ts';

const RATES = [50_000_000, 500_000_000] as const;
/** Of a full queue. */
const QUEUE_S = 0.016;
const BITS_PER_BYTE = 8;
const SECONDS = 6;
const MOST_ERROR = 0.01;
const DIRECTIONS: readonly LoadDirection[] = ['down', 'up'];

export const loadRate: Part = {
  name: 'load-rate',
  defaultRepeats: 5,
  setting: `${SECONDS} s in each direction, cubic, queues of ${QUEUE_S * 1e3} ms`,
  async *run(context) {
    using routed = makeRouted('cubic');
    await using reached = await reachWithin(context, routed);
    for (const bitsPerSecond of RATES) yield* findings(context, routed, reached, bitsPerSecond);
  },
};

async function* findings(
  context: TruthContext,
  { router, towards }: Routed,
  reached: Reached,
  bitsPerSecond: number,
): AsyncGenerator<Finding> {
  const queueBytes = (bitsPerSecond * QUEUE_S) / BITS_PER_BYTE;
  for (const device of Object.values(towards)) narrow(router, device, { bitsPerSecond, queueBytes });
  const what = `${bitsPerSecond / 1e6} Mbit/s`;
  const results = await repeated(context, what, reached, { phases: DIRECTIONS, seconds: SECONDS });
  for (const direction of DIRECTIONS) {
    const values = results.map((result) => phaseOf(result, direction)?.directions[0]?.goodput.value);
    yield finding(
      bitsPerSecond,
      direction,
      values.map((value) => value ?? Number.NaN),
    );
  }
}

function finding(bitsPerSecond: number, direction: LoadDirection, values: readonly number[]): Finding {
  const truth = bitsPerSecond * PAYLOAD_SHARE;
  const errors = values.map((value) => value / truth - 1);
  const within = errors.filter((error) => Math.abs(error) <= MOST_ERROR).length;
  return {
    question: `goodput ${direction} over ${bitsPerSecond / 1e6} Mbit/s (${(truth / 1e6).toFixed(2)} of payload)`,
    found: `${(middle(values) / 1e6).toFixed(2)} Mbit/s, off by ${percent(middle(errors), 2)}; within ${percent(MOST_ERROR, 0)} in ${within} of ${errors.length}`,
    target: `within ${percent(MOST_ERROR, 0)}`,
    met: Math.abs(middle(errors)) <= MOST_ERROR,
    numbers: { truth, values, errors },
  };
}
