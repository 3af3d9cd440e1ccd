/**
 * A client's reading of the residences that it asked a server for (extension `+stamps`). The answer is one line
 * of a known number of fields, so that its length is bounded; it is searched once, in whatever pieces it comes.
 */
import { EXTENSIONS } from '../wire/extensions.ts';
import { asciiBytes, contentEnd, LF, SP } from '../wire/grammar.ts';
import { ANSWER_HEADS, BUSY_HEAD, type ResidenceSource } from '../wire/residence.ts';
import type { ExtensionReader } from './answer-reader.ts';

/** What a server told of the probes that were asked for; NaN where it does not know. */
export interface Residences {
  readonly source: ResidenceSource;
  /** How long it kept each one, ns. */
  readonly residenceNs: Float64Array;
  /** How much of that the echo waited in its TCP, ns; undefined when that was not asked for. */
  readonly waitNs?: Float64Array;
  /**
   * For how long those of which the server knows it waited while its thread was busy with others, together, ns: no
   * more than the residences where the stamps are the kernel's. NaN when it is not known, undefined when it was not asked.
   */
  readonly busyNs?: number;
}

/** What an answer has beside the residences. */
export interface Parts {
  /** How long TCP kept each echo. */
  readonly waits: boolean;
  /** For how long the server was busy with others; only beside the waits. */
  readonly busy: boolean;
}

const {
  exchange: { question },
  abilities,
} = EXTENSIONS.stamps;
const NO_PARTS: Parts = { waits: false, busy: false };
const SOURCES: readonly ResidenceSource[] = ['kernel', 'application'];
const DASH = 0x2d;
const SLASH = 0x2f;
const DIGIT_0 = 0x30;
/** Of the largest residence, 2^53 - 1 ns. */
const MAX_RESIDENCE_DIGITS = 16;

export class ResidenceReader implements ExtensionReader {
  /** The last answer; undefined until it is whole. */
  residences: Residences | undefined;
  private residenceRoom = new Float64Array(0);
  private waitRoom = new Float64Array(0);
  /** How many residences were asked for last. */
  private count = 0;
  private parts: Parts = NO_PARTS;

  /**
   * The question for the residences of `count` probes from the `first` on, which counts from 0.
   * @param parts what else to ask for; only of a server that has said it can tell
   */
  ask(first: number, count: number, parts: Parts = NO_PARTS): Uint8Array {
    this.residences = undefined;
    this.count = count;
    this.parts = parts;
    if (count > this.residenceRoom.length) {
      this.residenceRoom = new Float64Array(count);
      this.waitRoom = new Float64Array(count);
    }
    const { waits, busy } = abilities;
    const words = [...(parts.waits ? [waits] : []), ...(parts.busy ? [busy] : [])];
    return asciiBytes(`${[question.letter, first, count, ...words].join(' ')}\n`);
  }

  get owed(): string {
    return `the question for ${this.count} residences`;
  }

  get expected(): string {
    return `200 OK: Residence, whose stamps they are, and ${this.count} values`;
  }

  /** Longest the answer may be, its line end (CR LF at most) included, bytes. */
  get maxBytes(): number {
    const valueBytes = 1 + MAX_RESIDENCE_DIGITS;
    const { waits, busy } = this.parts;
    const busyBytes = busy ? BUSY_HEAD.length + MAX_RESIDENCE_DIGITS : 0;
    return ANSWER_HEADS.application.length + this.count * (waits ? 2 : 1) * valueBytes + busyBytes + 2;
  }

  /** Judges what has come, of which the last `newBytes` were not there before. */
  read(received: Uint8Array, newBytes: number): 'incomplete' | 'answer' | 'wrong' {
    const at = received.subarray(received.length - newBytes).indexOf(LF);
    if (at < 0) return received.length < this.maxBytes ? 'incomplete' : 'wrong';
    if (at !== newBytes - 1) return 'wrong';
    const residenceNs = this.residenceRoom.subarray(0, this.count);
    const { waits, busy } = this.parts;
    const waitNs = waits ? this.waitRoom.subarray(0, this.count) : undefined;
    const read = readAnswer(received, residenceNs, waitNs, busy);
    if (read === undefined) return 'wrong';
    this.residences = { residenceNs, ...(waitNs === undefined ? {} : { waitNs }), ...read };
    return 'answer';
  }
}

/**
 * Reads an answer, line end included, into arrays that are as long as was asked for.
 * @param busy whether the time for which the server was busy with others is behind them
 * @returns whose stamps they are, and that time; undefined when the line is no such answer
 */
function readAnswer(
  line: Uint8Array,
  residenceNs: Float64Array,
  waitNs: Float64Array | undefined,
  busy: boolean,
): Pick<Residences, 'source' | 'busyNs'> | undefined {
  const source = SOURCES.find((each) => startsWith(line, ANSWER_HEADS[each]));
  if (source === undefined) return undefined;
  const fields = new Fields(line, ANSWER_HEADS[source].length);
  if (!readResidences(fields, residenceNs, waitNs)) return undefined;
  if (!busy) return fields.isAtEnd ? { source } : undefined;
  if (!fields.skipAll(BUSY_HEAD) || !fields.number() || !fields.isAtEnd) return undefined;
  // By the kernel's stamps it is a part of them; else it lies before them.
  const mostNs = source === 'kernel' ? totalOf(residenceNs) : Number.MAX_SAFE_INTEGER;
  return { source, busyNs: fields.value <= mostNs ? fields.value : Number.NaN };
}

function totalOf(residenceNs: Float64Array): number {
  return residenceNs.reduce((total, ns) => (Number.isNaN(ns) ? total : total + ns), 0);
}

/** Whether the line goes on with as many residences as there is room for. */
function readResidences(
  fields: Fields,
  residenceNs: Float64Array,
  waitNs: Float64Array | undefined,
): boolean {
  for (let i = 0; i < residenceNs.length; i++) {
    if (!fields.skip(SP) || !fields.number()) return false;
    residenceNs[i] = fields.value;
    if (waitNs === undefined) continue;
    waitNs[i] = Number.NaN;
    if (Number.isNaN(fields.value)) continue;
    if (!fields.skip(SLASH) || !fields.number()) return false;
    // More than the whole is no part of it.
    if (fields.value <= (residenceNs[i] as number)) waitNs[i] = fields.value;
  }
  return true;
}

/** What of a line is still to be read. */
class Fields {
  /** The number read last; NaN for one that is missing. */
  value = 0;
  private readonly line: Uint8Array;
  private readonly end: number;
  private at: number;

  constructor(line: Uint8Array, at: number) {
    this.line = line;
    this.at = at;
    this.end = contentEnd(line);
  }

  get isAtEnd(): boolean {
    return this.at === this.end;
  }

  skip(byte: number): boolean {
    return this.at < this.end && this.line[this.at++] === byte;
  }

  skipAll(bytes: Uint8Array): boolean {
    return bytes.every((byte) => this.skip(byte));
  }

  /** Decimal digits, or `-` for one that is missing. */
  number(): boolean {
    const { line, end, at: from } = this;
    if (from < end && line[from] === DASH) {
      this.value = Number.NaN;
      this.at++;
      return true;
    }
    let value = 0;
    for (; this.at < end && isDigit(line[this.at] as number); this.at++) {
      value = value * 10 + ((line[this.at] as number) - DIGIT_0);
    }
    const digits = this.at - from;
    this.value = value;
    return digits >= 1 && digits <= MAX_RESIDENCE_DIGITS && value <= Number.MAX_SAFE_INTEGER;
  }
}

function isDigit(byte: number): boolean {
  return byte >= DIGIT_0 && byte <= DIGIT_0 + 9;
}

function startsWith(line: Uint8Array, head: Uint8Array): boolean {
  return head.every((byte, i) => line[i] === byte);
}
