/**
 * A client's reading of what comes from its server: gathers the pieces of the answer under way, and tells when it is
 * whole and what it is. Some answers have no end of their own, so that only silence, or the end of the stream, ends
 * them. Refuses to know the state of the session, and what follows from an answer.
 *
 * An echo of known length that comes in one piece is compared where it lies; everything else is copied once.
 */
import type { ProbeWriter } from '../wire/encode.ts';
import { LF } from '../wire/grammar.ts';
import { MAX_STATUS_BYTES, mayBecomeStatus, quietNs, verdictOf } from '../wire/status.ts';
import type { EchoMatcher } from './echo-matcher.ts';

/** What is wrong: no echo where one is due, no status, no answer of the extension, or no end of a status. */
export type Fault = 'no-echo' | 'no-status' | 'no-answer' | 'endless';
/** What an answer has turned out to be. A status, good or bad, lies in {@link AnswerReader.line}. */
export type Finding = 'incomplete' | 'echo' | 'status' | 'answer' | Fault;

/** What reads the answer to the question of an extension, whichever it is. */
export interface ExtensionReader {
  /** What the server owes an answer to, and what would be one, for people. */
  readonly owed: string;
  readonly expected: string;
  /** Longest the answer may be, its line end included, bytes. */
  readonly maxBytes: number;
  /** Judges what has come of it, of which the last `newBytes` were not there before. */
  read(received: Uint8Array, newBytes: number): 'incomplete' | 'answer' | 'wrong';
}

const RECEIVE_BYTES = 1024;
/** `200` or `404`. */
const STATUS_CODE_BYTES = 3;
/** The `4` of 404: the answers of extensions begin with 200. */
const REFUSAL_START = 0x34;
/** A bare payload has no end of its own: it is whole when nothing follows for 20 ms. */
export const BARE_ECHO_QUIET_NS = 20_000_000n;

export class AnswerReader {
  /** When silence ends what has come so far; undefined where it has another end. */
  quietDeadlineNs: bigint | undefined;
  /** The last status, its line end included where it has one. */
  line: Uint8Array = new Uint8Array(0);
  /** Who reads the answer, where the question was one of an extension. */
  extension: ExtensionReader | undefined;
  private readonly matcher: EchoMatcher;
  private readonly script: Pick<ProbeWriter, 'payload'>;
  private isEchoDue = false;
  /** The probe whose echo is due. */
  private message: Uint8Array = new Uint8Array(0);
  /** Length of the echo under way, or -1 where it is not known or something else is coming. */
  private expectedBytes = -1;
  private received = new Uint8Array(RECEIVE_BYTES);
  private receivedBytes = 0;
  /** What came last had no LF yet: one late LF is dropped. */
  private lateLf = false;

  /** @param script whose payload is that of all probes */
  constructor(matcher: EchoMatcher, script: Pick<ProbeWriter, 'payload'>) {
    this.matcher = matcher;
    this.script = script;
  }

  awaitEcho(message: Uint8Array): void {
    this.isEchoDue = true;
    this.message = message;
    this.receivedBytes = 0;
    this.matcher.begin();
    this.expectedBytes = this.matcher.expectedBytes(message) ?? -1;
  }

  awaitAnswer(extension: ExtensionReader): void {
    this.extension = extension;
    this.receivedBytes = 0;
  }

  /** How much of the echo under way is still to come, bytes; 0 where only its end will tell. */
  get missingBytes(): number {
    return this.expectedBytes < 0 ? 0 : this.expectedBytes - this.receivedBytes;
  }

  /** What has come and belongs to no whole answer. */
  get unread(): Uint8Array {
    return this.received.subarray(0, this.receivedBytes);
  }

  /** Drops {@link unread}. */
  clear(): void {
    this.receivedBytes = 0;
  }

  /** Some servers send the LF of an answer late: it belongs to nothing that follows. */
  withoutLateLf(chunk: Uint8Array): Uint8Array {
    if (!this.lateLf || chunk.length === 0) return chunk;
    this.lateLf = false;
    return chunk[0] === LF ? chunk.subarray(1) : chunk;
  }

  read(bytes: Uint8Array, nowNs: bigint): Finding {
    if (this.isWholeEcho(bytes)) return this.takeEcho();
    this.keep(bytes);
    // An echo of known length, not all there yet, that did not start as something else.
    if (this.receivedBytes < this.expectedBytes && this.received[0] === this.expectedFirstByte()) {
      return 'incomplete';
    }
    if (this.isEchoDue) return this.judgeEcho(nowNs);
    return this.extension === undefined
      ? this.judgeStatus(nowNs)
      : this.judgeAnswer(this.extension, bytes.length, nowNs);
  }

  /**
   * How many bytes of `chunk` from `offset` on are the whole echo of `message`, a late LF before it included; 0 where they
   * are something else, or not all of it. Nothing is kept, and nothing made, so that one chunk may hold thousands.
   */
  wholeEchoAt(chunk: Uint8Array, offset: number, message: Uint8Array): number {
    const { matcher } = this;
    const expected = matcher.expectedBytes(message);
    if (expected === undefined) return 0;
    const start = this.lateLf && chunk[offset] === LF ? offset + 1 : offset;
    const end = start + expected;
    if (end > chunk.length || !matcher.isEchoAt(chunk, start, message)) return 0;
    this.lateLf = matcher.form === 'payload';
    return end - offset;
  }

  /** Something came before anything was asked: that the server has no place, perhaps not in one piece, or no sense. */
  readGreeting(bytes: Uint8Array): 'incomplete' | 'status' | 'no-status' {
    this.keep(bytes);
    const { unread } = this;
    if (verdictOf(unread) === 'stop') return this.takeStatus(unread);
    return unread.length < STATUS_CODE_BYTES && mayBecomeStatus(unread) ? 'incomplete' : 'no-status';
  }

  /** What has come is all there will be. */
  readEnd(): Finding {
    if (this.isBareEcho()) return this.takeBareEcho();
    return this.isStatus() ? this.takeStatus(this.unread) : 'incomplete';
  }

  /** Nothing came for a while; nothing is concluded from that before {@link quietDeadlineNs}. */
  readSilence(nowNs: bigint): Finding {
    if (this.quietDeadlineNs === undefined || nowNs < this.quietDeadlineNs) return 'incomplete';
    this.quietDeadlineNs = undefined;
    if (this.isBareEcho()) return this.takeBareEcho();
    if (verdictOf(this.unread) === 'not-a-status') return this.isEchoDue ? 'no-echo' : 'no-status';
    this.lateLf = true;
    return this.takeStatus(this.unread);
  }

  /** Nothing came for too long. An echo that is not whole is none, but a status without an end is one. */
  readTimeOut(): Finding {
    return !this.isEchoDue && this.isStatus() ? this.takeStatus(this.unread) : 'incomplete';
  }

  private isWholeEcho(bytes: Uint8Array): boolean {
    return (
      bytes.length === this.expectedBytes &&
      this.receivedBytes === 0 &&
      this.matcher.match(bytes, bytes.length, this.message) === 'echo'
    );
  }

  private keep(bytes: Uint8Array): void {
    const needed = this.receivedBytes + bytes.length;
    if (needed > this.received.length) {
      const answerBytes = this.extension?.maxBytes ?? this.matcher.maxBytes(this.message);
      const bound = Math.max(MAX_STATUS_BYTES, answerBytes);
      const grown = new Uint8Array(Math.max(needed, Math.min(2 * needed, bound)));
      grown.set(this.unread);
      this.received = grown;
    }
    this.received.set(bytes, this.receivedBytes);
    this.receivedBytes = needed;
  }

  private isBareEcho(): boolean {
    return this.isEchoDue && this.matcher.isBare(this.received, this.receivedBytes);
  }

  private judgeEcho(nowNs: bigint): Finding {
    const match = this.matcher.match(this.received, this.receivedBytes, this.message);
    if (match === 'echo') return this.takeEcho();
    if (match === 'wrong') this.dropEchoBeforeRefusal();
    const { unread } = this;
    if (verdictOf(unread) === 'stop' || mayBecomeStatus(unread)) return this.judgeStatus(nowNs);
    if (match === 'wrong' || this.expectedBytes >= 0) return 'no-echo';
    // Perhaps a bare payload; perhaps more is coming. Only silence tells.
    const bare = this.matcher.isBare(this.received, this.receivedBytes);
    this.quietDeadlineNs = bare ? nowNs + BARE_ECHO_QUIET_NS : undefined;
    return 'incomplete';
  }

  /** A server that ends a session says so behind the last echo, which is no news any more. */
  private dropEchoBeforeRefusal(): void {
    const { received, receivedBytes, matcher, message } = this;
    const echoBytes = this.unread.indexOf(LF) + 1;
    if (echoBytes === 0 || echoBytes === receivedBytes || received[echoBytes] !== REFUSAL_START) return;
    matcher.begin();
    if (matcher.match(received, echoBytes, message) !== 'echo') return;
    received.copyWithin(0, echoBytes, receivedBytes);
    this.receivedBytes -= echoBytes;
  }

  private takeEcho(): 'echo' {
    this.quietDeadlineNs = undefined;
    this.receivedBytes = 0;
    this.expectedBytes = -1;
    this.isEchoDue = false;
    // Some servers send the LF of a bare payload late, each time.
    this.lateLf = this.matcher.form === 'payload';
    return 'echo';
  }

  private takeBareEcho(): 'echo' {
    this.matcher.settleBare();
    return this.takeEcho();
  }

  private judgeAnswer(reader: ExtensionReader, newBytes: number, nowNs: bigint): Finding {
    const { unread } = this;
    if (unread[0] === REFUSAL_START) return this.judgeStatus(nowNs);
    const verdict = reader.read(unread, newBytes);
    if (verdict === 'incomplete') return 'incomplete';
    if (verdict === 'wrong') return 'no-answer';
    this.extension = undefined;
    this.receivedBytes = 0;
    return 'answer';
  }

  /** Whether what has come is a status as it stands. The answer of an extension begins as one, and needs its end. */
  private isStatus(): boolean {
    const verdict = verdictOf(this.unread);
    return verdict === 'stop' || (verdict === 'go-on' && this.extension === undefined);
  }

  private judgeStatus(nowNs: bigint): Finding {
    const { unread } = this;
    const lf = unread.indexOf(LF);
    if (lf >= 0) return this.takeStatus(unread.subarray(0, lf + 1));
    if (unread.length > MAX_STATUS_BYTES) return 'endless';
    const quiet = quietNs(unread);
    this.quietDeadlineNs = quiet === undefined ? undefined : nowNs + quiet;
    return 'incomplete';
  }

  private takeStatus(line: Uint8Array): 'status' {
    this.quietDeadlineNs = undefined;
    this.line = line;
    return 'status';
  }

  private expectedFirstByte(): number | undefined {
    const { form } = this.matcher;
    return form === 'payload' || form === 'payload-line' ? this.script.payload[0] : this.message[0];
  }
}
