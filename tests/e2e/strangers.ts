/** Servers that echolot did not write: each says the wrong thing, nothing, or goes at the wrong time. */
import { createServer, type Server, type Socket } from 'node:net';

/** What a stranger does with the n-th chunk (from 1) of a connection. */
type Manners = (socket: Socket, chunk: Buffer, n: number) => void;

export class Stranger implements AsyncDisposable {
  /** Connections accepted so far. */
  connections = 0;
  private readonly sockets = new Set<Socket>();
  private readonly server: Server;

  private constructor(manners: Manners) {
    this.server = createServer((socket) => {
      this.connections++;
      this.sockets.add(socket);
      let n = 0;
      socket.on('data', (chunk: Buffer) => manners(socket, chunk, ++n));
      socket.on('error', () => {});
      socket.on('close', () => this.sockets.delete(socket));
    });
  }

  static async listen(manners: Manners): Promise<Stranger> {
    const stranger = new Stranger(manners);
    await new Promise<void>((resolve) => stranger.server.listen(0, '127.0.0.1', resolve));
    return stranger;
  }

  get port(): number {
    const address = this.server.address();
    if (address === null || typeof address === 'string') throw new Error('the stranger does not listen');
    return address.port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

const READY = '200 OK: Ready\n';

/** A web server: whatever comes is a bad request. */
export const webServer: Manners = (socket) => {
  socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
};

/** Accepts, reads, and never says a word. */
export const silent: Manners = () => {};

/** Agrees to every setup, then answers probes with a sequence that would clear a terminal. */
export const garbage: Manners = (socket, _chunk, n) => {
  socket.write(n === 1 ? READY : '\u001b[2J\u001b[31mgarbage\n');
};

/** Echoes a number of probes, then a piece of the next one, and goes. */
export function goesAfter(probes: number): Manners {
  return (socket, chunk, n) => {
    if (n === 1) socket.write(READY);
    else if (n <= probes + 1) socket.write(chunk);
    else socket.end(chunk.subarray(0, 5));
  };
}

/** Agrees to the setup and reads no more. */
export const deaf: Manners = (socket) => {
  socket.write(READY);
  socket.pause();
};
