/**
 * A pretend network with virtual time: connections with latency, a rate, chunks of any size, and resets. It
 * is the test double of every client and server loop, and never looks at a real clock.
 */
import type { VirtualClock } from '../../clock/virtual.ts';
import { EcholotError } from '../../core/errors.ts';
import type { Connection, ConnectionHandler, Endpoint } from '../connection.ts';
import type { Dialed, DialerNetwork, DialOptions, Target, Waiter } from '../dialer.ts';
import type { Accept, Listener, ListenerNetwork, ListenOptions } from '../listener.ts';

const NS_PER_S = 1_000_000_000;
const ADDRESS = '127.0.0.1';
const FIRST_FREE_PORT = 40_000;

export interface LinkOptions {
  /** One-way delay, ns. */
  readonly latencyNs?: number;
  /** Bytes a second in each direction; undefined is no limit. */
  readonly bytesPerSecond?: number;
  /** Cuts what is written into chunks of at most this many bytes. */
  readonly chunkBytes?: number;
  /** Resets a connection once this many bytes were delivered on it. */
  readonly resetAfterBytes?: number;
}

export class MemoryNetwork implements DialerNetwork, ListenerNetwork {
  readonly engine = 'memory';
  readonly timekeeper: VirtualClock;
  private readonly link: LinkOptions;
  private readonly accepts = new Map<number, Accept>();
  private nextPort = FIRST_FREE_PORT;

  constructor(clock: VirtualClock, link: LinkOptions = {}) {
    this.timekeeper = clock;
    this.link = link;
  }

  waiter(): Waiter {
    return { start: () => {}, stop: () => {} };
  }

  async listen({ port: wanted }: Pick<ListenOptions, 'port'>, accept: Accept): Promise<Listener> {
    const port = wanted === 0 ? this.nextPort++ : wanted;
    if (this.accepts.has(port)) throw new EcholotError('network', `${ADDRESS}:${port}: the port is taken`);
    this.accepts.set(port, accept);
    return { endpoints: [endpoint(port)], close: () => this.accepts.delete(port) };
  }

  private wait(ns: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const abort = (): void => reject(new EcholotError('cancelled', 'the run was cancelled'));
      if (signal?.aborted) abort();
      signal?.addEventListener('abort', abort, { once: true });
      this.timekeeper.wakeAt(this.timekeeper.nowNs() + BigInt(ns), () => {
        signal?.removeEventListener('abort', abort);
        resolve();
      });
    });
  }

  async dial(
    { host, port }: Target,
    handler: ConnectionHandler,
    { timeoutNs, signal }: DialOptions,
  ): Promise<Dialed> {
    const { timekeeper, link } = this;
    const startNs = timekeeper.nowNs();
    const handshakeNs = 2 * (link.latencyNs ?? 0);
    await this.wait(Math.min(handshakeNs, timeoutNs), signal);
    if (handshakeNs > timeoutNs) {
      throw new EcholotError('timeout', `${host}:${port}: no connection within ${timeoutNs / 1e6} ms`);
    }
    const accept = this.accepts.get(port);
    if (accept === undefined) {
      throw new EcholotError('network', `${host}:${port}: connection refused: nothing listens there`);
    }
    const near = new MemoryConnection(timekeeper, link, endpoint(this.nextPort++), endpoint(port));
    const far = new MemoryConnection(timekeeper, link, near.remote, near.local);
    near.peer = far;
    far.peer = near;
    near.handler = handler;
    far.handler = accept(far);
    return { connection: near, connectNs: Number(timekeeper.nowNs() - startNs) };
  }
}

function endpoint(port: number): Endpoint {
  return { address: ADDRESS, port, family: 4 };
}

type Delivery = { readonly kind: 'bytes'; readonly bytes: Uint8Array } | { readonly kind: 'end' };

class MemoryConnection implements Connection {
  readonly local: Endpoint;
  readonly remote: Endpoint;
  peer: MemoryConnection | undefined;
  handler: ConnectionHandler | undefined;
  private readonly clock: VirtualClock;
  private readonly link: LinkOptions;
  private readonly held: Delivery[] = [];
  private paused = false;
  private closed = false;
  private finSent = false;
  private finReceived = false;
  private deliveredBytes = 0;
  /** When the sending direction is free again. */
  private freeAtNs = 0n;

  constructor(clock: VirtualClock, link: LinkOptions, local: Endpoint, remote: Endpoint) {
    this.clock = clock;
    this.link = link;
    this.local = local;
    this.remote = remote;
  }

  write(bytes: Uint8Array): boolean {
    if (this.closed || this.finSent) return true;
    const chunkBytes = this.link.chunkBytes ?? Math.max(1, bytes.length);
    for (let offset = 0; offset < bytes.length; offset += chunkBytes) {
      // A copy also of a Node Buffer, whose `slice` would be a view.
      const chunk = new Uint8Array(bytes.subarray(offset, offset + chunkBytes));
      this.transmit(chunk.length, () => this.peer?.deliver({ kind: 'bytes', bytes: chunk }));
    }
    return true;
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
    while (!this.paused && this.held.length > 0) this.hand(this.held.shift() as Delivery);
  }

  end(): void {
    if (this.closed || this.finSent) return;
    this.finSent = true;
    this.transmit(0, () => this.peer?.deliver({ kind: 'end' }));
    if (this.finReceived) this.finish(undefined);
  }

  close(): void {
    this.end();
    this.finish(undefined);
  }

  destroy(): void {
    if (this.closed) return;
    this.transmit(0, () => this.peer?.reset());
    this.finish(undefined);
  }

  /** Hands a delivery over to the other end when the direction is free and the latency has passed. */
  private transmit(bytes: number, arrive: () => void): void {
    const nowNs = this.clock.nowNs();
    if (this.freeAtNs < nowNs) this.freeAtNs = nowNs;
    const rate = this.link.bytesPerSecond;
    this.freeAtNs += rate === undefined ? 0n : BigInt(Math.ceil((bytes * NS_PER_S) / rate));
    this.clock.wakeAt(this.freeAtNs + BigInt(this.link.latencyNs ?? 0), arrive);
  }

  private deliver(delivery: Delivery): void {
    if (this.closed) return;
    if (this.paused || this.held.length > 0) this.held.push(delivery);
    else this.hand(delivery);
  }

  private hand(delivery: Delivery): void {
    if (this.closed) return;
    if (delivery.kind === 'end') {
      this.finReceived = true;
      this.handler?.onEnd();
      if (this.finSent) this.finish(undefined);
      return;
    }
    this.deliveredBytes += delivery.bytes.length;
    this.handler?.onBytes(delivery.bytes, this.clock.nowNs());
    if (this.deliveredBytes >= (this.link.resetAfterBytes ?? Number.POSITIVE_INFINITY)) {
      this.transmit(0, () => this.peer?.reset());
      this.finish(resetError(this.remote));
    }
  }

  private reset(): void {
    this.finish(resetError(this.remote));
  }

  private finish(error: EcholotError | undefined): void {
    if (this.closed) return;
    this.closed = true;
    this.held.length = 0;
    // As in a real network, the news comes after the call that caused it.
    this.clock.wakeAt(this.clock.nowNs(), () => this.handler?.onClose(error));
  }
}

function resetError({ address, port }: Endpoint): EcholotError {
  return new EcholotError('network', `${address}:${port}: connection reset by the peer`);
}
