/** A server's limits from the outside: as a person types them, and against clients that try to get round them. */
import { connect, type Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { echolot, type Program, shell, start } from './program.ts';
import { Stranger } from './strangers.ts';

const HOST = '127.0.0.1';
const MIB = 1024 * 1024;
const READY = '200 OK: Ready\n';
const REFUSED = '404 ERROR: Invalid Connection Setup Message\n';

function serve(...args: readonly string[]): Program {
  return start('serve', '--quiet', '--host', HOST, '--port', 0, ...args);
}

/** Sends a setup and reads the answer; nothing more is read. */
async function setUp(port: number, setup: string): Promise<{ socket: Socket; answer: string }> {
  const socket = connect(port, HOST);
  socket.on('error', () => {});
  socket.write(setup);
  const answer = await new Promise<string>((resolve) => socket.once('data', (data) => resolve(String(data))));
  socket.pause();
  return { socket, answer };
}

describe.concurrent('limits', () => {
  test.each(['2.01s', '8.03s', '1.001s'])('of %s, which is no round number, serve clients', async (limit) => {
    await using server = serve('--idle', limit, '--first-message', '4.02s', '--max-delay', '2.01s');
    const port = await server.port();
    const { socket, answer } = await setUp(port, 's RTT 10 10 2.01\n');
    socket.destroy();
    expect(answer).toBe(READY);
    expect(server.running).toBe(true);
  });

  test('on the payload of all sessions hold against clients that do not read what they asked for', async () => {
    await using server = serve('--max-total-payload', '20M');
    const port = await server.port();
    const greedy = await setUp(port, `s RTT ${16 * MIB} 1 0\n`);
    greedy.socket.write(`m ${'x'.repeat(16 * MIB)} 1\nt\n`);
    await new Promise<void>((resolve) => greedy.socket.once('drain', resolve));
    const second = await setUp(port, `s RTT ${16 * MIB} 1 0\n`);
    greedy.socket.destroy();
    second.socket.destroy();
    expect([greedy.answer, second.answer]).toEqual([READY, REFUSED]);
  });

  test('that do not fit plain echo are not taken without a word', async () => {
    const { code, stderr } = await echolot('serve', '--echo', '--dialect', 'tabs');
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringMatching(/^echolot: usage: plain echo has no dialects[^\n]+\n$/),
    });
  });

  test('that refuse a client are named as a possible cause', async () => {
    await using server = serve('--max-payload', '1K');
    const { code, stderr } = await echolot('measure', HOST, await server.port(), '--sizes', '2K');
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^echolot: limit: the server takes messages of at most 1024 bytes at 2 KiB[^\n]*--sizes/,
    );
  });
});

describe.concurrent('the end of a program', () => {
  test('send is done when the echo is there, whatever the server does then', async () => {
    await using stranger = await Stranger.listen((socket, chunk) => socket.write(chunk));
    await using send = start('send', HOST, stranger.port);
    expect((await send.endsWithin(3_000)).code).toBe(0);
  });

  test.each(['--help', 'measure --help'])('%s into a pipe that nobody reads is no error', async (args) => {
    const { code, stderr } = await shell('set -o pipefail; "$@" | true', ...args.split(' '));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });
});
