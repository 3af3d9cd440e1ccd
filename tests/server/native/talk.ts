/** A client of a few lines over node:net, for servers that run on threads of their own. */
import { connect, type Socket } from 'node:net';
import type { Endpoint } from '../../../src/facts/connection.ts';

const HOST = '127.0.0.1';

/** Says `parts`, each after an answer to the one before, half-closes with the last and gives all that came. */
export function talk(port: number, parts: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const left = [...parts];
    const answers: Buffer[] = [];
    const socket = connect({ port, host: HOST, allowHalfOpen: true, noDelay: true });
    const say = (): void => {
      const part = left.shift() ?? '';
      if (left.length === 0) socket.end(part, 'latin1');
      else socket.write(part, 'latin1');
    };
    socket.on('connect', say);
    socket.on('data', (chunk: Buffer) => {
      answers.push(chunk);
      if (left.length > 0) say();
    });
    socket.on('end', () => {
      socket.destroy();
      resolve(Buffer.concat(answers).toString('latin1'));
    });
    socket.on('error', reject);
  });
}

export interface Staying {
  readonly socket: Socket;
  readonly answer: string;
  /** Its own end, as the server should know it. */
  readonly local: Endpoint;
}

/** A client that stays, from any address of this machine's loopback. */
export async function stay(port: number, words: string, localAddress = HOST): Promise<Staying> {
  const socket = connect({ port, host: HOST, localAddress, noDelay: true });
  const told = await new Promise<Omit<Staying, 'socket'>>((resolve, reject) => {
    socket.once('data', (data) => {
      const local = { address: socket.localAddress ?? '', port: socket.localPort ?? 0, family: 4 } as const;
      resolve({ answer: data.toString('latin1'), local });
    });
    socket.once('error', reject);
    socket.write(words, 'latin1');
  });
  socket.on('error', () => {});
  return { socket, ...told };
}
