/**
 * The path emulator is what it says: tests over it accuse the program, or clear it, by what the path does. Needs root,
 * network namespaces and TUN.
 */
import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { PingResult, Result } from '../../src/index.ts';
import { rawOf } from '../analysis/recordings.ts';
import { Program, programCommand } from '../e2e/program.ts';
import { Path, pathUnavailable } from '../path/path.ts';
import { tell } from './server-child.ts';

const MS = 1_000_000;
const TIMEOUT_MS = 60_000;
const reason = pathUnavailable();

function startAt(path: Path, side: 'client' | 'server', ...words: readonly (string | number)[]): Program {
  return new Program(...path.at(side, ...programCommand(...words)), TIMEOUT_MS);
}

async function serveAt(
  path: Path,
  ...options: readonly string[]
): Promise<{ server: Program; port: number }> {
  const host = path.serverAddress;
  const server = startAt(path, 'server', 'serve', '--quiet', '--host', host, '--port', 0, ...options);
  return { server, port: await server.port() };
}

function repliesIn({ replies }: PingResult): number {
  return replies.length;
}

async function measured(path: Path, ...words: readonly (string | number)[]): Promise<Result> {
  const server = await serveAt(path);
  await using _ = server.server;
  const args = ['measure', path.serverAddress, server.port, '--json', '--type', 'rtt', ...words];
  await using client = startAt(path, 'client', ...args);
  return JSON.parse((await client.ended).stdout);
}

/** What the path alone takes is in the fastest: all others may have waited for a processor. */
function fastestMs(result: Result): number {
  return (result.series[0]?.statistics?.rttNs.min ?? Number.NaN) / MS;
}

describe.skipIf(reason !== undefined)(`an emulated path ${reason ?? ''}`, () => {
  test('takes twice its delay, within a fraction of a millisecond', async () => {
    await using path = await Path.make({ delayMs: 10 });
    const result = await measured(path, '--sizes', 100, '--probes', 30);
    tell(`10 ms each way: fastest ${fastestMs(result).toFixed(3)} ms`);
    expect(fastestMs(result)).toBeGreaterThan(20);
    expect(fastestMs(result)).toBeLessThan(21);
  });

  test('carries what its rate allows', async () => {
    await using path = await Path.make({ rateMbitPerSecond: 20 });
    // One message of 14,480 B is ten full segments: 15,000 B each way with their headers (52 B), 12 ms in all.
    const result = await measured(path, '--sizes', 14_400, '--probes', 30);
    tell(`20 Mbit/s: fastest of 14,400 B ${fastestMs(result).toFixed(3)} ms`);
    expect(fastestMs(result)).toBeGreaterThan(11.9);
    expect(fastestMs(result)).toBeLessThan(15);
  });

  test('loses segments, which TCP sends again', async () => {
    await using path = await Path.make({ delayMs: 1, lossPercent: 5, seed: 3 });
    const result = await measured(path, '--sizes', 100, '--probes', 200, '--blocks', 2);
    const resent = result.blocks.map(({ path: facts }) => facts?.retransmittedSegments ?? 0);
    tell(`5 % loss: ${resent.reduce((sum, count) => sum + count, 0)} segments sent again for 200 probes`);
    expect(Math.max(...resent)).toBeGreaterThan(0);
  });

  test('loses segments without an accusation of the server or of this machine', async () => {
    await using path = await Path.make({ delayMs: 10, lossPercent: 4, seed: 5 });
    const result = await measured(path, '--sizes', '32K', '--probes', 80, '--blocks', 4);
    // The wait for a lost segment, some 20 ms, is of the path, whichever side waits for it.
    const waits = result.blocks
      .map(rawOf)
      .flatMap(({ layers }) => [
        ...(layers?.wakeUpNs ?? []),
        ...(layers?.residenceNs.map((ns, i) => (ns ?? 0) - (layers.serverTcpWaitNs?.[i] ?? 0)) ?? []),
      ]);
    const long = waits.filter((ns) => (ns ?? 0) > 10 * MS).length;
    tell(`4 % loss: ${long} of ${waits.length} waits of programs are over 10 ms`);
    expect(long / waits.length).toBeLessThan(0.05);
    expect(result.warnings.map(({ code }) => code)).not.toContain('server-stalled');
  });

  test('lets packets vanish that are longer than its MTU, and no others', async () => {
    await using path = await Path.make({ mtuBytes: 1_300 });
    const { server, port } = await serveAt(path, '--echo');
    await using _ = server;
    const send = (bytes: number): Program =>
      startAt(path, 'client', 'send', path.serverAddress, port, 'x'.repeat(bytes), '--timeout', '2s');
    await using short = send(1_200);
    expect((await short.ended).code).toBe(0);
    await using long = send(1_300);
    expect((await long.ended).code).toBe(1);
  });

  test('is silent while it is cut, and goes on when it is mended', async () => {
    await using path = await Path.make({ delayMs: 1 });
    const { server, port } = await serveAt(path);
    await using _ = server;
    const ping = async (): Promise<PingResult> => {
      const words = ['ping', path.serverAddress, port, '--json', '--count', 2, '--interval', '0.1s'];
      await using client = startAt(path, 'client', ...words, '--timeout', '0.3s');
      return JSON.parse((await client.ended).stdout);
    };
    await path.cut();
    expect(repliesIn(await ping())).toBe(0);
    await path.mend();
    expect(repliesIn(await ping())).toBe(2);
  });

  test('is reached by each family, and by the link-local address of its interface', async () => {
    await using path = await Path.make();
    await using server = startAt(path, 'server', 'serve', '--quiet', '--host', '::', '--port', 0);
    const port = await server.port();
    for (const address of [path.serverAddress6, path.serverLinkLocal]) {
      await using client = startAt(path, 'client', 'ping', address, port, '--count', 1, '--engine', 'node');
      const { code, stderr } = await client.ended;
      expect({ address, code, stderr }).toEqual({ address, code: 0, stderr: '' });
    }
  });

  test('leaves nothing behind, even when its process is killed', async () => {
    const path = await Path.make();
    expect(existsSync(`/run/netns/${path.client}`)).toBe(true);
    process.kill(path.pid, 'SIGKILL');
    await path[Symbol.asyncDispose]();
    expect([path.client, path.server].filter((name) => existsSync(`/run/netns/${name}`))).toEqual([]);
  });
});
