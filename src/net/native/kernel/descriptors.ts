/**
 * The file descriptors that a thread holds, in memory that outlives it: the kernel does not close them when a
 * worker ends, so whoever started it closes what is left. A bit for each descriptor; the thread sets and
 * clears, the starter reads only when the thread is gone.
 */
import type { Libc } from './libc.ts';

/** The kernel's default for the highest number of descriptors of a process (fs.nr_open). */
const MAX_DESCRIPTORS = 1_048_576;
const BITS = 8;

export class Descriptors {
  readonly memory: SharedArrayBuffer;
  private readonly bits: Uint8Array;

  constructor(memory: SharedArrayBuffer = new SharedArrayBuffer(MAX_DESCRIPTORS / BITS)) {
    this.memory = memory;
    this.bits = new Uint8Array(memory);
  }

  /** @returns `fd` */
  add(fd: number): number {
    this.bits[fd >> 3] = (this.bits[fd >> 3] ?? 0) | (1 << (fd & 7));
    return fd;
  }

  /** Forgets it first: between the two it could be given to another thread. */
  close(libc: Libc, fd: number): void {
    this.bits[fd >> 3] = (this.bits[fd >> 3] ?? 0) & ~(1 << (fd & 7));
    libc.close(fd);
  }

  /** How many are held. */
  get count(): number {
    let count = 0;
    for (const byte of this.bits) for (let rest = byte; rest > 0; rest &= rest - 1) count++;
    return count;
  }

  closeAll(libc: Libc): void {
    for (let i = 0; i < this.bits.length; i++) {
      if (this.bits[i] === 0) continue;
      for (let bit = 0; bit < BITS; bit++) {
        if (((this.bits[i] ?? 0) >> bit) & 1) this.close(libc, i * BITS + bit);
      }
    }
  }
}
