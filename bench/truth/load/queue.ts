/**
 * Whether a load finds a queue of known length, and whose it is: the same token bucket, filled by cubic, at a router
 * on the way and at the client's own interface.
 */
import type { QueueShares } from '../../../src/result/load/load-statistics.ts';
import { makeRouted, narrow } from '../../namespaces.ts';
import { type Finding, type Part, percent, reachWithin } from '../part.ts';
import { type Answers, type Asked, middle, phaseOf, repeated } from './asked.ts';

const BITS_PER_SECOND = 50_000_000;
const QUEUE_BYTES = 100_000;
/** The full queue. */
const QUEUE_NS = (QUEUE_BYTES * 8 * 1e9) / BITS_PER_SECOND;
const MOST_ERROR = 0.05;
const LEAST_SHARE = 0.95;
const ASKED: Asked = { phases: ['idle', 'up'], seconds: 6 };
const SHAPE = { bitsPerSecond: BITS_PER_SECOND, queueBytes: QUEUE_BYTES };

export const loadQueue: Part = {
  name: 'load-queue',
  defaultRepeats: 20,
  async *run(context) {
    using routed = makeRouted('cubic');
    await using reached = await reachWithin(context, routed);
    narrow(routed.router, routed.towards.server, SHAPE);
    const router = await repeated(context, 'queue at a router', reached, ASKED);
    yield lengthFinding(router);
    yield ownerFinding('at a router', 'network', router);
    // What comes in at a router narrower than its way out waits nowhere else.
    narrow(routed.client, 'veth0', SHAPE);
    narrow(routed.router, routed.towards.server, { bitsPerSecond: 1e9, queueBytes: 1_000_000 });
    const own = await repeated(context, 'queue of the own interface', reached, ASKED);
    yield ownerFinding('of the own interface', 'own-machine', own);
  },
};

/** The longest that cubic leaves: it fills the queue again and again. */
function lengthFinding(results: Answers): Finding {
  const p99s = results.map((result) => phaseOf(result, 'up')?.latency?.p99.value ?? Number.NaN);
  const errors = p99s.map((ns) => ns / QUEUE_NS - 1);
  const within = errors.filter((error) => Math.abs(error) <= MOST_ERROR).length;
  return {
    question: `p99 beside the data through a queue of ${QUEUE_BYTES / 1_000} kB at ${BITS_PER_SECOND / 1e6} Mbit/s (${(QUEUE_NS / 1e6).toFixed(1)} ms)`,
    found: `${(middle(p99s) / 1e6).toFixed(2)} ms, off by ${percent(middle(errors))}; within ${percent(MOST_ERROR, 0)} in ${within} of ${errors.length}`,
    target: `within ${percent(MOST_ERROR, 0)}`,
    met: Math.abs(middle(errors)) <= MOST_ERROR,
    numbers: { p99s, errors },
  };
}

function ownerFinding(where: string, owner: NonNullable<QueueShares['largest']>, results: Answers): Finding {
  const queues = results.map((result) => phaseOf(result, 'up')?.queues);
  const shares = queues.map((each) => (each?.largest === owner ? (each.largestShare ?? 0) : 0));
  const right = shares.filter((share) => share >= LEAST_SHARE).length;
  return {
    question: `whose queue: ${where}`,
    found: `"${owner}" with ${percent(LEAST_SHARE, 0)} of the increase or more in ${right} of ${shares.length}; its share ${percent(middle(shares))}`,
    target: 'all',
    met: right === shares.length,
    numbers: { shares },
  };
}
