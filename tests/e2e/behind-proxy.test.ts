/** A server behind a balancer: who comes through it is known by his own address, on each engine and in its log. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { nativeUnavailable } from '../../src/net/native/available.ts';
import { local, tcp4 } from '../server/proxy/headers.ts';
import { echolot, start } from './program.ts';

const HOST = '127.0.0.1';
const SETUP = 's RTT 3 2 0\n';
const READY = '200 OK: Ready\n';

/** @returns what is answered to it; the connection is then closed */
async function say(port: number, bytes: Uint8Array): Promise<string> {
  const socket = connect(port, HOST);
  socket.write(bytes);
  const [answer] = await once(socket, 'data');
  socket.destroy();
  return String(answer);
}

describe.for([
  ['node', 1],
  ['native', 2],
] as const)('the %s engine', ([engine, threads]) => {
  test('tells clients of a proxy apart, and has nothing to tell of its health checks', async ({ skip }) => {
    if (engine === 'native' && nativeUnavailable() !== undefined) skip(nativeUnavailable());
    const options = ['--engine', engine, '--threads', threads, '--proxy-from', `10.0.0.0/8,${HOST}`];
    await using server = start('serve', '--host', HOST, '--port', 0, '--log', 'json', ...options);
    const port = await server.port();
    for (const host of [1, 2]) {
      expect(await say(port, Buffer.concat([tcp4([192, 0, 2, host], 7), Buffer.from(SETUP)]))).toBe(READY);
      await server.until(`client ${host}`, ({ stderr }) => stderr.includes(`"remote":"192.0.2.${host}:7"`));
    }
    await once(connect(port, HOST).end(local()).resume(), 'close');
    await once(connect(port, HOST).end().resume(), 'close');
    expect(await say(port, Buffer.from(SETUP))).toContain('404 ERROR');
    await server.until('what was wrong', ({ stderr }) => stderr.includes('no PROXY header'));
    server.kill('SIGTERM');
    const { stderr } = await server.ended;
    const lines = stderr
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.filter(({ remote }) => remote?.startsWith(`${HOST}:`))).toMatchObject([
      { level: 40, msg: 'refused: not introduced' },
    ]);
  });
});

test('a range that is none is refused with one that is', async () => {
  const { code, stderr } = await echolot('serve', '--port', 0, '--proxy-from', '10.0.0.0/99');
  expect(code).toBe(2);
  expect(stderr).toContain('10.0.0.0/99 is no network; write one as 192.0.2.0/24');
});
