/**
 * The two ends of a pretend connection for tests of the core: a session with its bytes as Latin-1 text and its
 * time as an argument. Every chunk is scribbled over once it was handled, as an engine does that reuses its
 * buffers, so a session that keeps a view of it is found out.
 */
import { type ClientOptions, ClientSession } from '../../src/core/client/client-session.ts';
import { type PipelinedSession, pipelined, pipelinedPlain } from '../../src/core/client/pipelined-session.ts';
import type { EcholotError } from '../../src/core/errors.ts';
import { DEFAULT_SESSION_LIMITS, type PayloadBudget, type SessionLimits } from '../../src/core/limits.ts';
import type { LoadDesk } from '../../src/core/load/load-desk.ts';
import type { ServerSessionEvent } from '../../src/core/server/server-events.ts';
import { ServerSession } from '../../src/core/server/server-session.ts';
import type { TokenDesk } from '../../src/core/token/token-desk.ts';
import type { SessionState } from '../../src/core/transitions.ts';
import { DIALECTS, type DialectName } from '../../src/core/wire/dialects.ts';
import type { DelayUnit } from '../../src/core/wire/grammar.ts';
import type { Setup } from '../../src/core/wire/messages.ts';

export const MS = 1_000_000n;
const SCRIBBLE = 0xff;

export function bytes(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'latin1'));
}

export function text(chunk: Uint8Array): string {
  return Buffer.from(chunk).toString('latin1');
}

/** `whole` in pieces of the given sizes, which are gone through again and again. */
export function* pieces(whole: string, sizes: readonly number[]): Generator<string> {
  let offset = 0;
  for (let i = 0; offset < whole.length; i++) {
    const size = Math.max(1, sizes[i % sizes.length] ?? 1);
    yield whole.slice(offset, offset + size);
    offset += size;
  }
}

export class Budget implements PayloadBudget {
  heldBytes = 0;
  private readonly limitBytes: number;

  constructor(limitBytes: number) {
    this.limitBytes = limitBytes;
  }

  reserve(wanted: number): boolean {
    if (this.heldBytes + wanted > this.limitBytes) return false;
    this.heldBytes += wanted;
    return true;
  }

  release(given: number): void {
    this.heldBytes -= given;
  }
}

export interface ServerEndOptions {
  readonly limits?: Partial<SessionLimits>;
  readonly budget?: Budget;
  readonly delayUnit?: DelayUnit;
  /** Who grants loads; without it there are none. */
  readonly desk?: LoadDesk;
  /** Who takes tokens; likewise. */
  readonly tokenDesk?: TokenDesk;
  readonly acceptedNs?: bigint;
  /** What is noted as the residence of each echo, in their order. */
  readonly residencesNs?: readonly number[];
  /** And how much of it as the wait in TCP. */
  readonly waitsNs?: readonly number[];
  /** And as the time with others. */
  readonly busyTimesNs?: readonly number[];
}

export class ServerEnd {
  readonly session: ServerSession;
  readonly budget: Budget;
  readonly events: ServerSessionEvent[] = [];
  private readonly residencesNs: number[];
  private readonly waitsNs: number[];
  private readonly busyTimesNs: number[];

  constructor(dialect: DialectName | 'auto', options: ServerEndOptions = {}) {
    this.residencesNs = [...(options.residencesNs ?? [])];
    this.waitsNs = [...(options.waitsNs ?? [])];
    this.busyTimesNs = [...(options.busyTimesNs ?? [])];
    this.budget = options.budget ?? new Budget(Number.MAX_SAFE_INTEGER);
    this.session = new ServerSession(
      {
        dialect,
        delayUnit: options.delayUnit,
        limits: { ...DEFAULT_SESSION_LIMITS, ...options.limits },
        budget: this.budget,
        desk: options.desk,
        tokenDesk: options.tokenDesk,
      },
      options.acceptedNs ?? 0n,
    );
  }

  /** Feeds what the client sent; returns what the server answers to it. */
  feed(sent: string, nowNs = 0n): string {
    const chunk = bytes(sent);
    this.session.handleBytes(chunk, nowNs);
    const answer = this.drain();
    chunk.fill(SCRIBBLE);
    return answer;
  }

  feedInPieces(sent: string, sizes: readonly number[] = [1], nowNs = 0n): string {
    let answer = '';
    for (const piece of pieces(sent, sizes)) answer += this.feed(piece, nowNs);
    return answer;
  }

  /** Wakes the session as often as it asks to be while it holds something back. */
  settle(): string {
    let answer = '';
    while (this.session.isHolding) answer += this.wake(this.session.deadlineNs() as bigint);
    return answer;
  }

  end(nowNs = 0n): string {
    this.session.handleEnd(nowNs);
    return this.drain();
  }

  wake(nowNs: bigint): string {
    this.session.handleDeadline(nowNs);
    return this.drain();
  }

  drain(): string {
    let answer = '';
    for (let sent = this.session.pollTransmit(); sent !== undefined; sent = this.session.pollTransmit()) {
      answer += text(sent);
      if (this.session.polledEcho) {
        this.session.residences?.record(
          this.residencesNs.shift() ?? Number.NaN,
          this.waitsNs.shift() ?? Number.NaN,
          this.busyTimesNs.shift() ?? Number.NaN,
        );
      }
    }
    for (let event = this.session.pollEvent(); event !== undefined; event = this.session.pollEvent()) {
      this.events.push(event);
    }
    return answer;
  }

  get ending(): Extract<ServerSessionEvent, { kind: 'end' }> | undefined {
    return this.events.find((event) => event.kind === 'end');
  }

  /** What the log would name after the last setup: every dialect it can still be. */
  get reportedDialects(): DialectName[] {
    let names: DialectName[] = [];
    for (const event of this.events) {
      if (event.kind === 'setup') names = event.readings.map(({ dialect }) => dialect.name);
      if (event.kind === 'dialect') names = [event.reading.dialect.name];
    }
    return names;
  }

  get setups(): Setup[] {
    return this.events.flatMap((event) => (event.kind === 'setup' ? event.readings : [])).map((r) => r.setup);
  }
}

export function makeSetup(changes: Partial<Setup> = {}): Setup {
  return {
    measurement: 'rtt',
    payloadBytes: 5,
    probes: 2,
    delay: { delayNs: 0, unit: 'milliseconds' },
    ...changes,
  };
}

/** What the ends of a client have in common, whichever session they hold. */
abstract class AnyClientEnd<
  Session extends Pick<
    ClientSession | PipelinedSession,
    'handleBytes' | 'deadlineNs' | 'handleDeadline' | 'state' | 'failure' | 'begin' | 'probe' | 'terminate'
  >,
> {
  readonly session: Session;
  nowNs = 1_000_000_000n;

  constructor(session: Session) {
    this.session = session;
  }

  begin(): string {
    return text(this.session.begin() ?? bytes(''));
  }

  probe(): string {
    return text(this.session.probe());
  }

  terminate(): string {
    return text(this.session.terminate() ?? bytes(''));
  }

  /** Feeds what the server sent, each piece a microsecond after the one before. */
  receive(sent: string, sizes: readonly number[] = [Number.MAX_SAFE_INTEGER]): void {
    for (const piece of pieces(sent, sizes)) {
      this.nowNs += 1_000n;
      const chunk = bytes(piece);
      this.session.handleBytes(chunk, this.nowNs);
      chunk.fill(SCRIBBLE);
    }
  }

  /** Lets the session's quiet time pass, if it waits for one; says whether it did. */
  rest(): boolean {
    const deadlineNs = this.session.deadlineNs();
    if (deadlineNs === undefined) return false;
    this.nowNs = deadlineNs;
    this.session.handleDeadline(deadlineNs);
    return true;
  }

  wait(ns: bigint): void {
    const untilNs = this.nowNs + ns;
    const deadlineNs = this.session.deadlineNs();
    this.nowNs = untilNs;
    if (deadlineNs !== undefined && deadlineNs <= untilNs) this.session.handleDeadline(untilNs);
  }

  get state(): SessionState {
    return this.session.state;
  }

  get failure(): EcholotError | undefined {
    return this.session.failure;
  }
}

export class ClientEnd extends AnyClientEnd<ClientSession> {
  constructor(dialect: DialectName, setup: Partial<Setup> = {}, options: ClientOptions = {}) {
    super(new ClientSession(DIALECTS[dialect], makeSetup(setup), options));
  }

  ask(first: number, count: number): string {
    return text(this.session.askResidence(first, count));
  }

  /** From the opening to the first probe under way. */
  static measuring(dialect: DialectName, setup: Partial<Setup> = {}): ClientEnd {
    const client = new ClientEnd(dialect, setup);
    client.begin();
    client.receive('200 OK: Ready\n');
    client.probe();
    return client;
  }
}

/** The same with probes that do not wait for each other. */
export class PipelinedEnd extends AnyClientEnd<PipelinedSession> {
  constructor(dialect: DialectName | 'plain', setup: Partial<Setup> = {}, options: ClientOptions = {}) {
    const whole = makeSetup(setup);
    super(
      dialect === 'plain' ? pipelinedPlain(whole.payloadBytes) : pipelined(DIALECTS[dialect], whole, options),
    );
  }

  /** So many probes at once. */
  probes(count: number): string[] {
    return Array.from({ length: count }, () => this.probe());
  }

  /** How many echoes have come since the last time. */
  poll(): number {
    let count = 0;
    while (this.session.pollEcho()) count++;
    return count;
  }

  /** Set up by a server that agrees to probes ahead of their echoes, if it answers so. */
  static ready(
    dialect: DialectName,
    setup: Partial<Setup> = {},
    ready = '200 OK: Ready +pipeline\n',
  ): PipelinedEnd {
    const client = new PipelinedEnd(dialect, setup, { pipeline: true });
    client.begin();
    client.receive(ready);
    return client;
  }

  /** Connected to a plain echo server. */
  static plain(payloadBytes: number): PipelinedEnd {
    const client = new PipelinedEnd('plain', { payloadBytes });
    client.begin();
    return client;
  }
}
