/**
 * What the kernel knows of a connection (TCP_INFO, tcp(7)). `minRtt` is the figure to use: `rtt` is a moving
 * average of whatever was acknowledged, which includes the server's turn-around whenever the acknowledgement
 * rides on the echo.
 */
import type { PathFacts } from '../../../facts/connection.ts';
import type { TcpFacts } from '../../../facts/tcp.ts';
import type { SessionPath } from '../../engine.ts';
import { IPPROTO_TCP, TCP_INFO } from './constants.ts';
import { TCP_INFO_BYTES, TCP_INFO_FIELDS } from './layouts.ts';
import type { NativeSocket } from './socket.ts';

const NS_PER_US = 1_000;
const U32_BYTES = 4;
const U64_BYTES = 8;
/** `tcpi_min_rtt` before there was a sample. */
const NO_SAMPLE_US = 0xffff_ffff;
/** `tcpi_pacing_rate` of a connection that is not paced: all bits set. */
const UNLIMITED = Number(0xffff_ffff_ffff_ffffn);
const BITS_PER_BYTE = 8;

export class TcpInfo {
  private readonly bytes = new Uint8Array(TCP_INFO_BYTES);
  private readonly view = new DataView(this.bytes.buffer);
  private filledBytes = 0;

  /** @throws SystemError */
  read(socket: NativeSocket): this {
    this.filledBytes = socket.get(IPPROTO_TCP, TCP_INFO, this.bytes);
    return this;
  }

  /**
   * Right after connecting, the smoothed RTT is the one sample there is: SYN to SYN-ACK, ns. Undefined when the
   * SYN was sent again: the kernel then goes by the timestamps of RFC 7323, which count milliseconds.
   */
  get handshakeRttNs(): number | undefined {
    return this.resentSegments === 0 ? (this.timeNs('rttUs') ?? undefined) : undefined;
  }

  /** Right after connecting these are SYNs. */
  get resentSegments(): number | undefined {
    return this.u32('totalRetransmits') ?? undefined;
  }

  /** Received while one before them was missing (tcpi_rcv_ooopack), since the connection began. */
  get outOfOrderSegments(): number | undefined {
    return this.u32('outOfOrderSegments') ?? undefined;
  }

  /** @param firstCongestionWindowSegments what was read before the first probe */
  facts(firstCongestionWindowSegments: number | null): SessionPath {
    return { ...this.pathFacts(), firstCongestionWindowSegments };
  }

  /** Of a connection that carries much. */
  get tcpFacts(): TcpFacts {
    const pacing = this.u64('pacingBytesPerSecond');
    return {
      ...this.pathFacts(),
      sentBytes: this.u64('sentBytes'),
      retransmittedBytes: this.u64('retransmittedBytes'),
      acknowledgedBytes: this.u64('acknowledgedBytes'),
      unsentBytes: this.u32('unsentBytes'),
      pacingBitsPerSecond: pacing === null || pacing === UNLIMITED ? null : pacing * BITS_PER_BYTE,
    };
  }

  private pathFacts(): PathFacts {
    return {
      minRttNs: this.timeNs('minRttUs'),
      smoothedRttNs: this.timeNs('rttUs'),
      retransmittedSegments: this.u32('totalRetransmits'),
      congestionWindowSegments: this.u32('congestionWindowSegments'),
      sendMssBytes: this.u32('sendMssBytes'),
      pathMtuBytes: this.u32('pathMtuBytes'),
      peerWindowBytes: this.u32('sendWindowBytes'),
      ownWindowBytes: this.u32('receiveWindowBytes'),
      busyNs: this.durationNs('busyUs'),
      receiveWindowLimitedNs: this.durationNs('receiveWindowLimitedUs'),
      sendBufferLimitedNs: this.durationNs('sendBufferLimitedUs'),
    };
  }

  private timeNs(field: keyof typeof TCP_INFO_FIELDS): number | null {
    const us = this.u32(field);
    return us === null || us === 0 || us === NO_SAMPLE_US ? null : us * NS_PER_US;
  }

  /** Unlike a round trip, this can be none. */
  private durationNs(field: keyof typeof TCP_INFO_FIELDS): number | null {
    const us = this.u64(field);
    return us === null ? null : us * NS_PER_US;
  }

  private u64(field: keyof typeof TCP_INFO_FIELDS): number | null {
    const at = TCP_INFO_FIELDS[field];
    return at + U64_BYTES > this.filledBytes ? null : Number(this.view.getBigUint64(at, true));
  }

  private u32(field: keyof typeof TCP_INFO_FIELDS): number | null {
    const at = TCP_INFO_FIELDS[field];
    return at + U32_BYTES > this.filledBytes ? null : this.view.getUint32(at, true);
  }
}
