/** Loads in virtual time, and what came of them. */
import { VirtualClock } from '../../../src/clock/virtual.ts';
import type { LoadEvent } from '../../../src/measure/load/load-events.ts';
import type { LoadOptions } from '../../../src/measure/load/load-plan.ts';
import { type Load, startLoad } from '../../../src/measure/load/load-run.ts';
import { LoadError } from '../../../src/measure/outcome.ts';
import type { LoadResult } from '../../../src/result/load/load-result.ts';
import type { LoadStatistics } from '../../../src/result/load/load-statistics.ts';
import { advance } from '../watching.ts';
import { type FlowScript, ScriptedFlows } from './scripted-flows.ts';

/** Origin of the clock: an hour, as a real one has been running for long. */
const ORIGIN_NS = 3_600_000_000_000n;
const NOTHING: LoadStatistics = {
  idle: null,
  recovery: null,
  loaded: [],
  grade: null,
  noGrade: 'no-load',
  doubts: [],
};

export interface Loading {
  readonly clock: VirtualClock;
  readonly flows: ScriptedFlows;
  readonly load: Load;
}

export function loading(script: FlowScript = {}, options: Partial<LoadOptions> = {}): Loading {
  const clock = new VirtualClock();
  advance(clock, ORIGIN_NS);
  const flows = new ScriptedFlows(clock, script);
  const load = startLoad(
    { engine: flows, clock, analyse: () => NOTHING },
    { host: 'server.example', port: 7, ...options },
  );
  return { clock, flows, load };
}

export async function resultOf({ clock, load }: Loading): Promise<LoadResult> {
  return await clock.drive(load.result);
}

export async function failureOf({ clock, load }: Loading): Promise<LoadError> {
  try {
    await clock.drive(load.result);
  } catch (error) {
    if (error instanceof LoadError) return error;
    throw error;
  }
  throw new Error('the load did not fail');
}

export async function eventsOf({ clock, load }: Loading): Promise<LoadEvent[]> {
  const all: LoadEvent[] = [];
  const collected = (async () => {
    for await (const event of load) all.push(event);
  })();
  load.result.catch(() => {});
  await clock.drive(collected);
  return all;
}
