/**
 * A TUN device: an interface whose packets this process reads and writes (Documentation/networking/tuntap.rst). It
 * stays with its descriptor when the interface is moved into another namespace, and is gone when that is closed.
 */
import { closeSync, constants, openSync } from 'node:fs';
import { createRequire } from 'node:module';
import { SystemError } from '../../src/net/native/kernel/errno.ts';
import type { Libc } from '../../src/net/native/kernel/libc.ts';

/** linux/if_tun.h: _IOW('T', 202, int), and its flags. */
const TUNSETIFF = 0x400454ca;
const IFF_TUN = 0x0001;
const IFF_NO_PI = 0x1000;
/** struct ifreq, net/if.h: a name of 16 bytes, then the flags. */
const IFREQ = { flags: 16, bytes: 40 } as const;
const MAX_PACKET_BYTES = 65_536;

interface Library {
  func(
    name: string,
    result: string,
    values: string[],
  ): (fd: number, request: number, argument: Uint8Array) => number;
}

export class Tun implements Disposable {
  readonly fd: number;
  private readonly libc: Libc;
  private readonly buffer = new Uint8Array(MAX_PACKET_BYTES);

  /** @param name at most 15 characters; a new interface @throws Error without root, or where there is no TUN */
  constructor(libc: Libc, name: string) {
    this.libc = libc;
    this.fd = openSync('/dev/net/tun', constants.O_RDWR | constants.O_NONBLOCK);
    const request = Buffer.alloc(IFREQ.bytes);
    request.write(name, 'latin1');
    request.writeUInt16LE(IFF_TUN | IFF_NO_PI, IFREQ.flags);
    if (ioctl(this.fd, TUNSETIFF, request) < 0) {
      const error = new SystemError('ioctl', libc.errno());
      closeSync(this.fd);
      throw error;
    }
  }

  /** The next packet that the kernel has sent out here; undefined for none. */
  read(): Uint8Array | undefined {
    const bytes = this.libc.read(this.fd, this.buffer, this.buffer.length);
    return bytes > 0 ? this.buffer.slice(0, bytes) : undefined;
  }

  /** Lets a packet come in here; the kernel may refuse it, as a wire may lose it. */
  write(packet: Uint8Array): void {
    this.libc.write(this.fd, packet, packet.length);
  }

  [Symbol.dispose](): void {
    closeSync(this.fd);
  }
}

function ioctl(fd: number, request: number, argument: Uint8Array): number {
  const koffi: { load(path: null): Library } = createRequire(import.meta.url)('koffi');
  return koffi.load(null).func('ioctl', 'int', ['int', 'ulong', 'void *'])(fd, request, argument);
}
