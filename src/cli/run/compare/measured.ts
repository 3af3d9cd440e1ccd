/** Two targets or settings, measured in turns. */
import { type ComparisonRun, compare, type MeasureOptions } from '../../../index.ts';
import { DEFAULT_MAX_TIME_MS } from '../../../options.ts';
import type { CompareArguments } from '../../commands/compare.ts';
import { type Given, given } from '../../options/given.ts';
import { heldTokenOf } from '../token/held-token.ts';
import { sideOf } from './side.ts';
import type { LiveSubject } from './subjects.ts';

/** @throws EcholotError `usage` */
export function compareMeasured(
  options: CompareArguments,
  [a, b]: readonly [LiveSubject, LiveSubject],
): ComparisonRun {
  const common = commonOptions(options);
  return compare({
    a: { label: a.label, options: { ...a.target, ...common, ...sideOf(options, 0) } },
    b: { label: b.label, options: { ...b.target, ...common, ...sideOf(options, 1) } },
  });
}

function commonOptions(options: CompareArguments): Given<Omit<MeasureOptions, 'host' | 'port'>> {
  const { type, sizes, precision, blocks, probes, seed, protocol, delayUnit, timeoutMs } = options;
  const { maxTimeMs = DEFAULT_MAX_TIME_MS } = options;
  const token = heldTokenOf(options.tokenFile, protocol);
  return given({
    ...{ type, sizes, precision, maxTimeMs, blocks, probes, seed },
    ...{ protocol, delayUnit, timeoutMs, token },
  });
}
