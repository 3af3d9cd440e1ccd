/** A server of loads from the outside: bounded as a person types it, kept off, and told in the log. */
import { describe, expect, test } from 'vitest';
import { LoadSocket } from '../server/native/load-sockets.ts';
import { echolot, start } from './program.ts';

const HOST = '127.0.0.1';

describe('a server', () => {
  test('grants what its owner allows, and no more', async () => {
    const bounds = ['--max-load-seconds', 2, '--max-load-rate', '50M', '--max-load-streams', 3] as const;
    await using server = start('serve', '--quiet', '--host', HOST, '--port', 0, ...bounds);
    const client = await LoadSocket.ask(await server.port(), 'l new 60000 0 100');
    client.socket.destroy();
    expect(client.answer).toBe(`200 OK: Load ${client.key} 2000 50000000 3`);
  });

  test('carries none with --no-load, and answers as an older one', async () => {
    await using server = start('serve', '--quiet', '--host', HOST, '--port', 0, '--no-load');
    const client = await LoadSocket.setup(await server.port());
    expect(client).toBe('404 ERROR: Invalid Connection Setup Message\n');
  });

  test('tells in its log who loaded it, and how much that was', async () => {
    await using server = start('serve', '--host', HOST, '--port', 0, '--log', 'json');
    const client = await LoadSocket.ask(await server.port(), 'l new 60000 0 100');
    client.socket.end('e 0\n');
    await expect.poll(() => server.stderr, { timeout: 5_000 }).toContain('"msg":"end of load"');
    expect(server.stderr).toMatch(
      /"remote":"127\.0\.0\.1:\d+","durationMs":60000,"bitsPerSecond":0,"streams":32,"msg":"load"/,
    );
    expect(server.stderr).toMatch(/"reason":"done","streams":0,"sentBytes":0,"receivedBytes":0/);
  });
});

test.each([
  ['--max-load-rate', '0'],
  ['--max-load-rate', '5X'],
  ['--max-load-seconds', '0'],
  ['--max-load-streams', '0'],
])('%s %s is refused before anything listens', async (option, value) => {
  const { code, stderr } = await echolot('serve', option, value);
  expect(code).toBe(2);
  expect(stderr).toContain(value);
});
