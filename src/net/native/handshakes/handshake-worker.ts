/** The thread of handshakes with many targets: each begins when it is asked for, over one reactor. */
import type { MessagePort } from 'node:worker_threads';
import { handshakesOver } from '../../dialed-handshaker.ts';
import { packError } from '../../errors/packed-error.ts';
import { ReactorDialer } from '../lanes/dialer.ts';
import { packOutcome } from '../lanes/packed-outcome.ts';
import { runOnThread, type ThreadService } from '../lanes/port-worker.ts';
import type { Reactor } from '../server/reactor.ts';
import type { FromHandshakeThread, ToHandshakeThread } from './messages.ts';

function serve(reactor: Reactor, port: MessagePort): ThreadService<ToHandshakeThread> {
  const handshaker = handshakesOver('native', new ReactorDialer(reactor));
  const aborts = new Map<number, AbortController>();
  const post = (message: FromHandshakeThread): void => port.postMessage(message);

  async function shake({
    handshake,
    target,
    timeoutNs,
    socket,
  }: Extract<ToHandshakeThread, { kind: 'shake' }>): Promise<void> {
    const abort = new AbortController();
    aborts.set(handshake, abort);
    try {
      const found = await handshaker.handshake(target, {
        timeoutNs,
        socket,
        signal: abort.signal,
        onDialed: (outcome) => post({ handshake, kind: 'dialed', outcome: packOutcome(outcome) }),
      });
      post({ handshake, kind: 'shaken', found });
    } catch (error) {
      post({ handshake, kind: 'failed', error: packError(error) });
    }
    aborts.delete(handshake);
  }

  return {
    take(message) {
      if (message.kind === 'shake') void shake(message);
      else aborts.get(message.handshake)?.abort();
    },
  };
}

runOnThread(serve);
