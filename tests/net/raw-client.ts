/**
 * A client without manners: it says what it is told, when it is told, and notes what comes back. It works on
 * every network a dialer knows. Bytes are Latin-1 text.
 */
import type { EcholotError } from '../../src/core/errors.ts';
import type { Connection } from '../../src/net/connection.ts';
import type { DialerNetwork } from '../../src/net/dialer.ts';

const DIAL_TIMEOUT_NS = 10_000_000_000;

export class RawClient {
  received = '';
  /** The server's FIN has come. */
  ended = false;
  closed = false;
  error: EcholotError | undefined;
  connection: Connection | undefined;
  private readonly waiting = new Set<() => void>();

  static async dial(network: DialerNetwork, port: number): Promise<RawClient> {
    const client = new RawClient();
    const handler = {
      onBytes: (chunk: Uint8Array) =>
        client.note(() => (client.received += Buffer.from(chunk).toString('latin1'))),
      onDrain: () => {},
      onEnd: () => client.note(() => (client.ended = true)),
      onClose: (error: EcholotError | undefined) =>
        client.note(() => {
          client.closed = true;
          client.error = error;
        }),
    };
    const target = { host: '127.0.0.1', port, family: undefined };
    const dialed = await network.dial(target, handler, { timeoutNs: DIAL_TIMEOUT_NS, signal: undefined });
    client.connection = dialed.connection;
    return client;
  }

  send(text: string): this {
    this.connection?.write(new Uint8Array(Buffer.from(text, 'latin1')));
    return this;
  }

  end(): this {
    this.connection?.end();
    return this;
  }

  /** The connection is over as far as the server goes: it said so, or it is gone. */
  get isOver(): boolean {
    return this.ended || this.closed;
  }

  /** Settles once `condition` holds; it is looked at whenever something has come. */
  until(condition: (client: RawClient) => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!condition(this)) return;
        this.waiting.delete(look);
        resolve();
      };
      this.waiting.add(look);
      look();
    });
  }

  whenReceived(text: string): Promise<void> {
    return this.until(({ received }) => received.includes(text));
  }

  private note(happen: () => void): void {
    happen();
    for (const look of this.waiting) look();
  }
}
