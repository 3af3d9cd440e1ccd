/** Names are looked up on the thread that starts a lane: within a reactor nobody could wait for the answer. */
import { monotonic } from '../../../clock/monotonic.ts';
import type { SocketOptions } from '../../../facts/socket.ts';
import type { Target } from '../../dialer.ts';
import { inPhase } from '../../errors/session-error.ts';
import { addressesOf, sourceFor } from '../../reach/resolve.ts';

export interface LookedUp {
  /** With its addresses. */
  readonly target: Target;
  readonly socket: SocketOptions;
  readonly spentNs: number;
}

/** @throws EcholotError */
export async function lookUp(
  target: Target,
  socket: SocketOptions,
  { timeoutNs, signal }: { readonly timeoutNs: number; readonly signal?: AbortSignal | undefined },
): Promise<LookedUp> {
  const startNs = monotonic.nowNs();
  const { bindAddress, device } = socket;
  try {
    const addresses = await addressesOf(target, {
      timekeeper: monotonic,
      timeoutNs,
      signal,
      bindAddress,
      device,
    });
    return {
      target: { ...target, addresses },
      socket: { ...socket, ...sourceFor(socket, addresses) },
      spentNs: Number(monotonic.nowNs() - startNs),
    };
  } catch (error) {
    throw inPhase(error, 'connect');
  }
}
