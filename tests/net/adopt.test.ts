/** Reading from accepted sockets: with Node's internal handle, and where that is not to be found. */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { adoptForReading } from '../../src/net/node/adopt.ts';

/** The socket as a Node without the handle would show it. */
function withoutHandle(socket: Socket): Socket {
  return new Proxy(socket, {
    get: (target, key) => {
      if (key === '_handle') return undefined;
      const value: unknown = Reflect.get(target, key);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

/** Sends `texts` one by one and returns the chunks as they are after the last one has come. */
async function exchange(disguise: (socket: Socket) => Socket, texts: readonly string[]): Promise<string[]> {
  const chunks: Buffer[] = [];
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const client = connect(address.port, '127.0.0.1');
  const [accepted]: Socket[] = await once(server, 'connection');
  let arrived = Promise.withResolvers<void>();
  const socket = adoptForReading(disguise(accepted as Socket), (chunk) => {
    chunks.push(chunk);
    arrived.resolve();
  });
  const ended = once(socket, 'end');
  for (const text of texts) {
    arrived = Promise.withResolvers<void>();
    client.write(text);
    await arrived.promise;
  }
  client.end();
  await ended;
  socket.end();
  await once(client, 'close');
  server.close();
  return chunks.map(String);
}

describe.each([
  ['with the handle', (socket: Socket) => socket],
  ['without it', withoutHandle],
])('an accepted socket is read %s', (_, disguise) => {
  test('and what was read is not overwritten by what comes after it', async () => {
    expect(await exchange(disguise, ['first', 'other', 'third'])).toEqual(['first', 'other', 'third']);
  });
});
