/** Handshakes through node:net, which does not tell what the kernel measured. */
import { handshakerOver } from '../dialed-handshaker.ts';
import type { Handshaker } from '../handshaker.ts';
import { nodeDialer } from './dialer.ts';
import { listenForSelf } from './own-listener.ts';

/** Cold code makes the first handshakes of a process several times as long as later ones. */
const WARMUP_HANDSHAKES = 10;
const WARMUP_TIMEOUT_NS = 1_000_000_000;

/** One for each run: closing it closes the connections of that run only. */
export function createNodeHandshaker(): Handshaker {
  const handshaker = handshakerOver('node', nodeDialer);
  return { ...handshaker, prepare: () => warmUp(handshaker) };
}

/** Handshakes with a listener of its own. A place without a loopback loses the warm-up, not the run. */
async function warmUp(handshaker: Handshaker): Promise<void> {
  try {
    const listener = await listenForSelf((connection) => ({
      onBytes: () => {},
      onDrain: () => {},
      onEnd: () => connection.close(),
      onClose: () => {},
    }));
    try {
      const target = { host: '127.0.0.1', port: listener.port, family: 4 } as const;
      for (let i = 0; i < WARMUP_HANDSHAKES; i++) {
        await handshaker.handshake(target, { timeoutNs: WARMUP_TIMEOUT_NS, signal: undefined });
      }
    } finally {
      listener.close();
    }
  } catch {
    return;
  }
}
