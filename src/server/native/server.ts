/** A server whose threads call the kernel themselves. It is one server: one port, one set of limits, one log. */
import { EcholotError } from '../../core/errors.ts';
import type { Endpoint } from '../../facts/connection.ts';
import { loadLibc } from '../../net/native/kernel/libc.ts';
import { ServerCounters } from '../counters.ts';
import type { ServerLimits } from '../events.ts';
import { SharedLoad } from '../load/shared-load.ts';
import { planServer, type ServeOptions, type ServerPlan } from '../plan.ts';
import type { EchoServer } from '../server.ts';
import { ServerThread } from './thread.ts';

/**
 * @throws EcholotError `usage` when the options cannot be or the engine is not to be had, `network` when the
 *   address cannot be had
 */
export async function startNativeServer(options: ServeOptions = {}): Promise<EchoServer> {
  const plan = planServer(options);
  const { reason } = loadLibc();
  if (reason !== undefined) throw new EcholotError('usage', `the native engine is not to be had: ${reason}`);
  const server = new NativeServer(plan);
  await server.listen();
  return server;
}

class NativeServer implements EchoServer {
  readonly limits: ServerLimits;
  endpoints: readonly Endpoint[] = [];
  private readonly plan: ServerPlan;
  private readonly counters = new ServerCounters();
  private readonly load = new SharedLoad();
  private readonly threads: ServerThread[] = [];
  private closed: Promise<void> | undefined;

  constructor(plan: ServerPlan) {
    this.plan = plan;
    this.limits = plan.limits;
  }

  get connections(): number {
    return this.counters.get('sessions') + this.counters.get('lingering');
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
    onEvent?.({
      kind: 'listening',
      endpoints: this.endpoints,
      limits,
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
    const { host, port, mode, dialect, delayUnit, limits, load, graceMs, threads, onEvent } = this.plan;
    const thread = new ServerThread({
      options: {
        host,
        port: this.endpoints[0]?.port ?? port,
        mode,
        dialect,
        ...(delayUnit === undefined ? {} : { delayUnit }),
        limits,
        load,
        graceMs,
      },
      sharing: threads === 1 ? 'none' : index === 0 ? 'first' : 'next',
      counters: this.counters.memory,
      load: this.load.memory,
      onEvent,
    });
    this.threads.push(thread);
    const endpoints = await thread.listening;
    if (index === 0) this.endpoints = endpoints;
  }

  private async closeInOrder(): Promise<void> {
    const { onEvent, graceMs } = this.plan;
    for (const thread of this.threads) thread.close();
    const inFlight = await Promise.all(this.threads.map((thread) => thread.closing));
    const sessionsInFlight = inFlight.reduce((sum, sessions) => sum + sessions, 0);
    if (sessionsInFlight > 0) onEvent?.({ kind: 'closing', sessionsInFlight, graceMs });
    await Promise.all(this.threads.map((thread) => thread.ended));
  }

  /** As with an error in any event handler, there is no caller to tell: the program ends unless it has a say. */
  private fail(error: unknown): void {
    if (this.closed !== undefined) return;
    for (const thread of this.threads) thread.stop();
    process.nextTick(() => {
      throw error;
    });
  }
}
