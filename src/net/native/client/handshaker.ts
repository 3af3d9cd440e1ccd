/** Handshakes on a thread of their own, with the round trip that the kernel measured (TCP_INFO). */
import { EcholotError } from '../../../core/errors.ts';
import type { Target } from '../../dialer.ts';
import type { Handshake, HandshakeOptions, Handshaker } from '../../handshaker.ts';
import { takeClientThread } from './client-thread.ts';
import { dialOrder, dialOutcome } from './dial-order.ts';

/** One for each run, with a thread of its own; close it. */
export function createNativeHandshaker(): Handshaker {
  const thread = takeClientThread();
  return {
    name: 'native',
    // A place without a loopback loses the warm-up; one without a thread is told by the first handshake.
    prepare: async () => {
      await thread.prepare();
    },
    async handshake(target: Target, options: HandshakeOptions): Promise<Handshake> {
      const { timeoutNs, signal, onDialed, socket = {} } = options;
      const dial = await dialOrder(target, { timeoutNs, socket, signal, echoBytes: 0 });
      const { value, error, dialed } = await thread.run({ kind: 'handshake', dial }, { signal });
      if (dialed !== undefined) onDialed?.(dialOutcome(dial, dialed));
      if (value === undefined) throw error ?? new EcholotError('internal', 'a handshake without an end');
      return value;
    },
    close: () => thread.close(),
  };
}
