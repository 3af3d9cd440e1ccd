/**
 * Holds a server to the rules, one after the other and in the same order each time. A rule that stands on one that failed
 * is not run, and says on which; when the server is gone, all that are left are not run.
 */
import { EcholotError } from '../core/errors.ts';
import { Fault, Untold } from './fault.ts';
import type { Rule, RuleFinding, RuleVerdict } from './rule.ts';
import { Server, type ServerOptions } from './server.ts';

/** A server that is gone may be one that is started again by somebody: it gets as many looks, and so long between. */
const LOOKS = 3;
const LOOK_NS = 100_000_000;

/**
 * @param told of each finding as it comes
 * @throws EcholotError `network`, `timeout` when the server cannot be reached at all; `cancelled`
 */
export async function holdToRules(
  rules: readonly Rule[],
  options: ServerOptions,
  told: (finding: RuleFinding) => void,
): Promise<RuleFinding[]> {
  const server = new Server(options);
  const findings: RuleFinding[] = [];
  /** The rule after which the server let nobody in any more. */
  let lastHeld: string | undefined;
  let isGone = false;
  for (const rule of rules) {
    let finding = isGone ? undefined : await held(rule, server, findings);
    if (finding === GONE) {
      if (lastHeld === undefined) throw await unreachable(server);
      isGone = true;
      finding = undefined;
    }
    finding ??= without(rule, 'not-run', `the server ended after ${lastHeld}`);
    if (finding.verdict === 'pass' || finding.verdict === 'fail') lastHeld = rule.name;
    if (finding.fault === ENDED) isGone = true;
    findings.push(finding);
    told(finding);
  }
  server.begin();
  return findings;
}

/** A rule that found nobody there. */
const GONE = 'gone';
/** What a rule did to the server. */
const ENDED: RuleFinding['fault'] = { expected: 'a server that goes on', received: 'its end' };

async function held(
  rule: Rule,
  server: Server,
  before: readonly RuleFinding[],
): Promise<RuleFinding | typeof GONE> {
  const lacking = rule.lacking?.(server.dialect);
  if (lacking !== undefined) return without(rule, 'not-applicable', lacking);
  const missing = rule.needs.find((name) =>
    before.some((finding) => finding.rule.name === name && finding.verdict !== 'pass'),
  );
  if (missing !== undefined) return without(rule, 'not-run', `it stands on ${missing}`);
  server.begin();
  const startNs = server.nowNs;
  const found = (verdict: RuleVerdict, note?: string, fault?: RuleFinding['fault']): RuleFinding => ({
    rule,
    verdict,
    note,
    fault,
    messages: server.messages,
    tookNs: Number(server.nowNs - startNs),
  });
  try {
    return found('pass', await rule.hold(server));
  } catch (error) {
    if (error instanceof Untold) return found('not-run', error.message);
    if (error instanceof Fault) return found('fail', error.note, error);
    if (!(error instanceof EcholotError) || error.code === 'cancelled') throw error;
    // It lets nobody in: gone, or busy with the client that was there before.
    const wasThere = server.connections > 0;
    if (await isThere(server))
      return found('fail', undefined, { expected: 'a connection', received: error.message });
    return wasThere ? found('fail', undefined, ENDED) : GONE;
  }
}

async function isThere(server: Server): Promise<boolean> {
  for (let look = 0; look < LOOKS; look++) {
    try {
      await server.open();
      return true;
    } catch (error) {
      if (!(error instanceof EcholotError) || error.code === 'cancelled') throw error;
    }
    await server.sleep(LOOK_NS);
  }
  return false;
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

function without(rule: Rule, verdict: RuleVerdict, note: string): RuleFinding {
  return { rule, verdict, note, fault: undefined, messages: [], tookNs: 0 };
}
