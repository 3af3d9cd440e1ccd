/**
 * What whoever wrote a server may have overlooked, by what it sent back for a probe: echoes that are nearly right, and
 * refusals of a first number. Refuses to guess where nothing stands out.
 */
import { DIALECT_NAMES, DIALECTS, type Dialect } from '../wire/dialects.ts';
import { CR, contentEnd, LF, readDecimal, SP } from '../wire/grammar.ts';

/** A probe and the dialect it is in. */
export interface SentProbe {
  readonly dialect: Dialect;
  readonly message: Uint8Array;
  readonly payloadBytes: number;
}

const WHOLE = 'let the server send the whole message back as it came';
/** `m` and the blank behind it. */
const LETTER_BYTES = 2;

/** Behind a piece of an echo: nothing, the end of a line, or the 404 for the rest of the message. */
const AFTER_CUT: readonly (number | undefined)[] = [undefined, LF, CR, '4'.charCodeAt(0)];

/** @returns advice on what came instead of the echo; undefined where it is like no known mistake */
export function adviceOnEcho(received: Uint8Array, probe: SentProbe): string | undefined {
  const { dialect, message, payloadBytes } = probe;
  const echo = received.subarray(0, contentEnd(received));
  const sent = message.subarray(0, contentEnd(message));
  if (isSame(received, sent)) return `all of the echo came but its newline: ${WHOLE}, newline included`;
  if (isSame(echo, sent.subarray(LETTER_BYTES))) return `the echo lacks the "m" before it: ${WHOLE}`;
  if (isSame(echo, withoutNumber(sent, dialect))) return `the echo lacks its number: ${WHOLE}`;
  if (dialect.probe.payloadSize === 'exact' && isCutAt(payloadBytes, received, message)) {
    return `the echo breaks off after ${payloadBytes} bytes, the size in the setup: that is the size of the payload, and the message is longer. ${capital(WHOLE)}, or try --dialect sample`;
  }
  return undefined;
}

/** @returns the number in an echo that is whole and like that of the probe, but for its number; undefined for another */
export function numberOfEcho(received: Uint8Array, probe: SentProbe): number | undefined {
  const { dialect, message, payloadBytes } = probe;
  const isLast = dialect.probe.order === 'payload-first';
  const start = isLast ? LETTER_BYTES + payloadBytes + 1 : LETTER_BYTES;
  /** What stands behind the number, without the LF. */
  const rest = message.subarray(isLast ? message.length - 1 : message.length - payloadBytes - 2, -1);
  const number = readDecimal(received, start);
  if (number === undefined || !isSame(received.subarray(0, start), message.subarray(0, start)))
    return undefined;
  const { value, end } = number;
  const isWhole = received.indexOf(LF, end) >= 0;
  return isWhole && isSame(received.subarray(end, end + rest.length), rest) ? value : undefined;
}

/** @returns advice on a refusal of the first probe, with the dialects that count otherwise and have the same setup */
export function adviceOnFirstNumber({ probe, setup }: Dialect): string {
  const asks = `this first probe has the number ${probe.firstSequence}: does the server count from ${1 - probe.firstSequence}?`;
  const others = DIALECT_NAMES.filter((name) => {
    const other = DIALECTS[name];
    return (
      other.probe.firstSequence !== probe.firstSequence &&
      other.setup.letter === setup.letter &&
      other.setup.separator === setup.separator &&
      other.setup.end === setup.end &&
      other.setup.typeWords.rtt === setup.typeWords.rtt
    );
  });
  return `${asks} Try ${others.length === 0 ? 'another --dialect' : others.map((name) => `--dialect ${name}`).join(' or ')}; echolot measure --verbose shows every message`;
}

function withoutNumber(sent: Uint8Array, { probe: { order } }: Dialect): Uint8Array {
  if (order === 'payload-first') return sent.subarray(0, sent.lastIndexOf(SP));
  const payload = sent.subarray(sent.indexOf(SP, LETTER_BYTES));
  const rest = new Uint8Array(1 + payload.length);
  rest[0] = sent[0] as number;
  rest.set(payload, 1);
  return rest;
}

function isCutAt(size: number, received: Uint8Array, message: Uint8Array): boolean {
  return (
    size > LETTER_BYTES &&
    received.length >= size &&
    size < message.length &&
    isSame(received.subarray(0, size), message.subarray(0, size)) &&
    AFTER_CUT.includes(received[size])
  );
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
