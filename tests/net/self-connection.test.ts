/**
 * A closed port that the kernel chooses as the local one answers its own SYN: a connection to oneself, whose
 * bytes come back at once. Taken for an answer, it would be a round trip to nobody.
 */
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { expect, test } from 'vitest';
import { isSelfConnected } from '../../src/net/connection.ts';
import { Descriptors } from '../../src/net/native/kernel/descriptors.ts';
import { loadLibc } from '../../src/net/native/kernel/libc.ts';
import { encodeAddress } from '../../src/net/native/kernel/sockaddr.ts';
import { NativeSocket } from '../../src/net/native/kernel/socket.ts';
import { socketConnection } from '../../src/net/node/socket.ts';

/** A port on which nobody listens, at this moment. */
async function closedPort(host: string): Promise<number> {
  const server = createServer().listen(0, host);
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

const HOSTS = ['127.0.0.1', '::1'] as const;
const { libc, reason } = loadLibc();

test.runIf(process.platform === 'linux').each(HOSTS)('node:net on %s: it is seen', async (host) => {
  const port = await closedPort(host);
  const socket = connect({ host, port, localAddress: host, localPort: port });
  await once(socket, 'connect');
  const { local, remote } = socketConnection(socket);
  expect(isSelfConnected(local, remote)).toBe(true);
  socket.resetAndDestroy();
});

test.skipIf(libc === undefined).each(HOSTS)(
  `a socket of our own on %s: it is seen, and leaves no port waiting ${reason ?? ''}`,
  async (host) => {
    if (libc === undefined) return;
    const port = await closedPort(host);
    const address = encodeAddress(host, port);
    const connectToItself = (): NativeSocket => {
      const socket = NativeSocket.create(libc, new Descriptors(), host === '::1' ? 6 : 4);
      socket.bind(address);
      socket.connect(address);
      return socket;
    };
    for (let again = 0; again < 2; again++) {
      const socket = connectToItself();
      expect(isSelfConnected(socket.local, socket.remote)).toBe(true);
      socket.reset();
    }
  },
);

test('two ends of one machine, or one port on two machines, are no such thing', () => {
  const here = { address: '127.0.0.1', port: 40_000, family: 4 } as const;
  expect(isSelfConnected(here, { ...here, port: 9_900 })).toBe(false);
  expect(isSelfConnected(here, { ...here, address: '127.0.0.2' })).toBe(false);
});
