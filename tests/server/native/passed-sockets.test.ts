/** A server on sockets that somebody else has opened serves there, and refuses what is no socket to listen on. */
import { connect } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { nativeUnavailable } from '../../../src/net/native/available.ts';
import {
  AF_INET,
  AF_UNIX,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOCK_STREAM,
} from '../../../src/net/native/kernel/constants.ts';
import { loadLibc } from '../../../src/net/native/kernel/libc.ts';
import { encodeAddress } from '../../../src/net/native/kernel/sockaddr.ts';
import { planServer } from '../../../src/server/plan.ts';
import { startOn } from '../../../src/server/start.ts';

const { libc } = loadLibc();
const reason = nativeUnavailable();
const open: number[] = [];
afterEach(() => {
  for (const fd of open.splice(0)) libc?.close(fd);
});

/** One that blocks, as systemd passes it. */
function socket(family: number, type: number): number {
  return libc?.socket(family, type | SOCK_CLOEXEC, 0) ?? -1;
}

function boundSocket(): number {
  const fd = socket(AF_INET, SOCK_STREAM);
  const address = encodeAddress('127.0.0.1', 0);
  expect(libc?.bind(fd, address, address.length)).toBe(0);
  return fd;
}

function listeningSocket(): number {
  const fd = boundSocket();
  expect(libc?.listen(fd, 16)).toBe(0);
  return fd;
}

function echoed(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const client = connect(port, '127.0.0.1', () => client.write(text));
    client.on('error', reject);
    client.once('data', (bytes) => {
      client.destroy();
      resolve(bytes.toString());
    });
  });
}

describe.skipIf(reason !== undefined)(`sockets that were passed ${reason ?? ''}`, () => {
  test.each([
    ['node', 1],
    ['native', 1],
    ['native', 3],
  ] as const)('are served, each of them: %s, %i threads', async (engine, threads) => {
    const sockets = [listeningSocket(), listeningSocket()];
    // Neither host nor port would be to be had.
    const asked = { host: '192.0.2.1', port: 1, mode: 'echo', engine, threads, graceMs: 0 } as const;
    await using server = await startOn({ ...asked, sockets });
    expect(server.endpoints).toHaveLength(2);
    for (const { address, port } of server.endpoints) {
      expect(address).toBe('127.0.0.1');
      for (let i = 0; i < 5; i++) expect(await echoed(port, `hello ${i}`)).toBe(`hello ${i}`);
    }
  });

  test.each(['node', 'native'] as const)('are free again when the server has closed: %s', async (engine) => {
    const fd = listeningSocket();
    const server = await startOn({ mode: 'echo', engine, graceMs: 0, sockets: [fd] });
    const port = server.endpoints[0]?.port ?? 0;
    await server.close();
    await expect(echoed(port, 'hello')).rejects.toThrow('ECONNREFUSED');
  });

  test.each([
    ['one that does not listen', boundSocket, 'is a TCP socket that does not listen'],
    ['one of UDP', () => socket(AF_INET, SOCK_DGRAM), 'is a socket of another kind than TCP'],
    ['one of this machine alone', () => socket(AF_UNIX, SOCK_STREAM), 'is a socket of another kind than TCP'],
    ['a file', () => libc?.eventfd(0, 0) ?? -1, 'is no socket'],
    ['none', () => 1_000_000, 'is not open'],
  ])('are refused by name where they cannot be: %s', async (_what, make, message) => {
    const fd = make();
    if (fd < 1_000_000) open.push(fd);
    await expect(startOn({ mode: 'echo', sockets: [fd] })).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining(`descriptor ${fd}, passed to listen on, ${message}`),
    });
  });
});

test('a list of sockets that is none is a slip, and does not listen elsewhere', () => {
  expect(() => planServer({ sockets: [] })).toThrow(/list of sockets/);
  expect(() => planServer({ sockets: [-1] })).toThrow(/list of sockets/);
});
