/** Two targets or settings, loaded in turns. */
import { compareLoads, type LoadComparisonRun, type LoadOptions } from '../../../index.ts';
import type { CompareArguments } from '../../commands/compare.ts';
import { sideOptions } from '../../commands/paired.ts';
import { type Given, given } from '../../options/given.ts';
import type { LiveSubject } from './subjects.ts';

/** @throws EcholotError `usage` */
export function compareLoaded(
  options: CompareArguments,
  [a, b]: readonly [LiveSubject, LiveSubject],
): LoadComparisonRun {
  const { rounds, maxTimeMs, seed } = options;
  const common = commonOptions(options);
  return compareLoads({
    a: { label: a.label, options: { ...a.target, ...common, ...sideOptions(options, 0) } },
    b: { label: b.label, options: { ...b.target, ...common, ...sideOptions(options, 1) } },
    ...given({ rounds, maxTimeMs, seed }),
  });
}

function commonOptions(options: CompareArguments): Given<Omit<LoadOptions, 'host' | 'port'>> {
  const { phases, durationMs, echo, probeIntervalMs, timeoutMs } = options;
  const names = phases ?? (echo ? (['idle', 'both'] as const) : (['idle', 'down', 'up'] as const));
  return given({
    phases: names.map((name) => ({ name, ...given({ durationMs }) })),
    ...{ echo, probeIntervalMs, timeoutMs },
  });
}
