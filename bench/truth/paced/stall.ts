/**
 * Whether an open loop shows a server that stands still: percentiles of the response time, which follow from the length of
 * the stall and its period alone. The server is the C echo server, which stands still by the clock.
 */
import type { PacedPercentile, PacedStepStatistics } from '../../../src/result/paced/paced-statistics.ts';
import { compileAll } from '../../compile.ts';
import { Skipped } from '../../row.ts';
import { type Finding, middle, type Part, percent, type TruthContext } from '../part.ts';
import { paced, rangeText, responseNs } from './asked.ts';

const PER_SECOND = 1_000;
const SECONDS = 10;
const BYTES = 100;
const MOST_ERROR = 0.02;
/** Longer than a second by a tenth of a probe's distance: from stall to stall the probes are due a little earlier in it. */
const PERIOD_US = 1_000_100;
/** What a server on this machine that does not stand still answers well within. */
const SERVED_NS = 1e6;

const SHARES: Readonly<Record<PacedPercentile, number>> = {
  ...{ p50: 0.5, p90: 0.9, p99: 0.99 },
  ...{ p99_9: 0.999, p99_99: 0.9999 },
};

interface Case {
  readonly stallMs: number;
  readonly percentiles: readonly PacedPercentile[];
}

const CASES: readonly Case[] = [
  { stallMs: 50, percentiles: ['p50', 'p90', 'p99', 'p99_9'] },
  { stallMs: 600, percentiles: ['p50', 'p90', 'p99'] },
];

export const stall: Part = {
  name: 'stall',
  defaultRepeats: 5,
  setting: `${PER_SECOND} a second, evenly, for ${SECONDS} s to a server that stands still in each ${PERIOD_US / 1e3} ms`,
  async *run(context) {
    const compilation = await compileAll(context.processes);
    if ('reason' in compilation) throw new Skipped(compilation.reason);
    for (const { stallMs, percentiles } of CASES) {
      const steps = await stalled(context, compilation.programs.echoServer, stallMs);
      for (const percentile of percentiles) yield finding(stallMs, percentile, steps);
    }
  },
};

/**
 * The response time that a share of the probes keeps to. One that is due while the server stands still waits for the rest
 * of that time; as it comes at any moment with equal chance, so many periods in all are ahead of the slowest of them.
 *
 * @returns 0 of probes that meet no stall
 */
export function stalledResponseNs(share: number, stallNs: number, periodNs: number): number {
  return Math.max(0, stallNs - (1 - share) * periodNs);
}

async function stalled(
  context: TruthContext,
  echoServer: string,
  stallMs: number,
): Promise<(PacedStepStatistics | undefined)[]> {
  const times = ['stall', String(stallMs * 1e3), String(PERIOD_US)];
  await using server = await context.processes.serve(echoServer, ['0', 'spin', ...times], {});
  const reached = { host: '127.0.0.1', port: String(server.port), namespace: undefined };
  const asked = { perSecond: PER_SECOND, bytes: BYTES, seconds: SECONDS, flags: ['--plain'] };
  const steps: (PacedStepStatistics | undefined)[] = [];
  for (let i = 1; i <= context.repeats; i++) {
    context.progress(`a stall of ${stallMs} ms ${i}/${context.repeats}`);
    steps.push(await paced(context, reached, asked));
  }
  return steps;
}

function finding(
  stallMs: number,
  percentile: PacedPercentile,
  steps: readonly (PacedStepStatistics | undefined)[],
): Finding {
  const truthNs = stalledResponseNs(SHARES[percentile], stallMs * 1e6, PERIOD_US * 1e3);
  const found = steps.map((step) => responseNs(step, percentile));
  const errors = found.map((ns) => (truthNs === 0 ? ns : Math.abs(ns / truthNs - 1)));
  const most = truthNs === 0 ? SERVED_NS : MOST_ERROR;
  const within = errors.filter((error) => error <= most).length;
  const text = `${rangeText(found, 1e6, 2)} ms`;
  return {
    question: `a server that stands still for ${stallMs} ms in each second: response ${percentile.replace('_', '.')}`,
    found: `${text}${truthNs === 0 ? '' : `, off by ${percent(middle(errors), 2)}`}; within in ${within} of ${steps.length}`,
    target:
      truthNs === 0
        ? `below ${SERVED_NS / 1e6} ms: no stall is part of it`
        : `${(truthNs / 1e6).toFixed(2)} ms, within ${percent(MOST_ERROR, 0)}`,
    met: within > steps.length / 2,
    numbers: { truthNs, found, errors },
  };
}
