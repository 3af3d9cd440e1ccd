/** One connection of plain echo (RFC 862): every byte goes back, until the client closes. */
import type { Timekeeper } from '../clock/clock.ts';
import { Deadline } from '../clock/deadline.ts';
import type { EcholotError } from '../core/errors.ts';
import type { EndReason } from '../core/server/server-events.ts';
import type { Connection } from '../net/connection.ts';
import { Linger } from './linger.ts';
import type { ServedConnection } from './measurement-handler.ts';

export interface EchoHandlerDeps {
  readonly timekeeper: Timekeeper;
  /** How long a connection may stay silent, ns. */
  readonly idleNs: number;
  readonly onEcho: ((bytes: Uint8Array) => void) | undefined;
  readonly onEnd: (reason: EndReason, detail: string | undefined, echoedBytes: number) => void;
  readonly onClosed: () => void;
}

export class EchoHandler implements ServedConnection {
  private readonly connection: Connection;
  private readonly deps: EchoHandlerDeps;
  private readonly deadline: Deadline;
  private readonly idleNs: bigint;
  private deadlineNs: bigint;
  private echoedBytes = 0;
  private ended = false;
  private flushed = true;
  private readonly linger: Linger;

  constructor(connection: Connection, deps: EchoHandlerDeps) {
    this.connection = connection;
    this.deps = deps;
    this.linger = new Linger(deps.timekeeper, connection);
    this.idleNs = BigInt(deps.idleNs);
    this.deadlineNs = deps.timekeeper.nowNs() + this.idleNs;
    this.deadline = new Deadline(
      deps.timekeeper,
      () => (this.ended ? undefined : this.deadlineNs),
      () => {
        this.end('idle-timeout', undefined);
        this.connection.destroy();
      },
    );
    this.deadline.arm();
  }

  onBytes(chunk: Uint8Array, nowNs: bigint): void {
    if (this.ended) return;
    this.deadlineNs = nowNs + this.idleNs;
    this.echoedBytes += chunk.length;
    // A client that sends without reading is stopped by its own window.
    this.flushed = this.connection.write(chunk);
    if (!this.flushed) this.connection.pause();
    this.deps.onEcho?.(chunk);
  }

  onDrain(): void {
    this.flushed = true;
    this.linger.drained();
    this.deadlineNs = this.deps.timekeeper.nowNs() + this.idleNs;
    if (!this.ended) this.connection.resume();
  }

  onEnd(): void {
    this.end('closed-by-peer', undefined);
    this.linger.start(this.flushed, this.idleNs);
  }

  onClose(error: EcholotError | undefined): void {
    this.end('connection-lost', error?.message);
    this.linger.cancel();
    this.deps.onClosed();
  }

  /** A plain echo has no end of its own that one could wait for, so it may go on until it is cut. */
  drain(): boolean {
    if (this.echoedBytes === 0) this.cut();
    return !this.ended;
  }

  cut(): void {
    this.end('shutdown', undefined);
    if (this.flushed) this.connection.close();
    else this.connection.destroy();
  }

  private end(reason: EndReason, detail: string | undefined): void {
    if (this.ended) return;
    this.ended = true;
    this.deadline.cancel();
    this.deps.onEnd(reason, detail, this.echoedBytes);
  }
}
