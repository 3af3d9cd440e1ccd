/** The echo server: accepts, admits, serves each connection on its own, and closes in good order. */
import type { Timekeeper } from '../clock/clock.ts';
import type { EcholotError } from '../core/errors.ts';
import { overLimits } from '../core/server/admit-setup.ts';
import type { Endpoint } from '../facts/connection.ts';
import type { EngineName } from '../facts/engine.ts';
import type { Connection, ConnectionHandler } from '../net/connection.ts';
import type { Listener, ListenerNetwork } from '../net/listener.ts';
import type { TlsIdentity } from '../net/node/tls-listener.ts';
import { Admission, type Admitted, type Terms } from './access/admission.ts';
import { ClientBudgets } from './access/client-budgets.ts';
import { Introduction } from './access/introduction.ts';
import type { Place } from './access/place.ts';
import { oldestExpendable, Shares } from './access/shares.ts';
import { type Calendar, type OnPrincipal, Tokens } from './access/tokens.ts';
import type { IdentityFacts } from './certificate.ts';
import { ServerCounters } from './counters.ts';
import { deaf, sayNo } from './handlers/refusing.ts';
import type { ServedConnection } from './handlers/served-connection.ts';
import { classOf, SERVICES, type Service } from './handlers/services.ts';
import type { ServerLimits } from './limits.ts';
import { LoadPlaces } from './load/load-places.ts';
import { Loads } from './load/loads.ts';
import { type ProcessorTime, threadTime } from './load/processor-share.ts';
import { type MemoryWatch, watchOf } from './memory/watch.ts';
import { planServer, replacedPolicy, type ServeOptions, type ServerPlan } from './plan.ts';
import { countsOf, type ServerStatus } from './sight/status.ts';

const NS_PER_MS = 1_000_000;
/** Connections of proxies that have not said whose they are, as many as there are sessions by default: it takes a round trip. */
const MAX_INTRODUCTIONS = 1_024;
const MS_PER_S = 1_000;
const machineCalendar: Calendar = () => Math.floor(Date.now() / MS_PER_S);

export interface EchoServer extends AsyncDisposable {
  readonly endpoints: readonly Endpoint[];
  readonly limits: ServerLimits;
  /** The port on which it speaks TLS; absent where it has none. */
  readonly tls?: SecuredPort;
  /** How many are open now. */
  readonly connections: number;
  /**
   * Other classes and terms, for whoever comes from now on; sessions under way keep theirs.
   * @throws EcholotError `usage` for a policy that cannot be, or where the server began without one: nothing changes then
   */
  setPolicy(policy: NonNullable<ServeOptions['policy']>): void;
  /** What it does and has done, counted over all of its threads. */
  status(): ServerStatus;
  /** Accepts no more, lets sessions in flight end within the grace period, cuts the rest. */
  close(): Promise<void>;
}

/** A second port of a server. */
export interface SecuredPort {
  readonly endpoints: readonly Endpoint[];
  /** The one that is shown. */
  readonly certificate: IdentityFacts;
  /**
   * Shows another certificate to those who come from now on; sessions under way go on.
   * @throws EcholotError `usage` for one that cannot be used; then nothing changes
   */
  renew(identity: TlsIdentity): void;
}

export interface ServerSurroundings {
  /** Shared by the threads and the ports of one server; default its own. */
  readonly counters?: ServerCounters;
  /** Likewise. */
  readonly places?: LoadPlaces;
  /** Likewise, where there is a policy. */
  readonly budgets?: ClientBudgets;
  /** Memory that the program takes now. */
  readonly usedBytes?: () => number;
  /** Of the thread that calls. */
  readonly processorTime?: ProcessorTime;
  /** By which tokens expire; default that of this machine. */
  readonly calendar?: Calendar;
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

type Refused = Extract<Admitted, { answer: 'refuse' }>;

class Server implements EchoServer {
  readonly limits: ServerLimits;
  private readonly timekeeper: Timekeeper;
  private readonly plan: ServerPlan;
  private readonly counters: ServerCounters;
  private readonly admission: Admission;
  private readonly service: Service;
  private readonly places: LoadPlaces;
  private readonly loads: Loads | undefined;
  private readonly introductions = new Set<Introduction>();
  private readonly tokens: Tokens | undefined;
  private readonly memoryWatch: MemoryWatch | undefined;
  private readonly served = new Set<ServedConnection>();
  private readonly shares = new Shares<ServedConnection>();
  /** Those that are heard out for a token alone, the oldest first, and whose they are. */
  private readonly onProbation = new Map<ServedConnection, string>();
  private engine: EngineName = 'node';
  private listener: Listener | undefined;
  private closing: Promise<void> | undefined;
  private allClosed: (() => void) | undefined;

  constructor(timekeeper: Timekeeper, plan: ServerPlan, surroundings: ServerSurroundings) {
    const {
      counters = new ServerCounters(),
      places = new LoadPlaces(plan.limits),
      processorTime = threadTime,
      usedBytes,
      budgets,
      calendar = machineCalendar,
    } = surroundings;
    this.timekeeper = timekeeper;
    this.plan = plan;
    this.limits = plan.limits;
    this.counters = counters;
    const { limits, policy } = plan;
    this.memoryWatch = watchOf(plan, timekeeper, counters, usedBytes);
    this.admission = new Admission(counters, limits, {
      policy,
      budgets: policy && (budgets ?? new ClientBudgets()),
      knowsTokens: plan.tokens !== undefined,
    });
    this.service = SERVICES[plan.mode];
    this.places = places;
    this.loads = plan.load ? new Loads(places, timekeeper, processorTime) : undefined;
    this.tokens = plan.tokens && new Tokens(plan.tokens, counters, timekeeper, calendar);
  }

  get connections(): number {
    return this.served.size;
  }

  get endpoints(): readonly Endpoint[] {
    return this.listener?.endpoints ?? [];
  }

  setPolicy(policy: NonNullable<ServeOptions['policy']>): void {
    this.admission.rules = replacedPolicy(this.plan, policy);
  }

  status(): ServerStatus {
    const { mode, load, memory } = this.plan;
    const { classes } = this.admission;
    return {
      isAccepting: this.listener !== undefined && this.closing === undefined,
      engine: this.engine,
      threads: 1,
      mode,
      load,
      memory,
      ...(classes === undefined ? {} : { classes }),
      ...countsOf(this.counters, this.places),
    };
  }

  async listen(network: ListenerNetwork, notNative: string | undefined): Promise<void> {
    const { host, port, sockets, load, signal, onEvent } = this.plan;
    const { engine } = network;
    this.engine = engine;
    const onExhausted = ({ message, advice }: EcholotError): void => {
      this.counters.add('exhausted', 1);
      onEvent?.({ kind: 'exhausted', message, advice });
    };
    const options = { host, port, sockets, onExhausted };
    const { memoryWatch } = this;
    this.listener = await network.listen(options, (connection) => {
      const handler = this.accept(connection);
      return memoryWatch?.watched(handler) ?? handler;
    });
    this.memoryWatch?.start();
    const { endpoints, limits } = this;
    const { memory } = this.plan;
    const classes = this.plan.policy?.classes;
    onEvent?.({
      kind: 'listening',
      endpoints,
      limits,
      memory,
      ...(classes === undefined ? {} : { classes }),
      load,
      engine,
      threads: 1,
      notNative,
    });
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
    this.memoryWatch?.stop();
    for (const introduction of this.introductions) introduction.cut();
    const { onEvent, graceMs } = this.plan;
    const sessionsInFlight = [...this.served].filter((connection) => connection.drain()).length;
    if (sessionsInFlight > 0) onEvent?.({ kind: 'closing', sessionsInFlight, graceMs });
    if (this.served.size === 0) return;
    const graceNs = BigInt(Math.round(graceMs * NS_PER_MS));
    const cancel = this.timekeeper.wakeAt(this.timekeeper.nowNs() + graceNs, () => {
      for (const connection of this.served) connection.cut('shutdown');
    });
    await new Promise<void>((resolve) => {
      this.allClosed = resolve;
    });
    cancel();
  }

  private accept(connection: Connection): ConnectionHandler {
    const { remote } = connection;
    return this.closing === undefined && this.plan.proxies.has(remote.address)
      ? this.introduce(connection)
      : this.admit(connection, remote);
  }

  /** Has the proxy say whose connection it is. */
  private introduce(connection: Connection): ConnectionHandler {
    const { timekeeper, counters, introductions, limits, plan } = this;
    const { remote } = connection;
    if (!counters.tryAdd('introductions', 1, MAX_INTRODUCTIONS)) {
      counters.add('proxyDropped', 1);
      connection.destroy();
      return deaf(() => {});
    }
    const introduction = new Introduction(connection, {
      timekeeper,
      withinNs: limits.firstMessageNs,
      onEnd: (end) => {
        counters.subtract('introductions', 1);
        introductions.delete(introduction);
        if (end.kind === 'left') counters.add('proxyChecks', 1);
        if (end.kind !== 'wrong') return;
        counters.add('proxyWrong', 1);
        plan.onEvent?.({ kind: 'unintroduced', remote, problem: end.problem });
      },
      admit: ({ client = remote, isLocal }) => this.admit(connection, client, isLocal),
      refuse: () => sayNo(connection, timekeeper, this.service.invalidSetup(plan), () => {}),
    });
    introductions.add(introduction);
    return introduction;
  }

  /** @param isCheck whether a proxy looks whether the server is there */
  private admit(connection: Connection, remote: Endpoint, isCheck = false): ConnectionHandler {
    const admitted: Admitted = this.closing === undefined ? this.enter(remote) : this.admission.turnAway();
    switch (admitted.answer) {
      case 'yes':
        return this.serve(connection, admitted.place, admitted.terms, isCheck);
      case 'refuse':
        return this.refuse(connection, admitted);
      case 'drop':
        connection.destroy();
        return deaf(() => {});
    }
  }

  /** A full server makes room, where it can: at the cost of whoever has shown nothing for his place, or has most of them. */
  private enter(remote: Endpoint): Admitted {
    const nowNs = this.timekeeper.nowNs();
    const makeRoom = (displaced: ServedConnection | undefined): boolean => {
      displaced?.cut('displaced');
      return displaced !== undefined;
    };
    return this.admission.enter(remote, nowNs, {
      amongAll: () => makeRoom(oldestExpendable(this.served, nowNs) ?? this.shares.toTakeFor(remote.address)),
      onProbation: (client) =>
        makeRoom([...this.onProbation].find(([, own]) => client === undefined || own === client)?.[0]),
    });
  }

  private serve(connection: Connection, place: Place, terms: Terms, isCheck: boolean): ServedConnection {
    const session = this.counters.next('sessionNumbers');
    this.plan.onEvent?.({ kind: 'connected', session, remote: place.remote, ...classOf(place) });
    const { timekeeper } = this;
    const startNs = timekeeper.nowNs();
    const endIn = (ns: number): (() => void) =>
      timekeeper.wakeAt(startNs + BigInt(ns), () => handler.cut('session-timeout'));
    let cancelEnd = endIn(terms.limits.maxSessionNs);
    const onClosed = (): void => {
      cancelEnd();
      this.served.delete(handler);
      place.leave();
      if (this.served.size === 0) this.allClosed?.();
    };
    const { loads, tokens, counters, plan } = this;
    const onPrincipal: OnPrincipal = (principal, setupLine) => {
      this.plan.onEvent?.({ kind: 'token', session, remote: place.remote, principal });
      const become = this.admission.become(place, principal, timekeeper.nowNs());
      const refusal =
        become !== undefined && 'refusal' in become
          ? become.refusal
          : overLimits(setupLine, { limits: (become ?? guest).terms.limits, delayUnit: plan.delayUnit });
      if (refusal !== undefined) return refusal;
      if (become === undefined || 'refusal' in become) return undefined;
      guest.terms = become.terms;
      this.onProbation.delete(handler);
      cancelEnd();
      cancelEnd = endIn(guest.terms.limits.maxSessionNs);
      return undefined;
    };
    const guest = {
      ...{ connection, session, place, terms, isCheck, onClosed },
      // Its connection may linger: there is nothing more to take from it.
      onEnded: (): void => {
        this.shares.remove(place.remote.address, handler);
        this.onProbation.delete(handler);
      },
      ...{ loads, tokens, onPrincipal, counters },
    };
    const handler = this.service.serve(guest, this.plan, this.timekeeper);
    this.served.add(handler);
    this.shares.add(place.remote.address, handler);
    if (terms.onProbationFor !== undefined) this.onProbation.set(handler, terms.onProbationFor);
    return handler;
  }

  private refuse(connection: Connection, { place, refusal }: Refused): ConnectionHandler {
    this.plan.onEvent?.({ kind: 'refused', remote: place.remote, ...classOf(place), ...refusal });
    return sayNo(connection, this.timekeeper, this.service.words(refusal, this.plan), () => place.leave());
  }
}
