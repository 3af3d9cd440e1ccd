/**
 * Cuts a stream of chunks into messages. A message is handed out as a view of the chunk it came in when it
 * came whole (the fast path: no copy), else as a view of this framer's own buffer, which never grows beyond
 * the bound its caller names. Refuses to know what a message means.
 */
import { type FindEnd, PLAIN_TOOLS } from './byte-tools.ts';

const EMPTY = new Uint8Array(0);
/** The unfinished message is longer than the caller allows. */
export const TOO_LONG: unique symbol = Symbol('too long');

export class Framer {
  /** Unread bytes are `view[start..end)`; `view` is a caller's chunk or `own`. */
  private view: Uint8Array = EMPTY;
  private start = 0;
  private end = 0;
  private own: Uint8Array = EMPTY;
  /** A message handed out may still be a view of `own`, which is left alone then, never overwritten. */
  private isLent = false;
  /** The caller tells when what was handed out may be overwritten: `own` is worth keeping. */
  private keepsOwn = false;
  /** Bytes before this offset were already searched for an end. */
  private searched = 0;
  /** The caller's last bound: the buffer is never made larger than it without need. */
  private maxBytes = 0;

  /** Unread bytes held. */
  get length(): number {
    return this.end - this.start;
  }

  /** The unread bytes, for error texts. */
  peek(): Uint8Array {
    return this.view.subarray(this.start, this.end);
  }

  /** Adds a chunk. Call {@link next} until it gives nothing, then {@link retain} before the chunk is reused. */
  push(chunk: Uint8Array): void {
    if (this.length === 0) {
      this.view = chunk;
      this.start = 0;
      this.searched = 0;
      this.end = chunk.length;
      return;
    }
    this.makeOwn(this.length + chunk.length);
    this.own.set(chunk, this.end);
    this.end += chunk.length;
  }

  /**
   * The next whole message, its end included; undefined when more bytes are needed; {@link TOO_LONG} when no
   * end stands within `maxBytes`. The view is valid until the chunk it came in is reused, or {@link reuse}.
   */
  next(
    maxBytes: number,
    findEnd: FindEnd = PLAIN_TOOLS.findLineEnd,
  ): Uint8Array | typeof TOO_LONG | undefined {
    this.maxBytes = maxBytes;
    if (this.length === 0) return undefined;
    const after = findEnd(this.view, Math.max(this.start, this.searched), this.end);
    if (after < 0) {
      if (this.length >= maxBytes) return TOO_LONG;
      // One byte back: an end of two bytes may be cut in half by the chunk.
      this.searched = this.end - 1;
      return undefined;
    }
    if (after - this.start > maxBytes) return TOO_LONG;
    const message = this.view.subarray(this.start, after);
    if (this.view === this.own) this.isLent = true;
    this.start = after;
    this.searched = after;
    return message;
  }

  /** Copies what is unread out of the caller's chunk, so that the chunk may be reused. */
  retain(): void {
    if (this.length === 0) {
      this.view = EMPTY;
      this.start = this.end = this.searched = 0;
      if (!this.keepsOwn || this.own.length > this.maxBytes) this.own = EMPTY;
    } else if (this.view !== this.own) {
      this.makeOwn(this.length);
    }
  }

  /** Every message handed out so far may be overwritten: the next ones need no new buffer. */
  reuse(): void {
    this.isLent = false;
    this.keepsOwn = true;
  }

  /** Drops what is unread. */
  clear(): void {
    this.start = this.end;
    this.keepsOwn = false;
    this.retain();
  }

  /** Moves the unread bytes to the front of a buffer of one's own with room for `bytes`. */
  private makeOwn(bytes: number): void {
    const unread = this.view.subarray(this.start, this.end);
    if (this.view === this.own && this.start + bytes <= this.own.length) return;
    const searched = Math.max(0, this.searched - this.start);
    const { length } = this.own;
    if (this.isLent || length < bytes || length > Math.max(bytes, this.maxBytes)) {
      this.own = new Uint8Array(Math.max(bytes, Math.min(2 * bytes, this.maxBytes)));
      this.isLent = false;
    }
    this.own.set(unread, 0);
    this.view = this.own;
    this.end = unread.length;
    this.start = 0;
    this.searched = searched;
  }
}
