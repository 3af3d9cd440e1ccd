/** Which alerts there are: under which condition, of which targets, and who is told. */
import { usage } from '../../core/errors.ts';
import { type AlertCondition, parseCondition } from './condition.ts';
import { matches } from './silence.ts';

export interface AlertOptions {
  /** Default: its condition. */
  readonly name?: string;
  /** Such as `rtt.p99 > 2ms for 3 of 5`. */
  readonly when: string;
  /** Names of targets, in which `*` stands for any text. Default all. */
  readonly targets?: readonly string[];
  /** Told by HTTP, a JSON text each. Default none. */
  readonly webhook?: string;
  /** A program and its words, which gets the same text on its standard input. Default none. */
  readonly command?: readonly string[];
}

export interface AlertRule {
  readonly name: string;
  readonly condition: AlertCondition;
  readonly targets: readonly string[];
  readonly webhook: URL | undefined;
  readonly command: readonly string[] | undefined;
}

export const MAX_ALERTS = 100;
const MAX_NAME_LENGTH = 200;

/** What holds where nothing else is asked for: that a path is another one than before is worth a line. */
export const DEFAULT_ALERTS: readonly AlertOptions[] = [{ name: 'change', when: 'change > 10 %' }];

/** @throws EcholotError `usage` naming what cannot be */
export function planAlert({ name, when, targets = ['*'], webhook, command }: AlertOptions): AlertRule {
  if (typeof when !== 'string')
    throw usage('an alert has a condition', 'write when = "rtt.p99 > 2ms for 3 of 5"');
  const condition = parseCondition(when);
  if (targets.length === 0 || targets.some((one) => typeof one !== 'string' || one.length > MAX_NAME_LENGTH))
    throw usage('targets of an alert are names', 'write targets = ["web*"], or leave them out');
  if (name !== undefined && (name === '' || name.length > MAX_NAME_LENGTH))
    throw usage('an alert has a name', `give one of up to ${MAX_NAME_LENGTH} characters`);
  if (command !== undefined && (command.length === 0 || command[0] === ''))
    throw usage(
      'a command is a program and its words',
      'write command = ["/usr/bin/logger", "-t", "echolot"]',
    );
  return {
    name: name ?? condition.text,
    condition,
    targets,
    webhook: webhook === undefined ? undefined : urlOf(webhook),
    command,
  };
}

/** @throws EcholotError `usage` */
export function planAlerts(all: readonly AlertOptions[]): readonly AlertRule[] {
  if (all.length > MAX_ALERTS)
    throw usage(`${all.length} alerts are too many`, `write ${MAX_ALERTS} at most`);
  const rules = all.map(planAlert);
  const again = rules.find(({ name }, i) => rules.findIndex((one) => one.name === name) < i);
  if (again !== undefined) throw usage(`two alerts are called ${again.name}`, 'give each a name of its own');
  return rules;
}

export function isOf({ targets }: AlertRule, target: string): boolean {
  return targets.some((pattern) => matches(pattern, target));
}

function urlOf(text: string): URL {
  const url = typeof text === 'string' ? URL.parse(text) : null;
  if (url !== null && (url.protocol === 'https:' || url.protocol === 'http:')) return url;
  throw usage(`${text} is no address of a webhook`, 'write it as in https://host.example/hook');
}
