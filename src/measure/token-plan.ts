/** A token among the options of a run: which dialect may show it. */
import { usage } from '../core/errors.ts';
import { CLIENT_DIALECT_ORDER, DIALECTS, type DialectName } from '../core/wire/dialects.ts';
import { checkHeldToken, type HeldToken } from '../token/held-token.ts';

type Protocol = DialectName | 'auto' | 'plain';

export interface PlannedToken {
  /** With a token no other dialect is tried than the one that knows of it. */
  readonly protocol: Protocol;
  readonly token: HeldToken | undefined;
}

/** @throws EcholotError `usage` for what is no token, and for a dialect that has none */
export function planToken(protocol: Protocol, given: HeldToken | undefined): PlannedToken {
  if (given === undefined) return { protocol, token: undefined };
  const token = checkHeldToken(given);
  const dialect = CLIENT_DIALECT_ORDER.find((name) => protocol === 'auto' || name === protocol);
  if (dialect !== undefined && DIALECTS[dialect].extensions.includes('token')) {
    return { protocol: dialect, token };
  }
  const what = protocol === 'plain' ? 'a plain echo server' : `the dialect ${protocol}`;
  throw usage(`${what} knows no tokens`, 'leave out the token, or the choice of how to speak');
}
