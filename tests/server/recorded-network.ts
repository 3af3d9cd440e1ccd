/**
 * A listener whose connections only note what the server does with them. What the pretend link cannot show is
 * seen here: a peer that does not read, so that writes are queued, and whether reading is paused.
 */
import { VirtualClock } from '../../src/clock/virtual.ts';
import type { EcholotError } from '../../src/core/errors.ts';
import type { Endpoint } from '../../src/facts/connection.ts';
import type {
  Connection,
  ConnectionHandler,
  ConnectionOthers,
  ConnectionStamps,
} from '../../src/net/connection.ts';
import type { Accept, Listener, ListenerNetwork } from '../../src/net/listener.ts';

function endpoint(port: number, address = '192.0.2.1'): Endpoint {
  return { address, port, family: 4 };
}

export class RecordedConnection implements Connection {
  readonly local: Endpoint = endpoint(9_900);
  readonly remote: Endpoint;
  /** What the server did, in order: `write TEXT`, `pause`, `resume`, `end`, `close`, `destroy`. */
  readonly done: string[] = [];
  /** The very bytes that were written, not copied. */
  readonly written: Uint8Array[] = [];
  /** The peer does not read: every write is queued, and the queue does not drain. */
  stuck = false;
  paused = false;
  /** None, as where the kernel is out of reach, unless a test gives it some. */
  stamps?: ConnectionStamps;
  /** None, unless a test says how busy the thread was. */
  others?: ConnectionOthers;
  tellsSent?: boolean;
  private handler: ConnectionHandler | undefined;
  private readonly clock: VirtualClock;

  constructor(clock: VirtualClock, accept: Accept, from?: string) {
    this.clock = clock;
    this.remote = endpoint(50_000, from);
    this.handler = accept(this);
  }

  write(bytes: Uint8Array): boolean {
    this.written.push(bytes);
    this.done.push(`write ${Buffer.from(bytes).toString('latin1')}`);
    return !this.stuck;
  }

  pause(): void {
    this.paused = true;
    this.done.push('pause');
  }

  resume(): void {
    this.paused = false;
    this.done.push('resume');
  }

  end(): void {
    this.done.push('end');
  }

  /** As with a real socket: what is queued is sent first, so with a stuck peer this never comes to an end. */
  close(): void {
    this.done.push('close');
    if (!this.stuck) this.gone(undefined);
  }

  destroy(): void {
    this.done.push('destroy');
    this.gone(undefined);
  }

  /** The peer sends; a paused connection would not hand it over. */
  receive(text: string): void {
    if (this.paused) throw new Error('paused: the kernel keeps it');
    this.handler?.onBytes(new Uint8Array(Buffer.from(text, 'latin1')), this.clock.nowNs());
  }

  /** The peer reads again. */
  drain(): void {
    this.stuck = false;
    this.handler?.onDrain();
  }

  finish(): void {
    this.handler?.onEnd();
  }

  gone(error: EcholotError | undefined): void {
    const { handler } = this;
    this.handler = undefined;
    if (handler !== undefined) this.clock.wakeAt(this.clock.nowNs(), () => handler.onClose(error));
  }

  get isGone(): boolean {
    return this.handler === undefined;
  }
}

export class RecordedNetwork implements ListenerNetwork {
  readonly engine = 'memory';
  readonly timekeeper: VirtualClock = new VirtualClock();
  private accept: Accept | undefined;

  async listen(_options: unknown, accept: Accept): Promise<Listener> {
    this.accept = accept;
    return { endpoints: [endpoint(9_900)], close: () => {} };
  }

  connect(from?: string): RecordedConnection {
    if (this.accept === undefined) throw new Error('nobody listens');
    return new RecordedConnection(this.timekeeper, this.accept, from);
  }

  /** Lets so much time pass. */
  async pass(ns: number): Promise<void> {
    const { timekeeper } = this;
    const untilNs = timekeeper.nowNs() + BigInt(ns);
    await timekeeper.drive(new Promise<void>((resolve) => timekeeper.wakeAt(untilNs, resolve)));
    await timekeeper.drive(new Promise<void>((resolve) => timekeeper.wakeAt(untilNs, resolve)));
  }
}
