/**
 * Handshakes with many targets at once, on one thread: a target that is silent delays no other. For a series with one target
 * there is a truer one (`client/handshaker.ts`), whose thread waits awake for nothing else.
 */
import { EcholotError } from '../../../core/errors.ts';
import { parts } from '../../../parts/parts.ts';
import type { DialOutcome } from '../../dialer.ts';
import { unpackError } from '../../errors/packed-error.ts';
import type { Handshake, Handshaker } from '../../handshaker.ts';
import { lookUp } from '../lanes/look-up.ts';
import { unpackOutcome } from '../lanes/packed-outcome.ts';
import { PortThread } from '../lanes/port-thread.ts';
import type { FromHandshakeThread, ToHandshakeThread } from './messages.ts';

const SUBJECT = "the native engine's thread of handshakes";

interface UnderWay {
  readonly settle: PromiseWithResolvers<Handshake>;
  readonly onDialed: ((outcome: DialOutcome) => void) | undefined;
}

/** Its thread starts with the first handshake; close it. */
export function createConcurrentHandshaker(): Handshaker {
  const underWay = new Map<number, UnderWay>();
  let count = 0;
  let failure: EcholotError | undefined;
  const thread = new PortThread<ToHandshakeThread, FromHandshakeThread>({
    entry: parts.thread('handshake-worker'),
    subject: SUBJECT,
    hear(message) {
      const known = underWay.get(message.handshake);
      if (message.kind === 'dialed') known?.onDialed?.(unpackOutcome(message.outcome));
      else if (message.kind === 'shaken') known?.settle.resolve(message.found);
      else known?.settle.reject(unpackError(message.error));
    },
    onGone: fail,
  });

  function fail(error: EcholotError): void {
    failure ??= error;
    for (const { settle } of underWay.values()) settle.reject(failure);
  }

  return {
    name: 'native',
    async handshake(target, { timeoutNs, signal, onDialed, socket = {} }) {
      const { spentNs, ...found } = await lookUp(target, socket, { timeoutNs, signal });
      if (failure !== undefined) throw failure;
      thread.start();
      const handshake = ++count;
      const settle = Promise.withResolvers<Handshake>();
      const cancel = (): void => thread.post({ handshake, kind: 'cancel' });
      underWay.set(handshake, { settle, onDialed });
      thread.hold(true);
      const leftNs = Math.max(1, timeoutNs - spentNs);
      thread.post({ handshake, kind: 'shake', ...found, timeoutNs: leftNs });
      signal?.addEventListener('abort', cancel, { once: true });
      if (signal?.aborted) cancel();
      try {
        return await settle.promise;
      } finally {
        signal?.removeEventListener('abort', cancel);
        underWay.delete(handshake);
        if (underWay.size === 0) thread.hold(false);
      }
    },
    async close() {
      fail(new EcholotError('internal', `${SUBJECT} is closed`));
      await thread.terminate();
    },
  };
}
