/**
 * Whether a fair queue is told from a shared one: in the first only the data waits, in the second everybody does. Over
 * an emulated path, both ways.
 */
import type { LoadDirection } from '../../../src/index.ts';
import type { PairMeaning } from '../../../src/result/load/load-statistics.ts';
import { Path, pathUnavailable } from '../../../tests/path/path.ts';
import { setCongestionControl } from '../../namespaces.ts';
import { Skipped } from '../../row.ts';
import { type Finding, middle, type Part, reachWithin } from '../part.ts';
import { type Answers, phaseOf, repeated } from './asked.ts';

/** A queue of 40 ms for each flow. */
const PATH = { delayMs: 2, rateMbitPerSecond: 20, queueBytes: 100_000 };
const SECONDS = 5;
const MOST_FOREIGN_NS = 2e6;
const LEAST_OWN_NS = 10e6;
const DIRECTIONS: readonly LoadDirection[] = ['down', 'up'];

export const loadFair: Part = {
  name: 'load-fair',
  defaultRepeats: 20,
  setting: `phases of ${SECONDS} s, reno, ${PATH.rateMbitPerSecond} Mbit/s, ${PATH.queueBytes / 1e3} kB for each queue`,
  async *run(context) {
    const reason = pathUnavailable();
    if (reason !== undefined) throw new Skipped(reason);
    for (const isFair of [true, false]) {
      await using path = await Path.make({ ...PATH, isFair });
      // One that fills queues: a fair queue of a flow that leaves its own empty shows nothing.
      for (const name of [path.client, path.server]) setCongestionControl(name, 'reno');
      await using reached = await reachWithin(context, path);
      const asked = { phases: ['idle', ...DIRECTIONS] as const, seconds: SECONDS };
      const what = isFair ? 'fair queue' : 'shared queue';
      const results = await repeated(context, what, reached, asked);
      for (const direction of DIRECTIONS) {
        if (isFair) yield waitsFinding(direction, results);
        yield meaningFinding(what, direction, isFair ? 'own-flow' : 'shared', results);
      }
    }
  },
};

function waitsFinding(direction: LoadDirection, results: Answers): Finding {
  const phases = results.map((result) => phaseOf(result, direction));
  const foreign = phases.map((phase) => phase?.increase?.p50.value ?? Number.NaN);
  const own = phases.map((phase) => phase?.ownIncrease?.p50.value ?? Number.NaN);
  const right = foreign.filter((ns, i) => ns < MOST_FOREIGN_NS && (own[i] ?? 0) > LEAST_OWN_NS).length;
  return {
    question: `a fair queue ${direction}: increase beside the data below ${MOST_FOREIGN_NS / 1e6} ms, within it above ${LEAST_OWN_NS / 1e6} ms`,
    found: `in ${right} of ${results.length}; ${(middle(foreign) / 1e6).toFixed(2)} ms beside, ${(middle(own) / 1e6).toFixed(1)} ms within`,
    target: 'all',
    met: right === results.length,
    numbers: { right, of: results.length, foreign, own },
  };
}

function meaningFinding(
  what: string,
  direction: LoadDirection,
  meaning: PairMeaning,
  results: Answers,
): Finding {
  const pairs = results.map((result) => phaseOf(result, direction)?.pair ?? 'no answer');
  const right = pairs.filter((pair) => pair === meaning).length;
  const others = [...new Set(pairs.filter((pair) => pair !== meaning))];
  return {
    question: `a ${what} ${direction} is told as "${meaning}"`,
    found: `in ${right} of ${pairs.length}${others.length === 0 ? '' : `, else ${others.join(', ')}`}`,
    target: 'all',
    met: right === pairs.length,
    numbers: { right, of: pairs.length },
  };
}
