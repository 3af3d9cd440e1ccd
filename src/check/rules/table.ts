/** All rules, in the order in which they are held against a server. */
import type { Rule } from '../rule.ts';
import { CONDUCT_RULES } from './conduct.ts';
import { MEASUREMENT_RULES } from './measurement.ts';
import { SETUP_RULES } from './setup.ts';
import { TERMINATION_RULES } from './termination.ts';

export const RULES: readonly Rule[] = [
  ...SETUP_RULES,
  ...MEASUREMENT_RULES,
  ...TERMINATION_RULES,
  ...CONDUCT_RULES,
];
