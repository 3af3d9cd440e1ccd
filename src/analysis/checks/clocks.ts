/** Whether the clocks are as exact as what is made of them: that of the samples, and that of the kernel's stamps. */

import type { MissingStampsWarning, Warning } from '../../result/warnings.ts';
import { mostOf } from '../../stats/extremes.ts';
import { percentText } from '../../text/numbers.ts';
import { type Check, type Found, type Subject, smallestMedianNs } from './check.ts';
import { countText, timeText } from './words/words.ts';

const NS_PER_MS = 1_000_000;
/** Of the smallest median. */
export const MAX_RESOLUTION_SHARE = 0.01;
/** The engine's echo with itself has both ends on one thread; two threads share that work, half of it each. */
export const FLOOR_SHARE = 0.5;
export const MIN_STEP_NS: number = NS_PER_MS;
/** A stamp may be lost now and then: the kernel drops it when its queue is full. */
export const MISSING_SHARE = 0.01;

export const CLOCK: Check = {
  question: 'Is the clock, or the engine itself, too coarse for these round-trip times?',
  look: coarseness,
};

export const WALL_CLOCK: Check = {
  question: 'Was the wall clock set while the run went on?',
  look: wallClockSteps,
};

export const STAMPS: Check = {
  question: 'Do probes lack kernel stamps, so that the layers speak for some of them only?',
  look: missingStamps,
};

function coarseness(subject: Subject): Found {
  const medianNs = smallestMedianNs(subject);
  const { clock, selfTest } = subject.recording.engine;
  const warnings: Warning[] = [];
  if (clock.resolutionNs > MAX_RESOLUTION_SHARE * medianNs) {
    warnings.push({
      code: 'coarse-clock',
      check: 'clock',
      message: `the clock goes in steps of ${timeText(clock.resolutionNs)}, which is ${medianNs > 0 ? `${percentText(clock.resolutionNs / medianNs)} of` : 'more than'} the smallest median (${timeText(medianNs)})`,
      advice: 'go by means of many samples, or measure on a machine with a finer clock',
      resolutionNs: clock.resolutionNs,
      medianNs,
    });
  }
  if (selfTest !== null && medianNs < FLOOR_SHARE * selfTest.minRttNs) {
    warnings.push({
      code: 'below-noise-floor',
      check: 'clock',
      message: `the smallest median (${timeText(medianNs)}) is less than half of the noise floor: an echo of the engine with itself takes ${timeText(selfTest.minRttNs)} at best`,
      advice: 'measure again: the machine was busier, or its processors slower, before the run than in it',
      noiseFloorNs: selfTest.minRttNs,
      medianNs,
    });
  }
  return warnings;
}

function wallClockSteps({ recording, series }: Subject): Found {
  const steps = recording.runs.flatMap(({ health }) => (health === null ? [] : [health.wallClockStepNs]));
  if (steps.length === 0) return { unknown: 'the wall clock was not observed' };
  const stepNs = mostOf(steps);
  if (stepNs <= MIN_STEP_NS) return [];
  return [
    {
      code: 'clock-stepped',
      check: 'wall-clock',
      message: `the wall clock moved by ${timeText(stepNs)} against the monotonic one while the run went on: it was set, or this machine was suspended`,
      advice: series.some(({ record }) => record.layers !== null)
        ? 'do not go by the layers, whose stamps are of the wall clock; the round-trip times are of the monotonic one'
        : 'do not go by the times of day in this record; the round-trip times are of the monotonic clock',
      stepNs,
    },
  ];
}

function missingStamps({ recording, series }: Subject): Found {
  const { plan, engine } = recording;
  if (!plan.stamps) return { unknown: 'stamps were not asked for' };
  if (plan.socket.multipath === true) return { unknown: 'a multipath connection has no stamps' };
  let probes = 0;
  let clientMissingProbes = 0;
  let serverMissingProbes = 0;
  for (const { record, statistics } of series) {
    const { n } = statistics.rttNs;
    // Only the native engine owes stamps; a series without any lacks them all.
    if (record.layers === null && engine.name !== 'native') continue;
    probes += n;
    clientMissingProbes += record.layers?.missing.client ?? n;
    serverMissingProbes += record.layers?.missing.server ?? 0;
  }
  if (probes === 0) return { unknown: `the ${engine.name} engine has no stamps` };
  if (Math.max(clientMissingProbes, serverMissingProbes) <= MISSING_SHARE * probes) return [];
  const none = clientMissingProbes === probes;
  const warning: MissingStampsWarning = {
    code: 'missing-stamps',
    check: 'stamps',
    message: none
      ? `this kernel gave no stamps: none of ${countText(probes, 'probe')} could be taken apart`
      : `of ${countText(probes, 'probe')} ${clientMissingProbes} came without a stamp of this kernel and ${serverMissingProbes} without one of the server`,
    advice: none
      ? 'the round-trip times are complete; --stamps off says that this is meant'
      : 'the layers are those of the other probes; the round-trip times are complete',
    probes,
    clientMissingProbes,
    serverMissingProbes,
  };
  return [warning];
}
