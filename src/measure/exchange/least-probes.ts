/** The fewest probes of a session, and of a block. */
import { DIALECTS, type DialectName } from '../../core/wire/dialects.ts';

/** What the assignment asks for at least; a server may refuse fewer. */
export const MIN_BLOCK_PROBES = 10;

/** How many probes a session in this protocol must have. */
export function leastSessionProbes(protocol: DialectName | 'auto' | 'plain'): number {
  return protocol === 'auto' || protocol === 'plain' ? 1 : DIALECTS[protocol].setup.minProbes;
}

/** How many probes a block has at least where the path, not the plan, decides. */
export function leastBlockProbes(protocol: DialectName | 'auto' | 'plain'): number {
  return Math.max(MIN_BLOCK_PROBES, leastSessionProbes(protocol));
}
