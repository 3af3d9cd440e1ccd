/** The servers of one engine, in a process of their own, as the fuzzer sees them. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { EndReason } from '../src/core/server/server-events.ts';
import type { ServerKind } from './input.ts';

export type FuzzedEngine = 'node' | 'native';

/** How the log of a server tells of the end of a connection that came from there. */
export interface ToldEnd {
  readonly kind: ServerKind;
  /** Its address and port. */
  readonly from: string;
  readonly reason: EndReason;
  readonly detail: string | undefined;
}

export interface ServersState {
  readonly descriptors: number;
  readonly residentBytes: number;
  /** Open, or ended and not closed. */
  readonly connections: number;
  readonly reservedBytes: number;
}

export type FromServers =
  | { readonly ports: readonly (readonly [ServerKind, number])[] }
  | { readonly ends: readonly ToldEnd[] }
  | { readonly state: ServersState };

export function fromText(address: string | undefined, port: number | undefined): string {
  return `${address}:${port}`;
}

type OnEnd = (end: ToldEnd) => void;

export class RealServers implements AsyncDisposable {
  readonly engine: FuzzedEngine;
  /** Why the process is gone; undefined while it lives. */
  death: string | undefined;
  private readonly child: ChildProcess;
  private readonly ports: ReadonlyMap<ServerKind, number>;
  /** Who waits for the end of a connection, by where it comes from. */
  private readonly awaited = new Map<string, OnEnd[]>();
  private readonly asked: PromiseWithResolvers<ServersState>[] = [];

  private constructor(engine: FuzzedEngine, child: ChildProcess, ports: ReadonlyMap<ServerKind, number>) {
    this.engine = engine;
    this.child = child;
    this.ports = ports;
    child.on('message', (message: FromServers) => {
      if ('ends' in message) for (const end of message.ends) this.tell(end);
      else if ('state' in message) this.asked.shift()?.resolve(message.state);
    });
    child.on('exit', (code, signal) => {
      this.death = `the ${engine} servers died (${signal ?? `exit code ${code}`})`;
      for (const { reject } of this.asked.splice(0)) reject(new Error(this.death));
    });
  }

  static async start(engine: FuzzedEngine): Promise<RealServers> {
    const path = fileURLToPath(new URL('./server-process.ts', import.meta.url));
    const child = fork(path, [engine], { execArgv: ['--expose-gc'], serialization: 'advanced' });
    const [{ ports }] = (await once(child, 'message')) as [Extract<FromServers, { ports: unknown }>];
    return new RealServers(engine, child, new Map(ports));
  }

  portOf(kind: ServerKind): number {
    return this.ports.get(kind) ?? 0;
  }

  /** Calls `onEnd` once the log tells of the end of a connection that comes `from` there, the next of them. */
  awaitEnd(kind: ServerKind, from: string, onEnd: OnEnd): void {
    const key = `${kind} ${from}`;
    const waiting = this.awaited.get(key);
    if (waiting === undefined) this.awaited.set(key, [onEnd]);
    else waiting.push(onEnd);
  }

  /** After a garbage collection, and once every connection is closed or `patienceMs` has passed. */
  async settled(patienceMs: number): Promise<ServersState> {
    const untilMs = performance.now() + patienceMs;
    for (;;) {
      const state = await this.state();
      if (state.connections === 0 || performance.now() > untilMs) return state;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.death !== undefined) return;
    this.child.disconnect();
    await once(this.child, 'exit');
  }

  /** @throws Error when they are dead */
  private async state(): Promise<ServersState> {
    if (this.death !== undefined) throw new Error(this.death);
    const answer = Promise.withResolvers<ServersState>();
    this.asked.push(answer);
    this.child.send('state');
    return await answer.promise;
  }

  private tell(end: ToldEnd): void {
    const key = `${end.kind} ${end.from}`;
    const waiting = this.awaited.get(key);
    const onEnd = waiting?.shift();
    if (waiting?.length === 0) this.awaited.delete(key);
    onEnd?.(end);
  }
}
