/**
 * One connection of the client under check: answered as the scenario has it, and written down. It goes on as long as the
 * client can be understood; what it makes of a message is in what it wrote down, and judged later.
 */

import type { Timekeeper } from '../../clock/clock.ts';
import {
  acceptedDialects,
  isProbe,
  isTermination,
  readSetup,
  startsProbe,
  startsTermination,
} from '../../core/wire/decode.ts';
import { DIALECTS, type Dialect, type DialectName } from '../../core/wire/dialects.ts';
import { encodeEcho, encodeReady } from '../../core/wire/encode.ts';
import { asciiBytes, LF } from '../../core/wire/grammar.ts';
import type { SetupReading } from '../../core/wire/messages.ts';
import type { Connection, ConnectionHandler } from '../../net/connection.ts';
import type { TracedMessage } from '../../net/engine.ts';
import { trace } from '../../net/session/trace.ts';
import type { Scenario } from './scenario.ts';

/** Each answer is held back for so long, so that whoever sends on before it is seen, and so that times are known. */
export const HOLD_NS = 20_000_000;
/** Longer than any message of the assignment with its frame. */
const MOST_BYTES: number = 1024 * 1024;

export interface SeenProbe {
  readonly message: Uint8Array;
  /** Whether it is what was due, in the reading of the setup. */
  readonly isRight: boolean;
  readonly arrivedNs: bigint;
  /** Undefined when it was not echoed. */
  readonly echoedNs: bigint | undefined;
}

export interface SeenBye {
  readonly message: Uint8Array;
  /** Whether it has the form of a termination message, in the reading of the setup. */
  readonly isRight: boolean;
}

/** All that a connection saw. */
export interface SeenSession {
  readonly setupMessage: Uint8Array | undefined;
  /** Undefined when no dialect understands it. */
  readonly reading: SetupReading | undefined;
  readonly probes: readonly SeenProbe[];
  /** Messages that are neither: undefined for none. */
  readonly strange: Uint8Array | undefined;
  /** What it said at its end, right or wrong; undefined for nothing. */
  readonly bye: SeenBye | undefined;
  /** Whether bytes came before the answer that was due. */
  readonly early: boolean;
  /** Whether anything but the termination came after a refusal, a wrong echo or none. */
  readonly wentOn: boolean;
  /** From the last answer, or the last message where none was given, to the client's end of the connection. */
  readonly leftAfterNs: number | undefined;
  readonly messages: readonly TracedMessage[];
}

export class ClientSession implements ConnectionHandler {
  private readonly connection: Connection;
  private readonly timekeeper: Timekeeper;
  private readonly scenario: Scenario;
  private readonly dialect: DialectName | 'auto';
  private readonly onOver: () => void;
  /** When something last happened, or will: an answer is held back until then. */
  activeNs: bigint;
  private readonly epochNs: bigint;
  private readonly messages: TracedMessage[] = [];
  private readonly probes: SeenProbe[] = [];
  private unread: Uint8Array = new Uint8Array(0);
  private readings: SetupReading[] = [];
  private setupMessage: Uint8Array | undefined;
  private strange: Uint8Array | undefined;
  private bye: SeenBye | undefined;
  private early = false;
  private wentOn = false;
  /** An answer is due and was not given yet. */
  private answering = false;
  /** What was said or kept back must end the session. */
  private spoiled = false;
  private lastNs: bigint;
  private leftNs: bigint | undefined;

  /** @param onOver told once the client has left */
  constructor(
    connection: Connection,
    timekeeper: Timekeeper,
    scenario: Scenario,
    dialect: DialectName | 'auto',
    onOver: () => void,
  ) {
    this.connection = connection;
    this.timekeeper = timekeeper;
    this.scenario = scenario;
    this.dialect = dialect;
    this.onOver = onOver;
    this.epochNs = timekeeper.nowNs();
    this.lastNs = this.epochNs;
    this.activeNs = this.epochNs;
  }

  get seen(): SeenSession {
    const { setupMessage, probes, strange, unread, early, wentOn, messages, leftNs } = this;
    // One without its line end was not answered, and is one all the same.
    const bye = this.bye ?? (this.saysBye(unread) ? { message: unread, isRight: false } : undefined);
    const leftAfterNs = leftNs === undefined ? undefined : Number(leftNs - this.lastNs);
    const [reading] = this.readings;
    return { setupMessage, reading, probes, strange, bye, early, wentOn, leftAfterNs, messages };
  }

  /** The check goes on without it. */
  drop(): void {
    this.connection.destroy();
  }

  onBytes(chunk: Uint8Array, nowNs: bigint): void {
    this.tell('received', chunk, nowNs);
    if (this.answering) this.early = true;
    if (nowNs > this.activeNs) this.activeNs = nowNs;
    const joined = new Uint8Array(this.unread.length + chunk.length);
    joined.set(this.unread);
    joined.set(chunk, this.unread.length);
    this.unread = joined;
    if (joined.length > MOST_BYTES) {
      this.strange ??= joined.subarray(0, 64);
      this.drop();
      return;
    }
    if (!this.answering) this.next(nowNs);
  }

  onDrain(): void {}

  onEnd(): void {
    this.leave();
    this.connection.end();
  }

  onClose(): void {
    this.leave();
  }

  private leave(): void {
    if (this.leftNs !== undefined) return;
    this.leftNs = this.timekeeper.nowNs();
    this.onOver();
  }

  /** One message, as soon as it is whole. */
  private next(nowNs: bigint): void {
    const end = this.endOfMessage();
    if (end < 0) return;
    const message = Uint8Array.from(this.unread.subarray(0, end));
    this.unread = this.unread.subarray(end);
    // What stands here already did not wait for its answer.
    if (this.unread.length > 0) this.early = true;
    this.lastNs = nowNs;
    if (this.setupMessage === undefined) this.setUp(message);
    else if (this.saysBye(message)) this.endBy(message);
    else if (this.spoiled) this.wentOn = true;
    else this.echo(message, nowNs);
  }

  /** Some dialects end a setup and a termination in the two characters of a newline that is not one. */
  private endOfMessage(): number {
    const { unread } = this;
    const lf = unread.indexOf(LF);
    if (lf >= 0) return lf + 1;
    const isShort = unread.length < 100;
    return isShort && unread.at(-2) === 0x5c && unread.at(-1) === 0x6e ? unread.length : -1;
  }

  private setUp(message: Uint8Array): void {
    this.setupMessage = message;
    this.readings = readSetup(message, acceptedDialects(this.dialect), undefined);
    const [reading] = this.readings;
    const [{ status }] = this.dialects;
    if (reading === undefined || this.scenario.setup === 'refusal') {
      this.spoiled = true;
      this.answer(asciiBytes(status.setupError), true);
      return;
    }
    this.answer(encodeReady(reading), false);
  }

  private echo(message: Uint8Array, nowNs: bigint): void {
    const index = this.probes.length;
    const fitting = this.readings.filter((reading) =>
      isProbe(message, reading, reading.dialect.probe.firstSequence + index),
    );
    if (fitting.length > 0) this.readings = fitting;
    const [reading] = this.readings;
    if (reading === undefined) return;
    const isRight = fitting.length > 0 && index < reading.setup.probes;
    const { dialect, setup } = reading;
    const delayNs = Number(setup.delay.delayNs);
    const seen = (echoedNs: bigint | undefined): void => {
      this.probes.push({ message, isRight, arrivedNs: nowNs, echoedNs });
    };
    if (!isRight) {
      if (message[0] !== 0x6d) this.strange ??= message;
      seen(undefined);
      this.spoiled = true;
      this.answer(asciiBytes(dialect.status.measurementError), true);
      return;
    }
    const echo = encodeEcho(message, reading, dialect.probe.firstSequence + index);
    switch (this.scenario.probe) {
      case 'right':
        seen(nowNs + BigInt(HOLD_NS + delayNs));
        this.answer(echo, false, delayNs);
        return;
      case 'refusal':
        seen(undefined);
        this.spoiled = true;
        this.answer(asciiBytes(dialect.status.measurementError), true);
        return;
      case 'wrong': {
        seen(undefined);
        this.spoiled = true;
        const wrong = Uint8Array.from(echo);
        // In the payload of every dialect: behind the letter and a number of one digit.
        const place = Math.min(4, wrong.length - 2);
        wrong[place] = (wrong[place] ?? 0) === 0x23 ? 0x24 : 0x23;
        this.answer(wrong, false);
        return;
      }
      case 'silence':
        seen(undefined);
        this.spoiled = true;
    }
  }

  /** Also of one that is malformed: whose letter it has or, after the last probe, whose place. */
  private saysBye(message: Uint8Array): boolean {
    if (message.length === 0 || this.setupMessage === undefined) return false;
    if (this.dialects.some((dialect) => startsTermination(message, dialect))) return true;
    const [reading] = this.readings;
    const isFinished = !this.spoiled && reading !== undefined && this.probes.length >= reading.setup.probes;
    return isFinished && !startsProbe(message);
  }

  private endBy(message: Uint8Array): void {
    if (this.bye !== undefined) return;
    const isRight = this.dialects.some((dialect) => isTermination(message, dialect));
    this.bye = { message, isRight };
    const [{ status }] = this.dialects;
    const isRefused = this.scenario.bye === 'refusal' || !isRight;
    this.answer(asciiBytes(isRefused ? status.terminationError : status.closing), true);
  }

  /** That of the assignment for a client that was not understood. */
  private get dialects(): readonly [Dialect, ...Dialect[]] {
    const [first, ...others] = this.readings.map(({ dialect }) => dialect);
    return [first ?? DIALECTS['size-first'], ...others];
  }

  private answer(bytes: Uint8Array, closes: boolean, delayNs = 0): void {
    this.answering = true;
    const dueNs = this.timekeeper.nowNs() + BigInt(HOLD_NS + delayNs);
    this.activeNs = dueNs;
    this.timekeeper.wakeAt(dueNs, () => {
      this.answering = false;
      this.lastNs = this.timekeeper.nowNs();
      if (this.leftNs !== undefined) return;
      this.tell('sent', bytes, this.lastNs);
      this.connection.write(bytes);
      // Its own end is waited for: a client must close as well.
      if (closes) this.connection.end();
      if (this.unread.length > 0) this.next(this.lastNs);
    });
  }

  private tell(direction: TracedMessage['direction'], bytes: Uint8Array, nowNs: bigint): void {
    // As the client sees it: what comes here was sent there.
    const seen = direction === 'sent' ? 'received' : 'sent';
    trace({ epochNs: this.epochNs, trace: (message) => this.messages.push(message) }, seen, bytes, nowNs);
  }
}
