/** What has to hold at a rate: a condition of paced probes, such as `response.p99 < 10ms`. */
import { usage } from '../../core/errors.ts';
import { type AnyThreshold, parseAnyThreshold } from '../load/conditions/load-threshold.ts';
import { requireOfPaced } from '../paced/conditions/paced-threshold.ts';
import { needsProbes } from '../threshold.ts';

export const DEFAULT_CONDITION = 'response.p99 < 10ms';

/** @throws EcholotError `usage` for what is none, in words that say what there is */
export function parseCondition(text: string): AnyThreshold {
  const condition = parseAnyThreshold(text);
  requireOfPaced([condition]);
  return condition;
}

/**
 * One that more probes a second make true, or that no value can fulfil, has no highest rate: a search for it would tell of
 * a limit that is none.
 * @throws EcholotError `usage`
 */
export function requireLimit(condition: AnyThreshold, fromPerSecond: number): void {
  const { text, kind, operator, limit } = condition;
  const isOfAnswers = kind === 'paced' && condition.metric === 'answered';
  const isUpper = operator === '<' || operator === '<=';
  if (isUpper === isOfAnswers) {
    throw usage(
      `"${text}" is no condition that too much load ends`,
      isOfAnswers
        ? 'say what has to hold, as in answered > 1900/s'
        : 'say what has to hold, as in response.p99 < 10ms',
    );
  }
  if (isOfAnswers && fromPerSecond <= limit) {
    throw usage(
      `"${text}" cannot hold at ${fromPerSecond} a second, the first rate`,
      `use a --from above ${limit}/s`,
    );
  }
  const isShare = kind === 'paced' && (condition.metric === 'late' || condition.metric === 'lost');
  if (isUpper && (limit < 0 || (limit === 0 && !(isShare && operator === '<=')))) {
    throw usage(`"${text}" never holds`, isShare ? 'use <= 0% for none' : 'use a limit above 0');
  }
  if (isShare && limit === 1 && operator === '<=') {
    throw usage(`"${text}" always holds`, 'use a share below 100%');
  }
}

/** How many a try has to have, so that its percentile is one. */
export function probesNeeded(condition: AnyThreshold): number {
  const statistic = 'statistic' in condition ? condition.statistic : null;
  return statistic === null || typeof statistic === 'string' ? 1 : needsProbes({ statistic });
}
