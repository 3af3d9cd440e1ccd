/**
 * Probes that do not wait for each other's echoes, on one connection: many under way where the server has agreed to that
 * or is a plain echo server, else one. An ordinary session opens the connection, and reads the first echo, which is alone
 * and settles the form of all; it judges each later one, too. What is added here is which probe is sent next, and that
 * a chunk may hold many echoes, or a piece of one: all in it arrived together.
 */
import { EcholotError } from '../errors.ts';
import type { SessionState } from '../transitions.ts';
import { type ByteTools, PLAIN_TOOLS } from '../wire/byte-tools.ts';
import type { Dialect } from '../wire/dialects.ts';
import { LF } from '../wire/grammar.ts';
import type { Setup } from '../wire/messages.ts';
import { ClientScript } from './client-script.ts';
import { type ClientOptions, ClientSession } from './client-session.ts';
import type { MetEchoForm } from './echo-matcher.ts';
import { PlainScript } from './plain-script.ts';
import { PlainSession } from './plain-session.ts';
import type { Residences } from './residence-reader.ts';

/** Writes probes one after the other, the last of which is `message`. */
type Sender = Pick<ClientScript | PlainScript, 'probe' | 'message'>;

/** Many probes under way need the option `pipeline`, and a server that agrees. */
export function pipelined(dialect: Dialect, setup: Setup, options: ClientOptions = {}): PipelinedSession {
  return new PipelinedSession(
    new ClientSession(dialect, setup, options),
    new ClientScript(dialect, setup, options.delayUnit),
  );
}

export function pipelinedPlain(payloadBytes: number, tools: ByteTools = PLAIN_TOOLS): PipelinedSession {
  return new PipelinedSession(
    new PlainSession(payloadBytes, tools, true),
    new PlainScript(payloadBytes, true),
  );
}

export class PipelinedSession {
  /** Probes that were sent and are not answered. */
  underWay = 0;
  /** Of which the ordinary session knows the last whose echo it has begun to read, and no later one. */
  private readonly session: ClientSession | PlainSession;
  private readonly sender: Sender;
  /** Echoes that have come and were not polled. */
  private echoes = 0;

  /** @param sender with the same probes as `session` */
  constructor(session: ClientSession | PlainSession, sender: Sender) {
    this.session = session;
    this.sender = sender;
  }

  get state(): SessionState {
    const { state } = this.session;
    return state === 'measurement' && this.underWay > 0 ? 'echo' : state;
  }

  get failure(): EcholotError | undefined {
    return this.session.failure;
  }

  get wasRefused(): boolean {
    return this.session.wasRefused;
  }

  get readyText(): string | undefined {
    return this.session.readyText;
  }

  get echoForm(): MetEchoForm | undefined {
    return this.session.echoForm;
  }

  /** Arrival of the last byte of the first echo, or of a status; later echoes arrived when they were handed in. */
  get arrivedNs(): bigint {
    return this.session.arrivedNs;
  }

  /** Size of the last probe message, bytes. */
  get messageBytes(): number {
    return this.sender.message.length;
  }

  get farewell(): Uint8Array | undefined {
    return this.session.farewell;
  }

  get byeConnection(): 'same' | 'new' {
    return this.session.byeConnection;
  }

  /** The server tells the residence of probes, see {@link askResidence}. */
  get hasStamps(): boolean {
    return this.session.hasStamps;
  }

  /** As that of an ordinary session. */
  get residence(): Residences | undefined {
    return this.session.residence;
  }

  /** Whether a piece of an echo has come, and not all of it. */
  get isWithin(): boolean {
    return this.session.state === 'echo';
  }

  /** Most probes under way that the protocol allows. */
  get inFlight(): number {
    const { hasPipeline, echoForm } = this.session;
    return hasPipeline && echoForm !== undefined ? Number.POSITIVE_INFINITY : 1;
  }

  /** Whether a probe may be sent. */
  get isReady(): boolean {
    const { state } = this;
    return (state === 'measurement' || state === 'echo') && this.underWay < this.inFlight;
  }

  begin(): Uint8Array | undefined {
    return this.session.begin();
  }

  showToken(): Uint8Array | undefined {
    return this.session.showToken();
  }

  /** The next probe, valid until the next call. Only where {@link isReady} is true. */
  probe(): Uint8Array {
    if (!this.isReady) throw new EcholotError('internal', `probe in state ${this.state}`);
    this.underWay++;
    return this.sender.probe();
  }

  /** Whether an echo has come: true once for each, the oldest first. Those before a failure count. */
  pollEcho(): boolean {
    if (this.echoes === 0) return false;
    this.echoes--;
    return true;
  }

  /** As that of an ordinary session; only while nothing is under way. */
  askResidence(first: number, count: number): Uint8Array {
    if (this.underWay > 0) throw new EcholotError('internal', 'a question before the last echo');
    return this.session.askResidence(first, count);
  }

  /** The termination message; only while nothing is under way. Undefined where closing the connection is all there is. */
  terminate(): Uint8Array | undefined {
    if (this.underWay > 0) throw new EcholotError('internal', 'termination before the last echo');
    return this.session.terminate();
  }

  handleBytes(chunk: Uint8Array, nowNs: bigint): void {
    const { session } = this;
    for (let at = 0; at < chunk.length && session.state !== 'closed'; ) {
      if (this.underWay === 0) {
        session.handleBytes(chunk.subarray(at), nowNs);
        return;
      }
      const whole = session.state === 'echo' ? 0 : session.takeEcho(chunk, at);
      if (whole > 0) {
        at += whole;
        this.countEcho();
      } else {
        this.expectEcho();
        const end = this.endOfPiece(chunk, at);
        session.handleBytes(chunk.subarray(at, end), nowNs);
        at = end;
        this.settle();
      }
    }
  }

  /** The peer sends no more. */
  handleEnd(): void {
    this.expectEcho();
    this.session.handleEnd();
    this.settle();
    // An echo that only the end has told to be whole is the last: those after it do not come any more.
    if (this.underWay > 0 && this.session.state === 'measurement') this.handleEnd();
  }

  deadlineNs(): bigint | undefined {
    return this.session.deadlineNs();
  }

  handleDeadline(nowNs: bigint): void {
    const isReading = this.session.state === 'echo';
    this.session.handleDeadline(nowNs);
    if (isReading) this.settle();
  }

  /** Nothing came in time; the caller keeps the time. */
  timeOut(waitedMs: number): void {
    this.expectEcho();
    this.session.timeOut(waitedMs);
  }

  /** From here on the ordinary session reads what comes as the oldest echo that is due, in pieces, or as what it is. */
  private expectEcho(): void {
    if (this.underWay > 0 && this.session.state === 'measurement') this.session.probe();
  }

  /** Where in `chunk` the echo ends that the ordinary session reads, as far as that can be known. */
  private endOfPiece(chunk: Uint8Array, at: number): number {
    const { missingBytes } = this.session;
    if (missingBytes > 0) return Math.min(at + missingBytes, chunk.length);
    const lf = chunk.indexOf(LF, at);
    return lf < 0 ? chunk.length : lf + 1;
  }

  /** The ordinary session was reading an echo: looks whether that is whole now. */
  private settle(): void {
    if (this.underWay > 0 && this.session.state === 'measurement') this.countEcho();
  }

  private countEcho(): void {
    this.underWay--;
    this.echoes++;
  }
}
