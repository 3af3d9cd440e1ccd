/** Carries out rounds of blocks from beginning to end: prepares the engines, keeps the time, observes the client. */
import type { Timekeeper } from '../../clock/clock.ts';
import type { EcholotError } from '../../core/errors.ts';
import type { Outcome, RunRecord, StopRecord } from '../../result/result.ts';
import type { HealthWatch } from '../machine/health.ts';
import { asEcholotError, outcomeOf } from '../outcome.ts';
import type { Arm } from './arm.ts';
import type { Rounds } from './rounds.ts';

export interface Conducted {
  readonly run: RunRecord;
  readonly stop: StopRecord;
  readonly outcome: Outcome;
  /** Undefined when the run is complete. */
  readonly failure: EcholotError | undefined;
}

/** Never throws: what went wrong is part of what it returns. */
export async function conduct(
  arms: readonly Arm[],
  rounds: Rounds,
  clock: Timekeeper,
  health: HealthWatch | undefined,
): Promise<Conducted> {
  let startedAt = '';
  let epochNs = 0n;
  let stop: StopRecord | undefined;
  let failure: EcholotError | undefined;
  try {
    try {
      for (const engine of new Set(arms.map((arm) => arm.engine))) {
        const selfTest = await engine.prepare();
        for (const arm of arms) if (arm.engine === engine) arm.prepared(selfTest);
      }
    } finally {
      startedAt = new Date(clock.wallMs()).toISOString();
      epochNs = clock.nowNs();
      for (const arm of arms) arm.begin(epochNs);
    }
    stop = await rounds.run();
  } catch (error) {
    failure = asEcholotError(error);
  }
  const durationNs = Number(clock.nowNs() - epochNs);
  return {
    run: { startedAt, durationNs, health: health?.stop() ?? null },
    stop: stop ?? rounds.stopRecord('ended-early'),
    outcome: outcomeOf(failure),
    failure,
  };
}
