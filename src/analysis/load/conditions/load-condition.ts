/** The parts of any condition of loads. */
import { usage } from '../../../core/errors.ts';
import type { Operator } from '../../threshold.ts';

export interface ConditionParts {
  /** As it was given, with single blanks. */
  readonly text: string;
  /** Of what it is, medians as `p50`. */
  readonly name: string;
  readonly operator: Operator;
  readonly value: string;
}

const CONDITION = /^([^\s<>=]+)\s*(>=|<=|>|<)\s*(\S.*)$/;

/** @param form an example of what there is @throws EcholotError `usage` when it is no condition */
export function partsOf(given: string, form: string): ConditionParts {
  const text = given.trim().replace(/\s+/g, ' ');
  const [, name, operator, value] = CONDITION.exec(text) ?? [];
  if (name === undefined || operator === undefined || value === undefined) {
    throw usage(`"${text}" is no condition`, form);
  }
  return { text, name: name.replace(/\.median$/, '.p50'), operator: operator as Operator, value };
}
