/** A program that serves natively ends when it should: a thread that waits in the kernel holds up nobody. */
import { connect, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { nativeUnavailable } from '../../src/net/native/available.ts';
import { Program, start } from './program.ts';

const CHILD = fileURLToPath(new URL('./serving-child.ts', import.meta.url));
const HOST = '127.0.0.1';
/** The program's own 200 ms and the time of a busy machine; a thread that is not ended hangs for ever. */
const SOON_MS = 1_900;

const program = (how: string): Program => new Program(process.execPath, [CHILD, how]);

/** A client in the middle of its session. */
async function busyClient(port: number): Promise<Socket> {
  const socket = connect(port, HOST);
  socket.on('error', () => {});
  socket.write('s RTT 3 2 5\nm abc 1\n');
  // On a busy machine the program may have ended before it came to that.
  await new Promise<void>((resolve) => socket.once('data', () => resolve()).once('close', () => resolve()));
  return socket;
}

describe.skipIf(nativeUnavailable() !== undefined).concurrent('a program that serves natively', () => {
  test.each([
    ['process.exit', 'exit', 3],
    ['an uncaught error', 'throw', 1],
    ['an unhandled rejection', 'reject', 1],
  ])('ends soon by %s, with its exit code', async (_how, how, code) => {
    await using served = program(how);
    const client = await busyClient(await served.port());
    expect((await served.endsWithin(SOON_MS)).code).toBe(code);
    client.destroy();
  });

  test('ends with an error when one of its threads is lost, instead of serving by halves', async () => {
    await using served = program('lose-thread');
    await served.port();
    const { code, stderr } = await served.endsWithin(SOON_MS);
    expect(code).toBe(1);
    expect(stderr).toContain('a thread of the server failed');
  });

  test.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)('ends at once by %s', async (signal) => {
    await using served = program('serve');
    const client = await busyClient(await served.port());
    served.kill(signal);
    expect((await served.endsWithin(SOON_MS)).signal).toBe(signal);
    client.destroy();
  });

  test('ends by a second Ctrl-C while it waits for a session', async () => {
    await using server = start('serve', '--engine', 'native', '--threads', 2, '--port', 0, '--log', 'json');
    const client = await busyClient(await server.port());
    server.kill('SIGINT');
    await server.until('the closing', ({ stderr }) => stderr.includes('"closing"'));
    server.kill('SIGINT');
    expect((await server.endsWithin(SOON_MS)).code).toBe(130);
    client.destroy();
  });

  test('is told apart in the log, and says why when it is not native', async () => {
    await using server = start('serve', '--engine', 'node', '--port', 0, '--log', 'json');
    await server.until('the limits', ({ stderr }) => stderr.includes('"limits"'));
    expect(server.stderr).toContain('"engine":"node","threads":1');
    await using native = start('serve', '--threads', 2, '--port', 0, '--log', 'json');
    await native.until('the limits', ({ stderr }) => stderr.includes('"limits"'));
    expect(native.stderr).toContain('"engine":"native","threads":2');
  });

  test('lets clients wait when it is out of descriptors, says so, and serves them when others have left', async () => {
    const DESCRIPTORS = 48;
    const CLIENTS = 60;
    await using server = new Program('bash', [
      '-c',
      `ulimit -n ${DESCRIPTORS}; exec "$@"`,
      'bash',
      process.execPath,
      fileURLToPath(new URL('../../dist/cli/bin.js', import.meta.url)),
      ...['serve', '--engine', 'native', '--log', 'json', '--host', HOST, '--port', '0'],
    ]);
    const port = await server.port();
    const waiting = new Set<Socket>();
    let served = 0;
    const done = Promise.withResolvers<void>();
    for (let i = 0; i < CLIENTS; i++) {
      const socket = connect(port, HOST);
      waiting.add(socket);
      socket.on('error', done.reject);
      socket.on('connect', () => socket.write('s RTT 3 1 0\n'));
      socket.on('data', () => {
        served++;
        if (served === CLIENTS) done.resolve();
        // The first ones leave only when no more are let in.
        setTimeout(() => socket.destroy(), 300);
      });
    }
    await done.promise;
    expect(served).toBe(CLIENTS);
    server.kill('SIGINT');
    const { code, stderr } = await server.endsWithin(SOON_MS);
    expect(code).toBe(0);
    const told = stderr.split('\n').filter((line) => line.includes('too many open files'));
    expect(JSON.parse(told[0] ?? '')).toMatchObject({ level: 50, advice: 'raise the limit (ulimit -n)' });
  });
});
