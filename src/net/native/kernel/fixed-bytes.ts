/**
 * Bytes that never change, in a file that lies in memory only: the kernel sends them from where they lie and copies
 * nothing (sendfile(2) of a memfd), while the copy is most of what sending costs a processor. Where that cannot be,
 * nothing is here, and all is sent as usual.
 */
import { MFD_CLOEXEC } from './constants.ts';
import type { Descriptors } from './descriptors.ts';
import type { Libc } from './libc.ts';

/** Of less the copy costs less than the detour. */
const MIN_BYTES = 16 * 1024;
/** More than the frames of a load are, all lengths together. */
const MAX_FILE_BYTES = 4 * 1024 * 1024;
/** What people see of it in /proc; long enough to lie off the heap of V8. */
const NAME: Uint8Array = new TextEncoder().encode('echolot-data'.padEnd(128, '\0'));
/** The file could not be made. */
const NONE = -1;

export class FixedBytes {
  private readonly libc: Libc;
  private readonly descriptors: Descriptors;
  /** Where in the file a buffer begins. */
  private readonly places = new Map<ArrayBufferLike, number>();
  private file: number | undefined;
  private fileBytes = 0;
  private readonly offset = new BigUint64Array(1);

  constructor(libc: Libc, descriptors: Descriptors) {
    this.libc = libc;
    this.descriptors = descriptors;
  }

  /** Takes the whole buffer of `bytes`, where that is worth it and there is room; nobody may change it from now on. */
  add({ buffer }: Uint8Array): void {
    if (buffer.byteLength < MIN_BYTES || this.places.has(buffer)) return;
    if (this.fileBytes + buffer.byteLength > MAX_FILE_BYTES) return;
    this.file ??= this.makeFile();
    if (this.file === NONE) return;
    const whole = new Uint8Array(buffer);
    // Memory, or a limit on the length of files, is short: nothing is written behind that.
    const written = this.libc.write(this.file, whole, whole.length);
    if (written === whole.length) this.places.set(buffer, this.fileBytes);
    this.fileBytes = written === whole.length ? this.fileBytes + written : MAX_FILE_BYTES;
  }

  /**
   * Sends as many of `bytes` as the socket takes. Who is gone raises no signal: Node ignores SIGPIPE.
   * @returns how many; undefined when they are not here or too few, or when it failed: send(2) tells why
   */
  send(fd: number, bytes: Uint8Array): number | undefined {
    const place = bytes.length < MIN_BYTES ? undefined : this.places.get(bytes.buffer);
    if (place === undefined || this.file === undefined) return undefined;
    this.offset[0] = BigInt(place + bytes.byteOffset);
    const sent = this.libc.sendfile(fd, this.file, this.offset, bytes.length);
    return sent > 0 ? sent : undefined;
  }

  private makeFile(): number {
    const file = this.libc.memfd_create?.(NAME, MFD_CLOEXEC) ?? NONE;
    return file < 0 ? NONE : this.descriptors.add(file);
  }
}
