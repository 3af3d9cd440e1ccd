/** One TCP socket of our own: made, set up, connected, asked, closed. Blocking is the business of its user. */
import type { Endpoint } from '../../../facts/connection.ts';
import {
  AF_INET,
  AF_INET6,
  ERRNO,
  IPPROTO_MPTCP,
  IPPROTO_TCP,
  SO_ERROR,
  SO_LINGER,
  SOCK_CLOEXEC,
  SOCK_NONBLOCK,
  SOCK_STREAM,
  SOL_SOCKET,
} from './constants.ts';
import type { Descriptors } from './descriptors.ts';
import { SystemError } from './errno.ts';
import { interfaceName, scopeIdOf } from './interfaces.ts';
import type { Libc } from './libc.ts';
import { decodeAddress, encodeAddress, SOCKADDR_BYTES } from './sockaddr.ts';

export class NativeSocket {
  readonly fd: number;
  private readonly libc: Libc;
  private readonly descriptors: Descriptors;
  private open = true;

  private constructor(libc: Libc, descriptors: Descriptors, fd: number) {
    this.libc = libc;
    this.descriptors = descriptors;
    this.fd = descriptors.add(fd);
  }

  /** A non-blocking TCP socket. @throws SystemError */
  static create(libc: Libc, descriptors: Descriptors, family: 4 | 6, multipath = false): NativeSocket {
    const fd = libc.socket(
      family === 4 ? AF_INET : AF_INET6,
      SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
      multipath ? IPPROTO_MPTCP : IPPROTO_TCP,
    );
    if (fd < 0) throw new SystemError('socket', libc.errno());
    return new NativeSocket(libc, descriptors, fd);
  }

  /** Takes over a descriptor that accept4 returned. */
  static adopt(libc: Libc, descriptors: Descriptors, fd: number): NativeSocket {
    return new NativeSocket(libc, descriptors, fd);
  }

  /** Starts to connect. @returns true when it stands already @throws SystemError */
  connect(address: Uint8Array): boolean {
    if (this.libc.connect(this.fd, address, address.length) === 0) return true;
    const errno = this.libc.errno();
    if (errno === ERRNO.EINPROGRESS || errno === ERRNO.EINTR) return false;
    throw new SystemError('connect', errno);
  }

  /** The error that ended an attempt or a connection, and clears it; 0 for none. */
  takeError(): number {
    return this.getInt(SOL_SOCKET, SO_ERROR);
  }

  /** @throws SystemError */
  setInt(level: number, name: number, value: number): void {
    this.set(level, name, new Uint8Array(new Int32Array([value]).buffer));
  }

  /** @throws SystemError */
  getInt(level: number, name: number): number {
    const value = new Int32Array(1);
    this.get(level, name, new Uint8Array(value.buffer));
    return value[0] ?? 0;
  }

  /** @throws SystemError */
  set(level: number, name: number, value: Uint8Array): void {
    if (this.libc.setsockopt(this.fd, level, name, value, value.length) < 0) {
      throw new SystemError('setsockopt', this.libc.errno());
    }
  }

  /** @returns how many bytes of `into` were filled @throws SystemError */
  get(level: number, name: number, into: Uint8Array): number {
    const bytes = new Uint32Array([into.length]);
    if (this.libc.getsockopt(this.fd, level, name, into, bytes) < 0) {
      throw new SystemError('getsockopt', this.libc.errno());
    }
    return bytes[0] ?? 0;
  }

  /** @param host numeric, with its zone where it is link-local @throws SystemError */
  bindTo(host: string, port: number): void {
    this.bind(encodeAddress(host, port, scopeIdOf(this.libc, host)));
  }

  /** @throws SystemError */
  bind(address: Uint8Array): void {
    if (this.libc.bind(this.fd, address, address.length) < 0) {
      throw new SystemError('bind', this.libc.errno());
    }
  }

  /** @throws SystemError */
  get local(): Endpoint {
    return this.endpoint('getsockname');
  }

  /** @throws SystemError */
  get remote(): Endpoint {
    return this.endpoint('getpeername');
  }

  private endpoint(call: 'getsockname' | 'getpeername'): Endpoint {
    const address = new Uint8Array(SOCKADDR_BYTES);
    const bytes = new Uint32Array([address.length]);
    if (this.libc[call](this.fd, address, bytes) < 0) throw new SystemError(call, this.libc.errno());
    return decodeAddress(address, (index) => interfaceName(this.libc, index));
  }

  shutdown(how: number): void {
    if (this.open) this.libc.shutdown(this.fd, how);
  }

  /** Drops the connection at once: the peer sees a reset, and no port is left waiting (TIME-WAIT). */
  reset(): void {
    if (!this.open) return;
    this.set(SOL_SOCKET, SO_LINGER, new Uint8Array(new Int32Array([1, 0]).buffer));
    this.close();
  }

  close(): void {
    if (!this.open) return;
    this.open = false;
    this.descriptors.close(this.libc, this.fd);
  }
}
