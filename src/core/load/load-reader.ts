/**
 * Finds the messages of a load in a stream that comes in chunks of any size. A payload is counted and never kept, so
 * that a receiver's memory is one line; whatever breaks the grammar ends the reading for good. Refuses to know which
 * message may come when.
 */

import { MAX_LOAD_LINE_BYTES } from '../limits.ts';
import { asciiText, LF, printable } from '../wire/grammar.ts';
import { type LoadMessage, readDataHead, readMessage } from './load-messages.ts';

/** Of a data frame as much as has come: one frame may be told in many parts. */
export interface LoadData {
  readonly kind: 'data';
  readonly bytes: number;
}

/** What breaks the grammar, as a line for people. */
export interface LoadFault {
  readonly kind: 'fault';
  readonly received: string;
}

export type LoadHeard = LoadMessage | LoadData | LoadFault;

const NO_BYTES = new Uint8Array(0);

/**
 * {@link push} a chunk, then {@link next} until it is undefined; only then may the chunk be overwritten. After a fault
 * nothing more is read.
 */
export class LoadReader {
  private chunk: Uint8Array = NO_BYTES;
  private offset = 0;
  /** What is left of a data frame. */
  private payloadLeft = 0;
  /** The beginning of a line whose end has not come. */
  private readonly partial = new Uint8Array(MAX_LOAD_LINE_BYTES);
  private partialBytes = 0;
  private failed = false;

  /** @throws RangeError when the chunk before has not been read to its end */
  push(chunk: Uint8Array): void {
    if (this.offset < this.chunk.length)
      throw new RangeError('the chunk before has not been read to its end');
    this.chunk = chunk;
    this.offset = this.failed ? chunk.length : 0;
  }

  /** Whether a message has begun and not ended. */
  get isWithin(): boolean {
    return this.payloadLeft > 0 || this.partialBytes > 0;
  }

  next(): LoadHeard | undefined {
    while (this.offset < this.chunk.length) {
      if (this.payloadLeft > 0) return this.takePayload();
      const line = this.takeLine();
      if (line === undefined) break;
      const payloadBytes = line.isWhole ? readDataHead(line.text) : undefined;
      if (payloadBytes === undefined)
        return (line.isWhole ? readMessage(line.text) : undefined) ?? this.fail(line.text);
      this.payloadLeft = payloadBytes;
    }
    return undefined;
  }

  private takePayload(): LoadData {
    const bytes = Math.min(this.payloadLeft, this.chunk.length - this.offset);
    this.offset += bytes;
    this.payloadLeft -= bytes;
    return { kind: 'data', bytes };
  }

  /** @returns a line without its LF, or as much of one as can be none; undefined when its end has not come */
  private takeLine(): { readonly text: string; readonly isWhole: boolean } | undefined {
    const { chunk, offset, partial } = this;
    const room = MAX_LOAD_LINE_BYTES - this.partialBytes;
    const window = chunk.subarray(offset, offset + room);
    const end = window.indexOf(LF);
    const part = end < 0 ? window : window.subarray(0, end);
    partial.set(part, this.partialBytes);
    this.partialBytes += part.length;
    this.offset += end < 0 ? part.length : end + 1;
    if (end < 0 && this.partialBytes < MAX_LOAD_LINE_BYTES) return undefined;
    const text = asciiText(partial, 0, this.partialBytes);
    this.partialBytes = 0;
    return { text, isWhole: end >= 0 };
  }

  private fail(text: string): LoadFault {
    this.failed = true;
    this.offset = this.chunk.length;
    const received = printable(Uint8Array.from(text, (letter) => letter.charCodeAt(0)));
    return { kind: 'fault', received };
  }
}
