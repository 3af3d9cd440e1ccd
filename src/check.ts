/**
 * echolot as a library: its face for checks, `echolot/check`. Servers and clients of the measurement protocol are held to
 * its rules, one by one.
 *
 * @example
 * import { check } from 'echolot/check';
 *
 * const { rules } = await check({ host: '127.0.0.1', port: 9900 }).result;
 * for (const { name, verdict } of rules) console.log(verdict, name);
 */
import { type Check, type CheckOptions, startCheck } from './check/check.ts';
import { type ClientCheck, type ClientCheckOptions, startClientCheck } from './check/client/check.ts';
import { monotonic } from './clock/monotonic.ts';
import { watchSuspensions } from './measure/machine/suspension.ts';
import { nodeDialer } from './net/node/dialer.ts';
import { nodeListener } from './net/node/listener.ts';

/**
 * Holds an echo server to the rules of the protocol. The check starts at once.
 * @throws EcholotError `usage` when the options cannot be
 */
export function check(options: CheckOptions): Check {
  return startCheck({ network: nodeDialer, clock: monotonic, watchSuspensions }, options);
}

/**
 * Plays the server for a client, and holds the client to the rules. The check starts at once.
 * @throws EcholotError `usage` when the options cannot be
 */
export function checkClient(options: ClientCheckOptions = {}): ClientCheck {
  return startClientCheck({ network: nodeListener, clock: monotonic, watchSuspensions }, options);
}

export type { Check, CheckEvent, CheckOptions } from './check/check.ts';
export type { ClientCheck, ClientCheckEvent, ClientCheckOptions } from './check/client/check.ts';
export { CLIENT_RULES } from './check/client/judge.ts';
export type { RuleText } from './check/rule.ts';
export { RULES } from './check/rules/table.ts';
export { EcholotError, type ErrorCode } from './core/errors.ts';
export { CheckError } from './measure/outcome.ts';
export type { CheckedSession, CheckResult, RuleRecord } from './result/check-result.ts';
