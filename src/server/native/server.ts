/** A server whose threads call the kernel themselves. It is one server: one port, one set of limits, one log. */

import { monotonic } from '../../clock/monotonic.ts';
import { EcholotError } from '../../core/errors.ts';
import type { Endpoint } from '../../facts/connection.ts';
import { loadLibc } from '../../net/native/kernel/libc.ts';
import { ClientBudgets } from '../access/client-budgets.ts';
import type { ClientClass } from '../access/policy.ts';
import { ServerCounters } from '../counters.ts';
import type { ServerLimits } from '../limits.ts';
import { LoadPlaces } from '../load/load-places.ts';
import { messageGarbageBytes } from '../memory/formula.ts';
import { type MemoryWatch, watchOf } from '../memory/watch.ts';
import { planServer, replacedPolicy, type ServeOptions, type ServerPlan } from '../plan.ts';
import type { EchoServer, ServerSurroundings } from '../server.ts';
import { countsOf, type ServerStatus } from '../sight/status.ts';
import { ServerThread } from './thread.ts';

/**
 * @throws EcholotError `usage` when the options cannot be or the engine is not to be had, `network` when the
 *   address cannot be had
 */
export async function startNativeServer(
  options: ServeOptions = {},
  surroundings: ServerSurroundings = {},
): Promise<EchoServer> {
  const plan = planServer(options);
  const { reason } = loadLibc();
  if (reason !== undefined) throw new EcholotError('usage', `the native engine is not to be had: ${reason}`);
  const server = new NativeServer(plan, options.policy, surroundings);
  await server.listen();
  return server;
}

class NativeServer implements EchoServer {
  /** As it was asked for, which is data. */
  private readonly policy: ServeOptions['policy'];
  private readonly budgets: ClientBudgets | undefined;
  readonly limits: ServerLimits;
  endpoints: readonly Endpoint[] = [];
  private readonly plan: ServerPlan;
  private readonly counters: ServerCounters;
  private readonly places: LoadPlaces;
  private readonly threads: ServerThread[] = [];
  private readonly memoryWatch: MemoryWatch | undefined;
  private closed: Promise<void> | undefined;
  /** Of whoever comes now. */
  private classes: readonly ClientClass[] | undefined;

  constructor(plan: ServerPlan, policy: ServeOptions['policy'], surroundings: ServerSurroundings) {
    this.plan = plan;
    this.policy = policy;
    this.classes = plan.policy?.classes;
    this.budgets = policy === undefined ? undefined : (surroundings.budgets ?? new ClientBudgets());
    this.counters = surroundings.counters ?? new ServerCounters();
    this.limits = plan.limits;
    this.places = surroundings.places ?? new LoadPlaces(plan.limits);
    this.memoryWatch = watchOf(plan, monotonic, this.counters, surroundings.usedBytes);
  }

  get connections(): number {
    return this.counters.get('sessions') + this.counters.get('lingering');
  }

  setPolicy(policy: NonNullable<ServeOptions['policy']>): void {
    this.classes = replacedPolicy(this.plan, policy).classes;
    for (const thread of this.threads) thread.setPolicy(policy);
  }

  status(): ServerStatus {
    const { threads, mode, load, memory } = this.plan;
    const { classes } = this;
    return {
      isAccepting: this.endpoints.length > 0 && this.closed === undefined,
      engine: 'native',
      threads,
      mode,
      load,
      memory,
      ...(classes === undefined ? {} : { classes }),
      ...countsOf(this.counters, this.places),
    };
  }

  async listen(): Promise<void> {
    const { plan, limits } = this;
    const { threads, load, onEvent, signal } = plan;
    try {
      for (let i = 0; i < threads; i++) await this.startThread(i);
    } catch (error) {
      await Promise.allSettled(this.threads.map((thread) => thread.terminate()));
      throw error;
    }
    for (const thread of this.threads) thread.ended.catch((error) => this.fail(error));
    this.memoryWatch?.start();
    onEvent?.({
      kind: 'listening',
      endpoints: this.endpoints,
      limits,
      memory: plan.memory,
      ...(plan.policy === undefined ? {} : { classes: plan.policy.classes }),
      load,
      engine: 'native',
      threads,
      notNative: undefined,
    });
    if (signal?.aborted) await this.close();
    else signal?.addEventListener('abort', this.onAbort, { once: true });
  }

  close(): Promise<void> {
    this.plan.signal?.removeEventListener('abort', this.onAbort);
    this.closed ??= this.closeInOrder();
    return this.closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  private readonly onAbort = (): void => void this.close();

  private async startThread(index: number): Promise<void> {
    const {
      host,
      port,
      sockets,
      mode,
      dialect,
      delayUnit,
      limits,
      load,
      proxyFrom,
      tokens,
      graceMs,
      threads,
      readBytes,
      memoryBytes,
      onEvent,
    } = this.plan;
    const thread = new ServerThread({
      options: {
        host,
        port: this.endpoints[0]?.port ?? port,
        ...(sockets === undefined ? {} : { sockets }),
        mode,
        dialect,
        ...(delayUnit === undefined ? {} : { delayUnit }),
        limits,
        ...(this.policy === undefined ? {} : { policy: this.policy }),
        load,
        proxyFrom,
        ...(tokens === undefined ? {} : { tokens }),
        graceMs,
      },
      readBytes,
      garbageBytes: memoryBytes && messageGarbageBytes(threads),
      sharing: threads === 1 ? 'none' : index === 0 ? 'first' : 'next',
      counters: this.counters.memory,
      places: this.places.memory,
      budgets: this.budgets?.memory,
      onEvent,
    });
    this.threads.push(thread);
    const endpoints = await thread.listening;
    if (index === 0) this.endpoints = endpoints;
  }

  private async closeInOrder(): Promise<void> {
    const { onEvent, graceMs } = this.plan;
    this.memoryWatch?.stop();
    for (const thread of this.threads) thread.close();
    const inFlight = await Promise.all(this.threads.map((thread) => thread.closing));
    const sessionsInFlight = inFlight.reduce((sum, sessions) => sum + sessions, 0);
    if (sessionsInFlight > 0) onEvent?.({ kind: 'closing', sessionsInFlight, graceMs });
    await Promise.all(this.threads.map((thread) => thread.ended));
  }

  /** As with an error in any event handler, there is no caller to tell: the program ends unless it has a say. */
  private fail(error: unknown): void {
    if (this.closed !== undefined) return;
    this.memoryWatch?.stop();
    for (const thread of this.threads) thread.stop();
    process.nextTick(() => {
      throw error;
    });
  }
}
