/** A plain echo server that a test can hold, mislead or kill, on whatever network it is given. */
import type { Connection, ConnectionHandler } from '../../../src/net/connection.ts';
import type { ListenerNetwork } from '../../../src/net/listener.ts';

export interface EchoPeer {
  readonly port: number;
  readonly connections: readonly PeerEcho[];
  /** Reads on and echoes nothing, on any connection. */
  hold(): void;
  /** Echoes what was held, and goes on. */
  release(): void;
}

/** @param echoes so many connections, and reads the others without a word */
export async function listenEcho(
  network: ListenerNetwork,
  { echoes = Number.POSITIVE_INFINITY } = {},
): Promise<EchoPeer> {
  const connections: PeerEcho[] = [];
  const listener = await network.listen({ host: '127.0.0.1', port: 0 }, (connection) => {
    const peer = new PeerEcho(connection);
    peer.isHeld = connections.length >= echoes;
    connections.push(peer);
    return peer;
  });
  return {
    port: listener.endpoints[0]!.port,
    connections,
    hold: () => {
      for (const peer of connections) peer.isHeld = true;
    },
    release: () => {
      for (const peer of connections) peer.release();
    },
  };
}

export class PeerEcho implements ConnectionHandler {
  readonly connection: Connection;
  isHeld = false;
  hasEnded = false;
  isClosed = false;
  receivedBytes = 0;
  receivedChunks = 0;
  /** What is echoed in the place of what came. */
  change: (bytes: Uint8Array) => Uint8Array = (bytes) => bytes;
  private held: Uint8Array[] = [];

  constructor(connection: Connection) {
    this.connection = connection;
  }

  onBytes(chunk: Uint8Array): void {
    this.receivedBytes += chunk.length;
    this.receivedChunks++;
    const echo = this.change(new Uint8Array(chunk));
    if (this.isHeld) this.held.push(echo);
    else if (!this.connection.write(echo)) this.connection.pause();
  }

  onDrain(): void {
    this.connection.resume();
  }

  onEnd(): void {
    this.hasEnded = true;
    this.connection.close();
  }

  onClose(): void {
    this.isClosed = true;
  }

  release(): void {
    this.isHeld = false;
    const { held } = this;
    this.held = [];
    for (const echo of held) this.connection.write(echo);
  }
}
