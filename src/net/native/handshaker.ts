/** Handshakes on a thread of their own, with the round trip that the kernel measured (TCP_INFO). */
import { EcholotError } from '../../core/errors.ts';
import type { Target } from '../dialer.ts';
import type { Handshake, HandshakeOptions, Handshaker } from '../handshaker.ts';
import { takeClientThread } from './client-thread.ts';
import { dialOrder } from './dial-order.ts';

/** One for each run, with a thread of its own; close it. */
export function createNativeHandshaker(): Handshaker {
  const thread = takeClientThread();
  return {
    name: 'native',
    // A place without a loopback loses the warm-up; one without a thread is told by the first handshake.
    prepare: async () => {
      await thread.prepare();
    },
    async handshake(target: Target, { timeoutNs, signal, socket }: HandshakeOptions): Promise<Handshake> {
      const dial = await dialOrder(target, timeoutNs, socket ?? {}, signal);
      const { value, error } = await thread.run({ kind: 'handshake', dial }, { signal });
      if (value === undefined) throw error ?? new EcholotError('internal', 'a handshake without an end');
      return value;
    },
    close: () => thread.close(),
  };
}
