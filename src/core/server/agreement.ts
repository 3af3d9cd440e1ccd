/**
 * What client and server have agreed on with a setup: what it can mean until the first probe settles that, which
 * probe is next, how many there may be, and the memory that is reserved for them. Refuses to know states, time and
 * what is answered.
 */
import { isProbe, maxMessageBytes, startsProbe, startsTermination } from '../wire/decode.ts';
import type { Dialect } from '../wire/dialects.ts';
import { limitedBytes } from '../wire/encode.ts';
import type { SetupReading } from '../wire/messages.ts';
import { admitSetup, type SetupTerms, type SetupVerdict } from './admit-setup.ts';

/** Whose rules a message can break. */
export type Breach = 'setup' | 'measurement' | 'termination';

export class Agreement {
  /** How many setups the connection has seen. */
  setups = 0;
  echoedInAll = 0;
  /** The number of the probe that is next, or under way. */
  sequence = 0;
  /** Longest the next message may be, bytes. */
  messageBound = 0;
  /** Whether the last probe was the one that told which of several readings is right. */
  hasJustSettled = false;
  private readonly terms: SetupTerms;
  /** What the last setup can mean; one entry once the first probe has come. Empty before a setup. */
  private readings: readonly SetupReading[] = [];
  /** The one reading that is left. */
  private settled: SetupReading | undefined;
  private echoedInSetup = 0;
  private reservedBytes = 0;
  /** What its messages can take and is not reserved yet. */
  private owedBytes = 0;

  constructor(terms: SetupTerms) {
    this.terms = terms;
  }

  /** Judges a setup among `dialects`, and holds to it from now on if it can be served. */
  begin(message: Uint8Array, dialects: readonly Dialect[]): SetupVerdict {
    this.giveBack();
    const verdict = admitSetup(message, dialects, this.terms);
    if (verdict.first === undefined) return verdict;
    this.reservedBytes = verdict.reservedBytes;
    this.owedBytes = Math.max(...verdict.readings.map(limitedBytes)) - verdict.reservedBytes;
    this.settle(verdict.readings);
    this.sequence = verdict.first.dialect.probe.firstSequence;
    this.echoedInSetup = 0;
    this.setups++;
    return verdict;
  }

  /** The dialect that is spoken, or the first of those that may be; undefined before a setup. */
  get dialect(): Dialect | undefined {
    return this.readings[0]?.dialect;
  }

  /** All probes that the setup allows have been echoed. */
  get isFinished(): boolean {
    return this.settled !== undefined && this.echoedInSetup === this.settled.setup.probes;
  }

  /** The reading under which `message` is the expected probe; the first probe settles the dialect. */
  matchProbe(message: Uint8Array): SetupReading | undefined {
    const { settled } = this;
    if (settled === undefined) return this.matchFirst(message);
    this.hasJustSettled = false;
    return !this.isFinished && isProbe(message, settled, this.sequence) ? settled : undefined;
  }

  /** The echo of the expected probe leaves. */
  countEcho(): void {
    this.sequence++;
    this.echoedInSetup++;
    this.echoedInAll++;
  }

  /** Whether the setup of the same dialect may follow that begins with this letter. */
  allowsSetup(letter: number | undefined): boolean {
    const { setup } = this.readings[0]?.dialect ?? {};
    if (setup === undefined || !this.isFinished) return false;
    return this.setups < setup.perConnection && letter === setup.letter.charCodeAt(0);
  }

  /** Whose rules a message after the setup breaks. After the last probe all that is left to say is goodbye. */
  faultOf(message: Uint8Array, isQuestion: boolean): Breach {
    const { dialect } = this;
    if (dialect === undefined) return 'setup';
    if (startsTermination(message, dialect)) return 'termination';
    return this.isFinished && !isQuestion && !startsProbe(message) ? 'termination' : 'measurement';
  }

  /** What would have been right, for the log. */
  get awaited(): string {
    return this.isFinished ? 'a termination, all probes being echoed' : `probe ${this.sequence}`;
  }

  /** Takes what memory its messages need, where that was to wait. @returns whether it is there */
  reserve(): boolean {
    if (this.owedBytes === 0) return true;
    if (!this.terms.budget.reserve(this.owedBytes)) return false;
    this.reservedBytes += this.owedBytes;
    this.owedBytes = 0;
    return true;
  }

  /** Nothing more is buffered for this setup. */
  giveBack(): void {
    this.terms.budget.release(this.reservedBytes);
    this.reservedBytes = 0;
  }

  private matchFirst(message: Uint8Array): SetupReading | undefined {
    const reading = this.readings.find((r) => isProbe(message, r, r.dialect.probe.firstSequence));
    if (reading === undefined) return undefined;
    this.settle([reading]);
    this.hasJustSettled = true;
    this.terms.budget.release(this.reservedBytes - limitedBytes(reading));
    this.reservedBytes = limitedBytes(reading);
    this.sequence = reading.dialect.probe.firstSequence;
    return reading;
  }

  private settle(readings: readonly SetupReading[]): void {
    this.readings = readings;
    this.settled = readings.length === 1 ? readings[0] : undefined;
    this.messageBound = Math.max(...readings.map(maxMessageBytes));
  }
}
