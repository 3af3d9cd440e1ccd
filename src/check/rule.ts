/** What a rule is: one demand of the protocol, where it is written, and how a server is held to it. */
import type { ErrorPhase } from '../core/errors.ts';
import type { Dialect } from '../core/wire/dialects.ts';
import type { Server } from './server.ts';

/** Where in a session a rule belongs; `conduct` is of several clients and of odd ones. */
export type RulePhase = Exclude<ErrorPhase, 'connect'> | 'conduct';

export interface Rule {
  /** Stable, for graders to match on. */
  readonly name: string;
  readonly phase: RulePhase;
  /** What must be true of the server, in one line. */
  readonly demand: string;
  /** Where it is asked for: a paragraph of the assignment, or a section of the protocol's specification. */
  readonly source: string;
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

/** It cannot be told, whatever the server does. */
export class Untold extends Error {
  override readonly name = 'Untold';
}

/** What a server did in place of what a rule demands. */
export class Fault extends Error {
  override readonly name = 'Fault';
  /** What should have come, in words or as text on the wire. */
  readonly expected: string;
  /** What came. */
  readonly received: string;

  constructor(expected: string, received: string) {
    super(`expected ${expected}, received ${received}`);
    this.expected = expected;
    this.received = received;
  }
}
