/** What a user may ask of a socket, and what it turned out to have. */

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
}

/** Those that matter to a connection over which nothing is sent. */
export type HandshakeSocketOptions = Omit<SocketOptions, 'noDelay' | 'quickAck'>;

/** As read back from the kernel after connecting; null where it cannot be read. */
export interface EffectiveSocketOptions {
  readonly congestionControl: string | null;
  readonly trafficClass: number | null;
  readonly maxSegmentBytes: number | null;
  /** As the kernel counts them: twice what was asked, for its own bookkeeping. */
  readonly sendBufferBytes: number | null;
  readonly receiveBufferBytes: number | null;
  readonly noDelay: boolean | null;
  readonly quickAck: boolean | null;
  /** Whether the connection really runs over several paths' worth of TCP, not whether it was asked for. */
  readonly multipath: boolean | null;
  readonly bindAddress: string | null;
  readonly device: string | null;
}
