/**
 * The server's residence of probes: how long it kept each one, by which stamps, and what it answers to a client
 * that asks for it (extension `+stamps`). Refuses to know when a residence begins and ends: it is told.
 */

import { MAX_KEPT_RESIDENCES } from '../limits.ts';
import { EXTENSIONS } from './extensions.ts';
import { asciiBytes, asciiText, contentEnd, decimalDigits, LF, SP, writeDecimal } from './grammar.ts';

/** `kernel`: from receive stamp to send stamp of the kernel; `application`: as the program saw it. */
export type ResidenceSource = 'kernel' | 'application';

/** So many residences from that of probe `first` on, which counts from 0. */
interface Question {
  readonly first: number;
  readonly count: number;
  /** Whether how long TCP kept each echo is asked for, too. */
  readonly waits: boolean;
  /** Whether the time for which they waited for other clients is asked for, too. */
  readonly busy: boolean;
}

/** How an answer begins. */
export const ANSWER_HEADS: Readonly<Record<ResidenceSource, Uint8Array>> = {
  kernel: asciiBytes('200 OK: Residence kernel'),
  application: asciiBytes('200 OK: Residence application'),
};
const DASH = 0x2d;
const SLASH = 0x2f;
const {
  exchange: { question: ASKED },
  abilities,
} = EXTENSIONS.stamps;
const QUESTION = /^r (\d{1,15}) (\d{1,15})((?: \S+){0,2})$/;
const WITH_WAITS = ` ${abilities.waits}`;
const WITH_BUSY = `${WITH_WAITS} ${abilities.busy}`;
/** Before the time for which the server was busy with others, at the end of an answer. */
export const BUSY_HEAD: Uint8Array = asciiBytes(` ${abilities.busy} `);
/** Of each probe: its residence, how much of it TCP kept it, and how long it waited for others. */
const VALUES = 3;
/** Most sessions have few probes; the others grow. A power of two, as {@link MAX_KEPT_RESIDENCES} is. */
const FIRST_KEPT_RESIDENCES = 64;

/** The last residences of one setup, on the server's side. */
export class ResidenceLog {
  /** Whose stamps they are made of. */
  source: ResidenceSource = 'application';
  /** {@link VALUES} of each probe: a ring once it has its full size; until then it grows with what is recorded. */
  private kept: Float64Array = new Float64Array(VALUES * FIRST_KEPT_RESIDENCES);
  private recorded = 0;

  /**
   * Notes the residence of the next probe, ns, how much of it the echo waited in TCP, and for how long the probe
   * waited for others: within the residence by stamps of the kernel, before it by the program's own. Allocates only to
   * grow; what is no residence, or no part of one, is missing.
   */
  record(residenceNs: number, waitNs: number = Number.NaN, busyNs: number = Number.NaN): void {
    if (VALUES * this.recorded === this.kept.length && this.recorded < MAX_KEPT_RESIDENCES) {
      const grown = new Float64Array(2 * this.kept.length);
      grown.set(this.kept);
      this.kept = grown;
    }
    const at = (VALUES * this.recorded) % this.kept.length;
    const mostBusyNs = this.source === 'kernel' ? residenceNs : Number.MAX_SAFE_INTEGER;
    this.kept[at] = isDuration(residenceNs) ? residenceNs : Number.NaN;
    this.kept[at + 1] = isDuration(waitNs) && waitNs <= residenceNs ? waitNs : Number.NaN;
    this.kept[at + 2] =
      isDuration(residenceNs) && isDuration(busyNs) && busyNs <= mostBusyNs ? busyNs : Number.NaN;
    this.recorded++;
  }

  /**
   * The answer to a message that is a question, with `-` for each residence that is missing, not yet there or no
   * longer kept; undefined when it is none, or asks for more than is ever kept.
   */
  answerTo(message: Uint8Array): Uint8Array | undefined {
    const question = readQuestion(message);
    if (question === undefined) return undefined;
    const { first, count, waits, busy } = question;
    const busyNs = busy ? this.busyNs(first, count) : undefined;
    const head = ANSWER_HEADS[this.source];
    let length = head.length + 1;
    for (let i = 0; i < count; i++) {
      const at = this.placeOf(first + i);
      length += 1 + fieldBytes(this.valueAt(at));
      if (waits && this.isThere(at)) length += 1 + fieldBytes(this.valueAt(at + 1));
    }
    if (busyNs !== undefined) length += BUSY_HEAD.length + fieldBytes(busyNs);
    const line = new Uint8Array(length);
    line.set(head);
    let end = head.length;
    for (let i = 0; i < count; i++) {
      const at = this.placeOf(first + i);
      line[end++] = SP;
      end = writeField(line, end, this.valueAt(at));
      if (!waits || !this.isThere(at)) continue;
      line[end++] = SLASH;
      end = writeField(line, end, this.valueAt(at + 1));
    }
    if (busyNs !== undefined) {
      line.set(BUSY_HEAD, end);
      end = writeField(line, end + BUSY_HEAD.length, busyNs);
    }
    line[end] = LF;
    return line;
  }

  /** For how long those of these probes of which it is known waited for others, together; NaN when it is known of none. */
  private busyNs(first: number, count: number): number {
    let totalNs = Number.NaN;
    for (let i = 0; i < count; i++) {
      const at = this.placeOf(first + i);
      const busyNs = this.valueAt(at < 0 ? at : at + 2);
      if (!Number.isNaN(busyNs)) totalNs = (Number.isNaN(totalNs) ? 0 : totalNs) + busyNs;
    }
    return isDuration(totalNs) ? totalNs : Number.NaN;
  }

  /** Where the values of a probe lie; -1 when they are not kept. */
  private placeOf(probe: number): number {
    const { kept, recorded } = this;
    const isKept = probe < recorded && probe >= recorded - kept.length / VALUES;
    return isKept ? (VALUES * probe) % kept.length : -1;
  }

  private valueAt(at: number): number {
    return at < 0 ? Number.NaN : (this.kept[at] as number);
  }

  private isThere(at: number): boolean {
    return !Number.isNaN(this.valueAt(at));
  }
}

function isDuration(ns: number): boolean {
  return Number.isSafeInteger(ns) && ns >= 0;
}

function fieldBytes(ns: number): number {
  return Number.isNaN(ns) ? 1 : decimalDigits(ns);
}

/** @returns the offset behind it */
function writeField(line: Uint8Array, at: number, ns: number): number {
  if (!Number.isNaN(ns)) return writeDecimal(line, at, ns);
  line[at] = DASH;
  return at + 1;
}

function readQuestion(message: Uint8Array): Question | undefined {
  if (message.length > ASKED.maxBytes) return undefined;
  const match = QUESTION.exec(asciiText(message, 0, contentEnd(message)));
  if (match === null) return undefined;
  const words = match[3] as string;
  if (words !== '' && words !== WITH_WAITS && words !== WITH_BUSY) return undefined;
  const first = Number(match[1]);
  const count = Number(match[2]);
  return count >= 1 && count <= MAX_KEPT_RESIDENCES
    ? { first, count, waits: words !== '', busy: words === WITH_BUSY }
    : undefined;
}
