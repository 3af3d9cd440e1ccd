/** Reading from accepted sockets: with Node's internal handle, and where that is not to be found. */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { adoptForReading } from '../../src/net/node/adopt.ts';
import { nodeListener } from '../../src/net/node/listener.ts';

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

/** Sends `texts` one by one and returns the chunks as they came. */
async function exchange(disguise: (socket: Socket) => Socket, texts: readonly string[]): Promise<string[]> {
  const chunks: string[] = [];
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const client = connect(address.port, '127.0.0.1');
  const [accepted]: Socket[] = await once(server, 'connection');
  let arrived = Promise.withResolvers<void>();
  const socket = adoptForReading(disguise(accepted as Socket), (chunk) => {
    chunks.push(Buffer.from(chunk).toString());
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
  return chunks;
}

describe.each([
  ['with the handle', (socket: Socket) => socket],
  ['without it', withoutHandle],
])('an accepted socket is read %s', (_, disguise) => {
  test('chunk by chunk, as it comes', async () => {
    expect(await exchange(disguise, ['first', 'other', 'third'])).toEqual(['first', 'other', 'third']);
  });
});

test('what a server sends back is not overwritten by what it reads next, however late its client reads', async () => {
  const listener = await nodeListener.listen({ host: '127.0.0.1', port: 0 }, (connection) => ({
    onBytes: (chunk) => void connection.write(chunk),
    onDrain: () => {},
    onEnd: () => connection.end(),
    onClose: () => {},
  }));
  const sent = Buffer.alloc(8 * 1024 * 1024, 'a line that no other is like, but for its number: ');
  for (let at = 0; at + 4 <= sent.length; at += 4_096) sent.writeUInt32LE(at, at);
  const client = connect(listener.endpoints[0]!.port, '127.0.0.1');
  await once(client, 'connect');
  client.pause();
  client.end(sent);
  // Until the kernel takes no more: the rest of the echoes waits in the server.
  for (let before = -1; before !== client.bytesWritten - client.writableLength; ) {
    before = client.bytesWritten - client.writableLength;
    for (let turn = 0; turn < 50; turn++) await new Promise((done) => setImmediate(done));
  }
  const received: Buffer[] = [];
  client.on('data', (chunk: Buffer) => received.push(chunk)).resume();
  await once(client, 'close');
  listener.close();
  expect(Buffer.concat(received).equals(sent)).toBe(true);
});
