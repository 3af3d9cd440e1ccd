/** The server's way to the wire: something that accepts connections. */
import type { Timekeeper } from '../clock/clock.ts';
import type { EcholotError } from '../core/errors.ts';
import type { Endpoint } from '../facts/connection.ts';
import type { EngineName } from '../facts/engine.ts';
import type { Connection, ConnectionHandler } from './connection.ts';

export interface ListenOptions {
  /** A name or an address; `localhost` means the loopback addresses of both families. */
  readonly host: string;
  /** 0 takes any free port, the same one in both families. */
  readonly port: number;
  /**
   * Descriptors of sockets that listen already, the listener's from then on: host and port are theirs.
   */
  readonly sockets?: readonly number[] | undefined;
  /**
   * Called when the system has nothing left for another connection, so that clients wait; once, until it has
   * again. Only a listener that calls the kernel itself can tell: node:net drops such a connection in silence.
   */
  readonly onExhausted?: (error: EcholotError) => void;
}

/**
 * Called for each connection; what it returns hears of everything that follows. While a chunk is handled it may
 * be sent back without a copy; afterwards it is overwritten, so whoever keeps it copies it.
 */
export type Accept = (connection: Connection) => ConnectionHandler;

export interface Listener {
  readonly endpoints: readonly Endpoint[];
  /** Accepts no more; open connections live on. */
  close(): void;
}

export interface ListenerNetwork {
  readonly engine: EngineName;
  readonly timekeeper: Timekeeper;
  /** @throws EcholotError `network` when the address cannot be had. */
  listen(options: ListenOptions, accept: Accept): Promise<Listener>;
}
