/** Two targets or settings, measured by open loops, or closed ones at their limit, in turns. */
import { usage } from '../../../core/errors.ts';
import {
  type ComparePacedOptions,
  comparePaced,
  type PacedComparisonRun,
  type PacedOptions,
} from '../../../index.ts';
import { COMPARED_STEP_MS, requirePacedChange, requirePacedProbes } from '../../../options.ts';
import type { CompareArguments } from '../../commands/compare.ts';
import { givenNames, sideOptions } from '../../commands/turns/paired.ts';
import { type Given, given } from '../../options/given.ts';
import { heldTokenOf } from '../token/held-token.ts';
import { sideOf } from './side.ts';
import type { LiveSubject } from './subjects.ts';

const MS_PER_S = 1_000;

/** Whether probes are asked for that do not wait for each other. */
export function isPaced(options: CompareArguments): boolean {
  return (
    sideOptions(options, 0).ratesPerSecond !== undefined ||
    givenNames(options).some((name) => name === '--connections' || name === '--in-flight')
  );
}

/** @throws EcholotError `usage` */
export function comparePacedLive(
  options: CompareArguments,
  subjects: readonly [LiveSubject, LiveSubject],
): PacedComparisonRun {
  return comparePaced(pacedSides(options, subjects));
}

/** What is asked of the library. @throws EcholotError `usage` for a condition that it cannot answer */
export function pacedSides(
  options: CompareArguments,
  [a, b]: readonly [LiveSubject, LiveSubject],
): ComparePacedOptions {
  const { rounds, maxTimeMs, seed } = options;
  requireConditions(options);
  if (options.type !== undefined && options.type !== 'rtt') {
    throw usage('an open loop has times, and no throughput', 'leave out --type');
  }
  const common = commonOptions(options);
  return {
    a: { label: a.label, options: { ...a.target, ...common, ...sideOf(options, 0) } },
    b: { label: b.label, options: { ...b.target, ...common, ...sideOf(options, 1) } },
    ...given({ rounds, maxTimeMs, seed }),
  };
}

function commonOptions(options: CompareArguments): Given<Omit<PacedOptions, 'host' | 'port'>> {
  const { arrivals, durationMs, sizes, protocol, delayUnit, timeoutMs } = options;
  const token = heldTokenOf(options.tokenFile, protocol);
  return given({ arrivals, stepMs: durationMs, sizes, protocol, delayUnit, timeoutMs, token });
}

function requireConditions(options: CompareArguments): void {
  const { failIf, durationMs = COMPARED_STEP_MS } = options;
  const conditions = failIf.map(requirePacedChange).map(({ kind, text, metric }) => ({
    ...{ kind, text, metric },
    statistic: metric === 'answered' ? null : { p: metric.endsWith('p99') ? 0.99 : 0.5 },
  }));
  const rates = sideOptions(options, 0).ratesPerSecond;
  requirePacedProbes(conditions, rates === undefined ? null : (Math.min(...rates) * durationMs) / MS_PER_S);
}
