/**
 * The interchange format of HdrHistogram, version 2: a header and the counts as variable-length numbers, deflated,
 * in base64. All ports read it; the reference is `AbstractHistogram.java` of HdrHistogram, and for the numbers its
 * `ZigZagEncoding.java`. Written here, not by the library, whose header tells of a shift that is not there, so that
 * strict readers refuse it, and whose reader believes the lengths in damaged texts.
 *
 * What is read is bounded: a text that would be larger than it may be is refused before it is unpacked.
 */
import { deflateSync, inflateSync } from 'node:zlib';

/** How a histogram divides its range, and how often each part was met. */
export interface EncodedHistogram {
  readonly lowest: number;
  readonly highest: number;
  readonly significantDigits: number;
  /** From {@link firstIndex} on; the rest is 0. */
  readonly counts: ArrayLike<number>;
  /** Default 0. */
  readonly firstIndex?: number;
}

const COMPRESSED_COOKIE = 0x1c849314;
const COOKIE = 0x1c849313;
const ENVELOPE_BYTES = 8;
const HEADER_BYTES = 40;
/** Of the longest number, which has 8 whole bits in its last byte. */
const MAX_NUMBER_BYTES = 9;

export function encodeHistogram(histogram: EncodedHistogram): string {
  const { lowest, highest, significantDigits, counts, firstIndex = 0 } = histogram;
  const numbers = encodeCounts(counts, firstIndex);
  const plain = new Uint8Array(HEADER_BYTES + numbers.length);
  const header = new DataView(plain.buffer);
  header.setUint32(0, COOKIE);
  header.setUint32(4, numbers.length);
  // At 8 the shift of the counts, none.
  header.setUint32(12, significantDigits);
  header.setBigUint64(16, BigInt(lowest));
  header.setBigUint64(24, BigInt(highest));
  // The ratio of a histogram of fractions to its whole numbers.
  header.setFloat64(32, 1);
  plain.set(numbers, HEADER_BYTES);
  const packed = deflateSync(plain);
  const envelope = new Uint8Array(ENVELOPE_BYTES + packed.length);
  const start = new DataView(envelope.buffer);
  start.setUint32(0, COMPRESSED_COOKIE);
  start.setUint32(4, packed.length);
  envelope.set(packed, ENVELOPE_BYTES);
  return btoa(Array.from(envelope, (byte) => String.fromCharCode(byte)).join(''));
}

/**
 * @param maxCounts the most counts the reader has room for
 * @throws RangeError when the text is no histogram, is damaged, or has more counts
 */
export function decodeHistogram(text: string, maxCounts: number): EncodedHistogram {
  const maxPlainBytes = HEADER_BYTES + MAX_NUMBER_BYTES * maxCounts;
  // Four characters carry three bytes; deflating adds at most a few bytes to each 16 KiB.
  if (text.length > 1_024 + 2 * maxPlainBytes) throw new RangeError('the text is too long for a histogram');
  const envelope = fromBase64(text);
  if (envelope.length < ENVELOPE_BYTES) throw new RangeError('the text is too short for a histogram');
  const start = viewOf(envelope);
  if (start.getUint32(0) !== COMPRESSED_COOKIE) throw new RangeError('the text is no histogram of version 2');
  const packedBytes = start.getUint32(4);
  if (packedBytes > envelope.length - ENVELOPE_BYTES) throw new RangeError('the histogram is cut off');
  const packed = envelope.subarray(ENVELOPE_BYTES, ENVELOPE_BYTES + packedBytes);
  const plain = unpack(packed, maxPlainBytes);
  if (plain.length < HEADER_BYTES) throw new RangeError('the header of the histogram is cut off');
  const header = viewOf(plain);
  if (header.getUint32(0) !== COOKIE) throw new RangeError('the counts are not those of a histogram');
  if (header.getUint32(4) !== plain.length - HEADER_BYTES) throw new RangeError('the counts are cut off');
  if (header.getUint32(8) !== 0) throw new RangeError('the counts of the histogram are shifted');
  return {
    significantDigits: header.getUint32(12),
    lowest: Number(header.getBigUint64(16)),
    highest: Number(header.getBigUint64(24)),
    counts: decodeCounts(plain.subarray(HEADER_BYTES), maxCounts),
  };
}

/**
 * Counts alone, without the header: each is written doubled, a row of zeros as its length, doubled, less one.
 * @param zerosBefore so many zeros are before the first
 */
export function encodeCounts(counts: ArrayLike<number>, zerosBefore = 0): Uint8Array {
  const bytes: number[] = [];
  let zeros = zerosBefore;
  for (let i = 0; i < counts.length; i++) {
    const count = counts[i] as number;
    if (count === 0) {
      zeros++;
      continue;
    }
    pushZeros(bytes, zeros);
    pushNumber(bytes, 2 * count);
    zeros = 0;
  }
  pushZeros(bytes, zeros);
  return Uint8Array.from(bytes);
}

function pushZeros(bytes: number[], zeros: number): void {
  if (zeros > 0) pushNumber(bytes, zeros === 1 ? 0 : 2 * zeros - 1);
}

/** Seven bits a byte, the lowest first; all but the last byte have the highest bit set. */
function pushNumber(bytes: number[], value: number): void {
  let rest = value;
  for (; rest > 0x7f; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) + 0x80);
  bytes.push(rest);
}

function decodeCounts(bytes: Uint8Array, maxCounts: number): number[] {
  const counts: number[] = [];
  const length = eachCount(bytes, maxCounts, (index, count) => {
    while (counts.length < index) counts.push(0);
    counts.push(count);
  });
  while (counts.length < length) counts.push(0);
  return counts;
}

/**
 * Calls `visit` with every count that is not 0, ascending, of what {@link encodeCounts} wrote.
 * @returns how many counts there are with the zeros
 * @throws RangeError when the bytes are damaged, or have more counts
 */
export function eachCount(
  bytes: Uint8Array,
  maxCounts: number,
  visit: (index: number, count: number) => void,
): number {
  let length = 0;
  let total = 0;
  for (let at = 0; at < bytes.length; ) {
    let value = 0;
    let unit = 1;
    let byte: number;
    do {
      byte = bytes[at++] ?? Number.NaN;
      value += (byte & 0x7f) * unit;
      unit *= 0x80;
      if (Number.isNaN(byte)) throw new RangeError('the last count is cut off');
      if (value > Number.MAX_SAFE_INTEGER) throw new RangeError('a count is too large');
      if (unit > 2 ** 56) throw new RangeError('a count has too many bytes');
    } while (byte >= 0x80);
    const zeros = value % 2 === 1 ? (value + 1) / 2 : 0;
    if (length + Math.max(1, zeros) > maxCounts) throw new RangeError('the histogram has too many counts');
    if (value > 0 && zeros === 0) {
      visit(length, value / 2);
      total += value / 2;
    }
    length += Math.max(1, zeros);
  }
  if (total > Number.MAX_SAFE_INTEGER) throw new RangeError('the counts are too large');
  return length;
}

function fromBase64(text: string): Uint8Array {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch (cause) {
    throw new RangeError('the histogram is no base64 text', { cause });
  }
}

function unpack(packed: Uint8Array, maxOutputLength: number): Uint8Array {
  try {
    return inflateSync(packed, { maxOutputLength });
  } catch (cause) {
    throw new RangeError('the histogram cannot be unpacked', { cause });
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
