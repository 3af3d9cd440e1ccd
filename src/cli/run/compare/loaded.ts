/** Two targets or settings, loaded in turns. */
import {
  type CompareLoadsOptions,
  compareLoads,
  type LoadComparisonRun,
  type LoadOptions,
  type LoadPhaseName,
} from '../../../index.ts';
import { requirePhases } from '../../../options.ts';
import type { CompareArguments } from '../../commands/compare.ts';
import { type Given, given } from '../../options/given.ts';
import { heldTokenOf } from '../token/held-token.ts';
import { sideOf } from './side.ts';
import type { LiveSubject } from './subjects.ts';

/** @throws EcholotError `usage` */
export function compareLoaded(
  options: CompareArguments,
  subjects: readonly [LiveSubject, LiveSubject],
): LoadComparisonRun {
  return compareLoads(loadSides(options, subjects));
}

/** What is asked of the library. @throws EcholotError `usage` for a condition of a phase that is not planned */
export function loadSides(
  options: CompareArguments,
  [a, b]: readonly [LiveSubject, LiveSubject],
): CompareLoadsOptions {
  const { rounds, maxTimeMs, seed, failIf } = options;
  requirePhases(failIf, phaseNamesOf(options));
  const common = commonOptions(options);
  return {
    a: { label: a.label, options: { ...a.target, ...common, ...sideOf(options, 0) } },
    b: { label: b.label, options: { ...b.target, ...common, ...sideOf(options, 1) } },
    ...given({ rounds, maxTimeMs, seed }),
  };
}

function commonOptions(options: CompareArguments): Given<Omit<LoadOptions, 'host' | 'port'>> {
  const { durationMs, echo, probeIntervalMs, timeoutMs, waitTurnMs } = options;
  return given({
    phases: phaseNamesOf(options).map((name) => ({ name, ...given({ durationMs }) })),
    ...{ echo, probeIntervalMs, timeoutMs, waitTurnMs },
    ...{ token: heldTokenOf(options.tokenFile, echo ? 'plain' : 'auto') },
  });
}

function phaseNamesOf({ phases, echo }: CompareArguments): readonly LoadPhaseName[] {
  return phases ?? (echo ? ['idle', 'both'] : ['idle', 'down', 'up']);
}
