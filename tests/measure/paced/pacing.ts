/** Runs of paced probes in virtual time, and what came of them. */

import { analysePaced } from '../../../src/analysis/paced/analyse-paced.ts';
import { VirtualClock } from '../../../src/clock/virtual.ts';
import type { ActivityDeps } from '../../../src/measure/activity.ts';
import { PacedError } from '../../../src/measure/outcome.ts';
import type { PacedEvent } from '../../../src/measure/paced/paced-events.ts';
import type { PacedOptions } from '../../../src/measure/paced/paced-plan.ts';
import { type Paced, startPaced } from '../../../src/measure/paced/paced-run.ts';
import { StepRecorder } from '../../../src/measure/paced/step-recorder.ts';
import type { PacedResult } from '../../../src/result/paced/paced-result.ts';
import { advance } from '../watching.ts';
import { type PacedScript, ScriptedPaced } from './scripted-paced.ts';

/** Origin of the clock: an hour, as a real one has been running for long. */
const ORIGIN_NS = 3_600_000_000_000n;
export const MS = 1_000_000;
export const S = 1_000_000_000;

export interface Pacing {
  readonly clock: VirtualClock;
  readonly engine: ScriptedPaced;
  readonly run: Paced;
}

export function pacing(
  script: PacedScript = {},
  options: Partial<PacedOptions> = {},
  watchSuspensions?: ActivityDeps['watchSuspensions'],
): Pacing {
  const clock = new VirtualClock();
  advance(clock, ORIGIN_NS);
  const engine = new ScriptedPaced(clock, script);
  const run = startPaced(
    {
      engine,
      clock,
      recorder: (spec) => new StepRecorder(spec),
      analyse: analysePaced,
      ...(watchSuspensions === undefined ? {} : { watchSuspensions }),
    },
    { host: 'server.example', port: 7, protocol: 'size-first', seed: 1, ...options },
  );
  return { clock, engine, run };
}

export async function resultOf({ clock, run }: Pacing): Promise<PacedResult> {
  return await clock.drive(run.result);
}

export async function failureOf({ clock, run }: Pacing): Promise<PacedError> {
  try {
    await clock.drive(run.result);
  } catch (error) {
    if (error instanceof PacedError) return error;
    throw error;
  }
  throw new Error('the run did not fail');
}

export async function eventsOf({ clock, run }: Pacing): Promise<PacedEvent[]> {
  const all: PacedEvent[] = [];
  const collected = (async () => {
    for await (const event of run) all.push(event);
  })();
  await clock.drive(collected);
  return all;
}
