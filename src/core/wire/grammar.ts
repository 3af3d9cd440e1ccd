/**
 * The bytes and numbers of the wire. Everything here is ASCII on `Uint8Array`; a payload is opaque and is
 * never decoded. Refuses: locale, Unicode, floating point for times (delays become integer nanoseconds).
 */

export const SP = 0x20;
export const TAB = 0x09;
export const LF = 0x0a;
export const CR = 0x0d;
export const BACKSLASH = 0x5c;
const LETTER_N = 0x6e;
const DIGIT_0 = 0x30;
/** So many are exact in a double. */
export const MAX_DIGITS = 15;
/** How much of the two ends of a long message a log shows. */
const HEAD_BYTES = 40;
const TAIL_BYTES = 20;

/** Nanoseconds in the two units a SERVER-DELAY field may be written in. */
const NS_PER_UNIT: { readonly s: number; readonly ms: number } = { s: 1_000_000_000, ms: 1_000_000 };

/** How a SERVER-DELAY number is to be read: fixed, or inferred from its form (spec, "Delay unit"). */
export type DelayUnit = 'seconds' | 'milliseconds' | 'inferred';

export const DELAY_UNITS: readonly DelayUnit[] = ['seconds', 'milliseconds', 'inferred'];

export interface Delay {
  readonly delayNs: number;
  /** The unit that was understood; it is never visible on the wire, so the log has to say it. */
  readonly unit: 'seconds' | 'milliseconds';
}

/** ASCII text to bytes; a character above 0x7f is a programming error. */
export function asciiBytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/** Bytes to text, one character a byte (Latin-1), so that no byte can fail to decode. */
export function asciiText(bytes: Uint8Array, start = 0, end: number = bytes.length): string {
  let text = '';
  for (let i = start; i < end; i++) text += String.fromCharCode(bytes[i] as number);
  return text;
}

/** `1 byte`, `2 bytes`. */
export function bytesText(count: number): string {
  return `${count} ${count === 1 ? 'byte' : 'bytes'}`;
}

/** Bytes as one safe line for people: control and non-ASCII bytes escaped, cut after `maxBytes`. */
export function printable(bytes: Uint8Array, maxBytes = 60): string {
  const text = escaped(bytes.subarray(0, maxBytes));
  return bytes.length > maxBytes ? `${text}... (${bytes.length} bytes)` : text;
}

/** The same with the end of a long message as well, where a probe has its number. */
export function printableEnds(bytes: Uint8Array): string {
  if (bytes.length <= HEAD_BYTES + TAIL_BYTES) return escaped(bytes);
  const tail = escaped(bytes.subarray(bytes.length - TAIL_BYTES));
  return `${escaped(bytes.subarray(0, HEAD_BYTES))}...${tail} (${bytes.length} bytes)`;
}

function escaped(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] as number;
    if (byte === LF) text += '\\n';
    else if (byte === CR) text += '\\r';
    else if (byte === TAB) text += '\\t';
    else if (byte === BACKSLASH) text += '\\\\';
    else if (byte < SP || byte > 0x7e) text += `\\x${byte.toString(16).padStart(2, '0')}`;
    else text += String.fromCharCode(byte);
  }
  return text;
}

/**
 * A whole number >= 1 in plain decimal digits, or undefined. Fifteen digits at most keeps it exact in a
 * double; no sign, no exponent, no blanks.
 */
export function parseCount(field: string): number | undefined {
  if (!/^\d{1,15}$/.test(field)) return undefined;
  const count = Number(field);
  return count >= 1 ? count : undefined;
}

/**
 * A SERVER-DELAY field (`0`, `500`, `0.5`) to integer nanoseconds; digits below a nanosecond are dropped.
 * Inferred: with a decimal point it is seconds, without one milliseconds.
 */
export function parseDelay(field: string, unit: DelayUnit): Delay | undefined {
  const match = /^(\d{1,9})(?:\.(\d{1,30}))?$/.exec(field);
  if (match === null) return undefined;
  const [, whole = '', fraction] = match;
  const understood = unit === 'inferred' ? (fraction === undefined ? 'milliseconds' : 'seconds') : unit;
  const nsPerUnit = understood === 'seconds' ? NS_PER_UNIT.s : NS_PER_UNIT.ms;
  const fractionDigits = understood === 'seconds' ? 9 : 6;
  const fractionNs = Number((fraction ?? '').slice(0, fractionDigits).padEnd(fractionDigits, '0'));
  return { delayNs: Number(whole) * nsPerUnit + fractionNs, unit: understood };
}

/** Seconds as a decimal number with as many places as it needs: 500000000 becomes `0.5`. */
export function secondsText(delayNs: number): string {
  const whole = Math.floor(delayNs / NS_PER_UNIT.s);
  const fraction = String(delayNs % NS_PER_UNIT.s)
    .padStart(9, '0')
    .replace(/0+$/, '');
  return fraction === '' ? String(whole) : `${whole}.${fraction}`;
}

/**
 * Writes `value` in decimal at `offset`.
 * @returns the offset after the last digit.
 */
export function writeDecimal(bytes: Uint8Array, offset: number, value: number): number {
  return writePadded(bytes, offset, decimalDigits(value), value);
}

/**
 * The same with as many digits as are asked for, zeros first.
 * @returns the offset after the last digit.
 */
export function writePadded(bytes: Uint8Array, offset: number, digits: number, value: number): number {
  const end = offset + digits;
  let rest = value;
  for (let i = end - 1; i >= offset; i--) {
    bytes[i] = DIGIT_0 + (rest % 10);
    rest = Math.floor(rest / 10);
  }
  return end;
}

/** The number that begins at `offset`, as far as there are digits; undefined where there is none, or too long a one. */
export function readDecimal(bytes: Uint8Array, offset: number): { value: number; end: number } | undefined {
  let end = offset;
  while (end < bytes.length && isDigits(bytes, end, end + 1)) end++;
  const digits = end - offset;
  return digits === 0 || digits > MAX_DIGITS
    ? undefined
    : { value: Number(asciiText(bytes, offset, end)), end };
}

/** How many decimal digits `value` (an integer >= 0) has. */
export function decimalDigits(value: number): number {
  let digits = 1;
  for (let bound = 10; value >= bound; bound *= 10) digits++;
  return digits;
}

/** Whether the bytes from `start` to `end` are exactly `value` in decimal, without leading zeros. */
export function isDecimal(bytes: Uint8Array, start: number, end: number, value: number): boolean {
  if (end - start !== decimalDigits(value)) return false;
  let rest = value;
  for (let i = end - 1; i >= start; i--) {
    if (bytes[i] !== DIGIT_0 + (rest % 10)) return false;
    rest = Math.floor(rest / 10);
  }
  return true;
}

/** Whether the bytes from `start` to `end` are one or more decimal digits. */
export function isDigits(bytes: Uint8Array, start: number, end: number): boolean {
  if (end <= start) return false;
  for (let i = start; i < end; i++) {
    const byte = bytes[i] as number;
    if (byte < DIGIT_0 || byte > DIGIT_0 + 9) return false;
  }
  return true;
}

/** Whether the two characters backslash and `n` stand at `offset`: one dialect ends its lines so. */
export function isLiteralNewline(bytes: Uint8Array, offset: number): boolean {
  return bytes[offset] === BACKSLASH && bytes[offset + 1] === LETTER_N;
}

/** Where a message's content ends: before its LF and, from clients that send CRLF, before its CR. */
export function contentEnd(message: Uint8Array): number {
  let end = message.length;
  if (end > 0 && message[end - 1] === LF) end--;
  if (end > 0 && message[end - 1] === CR) end--;
  return end;
}
