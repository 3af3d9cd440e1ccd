/**
 * Whether a load finds a queue of known length, and whose it is: the same token bucket, filled by cubic, at a router
 * on the way and at the client's own interface.
 */
import type { QueueShares } from '../../../src/result/load/load-statistics.ts';
import { makeRouted, narrow } from '../../namespaces.ts';
import { sampleAt } from '../../stats.ts';
import { type Finding, middle, type Part, percent, reachWithin } from '../part.ts';
import { type Answers, type Asked, phaseOf, repeated } from './asked.ts';

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
  setting: `${ASKED.phases.join(' and ')} of ${ASKED.seconds} s each, cubic`,
  async *run(context) {
    using routed = makeRouted('cubic');
    await using reached = await reachWithin(context, routed);
    narrow(routed.router, routed.towards.server, SHAPE);
    const router = await repeated(context, 'queue at a router', reached, ASKED);
    const p99 = (result: Answers[number]): number => phaseOf(result, 'up')?.latency?.p99.value ?? Number.NaN;
    yield lengthFinding('as printed', router.map(p99));
    yield lengthFinding('by the stamps of both kernels', router.map(networkP99));
    yield ownerFinding('at a router', 'network', router);
    // What comes in at a router narrower than its way out waits nowhere else.
    narrow(routed.client, 'veth0', SHAPE);
    narrow(routed.router, routed.towards.server, { bitsPerSecond: 1e9, queueBytes: 1_000_000 });
    const own = await repeated(context, 'queue of the own interface', reached, ASKED);
    yield ownerFinding('of the own interface', 'own-machine', own);
  },
};

/** The longest that cubic leaves, which fills the queue again and again. */
function lengthFinding(what: string, lengths: readonly number[]): Finding {
  const errors = lengths.map((ns) => ns / QUEUE_NS - 1);
  const within = errors.filter((error) => Math.abs(error) <= MOST_ERROR).length;
  return {
    question: `p99 beside the data through a queue of ${QUEUE_BYTES / 1_000} kB at ${BITS_PER_SECOND / 1e6} Mbit/s (${(QUEUE_NS / 1e6).toFixed(1)} ms), ${what}`,
    found: `${(middle(lengths) / 1e6).toFixed(2)} ms, off by ${percent(middle(errors))}; within ${percent(MOST_ERROR, 0)} in ${within} of ${errors.length}`,
    target: `within ${percent(MOST_ERROR, 0)}`,
    met: Math.abs(middle(errors)) <= MOST_ERROR,
    numbers: { lengths, errors },
  };
}

/** Of the same probes the part between both kernels, which no busy processor lengthens. */
function networkP99(result: Answers[number]): number {
  const phase = phaseOf(result, 'up');
  if (result === undefined || phase === undefined) return Number.NaN;
  const { sentAtNs, layers, residenceNs } = result.foreignProbes;
  const network = residenceNs.flatMap((residence, i) => {
    const sentNs = sentAtNs[i] ?? null;
    const kernelNs = layers?.kernelRttNs[i] ?? null;
    if (residence === null || sentNs === null || kernelNs === null) return [];
    return sentNs >= (phase.settledAtNs ?? 0) && sentNs < phase.toAtNs ? [kernelNs - residence] : [];
  });
  return network.length === 0 ? Number.NaN : sampleAt(network, 0.99);
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
