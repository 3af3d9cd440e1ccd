/**
 * A connection of a proxy until it is known whose it is: nobody is let in or refused before the header is whole, and who
 * is let in then has the connection to himself.
 */
import type { Timekeeper } from '../../clock/clock.ts';
import type { EcholotError } from '../../core/errors.ts';
import type { Connection, ConnectionHandler } from '../../net/connection.ts';
import { type ProxyHeader, ProxyHeaderReader } from './proxy-header.ts';

type Introduced = Extract<ProxyHeader, { kind: 'whole' }>;

/** How an introduction has ended. */
export type IntroductionEnd =
  | { readonly kind: 'introduced' }
  /** The proxy left without a word. */
  | { readonly kind: 'left' }
  | { readonly kind: 'wrong'; readonly problem: string };

export interface IntroductionDeps {
  readonly timekeeper: Timekeeper;
  /** How long the header may take, ns. */
  readonly withinNs: number;
  /** Called once, before anything else is done with the connection. */
  readonly onEnd: (end: IntroductionEnd) => void;
  /** @returns who has the connection from now on */
  readonly admit: (introduced: Introduced) => ConnectionHandler;
  /** Says no, and closes. @returns likewise */
  readonly refuse: () => ConnectionHandler;
}

export class Introduction implements ConnectionHandler {
  private readonly connection: Connection;
  private readonly deps: IntroductionDeps;
  private readonly header = new ProxyHeaderReader();
  private readonly cancelTimer: () => void;
  private hasBytes = false;
  private isOver = false;
  private successor: ConnectionHandler | undefined;

  constructor(connection: Connection, deps: IntroductionDeps) {
    this.connection = connection;
    this.deps = deps;
    const { timekeeper, withinNs } = deps;
    this.cancelTimer = timekeeper.wakeAt(timekeeper.nowNs() + BigInt(withinNs), () =>
      this.fail('no whole PROXY header in time'),
    );
  }

  onBytes(chunk: Uint8Array, nowNs: bigint): void {
    if (this.isOver) {
      this.successor?.onBytes(chunk, nowNs);
      return;
    }
    this.hasBytes = true;
    const header = this.header.read(chunk);
    if (header.kind === 'wrong') this.fail(header.problem);
    if (header.kind !== 'whole') return;
    this.end({ kind: 'introduced' });
    const successor = this.deps.admit(header);
    this.successor = successor;
    if (header.bytes < chunk.length) successor.onBytes(chunk.subarray(header.bytes), nowNs);
  }

  onDrain(): void {
    this.successor?.onDrain();
  }

  onEnd(): void {
    if (this.isOver) {
      this.successor?.onEnd();
      return;
    }
    this.leave();
    this.connection.close();
  }

  onClose(error: EcholotError | undefined): void {
    if (this.isOver) this.successor?.onClose(error);
    else this.leave();
  }

  /** The server closes. */
  cut(): void {
    this.end({ kind: 'left' });
    this.connection.destroy();
  }

  private leave(): void {
    this.end(
      this.hasBytes ? { kind: 'wrong', problem: 'a PROXY header that was not whole' } : { kind: 'left' },
    );
  }

  private fail(problem: string): void {
    this.end({ kind: 'wrong', problem });
    this.successor = this.deps.refuse();
  }

  private end(end: IntroductionEnd): void {
    this.isOver = true;
    this.cancelTimer();
    this.deps.onEnd(end);
  }
}
