/** A check of a server, from its options to its record. */
import { type EcholotError, usage } from '../core/errors.ts';
import { DIALECT_NAMES, DIALECTS, type DialectName } from '../core/wire/dialects.ts';
import { Activity, type ActivityDeps, type Handle, type LostEvent } from '../measure/activity.ts';
import { checkDuration, checkNames, checkTarget, checkWord, type OptionNames } from '../measure/checks.ts';
import { systemInfo, toolInfo } from '../measure/machine/system.ts';
import { asEcholotError, CheckError, outcomeOf } from '../measure/outcome.ts';
import type { DialerNetwork } from '../net/dialer.ts';
import type { CheckedDialect, CheckPlanRecord, CheckResult, RuleRecord } from '../result/check-result.ts';
import { DEFAULT_CHECK_TIMEOUT_MS } from './defaults.ts';
import { findDialect } from './find-dialect.ts';
import { ruleRecord } from './record.ts';
import { type Rule, without } from './rule.ts';
import { RULES } from './rules/table.ts';
import { holdToRules } from './run.ts';
import { Server } from './server.ts';

const NS_PER_MS = 1_000_000;

export interface CheckOptions {
  /** Name or address of the server. */
  readonly host: string;
  readonly port: number;
  /** Default: whatever the name resolves to. */
  readonly family?: 4 | 6;
  /** `auto` (default) takes the first in which it echoes a probe. */
  readonly dialect?: DialectName | 'auto';
  /** How long any answer may take, ms. Default 2,000. */
  readonly timeoutMs?: number;
  /** Names of the rules to hold; default all. */
  readonly rules?: readonly string[];
  /** Cancels the check. */
  readonly signal?: AbortSignal;
}

export type CheckEvent =
  | LostEvent
  | { readonly kind: 'dialect'; readonly dialect: CheckedDialect; readonly rules: number }
  | { readonly kind: 'rule'; readonly rule: RuleRecord };

/**
 * A check under way. Its `result` rejects with a {@link CheckError} when the server could not be reached or the check was
 * cancelled, whose own `result` has what was found until then.
 */
export type Check = Handle<CheckEvent, CheckResult>;

export interface CheckDeps extends ActivityDeps {
  readonly network: DialerNetwork;
}

const NAMES: OptionNames<CheckOptions> = {
  host: true,
  port: true,
  family: true,
  dialect: true,
  timeoutMs: true,
  rules: true,
  signal: true,
};

/** Starts a check. @throws EcholotError `usage` at once when the options cannot be */
export function startCheck(deps: CheckDeps, options: CheckOptions): Check {
  checkNames(options, NAMES);
  const plan = planCheck(options);
  const rules = chosen(plan.rules);
  const activity = new Activity<CheckEvent>(deps, options.signal);
  const { clock, tell } = activity;
  const work = async (): Promise<CheckResult> => {
    const startedAt = new Date(clock.wallMs()).toISOString();
    const startNs = clock.nowNs();
    const records: RuleRecord[] = [];
    const target = { host: plan.host, port: plan.port, family: plan.family ?? undefined };
    const common = { network: deps.network, target, timeoutNs: plan.timeoutNs, signal: activity.signal };
    let dialect: CheckedDialect = { name: 'size-first', foundBy: 'none' };
    let failure: EcholotError | undefined;
    let server: Server | undefined;
    try {
      if (plan.dialect === 'auto') {
        const found = await findDialect(common);
        dialect = { name: found.dialect.name, foundBy: found.by };
      } else {
        dialect = { name: plan.dialect, foundBy: 'told' };
      }
      tell({ kind: 'dialect', dialect, rules: rules.length });
      server = new Server({ ...common, dialect: DIALECTS[dialect.name] });
      await holdToRules(rules, server, (finding) => {
        const rule = ruleRecord(finding);
        records.push(rule);
        tell({ kind: 'rule', rule });
      });
    } catch (error) {
      failure = asEcholotError(error);
      // Whoever reads the record counts on a line for each rule.
      if (failure.code === 'cancelled' && server !== undefined)
        for (const rule of rules.slice(records.length))
          records.push(ruleRecord(without(rule, 'not-run', 'interrupted')));
    }
    const result: CheckResult = {
      format: 'echolot-check',
      version: 1,
      tool: toolInfo(),
      system: systemInfo(),
      startedAt,
      durationNs: Number(clock.nowNs() - startNs),
      role: 'server',
      plan,
      dialect,
      answerNs: server?.answers.usualNs ?? null,
      rules: records,
      sessions: [],
      outcome: outcomeOf(failure),
    };
    if (failure !== undefined) throw new CheckError(failure, result);
    return result;
  };
  return activity.start(work, async () => {});
}

function planCheck(options: CheckOptions): CheckPlanRecord {
  const { port, family, dialect = 'auto', timeoutMs = DEFAULT_CHECK_TIMEOUT_MS, rules } = options;
  return {
    host: checkTarget(options.host, port, family),
    port,
    family: family ?? null,
    dialect: checkWord('dialect', dialect, ['auto', ...DIALECT_NAMES]),
    timeoutNs: Math.round(checkDuration('timeout', timeoutMs, 1) * NS_PER_MS),
    rules: rules === undefined ? null : [...rules],
  };
}

/** In the order of the table, whatever the order in which they were named. */
function chosen(names: readonly string[] | null): readonly Rule[] {
  if (names === null) return RULES;
  for (const name of names) {
    if (RULES.some((rule) => rule.name === name)) continue;
    throw usage(`there is no rule ${name}`, 'echolot check --list names them all');
  }
  return RULES.filter(({ name }) => names.includes(name));
}
