/** Searches for a capacity in virtual time. */
import { analyseCapacity } from '../../../src/analysis/capacity/analyse-capacity.ts';
import { judgeTry } from '../../../src/analysis/capacity/judge-try.ts';
import { nextRate } from '../../../src/analysis/capacity/search.ts';
import { analysePaced } from '../../../src/analysis/paced/analyse-paced.ts';
import { VirtualClock } from '../../../src/clock/virtual.ts';
import type { CapacityOptions } from '../../../src/measure/capacity/capacity-plan.ts';
import { type CapacityRun, startCapacity } from '../../../src/measure/capacity/capacity-run.ts';
import { startPaced } from '../../../src/measure/paced/paced-run.ts';
import { StepRecorder } from '../../../src/measure/paced/step-recorder.ts';
import type { PacedEngine } from '../../../src/net/paced/paced.ts';
import { type PacedScript, ScriptedPaced } from '../paced/scripted-paced.ts';
import { advance } from '../watching.ts';

/** An engine for each rate, as there is in truth. */
export function searchOver(
  clock: VirtualClock,
  engine: () => PacedEngine,
  options: Partial<CapacityOptions> = {},
): CapacityRun {
  return startCapacity(
    {
      clock,
      measurePaced: (asked) =>
        startPaced(
          { engine: engine(), clock, recorder: (spec) => new StepRecorder(spec), analyse: analysePaced },
          asked,
        ),
      method: async () => ({ nextRate, judgeTry, analyseCapacity }),
    },
    { host: 'echo.example', port: 9_900, sizes: [100], seed: 1, ...options },
  );
}

export interface Searching {
  readonly clock: VirtualClock;
  readonly run: CapacityRun;
}

/** @param script anew for each rate, since a server that queues remembers */
export function searching(script: () => PacedScript, options: Partial<CapacityOptions> = {}): Searching {
  const clock = new VirtualClock();
  advance(clock, 3_600_000_000_000n);
  const engine = (): PacedEngine => new ScriptedPaced(clock, script());
  return { clock, run: searchOver(clock, engine, { protocol: 'size-first', ...options }) };
}

/** One server that takes so long for each, one after the other. */
export function queue(serviceNs: number): PacedScript {
  let freeNs = 0;
  return {
    echoNs: (sentNs) => {
      freeNs = Math.max(freeNs, sentNs) + serviceNs;
      return freeNs;
    },
  };
}
