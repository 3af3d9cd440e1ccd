/**
 * The server's residence of probes: how long it kept each one, by which stamps, and what it answers to a client
 * that asks for it (extension `+stamps`). Refuses to know when a residence begins and ends: it is told.
 */
import { asciiBytes, asciiText, contentEnd, decimalDigits, LF, SP, writeDecimal } from './grammar.ts';
import { MAX_KEPT_RESIDENCES, MAX_QUESTION_BYTES } from './limits.ts';

/** `kernel`: from receive stamp to send stamp of the kernel; `application`: as the program saw it. */
export type ResidenceSource = 'kernel' | 'application';

/** So many residences from that of probe `first` on, which counts from 0. */
interface Question {
  readonly first: number;
  readonly count: number;
}

/** How an answer begins. */
export const ANSWER_HEADS: Readonly<Record<ResidenceSource, Uint8Array>> = {
  kernel: asciiBytes('200 OK: Residence kernel'),
  application: asciiBytes('200 OK: Residence application'),
};
const LETTER_R = 0x72;
const DASH = 0x2d;
/** Most sessions have few probes; the others grow. A power of two, as {@link MAX_KEPT_RESIDENCES} is. */
const FIRST_KEPT_RESIDENCES = 64;

/** The last residences of one setup, on the server's side. */
export class ResidenceLog {
  /** Whose stamps they are made of. */
  source: ResidenceSource = 'application';
  /** A ring once it has its full size; until then it grows with what is recorded. */
  private kept: Float64Array = new Float64Array(FIRST_KEPT_RESIDENCES);
  private recorded = 0;

  /** Notes the residence of the next probe, ns. Allocates only to grow; what is no residence is missing. */
  record(residenceNs: number): void {
    if (this.recorded === this.kept.length && this.recorded < MAX_KEPT_RESIDENCES) {
      const grown = new Float64Array(2 * this.recorded);
      grown.set(this.kept);
      this.kept = grown;
    }
    const known = Number.isSafeInteger(residenceNs) && residenceNs >= 0;
    this.kept[this.recorded % this.kept.length] = known ? residenceNs : Number.NaN;
    this.recorded++;
  }

  /**
   * The answer to a message that is a question, with `-` for each residence that is missing, not yet there or no
   * longer kept; undefined when it is none, or asks for more than is ever kept.
   */
  answerTo(message: Uint8Array): Uint8Array | undefined {
    const question = readQuestion(message);
    if (question === undefined) return undefined;
    const { first, count } = question;
    const head = ANSWER_HEADS[this.source];
    let length = head.length + 1;
    for (let i = 0; i < count; i++) {
      const residenceNs = this.residenceOf(first + i);
      length += 1 + (Number.isNaN(residenceNs) ? 1 : decimalDigits(residenceNs));
    }
    const line = new Uint8Array(length);
    line.set(head);
    let at = head.length;
    for (let i = 0; i < count; i++) {
      line[at++] = SP;
      const residenceNs = this.residenceOf(first + i);
      if (Number.isNaN(residenceNs)) line[at++] = DASH;
      else at = writeDecimal(line, at, residenceNs);
    }
    line[at] = LF;
    return line;
  }

  private residenceOf(probe: number): number {
    const { kept, recorded } = this;
    const isKept = probe < recorded && probe >= recorded - kept.length;
    return isKept ? (kept[probe % kept.length] as number) : Number.NaN;
  }
}

/** Whether what has come of a message may be, or become, a question. */
export function startsResidenceQuestion(message: Uint8Array): boolean {
  return message[0] === LETTER_R;
}

function readQuestion(message: Uint8Array): Question | undefined {
  if (message.length > MAX_QUESTION_BYTES) return undefined;
  const match = /^r (\d{1,15}) (\d{1,15})$/.exec(asciiText(message, 0, contentEnd(message)));
  if (match === null) return undefined;
  const first = Number(match[1]);
  const count = Number(match[2]);
  return count >= 1 && count <= MAX_KEPT_RESIDENCES ? { first, count } : undefined;
}
