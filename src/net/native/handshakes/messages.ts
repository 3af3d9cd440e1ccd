/** What handshakes of many targets and their thread say to each other. Every message is of one handshake, by its number. */
import type { HandshakeSocketOptions } from '../../../facts/socket.ts';
import type { Target } from '../../dialer.ts';
import type { PackedError } from '../../errors/packed-error.ts';
import type { Handshake } from '../../handshaker.ts';
import type { PackedOutcome } from '../lanes/packed-outcome.ts';

export type ToHandshakeThread = { readonly handshake: number } & (
  | {
      readonly kind: 'shake';
      /** With its addresses. */
      readonly target: Target;
      readonly timeoutNs: number;
      readonly socket: HandshakeSocketOptions;
    }
  | { readonly kind: 'cancel' }
);

export type FromHandshakeThread = { readonly handshake: number } & (
  | { readonly kind: 'dialed'; readonly outcome: PackedOutcome }
  | { readonly kind: 'shaken'; readonly found: Handshake }
  | { readonly kind: 'failed'; readonly error: PackedError }
);
