/** Conditions of what B's paced probes are against A's, such as `response.p99 > 1.1x` or `answered < 0.95x`. */
import { usage } from '../../../core/errors.ts';
import { PACED_COMPARED, type PacedComparedOf } from '../../../result/paced/paced-comparison.ts';
import { partsOf } from '../../load/conditions/load-condition.ts';
import { type Operator, ratioOf } from '../../threshold.ts';

export interface PacedChangeThreshold {
  /** As it was given, with single blanks. */
  readonly text: string;
  readonly metric: PacedComparedOf;
  /** Fulfilled, the comparison has failed. */
  readonly operator: Operator;
  /** B over A. */
  readonly limit: number;
  readonly kind: 'paced-change';
}

const FORM = 'write it as in response.p99 > 1.1x or answered < 0.95x';
/** Of times and of what was answered: shares of probes have a % of their own. */
const OF_CHANGE = /^(?:response|service|answered)\b.*[<>].*[x%]\s*$/i;

/** Whether a condition of paced probes is of a change, right or wrong: its value is a ratio. */
export function isOfPacedChange(given: string): boolean {
  return OF_CHANGE.test(given.trimStart());
}

/** Whether paced probes are compared by it. */
export function isCompared(metric: string): metric is PacedComparedOf {
  return PACED_COMPARED.some((one) => one === metric);
}

/** @throws EcholotError `usage` when it is no condition of a change, in words that say what there is */
export function parsePacedChange(given: string): PacedChangeThreshold {
  const { text, name, operator, value } = partsOf(given, FORM);
  if (!isCompared(name)) {
    throw usage(
      `no comparison of paced probes has a change of ${name}`,
      `it has those of ${PACED_COMPARED.join(', ')}`,
    );
  }
  const limit = ratioOf(value, operator, text);
  if (limit === undefined) throw usage(`"${text}" gives no ratio`, 'write 1.1x, or +10% for more by so much');
  return { text, metric: name, operator, limit, kind: 'paced-change' };
}
