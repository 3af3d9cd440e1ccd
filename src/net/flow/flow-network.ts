/** What lanes of flows are run over: a dialer that may know more of its sockets than others. */
import type { Timekeeper } from '../../clock/clock.ts';
import type { SocketOptions, SocketRecord } from '../../facts/socket.ts';
import type { ConnectionHandler } from '../connection.ts';
import type { Dialed, DialOptions, Target } from '../dialer.ts';

/** What a dialer may tell of a connection beyond what all of them know. */
export interface FlowDialed extends Dialed {
  readonly handshakeRttNs?: number | undefined;
  readonly socket?: SocketRecord | undefined;
}

export interface FlowDialOptions extends Omit<DialOptions, 'socket'> {
  readonly socket: SocketOptions;
  readonly laterSocket?: SocketOptions | undefined;
}

export interface FlowNetwork {
  readonly timekeeper: Timekeeper;
  /** As that of a `DialerNetwork`. @throws EcholotError */
  dial(target: Target, handler: ConnectionHandler, options: FlowDialOptions): Promise<FlowDialed>;
}
