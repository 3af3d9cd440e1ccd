/** The echo server: accepts, admits, serves each connection on its own, and closes in good order. */
import type { Timekeeper } from '../clock/clock.ts';
import type { EcholotError } from '../core/errors.ts';
import type { Endpoint } from '../facts/connection.ts';
import type { Connection, ConnectionHandler } from '../net/connection.ts';
import type { Listener, ListenerNetwork } from '../net/listener.ts';
import { Admission, type Admitted, type Place, type Terms } from './admission.ts';
import { ServerCounters } from './counters.ts';
import type { ServerLimits } from './events.ts';
import { LINGER_NS, Linger } from './linger.ts';
import { Loads } from './load/loads.ts';
import { type ProcessorTime, threadTime } from './load/processor-share.ts';
import { SharedLoad } from './load/shared-load.ts';
import type { ServedConnection } from './measurement-handler.ts';
import { planServer, type ServeOptions, type ServerPlan } from './plan.ts';
import { SERVICES, type Service } from './services.ts';

const NS_PER_MS = 1_000_000;

export interface EchoServer extends AsyncDisposable {
  readonly endpoints: readonly Endpoint[];
  readonly limits: ServerLimits;
  /** How many are open now. */
  readonly connections: number;
  /** Accepts no more, lets sessions in flight end within the grace period, cuts the rest. */
  close(): Promise<void>;
}

export interface ServerSurroundings {
  /** Shared by the threads of one server; default its own. */
  readonly counters?: ServerCounters;
  /** Likewise. */
  readonly load?: SharedLoad;
  /** Of the thread that calls. */
  readonly processorTime?: ProcessorTime;
  /** Why a better engine was not taken, for the log. */
  readonly notNative?: string | undefined;
}

/** @throws EcholotError `usage` when the options cannot be, `network` when the address cannot be had. */
export async function startServer(
  network: ListenerNetwork,
  options: ServeOptions = {},
  surroundings: ServerSurroundings = {},
): Promise<EchoServer> {
  const server = new Server(network.timekeeper, planServer(options), surroundings);
  await server.listen(network, surroundings.notNative);
  return server;
}

class Server implements EchoServer {
  readonly limits: ServerLimits;
  private readonly timekeeper: Timekeeper;
  private readonly plan: ServerPlan;
  private readonly counters: ServerCounters;
  private readonly admission: Admission;
  private readonly service: Service;
  private readonly loads: Loads | undefined;
  private readonly served = new Set<ServedConnection>();
  private listener: Listener | undefined;
  private closing: Promise<void> | undefined;
  private allClosed: (() => void) | undefined;

  constructor(timekeeper: Timekeeper, plan: ServerPlan, surroundings: ServerSurroundings) {
    const {
      counters = new ServerCounters(),
      load = new SharedLoad(),
      processorTime = threadTime,
    } = surroundings;
    this.timekeeper = timekeeper;
    this.plan = plan;
    this.limits = plan.limits;
    this.counters = counters;
    this.admission = new Admission(counters, this.limits);
    this.service = SERVICES[plan.mode];
    this.loads = plan.load ? new Loads(load, plan.limits, timekeeper, processorTime) : undefined;
  }

  get connections(): number {
    return this.served.size;
  }

  get endpoints(): readonly Endpoint[] {
    return this.listener?.endpoints ?? [];
  }

  async listen(network: ListenerNetwork, notNative: string | undefined): Promise<void> {
    const { host, port, load, signal, onEvent } = this.plan;
    const { engine } = network;
    const onExhausted = ({ message, advice }: EcholotError): void =>
      onEvent?.({ kind: 'exhausted', message, advice });
    const options = { host, port, onExhausted };
    this.listener = await network.listen(options, (connection) => this.accept(connection));
    const { endpoints, limits } = this;
    onEvent?.({ kind: 'listening', endpoints, limits, load, engine, threads: 1, notNative });
    if (signal?.aborted) await this.close();
    else signal?.addEventListener('abort', this.onAbort, { once: true });
  }

  private readonly onAbort = (): void => void this.close();

  close(): Promise<void> {
    this.plan.signal?.removeEventListener('abort', this.onAbort);
    this.closing ??= this.closeInOrder();
    return this.closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  private async closeInOrder(): Promise<void> {
    this.listener?.close();
    const { onEvent, graceMs } = this.plan;
    const sessionsInFlight = [...this.served].filter((connection) => connection.drain()).length;
    if (sessionsInFlight > 0) onEvent?.({ kind: 'closing', sessionsInFlight, graceMs });
    if (this.served.size === 0) return;
    const graceNs = BigInt(Math.round(graceMs * NS_PER_MS));
    const cancel = this.timekeeper.wakeAt(this.timekeeper.nowNs() + graceNs, () => {
      for (const connection of this.served) connection.cut();
    });
    await new Promise<void>((resolve) => {
      this.allClosed = resolve;
    });
    cancel();
  }

  private accept(connection: Connection): ConnectionHandler {
    const admitted: Admitted =
      this.closing === undefined ? this.admission.enter(connection.remote) : { answer: 'drop' };
    switch (admitted.answer) {
      case 'yes':
        return this.serve(connection, admitted.place, admitted.terms);
      case 'refuse':
        return this.refuse(connection, admitted.place, admitted.sessions);
      case 'drop':
        connection.destroy();
        return deaf(() => {});
    }
  }

  private serve(connection: Connection, place: Place, terms: Terms): ServedConnection {
    const session = this.counters.next('sessionNumbers');
    this.plan.onEvent?.({ kind: 'connected', session, remote: place.remote });
    const onClosed = (): void => {
      this.served.delete(handler);
      place.leave();
      if (this.served.size === 0) this.allClosed?.();
    };
    const guest = { connection, session, place, terms, onClosed, loads: this.loads };
    const handler = this.service.serve(guest, this.plan, this.timekeeper);
    this.served.add(handler);
    return handler;
  }

  /** Says no in the words of its mode, where there are any, and closes. */
  private refuse(connection: Connection, place: Place, sessions: number): ConnectionHandler {
    this.plan.onEvent?.({ kind: 'refused', remote: place.remote, sessions });
    const words = this.service.refusal(this.plan);
    if (words !== undefined) connection.write(words);
    const linger = new Linger(this.timekeeper, connection);
    linger.start(true, LINGER_NS);
    return deaf(() => {
      linger.cancel();
      place.leave();
    });
  }
}

/** A handler for a connection whose bytes nobody wants. */
function deaf(onClose: () => void): ConnectionHandler {
  return { onBytes: () => {}, onDrain: () => {}, onEnd: () => {}, onClose };
}
