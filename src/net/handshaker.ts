/** The way to the wire for TCP handshakes alone: a connection to any open port, timed, and closed again. */
import type { Endpoint } from '../facts/connection.ts';
import type { EngineName } from '../facts/engine.ts';
import type { HandshakeSocketOptions, SocketRecord } from '../facts/socket.ts';
import type { TlsRecord } from '../facts/tls.ts';
import type { DialOutcome, Target } from './dialer.ts';

/**
 * A connection is left with FIN, and read until the peer closes as well, or for so long: closing a socket over
 * unread bytes, such as a server's greeting, would reset it and alarm whoever reads the server's log. Some
 * servers never close; the kernel answers for a connection that was dropped after its FIN.
 */
export const LEAVE_NS = 1_000_000_000n;

export interface Handshake {
  readonly remote: Endpoint;
  readonly local: Endpoint;
  /**
   * From SYN to SYN-ACK as the kernel measured it, ns, resolution 1 us; undefined where the kernel's figure
   * cannot be had, and when the SYN was sent again.
   */
  readonly handshakeRttNs: number | undefined;
  /** How often the SYN was sent again; undefined where that cannot be had. */
  readonly resentSyns: number | undefined;
  /** From just before the SYN could leave to the news that the connection stands, as the application saw it, ns. */
  readonly connectNs: number;
  /** What the socket turned out to have; undefined where that cannot be read. */
  readonly socket: SocketRecord | undefined;
  /** Where TLS was asked for; always of a full handshake, since no session is resumed. */
  readonly tls?: TlsRecord | undefined;
}

export interface HandshakeOptions {
  /** How long looking up and connecting may take together, ns. */
  readonly timeoutNs: number;
  readonly signal: AbortSignal | undefined;
  /** Told which addresses were tried, whether or not one of them answered. */
  readonly onDialed?: ((outcome: DialOutcome) => void) | undefined;
  readonly socket?: HandshakeSocketOptions;
}

export interface Handshaker {
  readonly name: EngineName;
  /** Makes the code hot before anything counts, where that takes doing; never throws. */
  readonly prepare?: () => Promise<void>;
  /**
   * Connects, and closes the connection in peace without keeping the caller waiting for that.
   * @throws EcholotError `network` (refused, unknown host, ...), `timeout`, `cancelled`, `peer` for a TLS handshake that
   *   failed, or `usage` when it cannot set what is asked of the socket.
   */
  handshake(target: Target, options: HandshakeOptions): Promise<Handshake>;
  /** Gives up what is held; never throws. */
  close(): Promise<void>;
}
