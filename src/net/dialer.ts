/** The client's way to the wire: something that opens connections and knows how to wait. */
import type { Timekeeper } from '../clock/clock.ts';
import type { EcholotError } from '../core/errors.ts';
import type { Address } from '../facts/connection.ts';
import type { SocketOptions } from '../facts/socket.ts';
import type { TlsRecord } from '../facts/tls.ts';
import type { Connection, ConnectionHandler } from './connection.ts';

export interface Target {
  readonly host: string;
  readonly port: number;
  /** Undefined: whatever the name resolves to. */
  readonly family: 4 | 6 | undefined;
  /** To be tried in this order; undefined: `host` is looked up first. */
  readonly addresses?: readonly Address[];
}

/** One address that was tried in vain. */
export interface AddressFailure {
  readonly address: Address;
  readonly error: EcholotError;
}

/** How a target came to be reached, or not. */
export interface DialOutcome {
  /** All addresses of the target, in the order of trying. */
  readonly addresses: readonly Address[];
  /** The one that answered first, which the connection leads to; undefined when none did. */
  readonly chosen: Address | undefined;
  /** Those that failed, or were silent when another one had answered. */
  readonly failures: readonly AddressFailure[];
}

/** What to dial after that: the address that answered alone, or the same addresses without asking for them again. */
export function pinned(target: Target, { addresses, chosen }: DialOutcome): Target {
  return { ...target, addresses: chosen === undefined ? addresses : [chosen] };
}

export interface DialOptions {
  /** How long looking up and connecting may take together, ns. */
  readonly timeoutNs: number;
  readonly signal: AbortSignal | undefined;
  /** Told once the addresses are known and tried, whether or not one of them answered. */
  readonly onDialed?: ((outcome: DialOutcome) => void) | undefined;
  /** Only what every way to the wire can set. */
  readonly socket?: Pick<SocketOptions, 'noDelay' | 'bindAddress' | 'tls'>;
}

export interface Dialed {
  readonly connection: Connection;
  /** From just before the SYN could leave to the news that the connection stands, ns. */
  readonly connectNs: number;
  /** Where TLS was asked for. */
  readonly tls?: TlsRecord;
}

/** How a loop waits for an echo: the shorter the way from the kernel to the program, the truer the stamp. */
export interface Waiter {
  /** An answer is due in `expectedNs` at the earliest. */
  start(expectedNs: number): void;
  stop(): void;
}

export interface DialerNetwork {
  readonly timekeeper: Timekeeper;
  /**
   * Tries the addresses of a target in turn, with a head start for each (RFC 8305); the first that answers has the
   * connection, and the attempts at the others are given up.
   * @throws EcholotError `network` (refused, unknown host, ...), `timeout`, `cancelled`, or `peer` where TLS was asked for
   *   and the server speaks none, or has a certificate that does not hold.
   */
  dial(target: Target, handler: ConnectionHandler, options: DialOptions): Promise<Dialed>;
  waiter(): Waiter;
}
