/**
 * The server under check as the rules see it: sessions that are opened as the dialect has it, answers that are judged,
 * and what was seen of its refusals along the way. One rule at a time.
 */
import { foreignServer } from '../core/client/foreign-server.ts';
import { EcholotError } from '../core/errors.ts';
import { isTermination } from '../core/wire/decode.ts';
import type { Dialect, MeasurementType } from '../core/wire/dialects.ts';
import { encodeEcho, encodeSetup, ProbeWriter } from '../core/wire/encode.ts';
import { asciiBytes, asciiText, bytesText, printableEnds } from '../core/wire/grammar.ts';
import type { Setup } from '../core/wire/messages.ts';
import { verdictOf } from '../core/wire/status.ts';
import type { DialerNetwork, Target } from '../net/dialer.ts';
import type { TracedMessage } from '../net/engine.ts';
import { Answers, receivedText } from './answers.ts';
import { Farewell, type Standing } from './farewell.ts';
import { Fault } from './fault.ts';
import { type Ended, type Heard, Talk } from './talk.ts';

/** Of a rule on the wire: enough to see how it ended. */
const MOST_MESSAGES = 100;

/** Which of the protocol's three errors is due. */
export type ErrorKind = 'setupError' | 'measurementError' | 'terminationError';

/** How the server answered a message that it must refuse. */
export interface Refusal {
  readonly kind: ErrorKind;
  readonly sent: Uint8Array;
  /** Its text without the line end; empty when it closed without one. */
  readonly text: string;
  /** How the connection ended afterwards. */
  readonly ended: Ended;
  /** Whether what was sent shows the dialect, so that its own words can be asked for. */
  readonly showsDialect: boolean;
}

/** What became of the connections of a rule. */
export interface Seen {
  readonly connections: number;
  /** Whether anything at all came on any of them. */
  readonly isHeard: boolean;
  /** Whether the server has ended one; whether an answer was due then, and whether it had read what it was due for. */
  readonly isEnded: boolean;
  readonly isCutOff: boolean;
  readonly isClosed: boolean;
}

export interface ServerOptions {
  readonly network: DialerNetwork;
  readonly target: Target;
  readonly dialect: Dialect;
  /** How long any answer may take, ns. */
  readonly timeoutNs: number;
  readonly signal: AbortSignal | undefined;
}

export class Server {
  readonly dialect: Dialect;
  readonly timeoutNs: number;
  /** Of all rules so far. */
  readonly refusals: Refusal[] = [];
  /** Whether anything has come in any rule before. */
  hasAnswered = false;
  /** On the wire since the rule began. */
  messages: TracedMessage[] = [];
  private readonly options: ServerOptions;
  /** All connections of the rule. */
  private readonly talks = new Map<Talk, Standing>();
  readonly answers: Answers;
  private readonly farewell: Farewell;
  private epochNs: bigint;

  constructor(options: ServerOptions) {
    this.options = options;
    this.dialect = options.dialect;
    this.timeoutNs = options.timeoutNs;
    this.answers = new Answers(options.timeoutNs);
    this.farewell = new Farewell(options.dialect, this.answers);
    this.epochNs = options.network.timekeeper.nowNs();
  }

  get nowNs(): bigint {
    return this.options.network.timekeeper.nowNs();
  }

  /** Another rule begins. */
  begin(): void {
    this.messages = [];
    this.epochNs = this.nowNs;
  }

  /** One connection ends, in peace where it can: there are servers for one client at a time. */
  async part(talk: Talk): Promise<void> {
    await this.farewell.leave(talk, this.talks.get(talk) ?? 'over');
    talk.drop();
  }

  /** All connections of the rule end. */
  async leave(): Promise<void> {
    try {
      for (const talk of this.talks.keys()) await this.part(talk);
    } catch (error) {
      if (!(error instanceof EcholotError)) throw error;
    } finally {
      this.hasAnswered ||= this.seen.isHeard;
      for (const talk of this.talks.keys()) talk.drop();
      this.talks.clear();
    }
  }

  /** What has become of the connections of the rule so far. */
  get seen(): Seen {
    const talks = [...this.talks.keys()];
    const ends = talks.flatMap(({ endedByServer }) => endedByServer ?? []);
    return {
      connections: talks.length,
      isHeard: talks.some(({ hasHeard }) => hasHeard),
      isEnded: ends.length > 0,
      isCutOff: ends.some(({ owing }) => owing),
      isClosed: ends.some(({ owing, how }) => owing && how === 'closed'),
    };
  }

  /** @throws EcholotError where there is no connection */
  async open(): Promise<Talk> {
    const { network, target, timeoutNs, signal } = this.options;
    const { messages, epochNs } = this;
    const talk = await Talk.open(network, target, {
      timeoutNs,
      signal,
      epochNs,
      onMessage: (message) => {
        messages.push(message);
        if (messages.length > MOST_MESSAGES) messages.shift();
      },
    });
    this.talks.set(talk, 'open');
    return talk;
  }

  /** The number of the first probe and of those after it. */
  sequence(index: number): number {
    return this.dialect.probe.firstSequence + index;
  }

  /** A setup as the dialect spells it; as many probes as it takes at least. */
  setup({
    measurement = 'rtt',
    payloadBytes = 10,
    probes = 1,
    delayNs = 0,
  }: {
    readonly measurement?: MeasurementType;
    readonly payloadBytes?: number;
    readonly probes?: number;
    readonly delayNs?: number;
  } = {}): Setup {
    const { minProbes } = this.dialect.setup;
    return {
      measurement,
      payloadBytes,
      probes: Math.max(minProbes, probes),
      delay: { delayNs, unit: 'seconds' },
    };
  }

  setupMessage(setup: Setup): Uint8Array {
    return encodeSetup(this.dialect, setup);
  }

  /** @param index from 0 */
  probeMessage({ payloadBytes }: Setup, index: number): Uint8Array {
    return Uint8Array.from(new ProbeWriter(this.dialect, payloadBytes).write(this.sequence(index)));
  }

  /** A probe with a payload and a number of the caller's own. */
  probeOf(payload: Uint8Array, number: string, end = '\n'): Uint8Array {
    const [head, tail] =
      this.dialect.probe.order === 'sequence-first' ? [`m ${number} `, end] : ['m ', ` ${number}${end}`];
    return Uint8Array.of(...asciiBytes(head), ...payload, ...asciiBytes(tail));
  }

  /** Asks for a session of the plainest kind. @returns whatever the answer is */
  async greet(): Promise<Heard> {
    const talk = await this.open();
    talk.send(this.setupMessage(this.setup()));
    const heard = await this.answers.status(talk);
    if (verdictOf(heard.bytes) === 'go-on') this.talks.set(talk, 'accepted');
    return heard;
  }

  /** Opens a session: connects, and has its setup accepted. @throws Fault when it is not */
  async session(setup: Setup = this.setup()): Promise<Talk> {
    const talk = await this.open();
    const message = this.setupMessage(setup);
    talk.send(message);
    await this.expectReady(talk, message);
    return talk;
  }

  /** @param setup that was sent, which a plain echo server sends back */
  async expectReady(talk: Talk, setup: Uint8Array): Promise<void> {
    await this.expectStatus(talk, 'ready', (bytes) => strangerText(bytes, setup));
    this.talks.set(talk, 'accepted');
  }

  /** One probe, and its echo. @returns how long it took, ns */
  async probe(talk: Talk, setup: Setup, index: number): Promise<number> {
    const message = this.probeMessage(setup, index);
    const sentNs = talk.send(message);
    return Number((await this.expectEcho(talk, message, setup, index)) - sentNs);
  }

  /** @returns when the last byte of the echo came @throws Fault for anything else */
  async expectEcho(talk: Talk, message: Uint8Array, setup: Setup, index: number): Promise<bigint> {
    return await this.answers.echoes(talk, [this.echoOf(message, setup, index)], setup.delay.delayNs);
  }

  /** What a server of this dialect sends back for a probe. */
  echoOf(message: Uint8Array, setup: Setup, index: number): Uint8Array {
    return encodeEcho(message, { dialect: this.dialect, setup }, this.sequence(index));
  }

  byeMessage(): Uint8Array {
    return asciiBytes(this.dialect.bye.message);
  }

  /** On the connection on which this dialect says it. @returns that connection */
  async bye(talk: Talk): Promise<Talk> {
    const on = this.dialect.bye.connection === 'same' ? talk : await this.open();
    on.send(this.byeMessage());
    await this.expectStatus(on, 'closing');
    this.talks.set(on, 'over');
    return on;
  }

  /** @throws Fault for anything else */
  async expectStatus(
    talk: Talk,
    kind: 'ready' | 'closing',
    noteOn: (bytes: Uint8Array) => string | undefined = () => undefined,
  ): Promise<void> {
    const heard = await this.answers.status(talk);
    const wanted = this.dialect.status[kind].trim();
    const isWanted = verdictOf(heard.bytes) === 'go-on' && containsText(asciiText(heard.bytes), wanted);
    if (isWanted && heard.ended !== 'flood') return;
    throw new Fault(`the text ${wanted}`, receivedText(heard, this.timeoutNs), noteOn(heard.bytes));
  }

  /**
   * Sends what the server must refuse, and keeps how it did.
   * @throws Fault when it goes on, or does nothing
   */
  async expectRefusal(
    talk: Talk,
    message: Uint8Array,
    kind: ErrorKind,
    { showsDialect = true }: { readonly showsDialect?: boolean } = {},
  ): Promise<void> {
    talk.send(message);
    const heard = await this.answers.status(talk);
    const isRefused = verdictOf(heard.bytes) === 'stop' && heard.ended !== 'flood';
    const isClosed = heard.bytes.length === 0 && (heard.ended === 'closed' || heard.ended === 'reset');
    if (!isRefused && !isClosed) {
      throw new Fault(`the text ${this.errorText(kind)}`, receivedText(heard, this.timeoutNs));
    }
    this.talks.set(talk, 'over');
    const text = asciiText(heard.bytes).trim();
    const isOver = heard.ended === 'closed' || heard.ended === 'reset';
    // A server that has left one connection open leaves them all, which one wait tells.
    const isKnown = this.refusals.some((one) => one.kind === kind && one.ended === 'late');
    const ended = isOver ? heard.ended : isKnown ? 'late' : await talk.ends();
    this.refusals.push({ kind, sent: message, text, ended, showsDialect });
  }

  errorText(kind: ErrorKind): string {
    return this.dialect.status[kind].trim();
  }

  /** Whether a message ends a session, in this dialect. */
  isBye(message: Uint8Array): boolean {
    return isTermination(message, this.dialect);
  }

  async sleep(ns: number): Promise<void> {
    const { timekeeper } = this.options.network;
    await new Promise<void>((resolve) => {
      timekeeper.wakeAt(timekeeper.nowNs() + BigInt(Math.ceil(ns)), resolve);
    });
  }
}

/** What answers a setup in a way that no server of the protocol does; undefined for others. */
function strangerText(answer: Uint8Array, setup: Uint8Array): string | undefined {
  const isEcho = answer.length === setup.length && answer.every((byte, i) => byte === setup[i]);
  if (isEcho) return 'this is a plain echo server: it sends back whatever comes';
  const other = foreignServer(answer);
  return other === undefined ? undefined : `this is ${other}, and no echo server`;
}

/** The texts are met in other cases, spacings and hyphenations; the assignment prints some of them itself. */
function plain(text: string): string {
  return text.replace(/[\s-]+/g, '').toLowerCase();
}

/** Whether an answer contains a text of the protocol, whatever its case, spacing and hyphens. */
export function containsText(answer: string, text: string): boolean {
  return plain(answer).includes(plain(text));
}

/** `12 bytes: ...` of a message. */
export function sentText(message: Uint8Array): string {
  return `${printableEnds(message)} (${bytesText(message.length)})`;
}
