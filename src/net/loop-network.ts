/** What loops of many connections run over: a dialer that may know more of its sockets than others. */
import type { Timekeeper } from '../clock/clock.ts';
import type { SocketOptions, SocketRecord } from '../facts/socket.ts';
import type { ConnectionHandler } from './connection.ts';
import type { Dialed, DialOptions, Target, Waiter } from './dialer.ts';

/** What a dialer may tell of a connection beyond what all of them know. */
export interface LoopDialed extends Dialed {
  readonly handshakeRttNs?: number | undefined;
  /** How often the SYN was sent again. */
  readonly resentSyns?: number | undefined;
  readonly socket?: SocketRecord | undefined;
}

export interface LoopDialOptions extends Omit<DialOptions, 'socket'> {
  readonly socket: SocketOptions;
  readonly laterSocket?: SocketOptions | undefined;
}

export interface LoopNetwork {
  readonly timekeeper: Timekeeper;
  /** As that of a `DialerNetwork`. @throws EcholotError */
  dial(target: Target, handler: ConnectionHandler, options: LoopDialOptions): Promise<LoopDialed>;
  /** Absent where the timekeeper's own thread waits for everything alike. */
  waiter?(): Waiter;
  /**
   * Waits on the spot until `ns`, which is {@link HOLD_NS} away at most, for what must not be late; only where the thread
   * has nothing else to do. @returns the time it is then
   */
  holdUntil?(ns: bigint): bigint;
}

/** Longer than a timer's callback takes to come to the point, also where its code is cold, and short beside a round trip, ns. */
export const HOLD_NS = 10_000;
