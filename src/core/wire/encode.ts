/**
 * What each side writes, spelled by the dialect's row. One message is one array, to be written in one write:
 * many servers read a message with a single recv.
 */

import { lineEndOf, PROBE_FRAME_BYTES, payloadOf } from './decode.ts';
import type { Dialect } from './dialects.ts';
import { ECHO_SUFFIX } from './dialects.ts';
import { agreeingTo, askedOf, rowOf } from './extensions.ts';
import { asciiBytes, type DelayUnit, decimalDigits, LF, SP, secondsText, writeDecimal } from './grammar.ts';
import type { Setup, SetupReading } from './messages.ts';

const NS_PER_MS = 1_000_000;
const MS_PER_S = 1_000;
const LETTER_M = 0x6d;
const LETTERS = 26;
const LETTER_A = 0x61;

/**
 * The setup message of a dialect.
 * @param unit of the delay, instead of the dialect's own
 */
export function encodeSetup(
  dialect: Dialect,
  setup: Setup,
  unit: DelayUnit = dialect.setup.delayUnit,
): Uint8Array {
  const { letter, separator, typeWords, order, end } = dialect.setup;
  const size = announcedBytes(dialect, setup);
  const counts = order === 'size-first' ? [size, setup.probes] : [setup.probes, size];
  const extras = askedOf(dialect.extensions, setup).map((name) => rowOf(name).word);
  const delay = delayText(setup.delay.delayNs, unit);
  const fields = [letter, typeWords[setup.measurement], ...counts, delay, ...extras];
  return asciiBytes(fields.join(separator) + end);
}

/**
 * MSG-SIZE. Where it need not be the payload's size, it covers the longest message: some servers receive as much
 * and no more.
 */
export function announcedBytes({ probe }: Dialect, { payloadBytes, probes }: Setup): number {
  if (probe.payloadSize === 'exact') return payloadBytes;
  return PROBE_FRAME_BYTES + payloadBytes + decimalDigits(probe.firstSequence + probes - 1);
}

/** What a server's limits on payload are held against: of MSG-SIZE what is not the frame that it may cover. */
export function limitedBytes({ dialect, setup }: SetupReading): number {
  if (dialect.probe.payloadSize === 'exact') return setup.payloadBytes;
  const frameBytes = announcedBytes(dialect, { ...setup, payloadBytes: 0 });
  return Math.max(1, setup.payloadBytes - frameBytes);
}

/**
 * What a server answers to a setup that it takes.
 * @param nonce what a token is to be proved by, where one is agreed on
 */
export function encodeReady({ dialect, setup }: SetupReading, nonce?: string): Uint8Array {
  return asciiBytes(agreeingTo(askedOf(dialect.extensions, setup), dialect.status.ready, nonce));
}

/** Inferred: whole milliseconds where most servers of the dialect expect them, else seconds with a decimal point. */
export function delayText(delayNs: number, unit: DelayUnit): string {
  if (unit === 'seconds') return secondsText(delayNs);
  if (delayNs % NS_PER_MS === 0) return String(delayNs / NS_PER_MS);
  return unit === 'milliseconds' ? secondsText(delayNs * MS_PER_S) : secondsText(delayNs);
}

/**
 * A payload of exactly `bytes` bytes: letters only, so that no server takes it for a number, splits it at a
 * blank, or a client for a status line.
 */
export function makePayload(bytes: number): Uint8Array {
  const payload = new Uint8Array(bytes);
  for (let i = 0; i < Math.min(bytes, LETTERS); i++) payload[i] = LETTER_A + i;
  // A byte at a time it would take seconds for the largest.
  for (let done = LETTERS; done < bytes; done *= 2) payload.copyWithin(done, 0, done);
  return payload;
}

/**
 * Probe messages of one session, written into one buffer: only the digits change from probe to probe, and
 * the whole is laid out anew when their count does. Nothing is made before the first, since a server that refuses a
 * size need not wait for memory of that size.
 */
export class ProbeWriter {
  private readonly dialect: Dialect;
  private readonly payloadBytes: number;
  private made: Uint8Array | undefined;
  private buffer: Uint8Array = new Uint8Array(0);
  private digits = 0;

  constructor(dialect: Dialect, payloadBytes: number) {
    this.dialect = dialect;
    this.payloadBytes = payloadBytes;
  }

  get payload(): Uint8Array {
    this.made ??= makePayload(this.payloadBytes);
    return this.made;
  }

  /** The message numbered `sequence`; valid until the next call. */
  write(sequence: number): Uint8Array {
    const digits = decimalDigits(sequence);
    const sequenceFirst = this.dialect.probe.order === 'sequence-first';
    if (digits !== this.digits) this.layOut(digits, sequenceFirst);
    writeDecimal(this.buffer, sequenceFirst ? 2 : 3 + this.payloadBytes, sequence);
    return this.buffer;
  }

  private layOut(digits: number, sequenceFirst: boolean): void {
    this.digits = digits;
    const size = this.payload.length;
    const buffer = new Uint8Array(PROBE_FRAME_BYTES + size + digits);
    buffer[0] = LETTER_M;
    buffer[1] = SP;
    buffer.set(this.payload, sequenceFirst ? 3 + digits : 2);
    buffer[sequenceFirst ? 2 + digits : 2 + size] = SP;
    buffer[buffer.length - 1] = LF;
    this.buffer = buffer;
  }
}

/** What a server answers to a probe it accepted: for most dialects the very bytes that came. */
export function encodeEcho(message: Uint8Array, reading: SetupReading, sequence: number): Uint8Array {
  switch (reading.dialect.echo) {
    case 'message':
      return message;
    case 'message-suffixed': {
      const lineEnd = lineEndOf(message, reading, sequence);
      const content = message.subarray(0, message.length - lineEnd.length);
      return concat(content, asciiBytes(ECHO_SUFFIX), lineEnd);
    }
    case 'payload-line':
      return concat(payloadOf(message, reading, sequence), asciiBytes('\n'));
    case 'payload':
      return payloadOf(message, reading, sequence);
  }
}

function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
