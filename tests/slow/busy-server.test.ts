/** A busy server says so to its clients: otherwise they take its load for the path, and a quiet server's path for its load. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import type { Result } from '../../src/index.ts';
import { nativeUnavailable } from '../../src/net/native/available.ts';
import { echolot, start } from '../e2e/program.ts';

const HOST = '127.0.0.1';
const PROBES = 50_000;
const CONNECTIONS = 4;
const DOUBT_SHARE = 0.05;

/** A whole session, whose probes do not wait for their echoes: it is written at once, and costs this process little. */
const SESSION = Buffer.from(
  `s RTT 10 ${PROBES} 0\n${Array.from({ length: PROBES }, (_, i) => `m abcdefghij ${i + 1}\n`).join('')}t\n`,
);

/** Keeps a server at work until it is disposed of. */
class Flood implements AsyncDisposable {
  private readonly port: number;
  private readonly sockets = new Set<Socket>();
  private over = false;

  constructor(port: number) {
    this.port = port;
    for (let i = 0; i < CONNECTIONS; i++) this.begin();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.over = true;
    await Promise.all([...this.sockets].map((socket) => once(socket.destroy(), 'close')));
  }

  private begin(): void {
    if (this.over) return;
    const socket = connect({ host: HOST, port: this.port, noDelay: true });
    this.sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => {
      this.sockets.delete(socket);
      setImmediate(() => this.begin());
    });
    socket.resume().write(SESSION);
  }
}

async function measured(port: number): Promise<Result> {
  const plan = ['--type', 'rtt', '--sizes', 100, '--probes', 200, '--blocks', 5];
  const { code, stdout, stderr } = await echolot(
    'measure',
    HOST,
    port,
    '--engine',
    'native',
    '--json',
    ...plan,
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
}

function toldShare({ blocks }: Result): number {
  const told = blocks.filter(({ kind }) => kind === 'measured').map(({ serverBusy }) => serverBusy);
  const [busyNs, rttNs] = told.reduce(
    ([busy, rtt], block) => [busy + (block?.busyNs ?? Number.NaN), rtt + (block?.rttNs ?? Number.NaN)],
    [0, 0],
  );
  return busyNs / rttNs;
}

describe.skipIf(nativeUnavailable() !== undefined)(
  `a server of one thread ${nativeUnavailable() ?? ''}`,
  () => {
    test('that others keep busy says for how long, and the report doubts what it says of the path', async () => {
      await using server = start('serve', '--quiet', '--host', HOST, '--port', 0, '--threads', 1);
      const port = await server.port();
      await using _flood = new Flood(port);
      const result = await measured(port);
      expect(toldShare(result)).toBeGreaterThan(DOUBT_SHARE);
      const doubt = result.warnings.find(({ code }) => code === 'server-busy');
      expect(doubt).toMatchObject({ busyShare: toldShare(result) });
      expect(doubt?.message).toMatch(
        /busy with others for [\d.]+ % of this run: its answers waited .* in all/,
      );
    });

    test('that one client has for itself is not called busy, in five of five runs', async () => {
      await using server = start('serve', '--quiet', '--host', HOST, '--port', 0, '--threads', 1);
      const port = await server.port();
      for (let run = 0; run < 5; run++) {
        const result = await measured(port);
        expect(toldShare(result)).toBeLessThan(DOUBT_SHARE / 5);
        expect(result.checks.find(({ name }) => name === 'server-busy')).toMatchObject({ finding: 'clear' });
      }
    });
  },
);
