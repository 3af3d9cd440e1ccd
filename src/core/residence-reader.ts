/**
 * A client's reading of the residences that it asked a server for (extension `+stamps`). The answer is one line
 * of a known number of fields, so that its length is bounded; it is searched once, in whatever pieces it comes.
 */
import { asciiBytes, contentEnd, LF, SP } from './grammar.ts';
import { ANSWER_HEADS, type ResidenceSource } from './residence.ts';

/** What a server told: the residence of each probe that was asked for, ns; NaN where a stamp is missing. */
export interface Residences {
  readonly source: ResidenceSource;
  readonly residenceNs: Float64Array;
}

const SOURCES: readonly ResidenceSource[] = ['kernel', 'application'];
const DASH = 0x2d;
const DIGIT_0 = 0x30;
/** Of the largest residence, 2^53 - 1 ns. */
const MAX_RESIDENCE_DIGITS = 16;

export class ResidenceReader {
  /** The last answer; undefined until it is whole. */
  residences: Residences | undefined;
  private room = new Float64Array(0);
  /** How many residences were asked for last. */
  count = 0;

  /** The question for the residences of `count` probes from the `first` on, which counts from 0. */
  ask(first: number, count: number): Uint8Array {
    this.residences = undefined;
    this.count = count;
    if (count > this.room.length) this.room = new Float64Array(count);
    return asciiBytes(`r ${first} ${count}\n`);
  }

  /** Longest the answer may be, its line end (CR LF at most) included, bytes. */
  get maxBytes(): number {
    return ANSWER_HEADS.application.length + this.count * (1 + MAX_RESIDENCE_DIGITS) + 2;
  }

  /** Judges what has come, of which the last `newBytes` were not there before. */
  read(received: Uint8Array, newBytes: number): 'incomplete' | 'answer' | 'wrong' {
    const at = received.subarray(received.length - newBytes).indexOf(LF);
    if (at < 0) return received.length < this.maxBytes ? 'incomplete' : 'wrong';
    if (at !== newBytes - 1) return 'wrong';
    const residenceNs = this.room.subarray(0, this.count);
    const source = readAnswer(received, residenceNs);
    if (source === undefined) return 'wrong';
    this.residences = { source, residenceNs };
    return 'answer';
  }
}

/**
 * Reads an answer, line end included, into `residenceNs`, which is as long as was asked for.
 * @returns whose stamps they are; undefined when the line is no such answer
 */
function readAnswer(line: Uint8Array, residenceNs: Float64Array): ResidenceSource | undefined {
  const end = contentEnd(line);
  for (const source of SOURCES) {
    const head = ANSWER_HEADS[source];
    if (startsWith(line, head)) {
      return readResidences(line, head.length, end, residenceNs) ? source : undefined;
    }
  }
  return undefined;
}

/** Whether the bytes from `start` to `end` are exactly as many residences as there is room for. */
function readResidences(line: Uint8Array, start: number, end: number, residenceNs: Float64Array): boolean {
  let at = start;
  for (let i = 0; i < residenceNs.length; i++) {
    if (at >= end || line[at++] !== SP) return false;
    if (line[at] === DASH) {
      residenceNs[i] = Number.NaN;
      at++;
      continue;
    }
    const from = at;
    let value = 0;
    for (; at < end && isDigit(line[at] as number); at++)
      value = value * 10 + ((line[at] as number) - DIGIT_0);
    const digits = at - from;
    if (digits < 1 || digits > MAX_RESIDENCE_DIGITS || value > Number.MAX_SAFE_INTEGER) return false;
    residenceNs[i] = value;
  }
  return at === end;
}

function isDigit(byte: number): boolean {
  return byte >= DIGIT_0 && byte <= DIGIT_0 + 9;
}

function startsWith(line: Uint8Array, head: Uint8Array): boolean {
  return head.every((byte, i) => line[i] === byte);
}
