/** The mean round-trip time that a client has told, held against what the server's side knows of it. */
import type { CheckedSession } from '../../result/check-result.ts';
import { timeText } from '../../text/units.ts';
import type { RuleFinding } from '../rule.ts';

/** Clocks of scripts count in tenths of milliseconds, and their programs take time as well. */
const TOLERANCE_SHARE = 0.05;
const TOLERANCE_NS = 1_000_000;

/**
 * @param toldNs of the first session
 * @param missing why there is no session, if there is none
 */
export function expectedRtt(
  toldNs: number,
  [first]: readonly CheckedSession[],
  missing: string,
): RuleFinding {
  const rule = {
    name: 'client-mean-rtt',
    phase: 'measurement',
    demand: 'the mean round-trip time that it computes is that of its probes',
    source: 'assignment, 1 a (PROBES) and 2 c (MP: Summary)',
  } as const;
  const found = { rule, messages: [], tookNs: 0, note: undefined, fault: undefined };
  if (first === undefined) return { ...found, verdict: 'not-run', note: missing };
  const { meanRttLowNs, meanRttHighNs } = first;
  const low = (1 - TOLERANCE_SHARE) * meanRttLowNs - TOLERANCE_NS;
  const high = (1 + TOLERANCE_SHARE) * meanRttHighNs + TOLERANCE_NS;
  if (toldNs >= low && toldNs <= high) return { ...found, verdict: 'pass' };
  return {
    ...found,
    verdict: 'fail',
    fault: {
      expected: `between ${timeText(meanRttLowNs)} and ${timeText(meanRttHighNs)}`,
      received: timeText(toldNs),
    },
  };
}
