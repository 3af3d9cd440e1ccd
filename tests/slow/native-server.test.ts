/** A native server is to cost nothing while nothing is asked of it, whatever was asked of it before. */
import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nativeUnavailable } from '../../src/net/native/available.ts';
import { type Program, start } from '../e2e/program.ts';
import { measure, socketTo } from './clients.ts';
import { tell } from './server-child.ts';

const HOST = '127.0.0.1';
const IDLE_MS = 2_000;
const MS_PER_TICK = 10;
/** Of one processor. The kernel counts in ticks: two of them is what nothing can look like. */
const MAX_SHARE = 0.01;
const SESSIONS = 50;
const unavailable = nativeUnavailable();

/** Processor time of all threads of a process, ms (proc_pid_stat(5): utime and stime). */
function cpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK;
}

describe.skipIf(unavailable !== undefined)(`an idle native server ${unavailable ?? ''}`, () => {
  let server: Program;
  let port = 0;
  beforeAll(async () => {
    server = start('serve', '--engine', 'native', '--threads', 2, '--host', HOST, '--port', 0, '--quiet');
    port = await server.port();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  async function expectIdle(): Promise<void> {
    // What it was asked for last is over, and so is the moment for which it stays awake.
    await sleep(500);
    const before = cpuMs(server.pid);
    await sleep(IDLE_MS);
    const share = (cpuMs(server.pid) - before) / IDLE_MS;
    tell(`${(100 * share).toFixed(1)} % of a processor`);
    expect(share).toBeLessThanOrEqual(MAX_SHARE);
  }

  test('uses no processor after its start', expectIdle);

  test('uses none for fifty sessions that have stopped talking', async () => {
    const sockets: Socket[] = [];
    for (let i = 0; i < SESSIONS; i++) {
      const socket = await socketTo(port);
      sockets.push(socket);
      const answered = new Promise((resolve) => socket.once('data', resolve));
      // Half of them with kernel stamps, whose error queues must not keep it awake.
      socket.write(i % 2 === 0 ? 's RTT 5 100 0\nm hello 1\n' : 's RTT 5 100 0 +stamps\n');
      await answered;
      if (i % 2 === 1) socket.write('m hello 1\n');
    }
    await expectIdle();
    for (const socket of sockets) socket.destroy();
  });

  test('uses none after a load, and none for clients that were killed in the middle of it', async () => {
    const clients = Array.from({ length: 4 }, () =>
      start(
        'measure',
        HOST,
        port,
        '--engine',
        'native',
        '--type',
        'rtt',
        '--sizes',
        100,
        '--probes',
        1_000_000,
      ),
    );
    await sleep(2_500);
    for (const client of clients) {
      expect(client.running).toBe(true);
      client.kill('SIGKILL');
      await client.ended;
    }
    await expectIdle();
    expect(await measure(port, { probes: 100 })).toHaveLength(100);
  });
});
