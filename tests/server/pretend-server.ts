/** A server on the pretend network, with virtual time and its log as data: an hour of idling is a millisecond. */
import { VirtualClock } from '../../src/clock/virtual.ts';
import { type LinkOptions, MemoryNetwork } from '../../src/net/memory/network.ts';
import type { ServerEvent } from '../../src/server/events.ts';
import type { ServeOptions } from '../../src/server/plan.ts';
import { type EchoServer, type ServerSurroundings, startServer } from '../../src/server/server.ts';
import { RawClient } from '../net/raw-client.ts';

export const MS = 1_000_000;
export const SECOND = 1_000 * MS;
export const READY = '200 OK: Ready\n';
export const CLOSING = '200 OK: Closing Connection\n';
/** What a client hears that is one too many. */
export function full(sessions: number): string {
  return `404 ERROR: Not Served: server full (at most ${sessions} sessions)\n`;
}
export const BAD_SETUP = '404 ERROR: Invalid Connection Setup Message\n';
export const BAD_PROBE = '404 ERROR: Invalid Measurement Message\n';
/** How long a server listens to a peer that it has refused, at most. */
export const LINGER_NS = 2 * SECOND;

export type EndEvent = Extract<ServerEvent, { kind: 'end' }>;

export class PretendServer {
  readonly clock: VirtualClock;
  readonly network: MemoryNetwork;
  readonly server: EchoServer;
  readonly events: ServerEvent[];
  readonly port: number;

  private constructor(network: MemoryNetwork, server: EchoServer, events: ServerEvent[]) {
    this.clock = network.timekeeper;
    this.network = network;
    this.server = server;
    this.events = events;
    this.port = server.endpoints[0]!.port;
  }

  /** By default a link without latency, so that times are the server's own. */
  static async start(
    options: ServeOptions = {},
    link: LinkOptions = {},
    surroundings: ServerSurroundings = {},
  ): Promise<PretendServer> {
    const events: ServerEvent[] = [];
    const network = new MemoryNetwork(new VirtualClock(), link);
    const onEvent = (event: ServerEvent): void => {
      // What every server tells at its start is of no interest to these tests.
      if (event.kind !== 'listening') events.push(event);
    };
    const server = await startServer(network, { port: 0, onEvent, ...options }, surroundings);
    return new PretendServer(network, server, events);
  }

  /** @param address where the client comes from; by default this machine */
  dial(address = '127.0.0.1'): Promise<RawClient> {
    this.network.dialsFrom = address;
    return this.drive(RawClient.dial(this.network, this.port));
  }

  /** A client whose setup was accepted. */
  async measuring(setup = 's RTT 5 10 0\n', address?: string): Promise<RawClient> {
    const client = await this.dial(address);
    client.send(setup);
    await this.drive(client.whenReceived(READY));
    client.received = '';
    return client;
  }

  drive<T>(promise: Promise<T>): Promise<T> {
    return this.clock.drive(promise);
  }

  /** Lets so much time pass, and everything happen that falls into it. */
  async pass(ns: number): Promise<void> {
    const untilNs = this.clock.nowNs() + BigInt(ns);
    await this.drive(new Promise<void>((resolve) => this.clock.wakeAt(untilNs, resolve)));
    // What is due at this very instant, and what follows from it at once, belongs to it.
    for (let turn = 0; turn < 10; turn++) {
      await this.drive(new Promise<void>((resolve) => this.clock.wakeAt(untilNs, resolve)));
    }
  }

  get nowNs(): number {
    return Number(this.clock.nowNs());
  }

  get ends(): EndEvent[] {
    return this.events.filter((event) => event.kind === 'end');
  }

  get reasons(): string[] {
    return this.ends.map(({ reason }) => reason);
  }

  /** A client that knows how to behave is served from setup to termination. */
  async servesWell(): Promise<boolean> {
    const client = await this.measuring('s RTT 5 1 0\n');
    client.send('m hello 1\n');
    await this.drive(client.whenReceived('m hello 1\n'));
    client.send('t\n');
    await this.drive(client.whenReceived(CLOSING));
    client.end();
    await this.drive(client.until(({ closed }) => closed));
    return client.error === undefined;
  }
}
