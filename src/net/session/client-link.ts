/**
 * A session's way to its server: the connection in use. One dialect wants a second one for its termination, and
 * nothing is heard of the first any more from then on.
 */
import type { EcholotError } from '../../core/errors.ts';
import type { Connection, ConnectionHandler } from '../connection.ts';
import { pinned, type Target } from '../dialer.ts';
import type { LoopDialed, LoopDialOptions, LoopNetwork } from '../loop-network.ts';

/** What the kernel took is sent all the same; this is for what it did not take. */
const DROP_AFTER_NS = 1_000_000_000n;

/** Who uses the link, and hears of its connection. */
export interface LinkUser {
  onBytes(chunk: Uint8Array, nowNs: bigint): void;
  /** What was not written at once is out. */
  onDrain?(): void;
  /** The peer says no more. */
  onEnd(): void;
  onFailure(error: EcholotError): void;
}

export class ClientLink {
  isConnected = false;
  private readonly network: LoopNetwork;
  /** Once connected, the address that answered: a second connection goes to the same server. */
  private target: Target;
  private readonly user: LinkUser;
  private connection: Connection | undefined;
  /** The handler of the connection in use. */
  private handler: ConnectionHandler | undefined;
  private cancelDrop: (() => void) | undefined;

  constructor(network: LoopNetwork, target: Target, user: LinkUser) {
    this.network = network;
    this.target = target;
    this.user = user;
  }

  /** @throws EcholotError */
  async dial(options: LoopDialOptions): Promise<LoopDialed> {
    const dialed = await this.network.dial(this.target, this.handlerOfThisConnection(), {
      ...options,
      onDialed: (outcome) => {
        this.target = pinned(this.target, outcome);
        options.onDialed?.(outcome);
      },
    });
    this.connection = dialed.connection;
    this.isConnected = true;
    return dialed;
  }

  /** As that of the connection; without one nothing is ever sent. */
  write(bytes: Uint8Array): boolean {
    return this.connection?.write(bytes) ?? false;
  }

  /** As that of the connection. */
  get tellsSent(): boolean {
    return this.connection?.tellsSent ?? false;
  }

  /** Delivers what was written before. */
  close(): void {
    this.connection?.close();
  }

  destroy(): void {
    this.connection?.destroy();
  }

  /** A peer that reads no more would keep unsent bytes, and with them the process, for ever. */
  closeSoon(): void {
    if (!this.isConnected) return;
    const { timekeeper } = this.network;
    this.close();
    this.cancelDrop = timekeeper.wakeAt(timekeeper.nowNs() + DROP_AFTER_NS, () => this.destroy());
  }

  private handlerOfThisConnection(): ConnectionHandler {
    const handler: ConnectionHandler = {
      onBytes: (chunk, nowNs) => {
        if (this.handler === handler) this.user.onBytes(chunk, nowNs);
      },
      onDrain: () => {
        if (this.handler === handler) this.user.onDrain?.();
      },
      onEnd: () => {
        if (this.handler === handler) this.user.onEnd();
      },
      onClose: (error) => {
        if (this.handler !== handler) return;
        this.isConnected = false;
        this.cancelDrop?.();
        if (error === undefined) this.user.onEnd();
        else this.user.onFailure(error);
      },
    };
    this.handler = handler;
    return handler;
  }
}
