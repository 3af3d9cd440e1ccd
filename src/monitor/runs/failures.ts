/** Why a run has no answer, as one word of a closed list: what is counted, and shown as the label of a metric. */
import type { EcholotError } from '../../core/errors.ts';
import type { FailureReason } from '../records/interval.ts';

interface Row {
  readonly reason: FailureReason;
  readonly fits: (error: EcholotError) => boolean;
}

/** The first that fits. The wordings of failed system calls are fixed texts (`net/errors/error-wordings.ts`), and all that crosses a thread. */
const ROWS: readonly Row[] = [
  { reason: 'here', fits: ({ nothingSent, code }) => nothingSent || code === 'usage' || code === 'internal' },
  { reason: 'declined', fits: ({ refusal }) => refusal !== undefined },
  // Of a server that is full, as a client without extensions hears it.
  { reason: 'declined', fits: ({ code, phase }) => code === 'limit' && phase === 'setup' },
  { reason: 'here', fits: ({ code }) => code === 'limit' },
  { reason: 'name', fits: says(/unknown host|name (could|was) not|has no IPv[46] address/) },
  { reason: 'refused', fits: says(/connection refused/) },
  { reason: 'unreachable', fits: says(/no route|unreachable|prohibited|blackhole/) },
  { reason: 'tls', fits: says(/\bTLS\b|certificate/) },
  { reason: 'timeout', fits: ({ code }) => code === 'timeout' },
  { reason: 'timeout', fits: says(/timed out|does not answer/) },
  { reason: 'peer', fits: ({ code }) => code === 'peer' },
  { reason: 'reset', fits: ({ code }) => code === 'network' },
];

export function failureReason(error: EcholotError): FailureReason {
  return ROWS.find(({ fits }) => fits(error))?.reason ?? 'here';
}

function says(words: RegExp): Row['fits'] {
  return ({ message }) => words.test(message);
}
