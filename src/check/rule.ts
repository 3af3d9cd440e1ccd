/** What a rule is: one demand of the protocol, where it is written, and how a server is held to it; and what came of it. */
import type { ErrorPhase } from '../core/errors.ts';
import type { Dialect } from '../core/wire/dialects.ts';
import type { TracedMessage } from '../net/engine.ts';
import type { Fault } from './fault.ts';
import type { Server } from './server.ts';

/** Where in a session a rule belongs; `conduct` is of several clients and of odd ones. */
export type RulePhase = Exclude<ErrorPhase, 'connect'> | 'conduct';

/** What a rule demands, for people and graders. */
export interface RuleText {
  /** Stable, for graders to match on. */
  readonly name: string;
  readonly phase: RulePhase;
  /** What must be true, in one line. */
  readonly demand: string;
  /** Where it is asked for: a paragraph of the assignment, or a section of the protocol's specification. */
  readonly source: string;
}

/** One of a server. */
export interface Rule extends RuleText {
  /** Rules without which it cannot be told: all of them must have passed. */
  readonly needs: readonly string[];
  /** Why it cannot be asked of a server of this dialect; undefined where it can. */
  readonly lacking?: (dialect: Dialect) => string | undefined;
  /**
   * @returns what else was seen, for people; undefined for nothing
   * @throws Fault where the server does otherwise, EcholotError where it cannot be reached
   */
  readonly hold: (server: Server) => Promise<string | undefined>;
}

export type RuleVerdict = 'pass' | 'fail' | 'not-applicable' | 'not-run';

/** What came of a rule. */
export interface RuleFinding {
  readonly rule: RuleText;
  readonly verdict: RuleVerdict;
  /** What else was seen, or why there is no telling. */
  readonly note: string | undefined;
  /** What should have come, and what did; undefined unless it failed. */
  readonly fault: Pick<Fault, 'expected' | 'received'> | undefined;
  /** On the wire until then. */
  readonly messages: readonly TracedMessage[];
  readonly tookNs: number;
}

/** Of a rule to which nobody was held. @param note why */
export function without(rule: RuleText, verdict: RuleVerdict, note: string): RuleFinding {
  return { rule, verdict, note, fault: undefined, messages: [], tookNs: 0 };
}
