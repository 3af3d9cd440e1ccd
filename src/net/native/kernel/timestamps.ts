/**
 * Kernel stamps of one connection's bytes (SO_TIMESTAMPING): asked for, received, read. What they mean, and
 * what is done with one that is missing, is the business of the user. All times are of CLOCK_REALTIME, which
 * may be set: only stamps of the same exchange are subtracted. Documentation/networking/timestamping.rst.
 */
import {
  AF_INET,
  ERRNO,
  IP_RECVERR,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPV6_RECVERR,
  MSG_CTRUNC,
  MSG_DONTWAIT,
  MSG_ERRQUEUE,
  SCM_TSTAMP_SCHED,
  SCM_TSTAMP_SND,
  SO_EE_ORIGIN_TIMESTAMPING,
  SO_TIMESTAMPING,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOL_SOCKET,
  TIMESTAMPING,
} from './constants.ts';
import type { Descriptors } from './descriptors.ts';
import { SystemError } from './errno.ts';
import { CMSGHDR, IOVEC, MSGHDR, SOCK_EXTENDED_ERR, TIMESPEC } from './layouts.ts';
import type { Libc } from './libc.ts';
import { NativeSocket } from './socket.ts';

const NS_PER_S = 1_000_000_000;
const WORD = 2 ** 32;
/** How many bytes of a connection are counted before their numbers begin anew. */
export const STAMP_ID_RANGE: number = WORD;

/** Where the parts of a reader's memory lie, bytes from its start. */
const DATA_HEADER = 0;
const ERROR_HEADER = 64;
const VECTOR = 128;
const CONTROL = 192;
/** A stamp and an extended error with its offender's address take 128; room for what others may add. */
const CONTROL_BYTES = 512;
/** Each control message starts at a multiple of this (CMSG_ALIGN). */
const CONTROL_ALIGN = 8;

/** From one stamp to another, ns, exact. */
export function stampDistanceNs(
  fromSeconds: number,
  fromNanoseconds: number,
  toSeconds: number,
  toNanoseconds: number,
): number {
  return (toSeconds - fromSeconds) * NS_PER_S + (toNanoseconds - fromNanoseconds);
}

/**
 * Asks for stamps of what is received and sent from now on. The bytes sent from now on are numbered from 0.
 * @param options `sched`: also when a packet enters the local queue; `fresh`: nothing was sent on it yet
 * @returns false when the kernel has none
 */
export function enableStamps(socket: NativeSocket, options: { sched: boolean; fresh: boolean }): boolean {
  const flags =
    TIMESTAMPING.TX_SOFTWARE |
    TIMESTAMPING.RX_SOFTWARE |
    TIMESTAMPING.SOFTWARE |
    TIMESTAMPING.OPT_ID |
    TIMESTAMPING.OPT_TSONLY |
    (options.sched ? TIMESTAMPING.TX_SCHED : 0);
  if (trySet(socket, flags | TIMESTAMPING.OPT_ID_TCP)) return true;
  // Before Linux 6.2 numbers count from the first byte that is not acknowledged: the same while none was sent.
  return options.fresh && trySet(socket, flags);
}

/** Asks for stamps of what is received only. @returns false when the kernel has none */
export function enableArrivalStamps(socket: NativeSocket): boolean {
  return trySet(socket, TIMESTAMPING.RX_SOFTWARE | TIMESTAMPING.SOFTWARE);
}

function trySet(socket: NativeSocket, flags: number): boolean {
  try {
    socket.setInt(SOL_SOCKET, SO_TIMESTAMPING, flags);
    return true;
  } catch (error) {
    if (error instanceof SystemError) return false;
    throw error;
  }
}

/**
 * The kernel begins to stamp received packets some time after the first socket asks and stops with the last:
 * a socket of no other use that asks, held open while any connection wants stamps, keeps them from missing.
 */
export class StampKeeper {
  private readonly libc: Libc;
  private readonly descriptors: Descriptors;
  private socket: NativeSocket | undefined;
  private holders = 0;

  constructor(libc: Libc, descriptors: Descriptors) {
    this.libc = libc;
    this.descriptors = descriptors;
  }

  /** Without a descriptor to be had there is no keeper, and the first stamps may be missing. */
  hold(): void {
    this.holders++;
    if (this.socket !== undefined) return;
    const fd = this.libc.socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return;
    this.socket = NativeSocket.adopt(this.libc, this.descriptors, fd);
    trySet(this.socket, TIMESTAMPING.RX_SOFTWARE | TIMESTAMPING.SOFTWARE);
  }

  release(): void {
    this.holders--;
    if (this.holders > 0) return;
    this.socket?.close();
    this.socket = undefined;
  }
}

/** Reads bytes with their stamp, and the stamps of sent bytes; one for a whole thread. Blocks never. */
export class StampReader {
  /** Of the last {@link receive} or {@link nextSent} that came with a stamp. */
  seconds = 0;
  nanoseconds = 0;
  /** Whether the last {@link receive} came with a stamp: that of the last packet it took bytes of. */
  stamped = false;
  /** What the last {@link nextSent} stamps: SCM_TSTAMP_SND or SCM_TSTAMP_SCHED. */
  sentKind = 0;
  /** The number of the last byte of the send call that it stamps, modulo {@link STAMP_ID_RANGE}. */
  sentId = 0;
  private readonly libc: Libc;
  private readonly buffer: Uint8Array;
  private readonly bufferAddress: number;
  /** Headers and control messages; the kernel knows it by address, so it lives as long as this reader. */
  private readonly words: Uint32Array = new Uint32Array((CONTROL + CONTROL_BYTES) / 4);
  private readonly dataHeader: bigint;
  private readonly errorHeader: bigint;

  /** @param buffer what {@link receive} fills; more than 64 bytes */
  constructor(libc: Libc, buffer: Uint8Array) {
    this.libc = libc;
    this.buffer = buffer;
    this.bufferAddress = Number(libc.address(buffer));
    const base = Number(libc.address(this.words));
    this.dataHeader = BigInt(base + DATA_HEADER);
    this.errorHeader = BigInt(base + ERROR_HEADER);
    for (const header of [DATA_HEADER, ERROR_HEADER])
      this.setAddress(header + MSGHDR.control, base + CONTROL);
    this.setAddress(DATA_HEADER + MSGHDR.vectors, base + VECTOR);
    this.setWord(DATA_HEADER + MSGHDR.vectorCount, 1);
  }

  /**
   * Receives into `buffer[offset..offset + length)`.
   * @returns how many bytes, 0 for the peer's FIN, or an error number below zero (-EAGAIN for none)
   */
  receive(fd: number, offset: number, length: number): number {
    if (offset < 0 || length < 0 || offset + length > this.buffer.length)
      throw new RangeError('beyond the buffer');
    this.setAddress(VECTOR + IOVEC.base, this.bufferAddress + offset);
    this.setWord(VECTOR + IOVEC.length, length);
    this.setWord(DATA_HEADER + MSGHDR.controlBytes, CONTROL_BYTES);
    const received = this.libc.recvmsg(fd, this.dataHeader, MSG_DONTWAIT);
    this.stamped = false;
    if (received < 0) return -this.libc.errno();
    this.stamped = this.readStamp(this.controlBytes(DATA_HEADER));
    return received;
  }

  /** Takes the next stamp of sent bytes out of the error queue. @returns false when it holds none */
  nextSent(fd: number): boolean {
    for (;;) {
      this.setWord(ERROR_HEADER + MSGHDR.controlBytes, CONTROL_BYTES);
      if (this.libc.recvmsg(fd, this.errorHeader, MSG_ERRQUEUE | MSG_DONTWAIT) < 0) {
        if (this.libc.errno() === ERRNO.EINTR) continue;
        return false;
      }
      const bytes = this.controlBytes(ERROR_HEADER);
      if (this.readIdentity(bytes) && this.readStamp(bytes)) return true;
    }
  }

  /** What was filled of the control buffer; nothing when it was too small, as parts may be cut. */
  private controlBytes(header: number): number {
    if ((this.word(header + MSGHDR.flags) & MSG_CTRUNC) !== 0) return 0;
    return Math.min(this.word(header + MSGHDR.controlBytes), CONTROL_BYTES);
  }

  private readStamp(controlBytes: number): boolean {
    const data = this.find(controlBytes, TIMESPEC.bytes, SOL_SOCKET, SO_TIMESTAMPING, -1, -1);
    if (data < 0) return false;
    const seconds = this.word(data + TIMESPEC.seconds) + this.word(data + TIMESPEC.seconds + 4) * WORD;
    const nanoseconds = this.word(data + TIMESPEC.nanoseconds);
    // Three times are told, the first by software: all zero where there is none.
    if (seconds === 0 && nanoseconds === 0) return false;
    this.seconds = seconds;
    this.nanoseconds = nanoseconds;
    return true;
  }

  private readIdentity(controlBytes: number): boolean {
    const bytes = SOCK_EXTENDED_ERR.bytes;
    const data = this.find(controlBytes, bytes, IPPROTO_IP, IP_RECVERR, IPPROTO_IPV6, IPV6_RECVERR);
    if (data < 0) return false;
    const origin = this.word(data + SOCK_EXTENDED_ERR.origin) & 0xff;
    const kind = this.word(data + SOCK_EXTENDED_ERR.info);
    if (origin !== SO_EE_ORIGIN_TIMESTAMPING) return false;
    if (kind !== SCM_TSTAMP_SND && kind !== SCM_TSTAMP_SCHED) return false;
    this.sentKind = kind;
    this.sentId = this.word(data + SOCK_EXTENDED_ERR.data);
    return true;
  }

  /**
   * The data of the first control message of one of two kinds, at least `bytes` long.
   * @returns its offset in the memory, or -1
   */
  private find(
    controlBytes: number,
    bytes: number,
    level: number,
    type: number,
    otherLevel: number,
    otherType: number,
  ): number {
    const end = CONTROL + controlBytes;
    for (let at = CONTROL; at + CMSGHDR.bytes <= end; ) {
      const length = this.word(at + CMSGHDR.length);
      if (length < CMSGHDR.bytes || at + length > end) return -1;
      const itsLevel = this.word(at + CMSGHDR.level);
      const itsType = this.word(at + CMSGHDR.type);
      const wanted =
        (itsLevel === level && itsType === type) || (itsLevel === otherLevel && itsType === otherType);
      if (wanted && length >= CMSGHDR.bytes + bytes) return at + CMSGHDR.bytes;
      at += Math.ceil(length / CONTROL_ALIGN) * CONTROL_ALIGN;
    }
    return -1;
  }

  private word(offset: number): number {
    return this.words[offset >> 2] ?? 0;
  }

  private setWord(offset: number, value: number): void {
    this.words[offset >> 2] = value;
  }

  private setAddress(offset: number, address: number): void {
    this.setWord(offset, address % WORD);
    this.setWord(offset + 4, Math.floor(address / WORD));
  }
}
