/** The rules of `echolot check`, as tables. */
import { CLIENT_RULES, RULES, type RuleText } from '../../src/check.ts';
import { code, table } from './markdown.ts';

/** In the order in which a server is held to them. */
export function serverRuleTable(): string {
  return ruleTable(RULES);
}

export function clientRuleTable(): string {
  return ruleTable(CLIENT_RULES);
}

function ruleTable(rules: readonly RuleText[]): string {
  const rows = rules.map(({ name, phase, demand, source }) => [code(name), phase, demand, source]);
  return table(['rule', 'phase', 'what must be true', 'where that is asked for'], rows);
}
