/** Writes the encoding of Protocol Buffers: the five kinds of fields that metrics need, into one piece of memory that grows. */

const FIRST_BYTES = 4_096;
const VARINT = 0;
const FIXED_64 = 1;
const LENGTH_DELIMITED = 2;
const MOST_VARINT_BYTES = 10;
const utf8 = new TextEncoder();

export class ProtobufWriter {
  private bytes = Buffer.alloc(FIRST_BYTES);
  private length = 0;

  /** @param value whole, 0 or more */
  unsigned(field: number, value: number): void {
    this.tag(field, VARINT);
    this.varint(value);
  }

  /** `sint32` and `sint64`. @param value whole */
  signed(field: number, value: number): void {
    this.tag(field, VARINT);
    this.zigzag(value);
  }

  double(field: number, value: number): void {
    this.tag(field, FIXED_64);
    this.grow(8);
    this.length = this.bytes.writeDoubleLE(value, this.length);
  }

  /** Halves of a character, which UTF-8 cannot have, are replaced. */
  text(field: number, value: string): void {
    const at = this.begin(field);
    this.grow(3 * value.length);
    this.length += utf8.encodeInto(value, this.bytes.subarray(this.length)).written;
    this.end(at);
  }

  /** `repeated sint64`, packed. */
  signedList(field: number, values: readonly number[]): void {
    const at = this.begin(field);
    for (const value of values) this.zigzag(value);
    this.end(at);
  }

  /** What follows until its {@link end} is one message. @param field undefined for one that only has its length before it */
  begin(field?: number): number {
    if (field !== undefined) this.tag(field, LENGTH_DELIMITED);
    this.grow(1);
    return this.length++;
  }

  /** @param at what {@link begin} returned */
  end(at: number): void {
    const from = at + 1;
    const size = this.length - from;
    // Most are short, and their length has the one byte that was left for it.
    const more = varintBytes(size) - 1;
    if (more > 0) {
      this.grow(more);
      this.bytes.copyWithin(from + more, from, this.length);
    }
    this.length = at;
    this.varint(size);
    this.length += size;
  }

  /** All that was written. */
  written(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }

  private tag(field: number, kind: number): void {
    this.varint(field * 8 + kind);
  }

  private zigzag(value: number): void {
    this.varint(value < 0 ? -2 * value - 1 : 2 * value);
  }

  /** Seven bits a byte, the lowest first; counts may have more than 32 bits. */
  private varint(value: number): void {
    this.grow(MOST_VARINT_BYTES);
    let rest = value;
    while (rest >= 128) {
      this.bytes[this.length++] = (rest % 128) + 128;
      rest = Math.floor(rest / 128);
    }
    this.bytes[this.length++] = rest;
  }

  private grow(bytes: number): void {
    if (this.length + bytes <= this.bytes.length) return;
    const larger = Buffer.alloc(2 * (this.length + bytes));
    this.bytes.copy(larger, 0, 0, this.length);
    this.bytes = larger;
  }
}

function varintBytes(value: number): number {
  let bytes = 1;
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) bytes++;
  return bytes;
}
