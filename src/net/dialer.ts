/** The client's way to the wire: something that opens connections and knows how to wait. */
import type { Timekeeper } from '../clock/clock.ts';
import type { Connection, ConnectionHandler } from './connection.ts';
import type { SocketOptions } from './socket-options.ts';

export interface Target {
  readonly host: string;
  readonly port: number;
  /** Undefined: whatever the name resolves to, in the resolver's order. */
  readonly family: 4 | 6 | undefined;
}

export interface DialOptions {
  readonly timeoutNs: number;
  readonly signal: AbortSignal | undefined;
  /** Only what every way to the wire can set. */
  readonly socket?: Pick<SocketOptions, 'noDelay' | 'bindAddress'>;
}

export interface Dialed {
  readonly connection: Connection;
  /** From just before the SYN could leave to the news that the connection stands, ns. */
  readonly connectNs: number;
}

/** How a loop waits for an echo: the shorter the way from the kernel to the program, the truer the stamp. */
export interface Waiter {
  /** An answer is due in `expectedNs` at the earliest. */
  start(expectedNs: number): void;
  stop(): void;
}

export interface DialerNetwork {
  readonly timekeeper: Timekeeper;
  /** @throws EcholotError `network` (refused, unknown host, ...), `timeout` or `cancelled`. */
  dial(target: Target, handler: ConnectionHandler, options: DialOptions): Promise<Dialed>;
  waiter(): Waiter;
}
