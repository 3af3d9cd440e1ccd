/** The echo server: accepts, admits, serves each connection on its own, and closes in good order. */
import type { Timekeeper } from '../clock/clock.ts';
import type { EcholotError } from '../core/errors.ts';
import type { PayloadBudget } from '../core/limits.ts';
import { DIALECTS } from '../core/wire/dialects.ts';
import { asciiBytes } from '../core/wire/grammar.ts';
import type { Connection, ConnectionHandler, Endpoint } from '../net/connection.ts';
import type { Listener, ListenerNetwork } from '../net/listener.ts';
import { NODE_TOOLS } from '../net/session/byte-tools.ts';
import { Admission, type Place, payloadBudget } from './admission.ts';
import { ServerCounters } from './counters.ts';
import { EchoHandler } from './echo-handler.ts';
import type { ServerLimits } from './events.ts';
import { LINGER_NS, Linger } from './linger.ts';
import { MeasurementHandler, type ServedConnection } from './measurement-handler.ts';
import { planServer, type ServeOptions, type ServerPlan } from './plan.ts';

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
  /** Why a better engine was not taken, for the log. */
  readonly notNative?: string | undefined;
}

/** @throws EcholotError `usage` when the options cannot be, `network` when the address cannot be had. */
export async function startServer(
  network: ListenerNetwork,
  options: ServeOptions = {},
  { counters = new ServerCounters(), notNative }: ServerSurroundings = {},
): Promise<EchoServer> {
  const server = new Server(network.timekeeper, planServer(options), counters);
  await server.listen(network, notNative);
  return server;
}

class Server implements EchoServer {
  readonly limits: ServerLimits;
  private readonly timekeeper: Timekeeper;
  private readonly plan: ServerPlan;
  private readonly counters: ServerCounters;
  private readonly admission: Admission;
  private readonly budget: PayloadBudget;
  private readonly served = new Set<ServedConnection>();
  private listener: Listener | undefined;
  private closing: Promise<void> | undefined;
  private allClosed: (() => void) | undefined;

  constructor(timekeeper: Timekeeper, plan: ServerPlan, counters: ServerCounters) {
    this.timekeeper = timekeeper;
    this.plan = plan;
    this.limits = plan.limits;
    this.counters = counters;
    this.admission = new Admission(counters, this.limits.maxSessions);
    this.budget = payloadBudget(counters, this.limits.maxTotalPayloadBytes);
  }

  get connections(): number {
    return this.served.size;
  }

  get endpoints(): readonly Endpoint[] {
    return this.listener?.endpoints ?? [];
  }

  async listen(network: ListenerNetwork, notNative: string | undefined): Promise<void> {
    const { host, port, signal, onEvent } = this.plan;
    const { engine } = network;
    const onExhausted = ({ message, advice }: EcholotError): void =>
      onEvent?.({ kind: 'exhausted', message, advice });
    const options = { host, port, onExhausted };
    this.listener = await network.listen(options, (connection) => this.accept(connection));
    const { endpoints, limits } = this;
    onEvent?.({ kind: 'listening', endpoints, limits, engine, threads: 1, notNative });
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
    const { remote } = connection;
    const admitted = this.closing === undefined ? this.admission.enter() : 'drop';
    if (admitted === 'drop') {
      connection.destroy();
      return deaf(() => {});
    }
    if (admitted === 'refuse') {
      this.plan.onEvent?.({ kind: 'refused', remote, sessions: this.limits.maxSessions });
      return this.refuse(connection);
    }
    const session = this.counters.next('sessionNumbers');
    this.plan.onEvent?.({ kind: 'connected', session, remote });
    const handler =
      this.plan.mode === 'echo' ? this.serveEcho(connection, session) : this.serve(connection, session);
    this.served.add(handler);
    return handler;
  }

  private serve(connection: Connection, session: number): ServedConnection {
    const { onEvent, dialect, delayUnit } = this.plan;
    const { remote } = connection;
    const startNs = this.timekeeper.nowNs();
    let place: Place = 'sessions';
    const handler: ServedConnection = new MeasurementHandler(
      connection,
      { dialect, delayUnit, limits: this.limits, budget: this.budget, tools: NODE_TOOLS },
      {
        timekeeper: this.timekeeper,
        onSessionEvent: (event) => {
          if (event.kind === 'setup') onEvent?.({ kind: 'setup', session, readings: event.readings });
          else if (event.kind === 'dialect') onEvent?.({ kind: 'dialect', session, reading: event.reading });
          else {
            place = this.admission.retire();
            const durationNs = Number(this.timekeeper.nowNs() - startNs);
            const { reason, detail, probesEchoed } = event;
            onEvent?.({ kind: 'end', session, remote, reason, detail, echoed: probesEchoed, durationNs });
          }
        },
        onClosed: () => this.leave(handler, place),
      },
    );
    return handler;
  }

  private serveEcho(connection: Connection, session: number): ServedConnection {
    const { onEvent } = this.plan;
    const { remote } = connection;
    const startNs = this.timekeeper.nowNs();
    let place: Place = 'sessions';
    const handler: ServedConnection = new EchoHandler(connection, {
      timekeeper: this.timekeeper,
      idleNs: this.limits.idleNs,
      onEcho: onEvent && ((bytes) => onEvent({ kind: 'echo', session, remote, bytes })),
      onEnd: (reason, detail, echoed) => {
        place = this.admission.retire();
        const durationNs = Number(this.timekeeper.nowNs() - startNs);
        onEvent?.({ kind: 'end', session, remote, reason, detail, echoed, durationNs });
      },
      onClosed: () => this.leave(handler, place),
    });
    return handler;
  }

  /** Says no in the protocol's words; a plain echo server has none and just closes. */
  private refuse(connection: Connection): ConnectionHandler {
    const { dialect, mode } = this.plan;
    const { status } = DIALECTS[dialect === 'auto' ? 'size-first' : dialect];
    if (mode !== 'echo') connection.write(asciiBytes(status.setupError));
    const linger = new Linger(this.timekeeper, connection);
    linger.start(true, LINGER_NS);
    return deaf(() => {
      linger.cancel();
      this.admission.leave('refusals');
    });
  }

  private leave(handler: ServedConnection, place: Place): void {
    this.served.delete(handler);
    this.admission.leave(place);
    if (this.served.size === 0) this.allClosed?.();
  }
}

/** A handler for a connection whose bytes nobody wants. */
function deaf(onClose: () => void): ConnectionHandler {
  return { onBytes: () => {}, onDrain: () => {}, onEnd: () => {}, onClose };
}
