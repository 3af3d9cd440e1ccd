/**
 * A text that comes in pieces of bytes, as UTF-8 without a byte order mark. Some editors set one, and some shells (that of
 * Windows among them) write what they redirect as UTF-16.
 */

/** How many bytes tell the encoding. */
const HEAD_BYTES = 4;

export class Utf8Reader {
  /** Undefined until the encoding is known; null for UTF-8, which stays as it is. */
  private decoder: TextDecoder | null | undefined;
  private head: Uint8Array = new Uint8Array();
  private readonly encoder: TextEncoder = new TextEncoder();

  /** @returns what can be told of the text so far, beyond what was told before */
  push(piece: Uint8Array): Uint8Array {
    if (this.decoder !== undefined) return this.inUtf8(piece);
    const head = new Uint8Array(this.head.length + piece.length);
    head.set(this.head);
    head.set(piece, this.head.length);
    this.head = head;
    return head.length < HEAD_BYTES ? head.subarray(0, 0) : this.begin();
  }

  /** @returns the rest; half a character at the end is left out */
  end(): Uint8Array {
    return this.decoder === undefined ? this.begin() : new Uint8Array();
  }

  private begin(): Uint8Array {
    const encoding = encodingOf(this.head);
    this.decoder = encoding === 'utf-8' ? null : new TextDecoder(encoding);
    const isMarked = this.head[0] === 0xef && this.head[1] === 0xbb && this.head[2] === 0xbf;
    return this.inUtf8(isMarked ? this.head.subarray(3) : this.head);
  }

  private inUtf8(piece: Uint8Array): Uint8Array {
    return this.decoder ? this.encoder.encode(this.decoder.decode(piece, { stream: true })) : piece;
  }
}

/** By the byte order mark, or by the zero beside each character of ASCII, with which all of our texts begin. */
function encodingOf([first, second]: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if ((first === 0xff && second === 0xfe) || (first !== 0 && second === 0)) return 'utf-16le';
  if ((first === 0xfe && second === 0xff) || (first === 0 && second !== undefined && second !== 0)) {
    return 'utf-16be';
  }
  return 'utf-8';
}
