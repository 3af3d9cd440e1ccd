/**
 * Holds a server to the rules, one after the other and in the same order each time. A rule that stands on one that failed
 * is not run, and says on which; when the server is gone, all that are left are not run.
 */
import { EcholotError } from '../core/errors.ts';
import { Fault, Untold } from './fault.ts';
import { isUnreached, type Presence, presenceOf } from './presence.ts';
import { type Rule, type RuleFinding, type RuleVerdict, without } from './rule.ts';
import type { Server } from './server.ts';

/** Why no rule can be told any more. */
const ABSENT: Readonly<Record<Presence, string | undefined>> = {
  there: undefined,
  restarted: undefined,
  ended: 'the server ended after',
  shut: 'the server took no connection any more after',
  silent: 'the server answered nothing any more after',
};

interface Held {
  /** Undefined when the rule found nobody there. */
  readonly finding: RuleFinding | undefined;
  /** Of the server, afterwards. */
  readonly presence: Presence;
}

/**
 * @param told of each finding as it comes
 * @throws EcholotError `network`, `timeout` when the server cannot be reached at all; `cancelled`
 */
export async function holdToRules(
  rules: readonly Rule[],
  server: Server,
  told: (finding: RuleFinding) => void,
): Promise<RuleFinding[]> {
  const findings: RuleFinding[] = [];
  let lastHeld: string | undefined;
  let absence: string | undefined;
  try {
    for (const rule of rules) {
      let finding = absence === undefined ? untellable(rule, server, findings) : undefined;
      if (finding === undefined && absence === undefined) {
        const held = await hold(rule, server);
        if (held.finding === undefined && lastHeld === undefined) throw await unreachable(server);
        if (held.finding !== undefined) lastHeld = rule.name;
        const absent = ABSENT[held.presence];
        if (absent !== undefined) absence = `${absent} ${lastHeld}`;
        finding = held.finding;
      }
      finding ??= without(rule, 'not-run', absence ?? '');
      findings.push(finding);
      told(finding);
    }
  } finally {
    await server.leave();
  }
  return findings;
}

/** What a rule did to the server. */
const ENDED: RuleFinding['fault'] = { expected: 'a server that goes on', received: 'its end' };

/** Of a rule that need not be held: its dialect has no such thing, or it stands on one that is not kept. */
function untellable(
  rule: Rule,
  { dialect }: Server,
  before: readonly RuleFinding[],
): RuleFinding | undefined {
  const lacking = rule.lacking?.(dialect);
  if (lacking !== undefined) return without(rule, 'not-applicable', lacking);
  const missing = rule.needs.find((name) =>
    before.some((finding) => finding.rule.name === name && finding.verdict !== 'pass'),
  );
  return missing === undefined ? undefined : without(rule, 'not-run', `it stands on ${missing}`);
}

/**
 * Holds the server to one rule, and looks whether it is still there where it ended a connection without the answer that was
 * due, or says nothing and has answered before.
 */
async function hold(rule: Rule, server: Server, isAgain = false): Promise<Held> {
  const refusals = server.refusals.length;
  const finding = await findingOf(rule, server);
  const { connections, isHeard, isEnded, isCutOff, isClosed } = server.seen;
  await server.leave();
  const isMute = !isHeard && server.hasAnswered;
  const isDoubtful = isCutOff || (finding.verdict === 'fail' && (isEnded || isMute));
  if (!isDoubtful) return { finding, presence: 'there' };
  const presence = await presenceOf(server);
  const hasEnded = presence === 'ended' || presence === 'restarted';
  // The end of a connection was no answer, then.
  if (hasEnded) server.refusals.splice(refusals);
  const isBack = presence === 'there' || presence === 'restarted';
  // A kernel resets the connections that a server has not accepted when it ends, and closes those of which it has read
  // all: where nothing but a reset came, it was at its end before this rule.
  if (hasEnded && (isHeard || isClosed))
    return { finding: { ...finding, verdict: 'fail', fault: ENDED }, presence };
  // It found nobody, and somebody is there now.
  if (isBack && !isAgain && (connections === 0 || presence === 'restarted'))
    return await hold(rule, server, true);
  const isHeld = isBack || (connections > 0 && presence !== 'ended');
  return { finding: isHeld ? finding : undefined, presence };
}

async function findingOf(rule: Rule, server: Server): Promise<RuleFinding> {
  server.begin();
  const startNs = server.nowNs;
  const found = (verdict: RuleVerdict, note?: string, fault?: RuleFinding['fault']): RuleFinding => ({
    rule,
    verdict,
    note,
    fault,
    messages: [...server.messages],
    tookNs: Number(server.nowNs - startNs),
  });
  try {
    return found('pass', await rule.hold(server));
  } catch (error) {
    if (error instanceof Untold) return found('not-run', error.message);
    if (error instanceof Fault) return found('fail', error.note, error);
    if (!isUnreached(error)) throw error;
    return found('fail', undefined, { expected: 'a connection', received: error.message });
  }
}

async function unreachable(server: Server): Promise<EcholotError> {
  try {
    await server.open();
    return new EcholotError('network', 'the server could not be reached, and then could');
  } catch (error) {
    if (error instanceof EcholotError) return error;
    throw error;
  }
}
