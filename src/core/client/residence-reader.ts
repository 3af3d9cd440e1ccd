/**
 * A client's reading of the residences that it asked a server for (extension `+stamps`). The answer is one line
 * of a known number of fields, so that its length is bounded; it is searched once, in whatever pieces it comes.
 */
import { EXTENSIONS } from '../wire/extensions.ts';
import { asciiBytes, contentEnd, LF, SP } from '../wire/grammar.ts';
import { ANSWER_HEADS, type ResidenceSource } from '../wire/residence.ts';
import type { ExtensionReader } from './answer-reader.ts';

/** What a server told of the probes that were asked for; NaN where it does not know. */
export interface Residences {
  readonly source: ResidenceSource;
  /** How long it kept each one, ns. */
  readonly residenceNs: Float64Array;
  /** How much of that the echo waited in its TCP, ns; undefined when that was not asked for. */
  readonly waitNs?: Float64Array;
}

const {
  exchange: { question },
  abilities,
} = EXTENSIONS.stamps;
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
  private waits = false;

  /**
   * The question for the residences of `count` probes from the `first` on, which counts from 0.
   * @param waits whether to ask how long TCP kept each echo, too; only of a server that has said it can tell
   */
  ask(first: number, count: number, waits = false): Uint8Array {
    this.residences = undefined;
    this.count = count;
    this.waits = waits;
    if (count > this.residenceRoom.length) {
      this.residenceRoom = new Float64Array(count);
      this.waitRoom = new Float64Array(count);
    }
    return asciiBytes(`${question.letter} ${first} ${count}${waits ? ` ${abilities.waits}` : ''}\n`);
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
    return ANSWER_HEADS.application.length + this.count * (this.waits ? 2 : 1) * valueBytes + 2;
  }

  /** Judges what has come, of which the last `newBytes` were not there before. */
  read(received: Uint8Array, newBytes: number): 'incomplete' | 'answer' | 'wrong' {
    const at = received.subarray(received.length - newBytes).indexOf(LF);
    if (at < 0) return received.length < this.maxBytes ? 'incomplete' : 'wrong';
    if (at !== newBytes - 1) return 'wrong';
    const residenceNs = this.residenceRoom.subarray(0, this.count);
    const waitNs = this.waits ? this.waitRoom.subarray(0, this.count) : undefined;
    const source = readAnswer(received, residenceNs, waitNs);
    if (source === undefined) return 'wrong';
    this.residences = { source, residenceNs, ...(waitNs === undefined ? {} : { waitNs }) };
    return 'answer';
  }
}

/**
 * Reads an answer, line end included, into arrays that are as long as was asked for.
 * @returns whose stamps they are; undefined when the line is no such answer
 */
function readAnswer(
  line: Uint8Array,
  residenceNs: Float64Array,
  waitNs: Float64Array | undefined,
): ResidenceSource | undefined {
  for (const source of SOURCES) {
    const head = ANSWER_HEADS[source];
    if (startsWith(line, head)) {
      const fields = new Fields(line, head.length);
      return readResidences(fields, residenceNs, waitNs) ? source : undefined;
    }
  }
  return undefined;
}

/** Whether what is left of the line is exactly as many residences as there is room for. */
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
  return fields.isAtEnd;
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
