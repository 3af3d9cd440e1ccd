/**
 * A server's reading of what a client sends: setup, probe, termination, each judged by the dialect's row.
 * A message is accepted whole or refused; there is no later validation step.
 */

import { MAX_BYE_BYTES, MAX_SETUP_BYTES, MIN_FREE_PAYLOAD_BYTES } from '../limits.ts';
import type { FindEnd } from './byte-tools.ts';
import {
  DIALECTS,
  type Dialect,
  type DialectName,
  type MeasurementType,
  RECOGNISED_DIALECTS,
} from './dialects.ts';
import { askedOf, maxQuestionBytes, readFields } from './extensions.ts';
import {
  asciiText,
  contentEnd,
  type DelayUnit,
  decimalDigits,
  isDecimal,
  isLiteralNewline,
  LF,
  parseCount,
  parseDelay,
  SP,
} from './grammar.ts';
import type { Setup, SetupReading } from './messages.ts';

const LETTER_M = 0x6d;
/** `m` and two blanks. */
const PROBE_HEAD_BYTES = 3;
/** And the line end: what a probe has beside its payload and its number. */
export const PROBE_FRAME_BYTES = 4;

/** The first message ends at an LF or, in one dialect, at a literal backslash and n, whichever comes first. */
export const findSetupEnd: FindEnd = (bytes, from, to) => {
  for (let i = from; i < to; i++) {
    if (bytes[i] === LF) return i + 1;
    if (i + 1 < to && isLiteralNewline(bytes, i)) return i + 2;
  }
  return -1;
};

/** Which dialects a server takes into account: one it was told, or all it can tell apart. */
export function acceptedDialects(dialect: DialectName | 'auto'): readonly Dialect[] {
  return dialect === 'auto' ? RECOGNISED_DIALECTS : [DIALECTS[dialect]];
}

/** Whether any of the dialects ends its setup in a literal backslash and n. */
export function takesLiteralEnd(dialects: readonly Dialect[]): boolean {
  return dialects.some((dialect) => dialect.setup.end === '\\n');
}

/** Content of a setup or termination message and which of the two ends it had. */
function splitEnd(message: Uint8Array): { text: string; end: Dialect['setup']['end'] } {
  if (message[message.length - 1] !== LF && isLiteralNewline(message, message.length - 2)) {
    return { text: asciiText(message, 0, message.length - 2), end: '\\n' };
  }
  return { text: asciiText(message, 0, contentEnd(message)), end: '\n' };
}

/**
 * Every reading of a setup message among `dialects`; none means an invalid setup message.
 * @param unit a delay unit to use instead of the dialect's own
 */
export function readSetup(
  message: Uint8Array,
  dialects: readonly Dialect[],
  unit: DelayUnit | undefined,
): SetupReading[] {
  const { text, end } = splitEnd(message);
  const readings: SetupReading[] = [];
  for (const dialect of dialects) {
    if (dialect.setup.end !== end) continue;
    const setup = parseSetup(text, dialect, unit);
    if (setup !== undefined) readings.push({ dialect, setup });
  }
  return readings;
}

function parseSetup(text: string, dialect: Dialect, unit: DelayUnit | undefined): Setup | undefined {
  const { letter, separator, order, delayUnit, minProbes } = dialect.setup;
  const fields = text.split(separator);
  const [phase, word = '', first = '', second = '', delayField, ...others] = fields;
  const asked = readFields(others, dialect.extensions);
  if (delayField === undefined || asked === undefined || phase !== letter) return undefined;
  const measurement = measurementOf(word, dialect);
  const payloadBytes = parseCount(order === 'size-first' ? first : second);
  const probes = parseCount(order === 'size-first' ? second : first);
  const delay = parseDelay(delayField, unit ?? delayUnit);
  if (
    measurement === undefined ||
    payloadBytes === undefined ||
    probes === undefined ||
    probes < minProbes ||
    delay === undefined
  ) {
    return undefined;
  }
  return { measurement, payloadBytes, probes, delay, ...asked };
}

function measurementOf(word: string, dialect: Dialect): MeasurementType | undefined {
  if (word === dialect.setup.typeWords.rtt) return 'rtt';
  if (word === dialect.setup.typeWords.throughput) return 'throughput';
  return undefined;
}

/** Whether the message is a termination message of the dialect; one blank may follow its letter. */
export function isTermination(message: Uint8Array, dialect: Dialect): boolean {
  const { text, end } = splitEnd(message);
  if (dialect.bye.connection === 'new' ? end !== '\\n' : end !== '\n') return false;
  return text === dialect.bye.letter || text === `${dialect.bye.letter} `;
}

/** Whether a message starts with the dialect's termination letter, so that its fault is a termination's. */
export function startsTermination(message: Uint8Array, dialect: Dialect): boolean {
  return message[0] === dialect.bye.letter.charCodeAt(0);
}

/** Whether a message starts as probes do, in every dialect. */
export function startsProbe(message: Uint8Array): boolean {
  return message[0] === LETTER_M;
}

/**
 * Nobody has understood a peer whose first byte was this: it is answered by the first dialect that starts with
 * its letter.
 */
export function refusingDialect(dialects: readonly Dialect[], firstByte: number | undefined): Dialect {
  const fitting = dialects.find(({ setup }) => setup.letter.charCodeAt(0) === firstByte);
  return fitting ?? (dialects[0] as Dialect);
}

/** Longest a message after this setup may be, whatever its kind, bytes. */
export function maxMessageBytes(reading: SetupReading): number {
  const { dialect, setup } = reading;
  return Math.max(
    maxProbeBytes(reading),
    MAX_BYE_BYTES,
    dialect.setup.perConnection > 1 ? MAX_SETUP_BYTES : 0,
    maxQuestionBytes(askedOf(dialect.extensions, setup)),
  );
}

/** Longest a probe of this setup may be, its line end (CRLF at most) included, bytes. */
function maxProbeBytes({ dialect, setup }: SetupReading): number {
  const payload =
    dialect.probe.payloadSize === 'exact'
      ? setup.payloadBytes
      : Math.max(setup.payloadBytes, MIN_FREE_PAYLOAD_BYTES);
  return PROBE_FRAME_BYTES + payload + decimalDigits(setup.probes) + 1;
}

/**
 * Whether `message`, line end included, is the probe numbered `sequence` of this reading.
 * Frames by the known length, so a payload may hold blanks or any byte but LF.
 */
export function isProbe(message: Uint8Array, { dialect, setup }: SetupReading, sequence: number): boolean {
  if (!startsProbe(message)) return false;
  const { order, payloadSize } = dialect.probe;
  const digits = decimalDigits(sequence);
  if (payloadSize === 'free') return isFreeProbe(message, sequence, digits);
  const end = probeEnd(message, setup.payloadBytes, digits);
  if (end !== PROBE_HEAD_BYTES + setup.payloadBytes + digits || message[1] !== SP) return false;
  if (order === 'sequence-first')
    return isDecimal(message, 2, 2 + digits, sequence) && message[2 + digits] === SP;
  return message[end - digits - 1] === SP && isDecimal(message, end - digits, end, sequence);
}

/** Where a probe's content ends. A payload may itself end in CR, so the right length without one counts first. */
function probeEnd(message: Uint8Array, payloadBytes: number, digits: number): number {
  const content = PROBE_HEAD_BYTES + payloadBytes + digits;
  return message.length - 1 === content ? content : contentEnd(message);
}

/** The line end of a probe message that {@link isProbe} accepted: LF, or CR and LF. */
export function lineEndOf(message: Uint8Array, { setup }: SetupReading, sequence: number): Uint8Array {
  return message.subarray(probeEnd(message, setup.payloadBytes, decimalDigits(sequence)));
}

/** `m PAYLOAD SEQ` with a payload of any length; the blank after `m` may be missing, as in the sample client. */
function isFreeProbe(message: Uint8Array, sequence: number, digits: number): boolean {
  const end = contentEnd(message);
  const blank = end - digits - 1;
  return blank >= 1 && message[blank] === SP && isDecimal(message, end - digits, end, sequence);
}

/** The payload within a probe message that {@link isProbe} accepted. */
export function payloadOf(
  message: Uint8Array,
  { dialect, setup }: SetupReading,
  sequence: number,
): Uint8Array {
  const digits = decimalDigits(sequence);
  if (dialect.probe.payloadSize === 'free') return message.subarray(2, contentEnd(message) - digits - 1);
  const start = dialect.probe.order === 'sequence-first' ? 3 + digits : 2;
  return message.subarray(start, start + setup.payloadBytes);
}
