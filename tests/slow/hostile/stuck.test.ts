/** Ends that are stopped, full or not there: no server program acts at all, and a run ends by itself. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { nativeUnavailable } from '../../../src/net/native/available.ts';
import { start } from '../../e2e/program.ts';
import { echolotAgainst } from './against.ts';

const HOST = '127.0.0.1';
const WITHIN_MS = 60_000;
const ENGINES = nativeUnavailable() === undefined ? (['native', 'node'] as const) : (['node'] as const);
const RUN = ['--type', 'rtt', '--sizes', 10, '--timeout', '1s', '--dialect', 'size-first'];
/** Listens with the shortest queue there is, and never takes a connection from it. */
const DEAF = `
  const server = require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
    require('node:fs').writeSync(1, server.address().port + '\\n');
    process.kill(process.pid, 'SIGSTOP');
  });
`;
/** More than the queue takes: for those behind no handshake is answered. */
const QUEUED = 4;

async function port(child: ChildProcess): Promise<number> {
  const [line] = (await once(child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
  return Number(line);
}

/** A port on which nothing listens. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, HOST);
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

describe.each(ENGINES)('a run (%s) to a server', (engine) => {
  test('that is stopped in the middle of it ends with a time-out, and keeps what was', async () => {
    await using server = start('serve', '--host', HOST, '--port', 0, '--log', 'json');
    const at = await server.port();
    const run = echolotAgainst(
      WITHIN_MS,
      ...['measure', HOST, at, ...RUN, '--engine', engine, '--probes', 100_000, '--blocks', 1],
      ...['--server-delay', '5ms'],
    );
    await server.until('the session', ({ stderr }) => stderr.includes('"setup"'));
    await sleep(700);
    server.kill('SIGSTOP');
    const { code, stderr, stdout } = await run;
    expect(code).toBe(1);
    expect(stderr).toMatch(/^echolot: timeout: no answer within 1005 ms to probe \d+/);
    expect(stdout).toMatch(/^ +10 B +\d/m);
  });

  test('whose queue is full ends within the time of a connection', async () => {
    const server = spawn(process.execPath, ['-e', DEAF], { stdio: ['ignore', 'pipe', 'ignore'] });
    const at = await port(server);
    const queued = Array.from({ length: QUEUED }, () => connect(at, HOST).on('error', () => {}));
    await sleep(300);
    try {
      const runs = [
        ['measure', HOST, at, ...RUN],
        ['measure', HOST, at, ...RUN.slice(2), '--rate', '100/s', '--duration', '500ms'],
        ['load', HOST, at, '--phases', 'idle,down', '--duration', '500ms', '--timeout', '1s', '--quiet'],
      ];
      for (const words of runs) {
        const { code, stderr } = await echolotAgainst(WITHIN_MS, ...words, '--engine', engine);
        expect(stderr).toMatch(/^echolot: timeout: /);
        expect(code).toBe(1);
      }
    } finally {
      for (const socket of queued) socket.destroy();
      server.kill('SIGKILL');
    }
  });

  test('that is not there ends at once', async () => {
    const at = await freePort();
    for (const words of [
      ['measure', HOST, at, ...RUN],
      ['measure', HOST, at, ...RUN.slice(2), '--rate', '100/s', '--duration', '500ms'],
      ['load', HOST, at, '--phases', 'idle,down', '--duration', '500ms', '--quiet'],
      ['ping', HOST, at, '-n', 2, '-i', '50ms', '--quiet'],
    ]) {
      const { code, stderr, stdout } = await echolotAgainst(WITHIN_MS, ...words, '--engine', engine);
      expect(code).toBe(1);
      expect(stderr + stdout).toMatch(/refused/);
    }
  });
});
