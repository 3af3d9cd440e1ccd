/** A client of the assignment as a student might write it, and the ways in which such clients are wrong. */
import type { VirtualClock } from '../../src/clock/virtual.ts';
import type { Connection } from '../../src/net/connection.ts';
import type { MemoryNetwork } from '../../src/net/memory/network.ts';
import { PORT } from './small-server.ts';

/** What one client does otherwise than it should. */
export interface Change {
  readonly setup?: string;
  readonly probes?: number;
  /** What it sends for a probe, from 1. */
  readonly probe?: (number: number) => string;
  readonly sendsAhead?: boolean;
  readonly bye?: string | null;
  readonly closes?: boolean;
  readonly heedsRefusal?: boolean;
  readonly heedsEcho?: boolean;
  /** Null waits for ever. */
  readonly giveUpNs?: number | null;
  readonly sessions?: number;
}

const PAYLOAD = 'abcdefghij';
const GIVE_UP_NS = 3_000_000_000;

/** Runs to its end, or to where it waits for ever. */
export async function runClient(clock: VirtualClock, network: MemoryNetwork, change: Change): Promise<void> {
  for (let session = 0; session < (change.sessions ?? 1); session++) {
    await new SmallClient(clock, network, change).run();
  }
}

class SmallClient {
  private readonly clock: VirtualClock;
  private readonly network: MemoryNetwork;
  private readonly change: Change;
  private connection: Connection | undefined;
  private unread = '';
  private ended = false;
  private woken = (): void => {};

  constructor(clock: VirtualClock, network: MemoryNetwork, change: Change) {
    this.clock = clock;
    this.network = network;
    this.change = change;
  }

  async run(): Promise<void> {
    const { probes = 10, heedsRefusal = true, heedsEcho = true, sendsAhead = false } = this.change;
    const dialed = await this.network.dial(
      { host: 'localhost', port: PORT, family: undefined },
      {
        onBytes: (chunk) => {
          this.unread += Buffer.from(chunk).toString('latin1');
          this.woken();
        },
        onDrain: () => {},
        onEnd: () => this.end(),
        onClose: () => this.end(),
      },
      { timeoutNs: GIVE_UP_NS, signal: undefined },
    );
    this.connection = dialed.connection;
    this.write(this.change.setup ?? `s RTT ${PAYLOAD.length} ${probes} 0\n`);
    const ready = await this.line();
    if (heedsRefusal && !ready?.startsWith('200')) return this.leave();
    for (let number = 1; number <= probes; number++) {
      const message = this.change.probe?.(number) ?? `m ${PAYLOAD} ${number}\n`;
      this.write(message);
      if (sendsAhead) continue;
      const echo = await this.line();
      if (echo === undefined) return this.leave();
      if (heedsRefusal && echo.startsWith('404')) return this.leave();
      if (heedsEcho && `${echo}\n` !== message) return this.leave();
    }
    if (this.change.bye !== null) {
      this.write(this.change.bye ?? 't\n');
      await this.line();
    }
    this.leave();
  }

  private write(text: string): void {
    this.connection?.write(Buffer.from(text));
  }

  private leave(): void {
    if (this.change.closes !== false) this.connection?.close();
  }

  private end(): void {
    this.ended = true;
    this.woken();
  }

  private async line(): Promise<string | undefined> {
    const { giveUpNs = GIVE_UP_NS } = this.change;
    const endNs = giveUpNs === null ? undefined : this.clock.nowNs() + BigInt(giveUpNs);
    for (;;) {
      const lf = this.unread.indexOf('\n');
      if (lf >= 0) {
        const line = this.unread.slice(0, lf);
        this.unread = this.unread.slice(lf + 1);
        return line;
      }
      if (this.ended || (endNs !== undefined && this.clock.nowNs() >= endNs)) return undefined;
      const { promise, resolve } = Promise.withResolvers<void>();
      this.woken = resolve;
      const cancel = endNs === undefined ? () => {} : this.clock.wakeAt(endNs, resolve);
      await promise;
      cancel();
    }
  }
}
