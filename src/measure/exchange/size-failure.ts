/**
 * What it means that a block failed: at which size, whether smaller ones pass, and what TCP saw of it. A failure at
 * the very first probe is one of its size, and the run can go on with smaller ones.
 */
import { EcholotError, factsOf } from '../../core/errors.ts';
import { isRefusedSetup } from '../../net/errors/network-error.ts';
import { sizeText } from '../../text/sizes.ts';

/** Every path has to take IPv6 packets of 1,280 bytes (RFC 8200, section 5): those less headers, options and some room. */
const SAFE_SEGMENT_BYTES = 1_200;

/** The failure of one size: larger ones would fail alike, smaller ones need not. */
export class SizeFailure extends EcholotError {
  readonly of: BlockFailure;

  constructor(of: BlockFailure, message: string, advice: string | undefined) {
    super(of.error.code, message, wordsOf(of.error, advice));
    this.phase = of.error.phase;
    this.details = of.error.details;
    this.of = of;
  }

  get payloadBytes(): number {
    return this.of.payloadBytes;
  }

  /** The same, with what has passed by the end of the run: the other sizes come after it as well as before. */
  whenAllIsDone(passedBytes: number | null): EcholotError {
    return failureOfBlock({ ...this.of, passedBytes });
  }
}

export interface BlockFailure {
  readonly error: EcholotError;
  readonly payloadBytes: number;
  /** How many probes of the block were echoed before. */
  readonly echoes: number;
  /** Segments that TCP sent again in this session; null where the engine cannot see it. */
  readonly resentSegments: number | null;
  /** The largest payload that has come back in this run; null where none has, or where it is not over yet. */
  readonly passedBytes: number | null;
  /** The largest segment that was asked for; undefined for the system's choice. */
  readonly maxSegmentBytes: number | undefined;
}

/** The error to tell of it: a {@link SizeFailure} where it is one, and with its size and what TCP saw in any case. */
export function failureOfBlock(failure: BlockFailure): EcholotError {
  const { error, payloadBytes, echoes } = failure;
  const isSilence = error.code === 'timeout' && error.phase === 'measurement';
  if (!isSilence && (echoes > 0 || !isObjection(error))) return error;
  const message = `${error.message} ${isSilence ? 'of' : 'at'} ${sizeText(payloadBytes)}${resent(failure)}`;
  if (echoes > 0) {
    const reworded = new EcholotError(error.code, message, wordsOf(error, error.advice));
    reworded.phase = error.phase;
    reworded.details = error.details;
    return reworded;
  }
  return new SizeFailure(failure, `${message}${passed(failure)}`, adviceOn(failure, isSilence));
}

/** The server refused the size, or broke off at its first probe. */
function isObjection(error: EcholotError): boolean {
  const { code, phase } = error;
  if (phase === 'setup') return (code === 'peer' && isRefusedSetup(error)) || isOverSize(error);
  return phase === 'measurement' && (code === 'peer' || code === 'network');
}

/** The server said that smaller messages would do. */
function isOverSize({ refusal }: EcholotError): boolean {
  return refusal === 'size' || refusal === 'memory';
}

function adviceOn(failure: BlockFailure, isSilence: boolean): string | undefined {
  const { error, passedBytes } = failure;
  if (error.phase === 'setup' || (passedBytes === null && !isLong(failure))) return error.advice;
  const reader = 'does the server read to the newline?';
  if (!isSilence) return passedBytes === null ? error.advice : `smaller ones passed: ${reader}`;
  if (!isLong(failure)) return `smaller ones passed: ${reader} ${error.advice ?? ''}`.trimEnd();
  if (failure.resentSegments === null) return `either ${pathMtu(failure)}; or else ${reader}`;
  return failure.resentSegments > 0
    ? pathMtu(failure)
    : `it has arrived: ${reader} Or its echo is lost: ${pathMtu(failure)}`;
}

/** Longer than what every path takes as one packet. */
function isLong({ payloadBytes }: BlockFailure): boolean {
  return payloadBytes > SAFE_SEGMENT_BYTES;
}

function pathMtu({ maxSegmentBytes, resentSegments }: BlockFailure): string {
  const smaller = (maxSegmentBytes ?? Number.POSITIVE_INFINITY) <= SAFE_SEGMENT_BYTES;
  const option = smaller ? 'a smaller --mss' : `--mss ${SAFE_SEGMENT_BYTES}`;
  const engine = resentSegments === null && !smaller ? ', which takes the native engine' : '';
  return `packets above some length may vanish on the path (path MTU): try ${option}${engine}`;
}

function resent({ resentSegments }: BlockFailure): string {
  if (resentSegments === null || resentSegments === 0) return '';
  return `, with ${resentSegments} segment${resentSegments === 1 ? '' : 's'} retransmitted`;
}

function passed({ passedBytes, payloadBytes }: BlockFailure): string {
  if (passedBytes === null) return '';
  // It did not fail for its length alone.
  const upTo = passedBytes < payloadBytes ? 'up to ' : '';
  return `; probes of ${upTo}${sizeText(passedBytes)} passed`;
}

function wordsOf(
  error: EcholotError,
  advice: string | undefined,
): ConstructorParameters<typeof EcholotError>[2] {
  return { ...factsOf(error), cause: error, ...(advice === undefined ? {} : { advice }) };
}
