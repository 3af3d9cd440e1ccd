/** A server of the tests that owes nobody anything: it accepts, and its manners decide what comes. */
import { createServer, type Server, type Socket } from 'node:net';

/** What a server does with each connection. */
export type Manners = (socket: Socket) => void;

/** A server that is wrong on purpose, and what the user of a client has to see of it. */
export interface Hostile {
  readonly name: string;
  readonly manners: Manners;
  /** What standard error begins with. */
  readonly says: RegExp;
  /** Samples of echoes that were right, before it went wrong; default 0. */
  readonly samples?: number;
}

export class HostilePeer implements AsyncDisposable {
  private readonly sockets = new Set<Socket>();
  private readonly server: Server;

  private constructor(manners: Manners) {
    this.server = createServer({ noDelay: true }, (socket) => {
      this.sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => this.sockets.delete(socket));
      manners(socket);
    });
  }

  static async listen(manners: Manners): Promise<HostilePeer> {
    const peer = new HostilePeer(manners);
    await new Promise<void>((resolve) => peer.server.listen(0, '127.0.0.1', resolve));
    return peer;
  }

  get port(): number {
    const address = this.server.address();
    if (address === null || typeof address === 'string') throw new Error('the peer does not listen');
    return address.port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** What a server says in the protocol; right where nothing is said here. */
export interface Speech {
  /** Its answer to a setup. */
  readonly ready?: string | Buffer;
  /** What it does about the n-th probe of a connection, counted from 1, in the place of echoing it. */
  readonly echo?: (socket: Socket, probe: Buffer, n: number) => void;
  /** Its answer to the question for residences. */
  readonly residences?: (count: number, waits: boolean) => string;
  /** What it does about the termination. */
  readonly leave?: (socket: Socket) => void;
}

/** A server that speaks the protocol, in the dialect size-first. */
export function speaking({ ready = '200 OK: Ready\n', echo, residences, leave }: Speech): Manners {
  return (socket) => {
    let unread = Buffer.alloc(0);
    let probes = 0;
    const take = (line: Buffer): void => {
      const text = line.toString('latin1');
      if (text.startsWith('s ')) socket.write(ready);
      else if (text.startsWith('m ')) {
        if (echo === undefined) socket.write(line);
        else echo(socket, line, ++probes);
      } else if (text.startsWith('r ')) {
        const [, , count, waits] = text.trimEnd().split(' ');
        socket.write(residences?.(Number(count), waits !== undefined) ?? '404 ERROR\n');
      } else if (text.startsWith('t')) {
        if (leave === undefined) socket.end('200 OK: Closing Connection\n');
        else leave(socket);
      } else socket.end('404 ERROR: Invalid Connection Setup Message\n');
    };
    socket.on('data', (chunk: Buffer) => {
      unread = Buffer.concat([unread, chunk]);
      for (let at = unread.indexOf('\n'); at >= 0; at = unread.indexOf('\n')) {
        const line = Buffer.from(unread.subarray(0, at + 1));
        unread = unread.subarray(at + 1);
        take(line);
      }
    });
  };
}

/** Echoes so many probes rightly before something else is done about the next. */
export function after(good: number, wrong: NonNullable<Speech['echo']>): NonNullable<Speech['echo']> {
  return (socket, probe, n) => {
    if (n <= good) socket.write(probe);
    else wrong(socket, probe, n);
  };
}

/** Says a text again and again, as fast as it is read, so much in all. */
export function sayEndlessly(socket: Socket, text: string, bytes: number = Number.POSITIVE_INFINITY): void {
  const piece = Buffer.from(text.repeat(Math.ceil(65_536 / text.length)), 'latin1');
  let left = bytes;
  const go = (): void => {
    while (left > 0 && !socket.destroyed) {
      left -= piece.length;
      if (!socket.write(piece)) {
        socket.once('drain', go);
        return;
      }
    }
  };
  go();
}

/** Says a text a byte at a time. */
export function saySlowly(socket: Socket, text: string | Buffer, everyMs: number): void {
  const bytes = Buffer.from(text);
  let at = 0;
  const timer = setInterval(() => {
    if (at < bytes.length) socket.write(bytes.subarray(at, ++at));
    else clearInterval(timer);
  }, everyMs);
  socket.on('close', () => clearInterval(timer));
}
