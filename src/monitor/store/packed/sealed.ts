/**
 * Bytes with a checksum behind them: disks and people change files, and a damaged histogram that still can be read would be a
 * measurement that never was.
 */
import { crc32 } from 'node:zlib';

const SEAL_BYTES = 4;

export function sealed(bytes: Uint8Array): Uint8Array {
  const whole = new Uint8Array(bytes.length + SEAL_BYTES);
  whole.set(bytes);
  new DataView(whole.buffer).setUint32(bytes.length, crc32(bytes));
  return whole;
}

/** @throws RangeError when they are not those that were sealed */
export function unsealed(whole: Uint8Array): Uint8Array {
  const length = whole.length - SEAL_BYTES;
  if (length < 0) throw new RangeError('the bytes are cut off');
  const bytes = whole.subarray(0, length);
  const seal = new DataView(whole.buffer, whole.byteOffset + length).getUint32(0);
  if (seal !== crc32(bytes)) throw new RangeError('the bytes are damaged');
  return bytes;
}
