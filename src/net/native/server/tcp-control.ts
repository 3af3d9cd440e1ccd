/** What only the kernel can do for a connection that carries much, and what it tells of it. */
import type { TcpFacts } from '../../../facts/tcp.ts';
import type { ConnectionTcp } from '../../connection.ts';
import { IPPROTO_TCP, SO_MAX_PACING_RATE, SOL_SOCKET, TCP_NOTSENT_LOWAT } from '../kernel/constants.ts';
import { SystemError } from '../kernel/errno.ts';
import type { NativeSocket } from '../kernel/socket.ts';
import { TcpInfo } from '../kernel/tcp-info.ts';

/** TCP_NOTSENT_LOWAT of a socket that goes by the system's setting, which is no bound. */
const SYSTEMS_OWN = 0;
/** SO_MAX_PACING_RATE for no bound, in both widths that kernels read. */
const UNPACED = 0xffff_ffff_ffff_ffffn;

/** One for all connections of a thread: it is read and left again. */
const info = new TcpInfo();

export class TcpControl implements ConnectionTcp {
  private readonly socket: NativeSocket;
  readonly awaitRoom: () => void;
  readonly retry: () => void;
  readonly fix: (bytes: Uint8Array) => void;
  private isPaced = false;

  /** @param connection what only the connection can do, which hears of room */
  constructor(socket: NativeSocket, connection: Pick<ConnectionTcp, 'awaitRoom' | 'retry' | 'fix'>) {
    this.socket = socket;
    this.awaitRoom = connection.awaitRoom;
    this.retry = connection.retry;
    this.fix = connection.fix;
  }

  boundUnsent(bytes: number | undefined): boolean {
    return succeeds(() => this.socket.setInt(IPPROTO_TCP, TCP_NOTSENT_LOWAT, bytes ?? SYSTEMS_OWN));
  }

  pace(bytesPerSecond: number | undefined): boolean {
    // A socket that was never paced is not even touched: the kernel would pace it from then on, at any rate.
    if (bytesPerSecond === undefined && !this.isPaced) return true;
    const rate = bytesPerSecond === undefined ? UNPACED : BigInt(Math.ceil(bytesPerSecond));
    const value = new Uint8Array(new BigUint64Array([rate]).buffer);
    this.isPaced = succeeds(() => this.socket.set(SOL_SOCKET, SO_MAX_PACING_RATE, value)) || this.isPaced;
    return this.isPaced;
  }

  facts(): TcpFacts | undefined {
    try {
      return info.read(this.socket).tcpFacts;
    } catch (error) {
      if (error instanceof SystemError) return undefined;
      throw error;
    }
  }
}

function succeeds(apply: () => void): boolean {
  try {
    apply();
    return true;
  } catch (error) {
    if (error instanceof SystemError) return false;
    throw error;
  }
}
