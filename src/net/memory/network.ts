/**
 * A pretend network with virtual time: connections with latency, a rate, chunks of any size, and resets. It
 * is the test double of every client and server loop, and never looks at a real clock.
 */
import type { VirtualClock } from '../../clock/virtual.ts';
import { EcholotError } from '../../core/errors.ts';
import type { Address, Endpoint } from '../../facts/connection.ts';
import type { Connection, ConnectionHandler } from '../connection.ts';
import type { Dialed, DialerNetwork, DialOptions, Target, Waiter } from '../dialer.ts';
import type { Accept, Listener, ListenerNetwork, ListenOptions } from '../listener.ts';
import { subjectOf } from '../reach/failures.ts';
import type { LookUp } from '../reach/look-up.ts';
import { type AttemptEnd, race } from '../reach/race.ts';
import { addressesOf } from '../reach/resolve.ts';

const NS_PER_S = 1_000_000_000;
const ADDRESS = '127.0.0.1';
const FIRST_FREE_PORT = 40_000;

export interface LinkOptions {
  /** One-way delay, ns. */
  readonly latencyNs?: number;
  /** Bytes a second in each direction, all connections together; undefined is no limit. */
  readonly bytesPerSecond?: number;
  /** What a connection may have on its way, bytes, until the other end has read it; undefined is no limit. */
  readonly sendBufferBytes?: number;
  /** Cuts what is written into chunks of at most this many bytes. */
  readonly chunkBytes?: number;
  /** Resets a connection once this many bytes were delivered on it. */
  readonly resetAfterBytes?: number;
}

/** Where there is more than one host, each with every port that is listened on. */
export interface Places {
  /** Default: every name is that of the only host. */
  readonly lookUp?: LookUp;
  /** The way to each address that is not like the others; `silent` is one that never answers. */
  readonly links?: Readonly<Record<string, LinkOptions | 'silent'>>;
}

/** One direction of a link. */
interface Wire {
  /** When all that was put on it is through: the next waits until then. */
  freeAtNs: bigint;
}

interface Wires {
  readonly there: Wire;
  readonly back: Wire;
}

export class MemoryNetwork implements DialerNetwork, ListenerNetwork {
  readonly engine = 'memory';
  readonly timekeeper: VirtualClock;
  private readonly link: LinkOptions;
  private readonly places: Places;
  private readonly accepts = new Map<number, Accept>();
  /** By the address that they lead to. */
  private readonly wires = new Map<string, Wires>();
  /** Where whoever dials comes from. */
  dialsFrom: string = ADDRESS;
  private nextPort = FIRST_FREE_PORT;

  constructor(clock: VirtualClock, link: LinkOptions = {}, places: Places = {}) {
    this.timekeeper = clock;
    this.link = link;
    this.places = places;
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

  async dial(target: Target, handler: ConnectionHandler, options: DialOptions): Promise<Dialed> {
    const { timekeeper } = this;
    const startNs = timekeeper.nowNs();
    const addresses = await addressesOf(target, {
      ...options,
      timekeeper,
      lookUp: this.places.lookUp ?? anyName,
    });
    return await race(target, addresses, (address, end) => this.attempt(address, target, handler, end), {
      ...options,
      timekeeper,
      spentNs: Number(timekeeper.nowNs() - startNs),
    });
  }

  private attempt(
    { address, family }: Address,
    target: Target,
    handler: ConnectionHandler,
    end: AttemptEnd<Dialed>,
  ): () => void {
    const { timekeeper } = this;
    const link = this.places.links?.[address] ?? this.link;
    if (link === 'silent') return () => {};
    const startNs = timekeeper.nowNs();
    return timekeeper.wakeAt(startNs + BigInt(2 * (link.latencyNs ?? 0)), () => {
      const accept = this.accepts.get(target.port);
      if (accept === undefined) {
        const subject = subjectOf(target, { address, family });
        end.fails(new EcholotError('network', `${subject}: connection refused: nothing listens there`));
        return;
      }
      const remote = { address, port: target.port, family };
      const { there, back } = this.wiresTo(address);
      const near = new MemoryConnection(
        timekeeper,
        link,
        there,
        endpoint(this.nextPort++, this.dialsFrom),
        remote,
      );
      const far = new MemoryConnection(timekeeper, link, back, near.remote, near.local);
      near.peer = far;
      far.peer = near;
      near.handler = handler;
      far.handler = accept(far);
      end.stands({ connection: near, connectNs: Number(timekeeper.nowNs() - startNs) });
    });
  }

  private wiresTo(address: string): Wires {
    const wires = this.wires.get(address) ?? { there: { freeAtNs: 0n }, back: { freeAtNs: 0n } };
    this.wires.set(address, wires);
    return wires;
  }
}

const anyName: LookUp = async () => [{ address: ADDRESS, family: 4 }];

function endpoint(port: number, address = ADDRESS): Endpoint {
  return { address, port, family: address.includes(':') ? 6 : 4 };
}

type Delivery = { readonly kind: 'bytes'; readonly bytes: Uint8Array } | { readonly kind: 'end' };

class MemoryConnection implements Connection {
  readonly local: Endpoint;
  readonly remote: Endpoint;
  peer: MemoryConnection | undefined;
  handler: ConnectionHandler | undefined;
  private readonly clock: VirtualClock;
  private readonly link: LinkOptions;
  private readonly wire: Wire;
  /** What there was no room for in the send buffer. */
  private readonly unsent: Delivery[] = [];
  private underWayBytes = 0;
  private readonly held: Delivery[] = [];
  private paused = false;
  private closed = false;
  private finSent = false;
  private finReceived = false;
  private deliveredBytes = 0;

  constructor(clock: VirtualClock, link: LinkOptions, wire: Wire, local: Endpoint, remote: Endpoint) {
    this.clock = clock;
    this.link = link;
    this.wire = wire;
    this.local = local;
    this.remote = remote;
  }

  write(bytes: Uint8Array): boolean {
    if (this.closed || this.finSent) return true;
    const chunkBytes = this.link.chunkBytes ?? Math.max(1, bytes.length);
    for (let offset = 0; offset < bytes.length; offset += chunkBytes) {
      // A copy also of a Node Buffer, whose `slice` would be a view.
      this.unsent.push({ kind: 'bytes', bytes: new Uint8Array(bytes.subarray(offset, offset + chunkBytes)) });
    }
    this.send();
    return this.unsent.length === 0;
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
    this.unsent.push({ kind: 'end' });
    this.send();
    if (this.finReceived) this.finish(undefined);
  }

  close(): void {
    this.end();
    this.finish(undefined);
  }

  destroy(): void {
    if (this.closed) return;
    this.unsent.length = 0;
    this.transmit(0, () => this.peer?.reset());
    this.finish(undefined);
  }

  /** Puts on the wire what the send buffer has room for. */
  private send(): void {
    const { sendBufferBytes = Number.POSITIVE_INFINITY } = this.link;
    for (let next = this.unsent[0]; next !== undefined; next = this.unsent[0]) {
      const delivery = next;
      const bytes = delivery.kind === 'bytes' ? delivery.bytes.length : 0;
      if (this.underWayBytes > 0 && this.underWayBytes + bytes > sendBufferBytes) return;
      this.unsent.shift();
      this.underWayBytes += bytes;
      this.transmit(bytes, () => this.peer?.deliver(delivery));
    }
  }

  /** The other end has read so much: there is room again. */
  private acknowledge(bytes: number): void {
    const wasFull = this.unsent.length > 0;
    this.underWayBytes -= bytes;
    this.send();
    if (wasFull && this.unsent.length === 0 && !this.closed && !this.finSent) this.handler?.onDrain();
  }

  /** Hands a delivery over to the other end when the direction is free and the latency has passed. */
  private transmit(bytes: number, arrive: () => void): void {
    const { clock, wire, link } = this;
    const nowNs = clock.nowNs();
    if (wire.freeAtNs < nowNs) wire.freeAtNs = nowNs;
    const rate = link.bytesPerSecond;
    wire.freeAtNs += rate === undefined ? 0n : BigInt(Math.ceil((bytes * NS_PER_S) / rate));
    clock.wakeAt(wire.freeAtNs + BigInt(link.latencyNs ?? 0), arrive);
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
    this.tellRead(delivery.bytes.length);
    this.handler?.onBytes(delivery.bytes, this.clock.nowNs());
    if (this.deliveredBytes >= (this.link.resetAfterBytes ?? Number.POSITIVE_INFINITY)) {
      this.transmit(0, () => this.peer?.reset());
      this.finish(resetError(this.remote));
    }
  }

  /** An acknowledgement takes no room on the wire. */
  private tellRead(bytes: number): void {
    if (this.link.sendBufferBytes === undefined) return;
    const readNs = this.clock.nowNs() + BigInt(this.link.latencyNs ?? 0);
    this.clock.wakeAt(readNs, () => this.peer?.acknowledge(bytes));
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
