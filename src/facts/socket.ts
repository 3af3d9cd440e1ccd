/** What a user may ask of a socket, and what it turned out to have. */
import type { TlsOptions } from './tls.ts';

export interface SocketOptions {
  /** Name of a congestion control: `cubic`, `bbr`, `reno`. */
  readonly congestionControl?: string;
  /** The byte of IPv4 TOS or IPv6 traffic class, 0 to 255; a DSCP is its upper six bits. */
  readonly trafficClass?: number;
  /** Largest segment to send and to announce, bytes. */
  readonly maxSegmentBytes?: number;
  readonly sendBufferBytes?: number;
  readonly receiveBufferBytes?: number;
  /** Default true: no waiting for more to send (Nagle's algorithm). */
  readonly noDelay?: boolean;
  /** Acknowledge at once; said after each probe and each part of an echo anew, since the kernel forgets it. */
  readonly quickAck?: boolean;
  /** Multipath TCP (RFC 8684), where the peer speaks it too. */
  readonly multipath?: boolean;
  /** Address of this host to send from. */
  readonly bindAddress?: string;
  /** Network interface to send through. */
  readonly device?: string;
  /** Speak TLS on it, with every certificate checked; the portable engine (`node`) alone. */
  readonly tls?: TlsOptions;
}

/** Those that matter to a connection over which nothing is sent. */
export type HandshakeSocketOptions = Omit<SocketOptions, 'noDelay' | 'quickAck'>;

/** Options of a TCP socket: in the plan as asked for, in a session as read back from the kernel. */
export interface SocketRecord {
  /** Name of the congestion control. */
  readonly congestionControl: string | null;
  /** Byte of the IPv4 TOS or the IPv6 traffic class; its upper six bits are the DSCP. */
  readonly trafficClass: number | null;
  /** Largest segment to send and to announce, bytes. */
  readonly maxSegmentBytes: number | null;
  /** Send buffer, bytes; Linux reads back twice what was asked for, with room for its own records. */
  readonly sendBufferBytes: number | null;
  /** Receive buffer, bytes; Linux reads back twice what was asked for, with room for its own records. */
  readonly receiveBufferBytes: number | null;
  /** Whether small messages leave at once (TCP_NODELAY) instead of waiting for more (Nagle's algorithm). */
  readonly noDelay: boolean | null;
  /** Whether segments are acknowledged at once (TCP_QUICKACK). */
  readonly quickAck: boolean | null;
  /** Multipath TCP: in the plan whether it was asked for, in a session whether it is spoken. */
  readonly multipath: boolean | null;
  /** Address of the client to send from. */
  readonly bindAddress: string | null;
  /** Network interface to send through. */
  readonly device: string | null;
  /** In the plan: whether TLS was asked for on it; absent where it was not. */
  readonly tls?: boolean;
}
