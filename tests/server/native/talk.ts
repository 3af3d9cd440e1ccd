/** A client of a few lines over node:net, for servers that run on threads of their own. */
import { connect, type Socket } from 'node:net';

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

/** A client that stays. */
export async function stay(port: number, words: string): Promise<{ socket: Socket; answer: string }> {
  const socket = connect({ port, host: HOST, noDelay: true });
  const answer = await new Promise<string>((resolve, reject) => {
    socket.once('data', (data) => resolve(data.toString('latin1')));
    socket.once('error', reject);
    socket.write(words, 'latin1');
  });
  socket.on('error', () => {});
  return { socket, answer };
}
