/** What is known of one TCP connection: its two ends, what the kernel counts of it, and how its session ended. */

/** A host's side of the network. */
export interface Address {
  /** Numeric address; a link-local one with its interface, as in `fe80::1%eth0`. */
  readonly address: string;
  /** Address family: IPv4 or IPv6. */
  readonly family: 4 | 6;
}

/** One end of a connection. */
export interface Endpoint extends Address {
  /** TCP port. */
  readonly port: number;
}

/** TCP as the kernel saw it (TCP_INFO); null where this kernel does not tell. */
export interface PathFacts {
  /** Smallest of the kernel's own samples, ns, in steps of 1,000; any acknowledgement ends one. */
  readonly minRttNs: number | null;
  /** Their moving average, ns, in steps of 1,000. */
  readonly smoothedRttNs: number | null;
  /** Segments sent again. */
  readonly retransmittedSegments: number | null;
  /** How many segments may be under way (cwnd). */
  readonly congestionWindowSegments: number | null;
  /** Payload of the largest segment sent, bytes. */
  readonly sendMssBytes: number | null;
  /** Largest packet the path takes, as far as known, bytes. */
  readonly pathMtuBytes: number | null;
  /** Receive window of the peer: what it lets us send ahead of its acknowledgements, bytes. */
  readonly peerWindowBytes: number | null;
  /** What we let the peer send, bytes. */
  readonly ownWindowBytes: number | null;
  // The kernel counts these in ticks of 1 to 10 ms (linux/tcp.h: tcpi_busy_time, tcpi_rwnd_limited,
  // tcpi_sndbuf_limited), so that short exchanges add up to little or nothing.
  /** Time in which there was something to send or to be acknowledged, ns. */
  readonly busyNs: number | null;
  /** The part of it in which the peer's receive window was in the way, ns. */
  readonly receiveWindowLimitedNs: number | null;
  /** The part of it in which the own send buffer was in the way, ns. */
  readonly sendBufferLimitedNs: number | null;
}

/** What became of the termination message; `none` where none is due, and after a failure. */
export type TerminationOutcome = 'answered' | 'refused' | 'unanswered' | 'none';
