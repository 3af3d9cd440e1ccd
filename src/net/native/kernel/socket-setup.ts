/** Sets what a user asked of a socket, and reads back what it has. A refusal names the right that is missing. */
import { EcholotError } from '../../../core/errors.ts';
import type { SocketOptions, SocketRecord } from '../../../facts/socket.ts';
import {
  ERRNO,
  IP_TOS,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPPROTO_TCP,
  IPV6_TCLASS,
  SO_BINDTODEVICE,
  SO_PROTOCOL,
  SO_RCVBUF,
  SO_SNDBUF,
  SOL_SOCKET,
  TCP_CONGESTION,
  TCP_IS_MPTCP,
  TCP_MAXSEG,
  TCP_NODELAY,
  TCP_QUICKACK,
} from './constants.ts';
import { SystemError } from './errno.ts';
import type { NativeSocket } from './socket.ts';

type IntOption = 'trafficClass' | 'maxSegmentBytes' | 'sendBufferBytes' | 'receiveBufferBytes';

/** TCP_CA_NAME_MAX, net/tcp.h, and IFNAMSIZ, linux/if.h. */
const NAME_BYTES = 16;

/** The right that a user lacks when the kernel refuses an option for lack of one. */
export const OPTION_RIGHTS: Readonly<Partial<Record<keyof SocketOptions, string>>> = {
  congestionControl: 'CAP_NET_ADMIN',
  device: 'CAP_NET_RAW',
};

/**
 * Everything that must be known before the SYN leaves.
 * @throws EcholotError `usage` when the kernel refuses an option @throws SystemError for the address to send from
 */
export function setUpSocket(socket: NativeSocket, family: 4 | 6, options: SocketOptions): void {
  const set = (option: keyof SocketOptions, what: string, apply: () => void): void => {
    try {
      apply();
    } catch (error) {
      throw refusal(what, OPTION_RIGHTS[option], error);
    }
  };
  const setInt = (option: IntOption, what: string, level: number, name: number): void => {
    const value = options[option];
    if (value !== undefined) set(option, `${what} ${value}`, () => socket.setInt(level, name, value));
  };
  const { congestionControl, device, bindAddress } = options;
  socket.setInt(IPPROTO_TCP, TCP_NODELAY, (options.noDelay ?? true) ? 1 : 0);
  if (congestionControl !== undefined) {
    set('congestionControl', `congestion control ${congestionControl}`, () =>
      socket.set(IPPROTO_TCP, TCP_CONGESTION, nameBytes(congestionControl)),
    );
  }
  const [level, name] = family === 4 ? [IPPROTO_IP, IP_TOS] : [IPPROTO_IPV6, IPV6_TCLASS];
  setInt('trafficClass', 'traffic class', level, name);
  setInt('maxSegmentBytes', 'maximum segment size', IPPROTO_TCP, TCP_MAXSEG);
  setInt('sendBufferBytes', 'send buffer', SOL_SOCKET, SO_SNDBUF);
  setInt('receiveBufferBytes', 'receive buffer', SOL_SOCKET, SO_RCVBUF);
  if (device !== undefined) {
    set('device', `interface ${device}`, () => socket.set(SOL_SOCKET, SO_BINDTODEVICE, nameBytes(device)));
  }
  // What keeps it from that address may be the ports that are used up, which is nobody's slip.
  if (bindAddress !== undefined) socket.bindTo(bindAddress, 0);
}

const ON = new Uint8Array(new Int32Array([1]).buffer);

/**
 * Has what came acknowledged at once, and what comes next. The kernel forgets it with whatever is sent, since the
 * answer to that could carry the acknowledgement, and after some segments: so it is said after each send and receive.
 */
export function armQuickAck(socket: NativeSocket): void {
  socket.set(IPPROTO_TCP, TCP_QUICKACK, ON);
}

/** What a connected socket has; null for what this kernel does not tell. */
export function readSocketOptions(socket: NativeSocket, family: 4 | 6): SocketRecord {
  const int = (level: number, name: number): number | null => orNull(() => socket.getInt(level, name));
  const flag = (level: number, name: number): boolean | null => {
    const value = int(level, name);
    return value === null ? null : value !== 0;
  };
  const [level, name] = family === 4 ? [IPPROTO_IP, IP_TOS] : [IPPROTO_IPV6, IPV6_TCLASS];
  return {
    congestionControl: orNull(() => readName(socket, IPPROTO_TCP, TCP_CONGESTION)),
    trafficClass: int(level, name),
    maxSegmentBytes: int(IPPROTO_TCP, TCP_MAXSEG),
    sendBufferBytes: int(SOL_SOCKET, SO_SNDBUF),
    receiveBufferBytes: int(SOL_SOCKET, SO_RCVBUF),
    noDelay: flag(IPPROTO_TCP, TCP_NODELAY),
    quickAck: flag(IPPROTO_TCP, TCP_QUICKACK),
    multipath: int(SOL_SOCKET, SO_PROTOCOL) === IPPROTO_TCP ? false : flag(IPPROTO_TCP, TCP_IS_MPTCP),
    bindAddress: orNull(() => socket.local.address),
    device: orNull(() => readName(socket, SOL_SOCKET, SO_BINDTODEVICE) || null),
  };
}

function refusal(what: string, right: string | undefined, error: unknown): unknown {
  if (!(error instanceof SystemError)) return error;
  switch (error.errno) {
    case ERRNO.EPERM:
    case ERRNO.EACCES:
      return new EcholotError(
        'usage',
        `${what}: not permitted${right === undefined ? '' : `, it needs ${right}`}`,
        {
          advice:
            right === undefined
              ? 'leave the option out'
              : 'run with that right (sudo, or setcap on node), or leave the option out',
          cause: error,
        },
      );
    case ERRNO.ENOENT:
      return lacking(what, 'check the spelling, or load its kernel module', error);
    case ERRNO.ENODEV:
      return lacking(what, 'give an interface of this machine, see "ip link"', error);
    default:
      return new EcholotError('usage', `${what}: the kernel refuses it (${error.code})`, {
        advice: 'choose another value, or leave the option out',
        cause: error,
      });
  }
}

function lacking(what: string, advice: string, cause: SystemError): EcholotError {
  return new EcholotError('usage', `${what}: this machine does not have it`, { advice, cause });
}

function nameBytes(name: string): Uint8Array {
  return new TextEncoder().encode(`${name}\0`);
}

function readName(socket: NativeSocket, level: number, name: number): string {
  const bytes = new Uint8Array(NAME_BYTES);
  const length = socket.get(level, name, bytes);
  const text = new TextDecoder().decode(bytes.subarray(0, length));
  return text.split('\0', 1)[0] ?? '';
}

function orNull<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof SystemError) return null;
    throw error;
  }
}
