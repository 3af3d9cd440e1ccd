/** Steps of paced probes at a queue that theory knows: arrivals of a pace, one server, first come, first served. */
import { type Arrivals, PaceCursor } from '../../../src/clock/pace.ts';
import { StepRecorder } from '../../../src/measure/paced/step-recorder.ts';
import { HINDRANCES } from '../../../src/net/paced/paced.ts';
import type { PacedStepRecord } from '../../../src/result/paced/paced-result.ts';
import { type Random, seededRandom } from '../../../src/stats/distributions/random.ts';

export const MS = 1_000_000;
export const S = 1_000_000_000;

export interface Queue {
  readonly perSecond: number;
  readonly arrivals?: Arrivals;
  readonly stepNs?: number;
  readonly warmupNs?: number;
  /** Of each probe; default 100 us. */
  readonly serviceNs?: (random: Random) => number;
  /** When the server can begin with a probe that comes now. */
  readonly opensNs?: (atNs: number) => number;
  /** Most probes under way: others wait to be sent. */
  readonly inFlight?: number;
  readonly seed?: number;
  /** When the warm-up begins; default 0. */
  readonly startNs?: number;
  /** Samples kept one by one; default none. */
  readonly kept?: number;
}

export interface QueuedStep {
  readonly record: PacedStepRecord;
  /** Of each probe of the step that was answered, exact. */
  readonly responseNs: readonly number[];
  readonly serviceNs: readonly number[];
}

/** Exponential, as of an M/M/1. */
export function exponential(meanNs: number): (random: Random) => number {
  return (random) => -Math.log(1 - random()) * meanNs;
}

export function queuedStep(queue: Queue): QueuedStep {
  const { perSecond, arrivals = 'uniform', stepNs = 10 * S, warmupNs = 500 * MS, seed = 1 } = queue;
  const { startNs = 0, kept = 0 } = queue;
  const { serviceNs = () => 100_000, opensNs = (ns) => ns, inFlight = Number.POSITIVE_INFINITY } = queue;
  const random = seededRandom(seed + 1_000);
  const pace = { perSecond, arrivals, seed };
  const endNs = warmupNs + stepNs;
  const columns = {
    due: [] as number[],
    sent: [] as number[],
    rtt: [] as number[],
    hindrance: [] as number[],
  };
  const doneNs: number[] = [];
  const response: number[] = [];
  const service: number[] = [];
  let freeNs = 0;
  for (const cursor = new PaceCursor(pace); cursor.nextNs < endNs; cursor.advance()) {
    const dueNs = cursor.nextNs;
    const placeNs = doneNs[doneNs.length - inFlight] ?? 0;
    const sentNs = Math.max(dueNs, placeNs, columns.sent.at(-1) ?? 0);
    if (sentNs >= endNs) break;
    freeNs = opensNs(Math.max(sentNs, freeNs)) + serviceNs(random);
    doneNs.push(freeNs);
    columns.due.push(dueNs);
    columns.sent.push(sentNs);
    columns.rtt.push(freeNs - sentNs);
    columns.hindrance.push(HINDRANCES.indexOf(sentNs > dueNs ? 'answer' : 'none'));
    if (dueNs < warmupNs) continue;
    response.push(freeNs - dueNs);
    service.push(freeNs - sentNs);
  }
  const room = { left: kept };
  const recorder = new StepRecorder({ startNs, warmupNs, stepNs, pace, connections: 1, room });
  recorder.add({
    count: columns.due.length,
    connection: new Uint16Array(columns.due.length),
    dueNs: Float64Array.from(columns.due, (ns) => startNs + ns),
    sentNs: Float64Array.from(columns.sent, (ns) => startNs + ns),
    rttNs: Float64Array.from(columns.rtt),
    hindrance: Uint8Array.from(columns.hindrance),
    layers: new Float64Array(0),
  });
  return { record: recorder.record(perSecond, startNs + endNs), responseNs: response, serviceNs: service };
}
