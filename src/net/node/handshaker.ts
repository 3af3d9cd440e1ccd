/** Handshakes through node:net, which does not tell what the kernel measured. */
import { handshakerOver } from '../dialed-handshaker.ts';
import type { Handshaker } from '../handshaker.ts';
import { nodeDialer } from './dialer.ts';

/** One for each run: closing it closes the connections of that run only. */
export function createNodeHandshaker(): Handshaker {
  return handshakerOver('node', nodeDialer);
}
