/** A program that is stopped in the middle of a native run leaves a warning on the result, never a wrong sample. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { Result } from '../../src/index.ts';
import { nativeUnavailable } from '../../src/net/native/available.ts';
import { rawOf } from '../analysis/recordings.ts';
import { type Program, start } from '../e2e/program.ts';

const HOST = '127.0.0.1';
const MS = 1_000_000;
const STOP_MS = 300;
/** Twice into the run, which takes two seconds at least. */
const STOP_AFTER_MS = 441;
const PROBES = 1_000;
const DELAY_MS = 2;
/** A round trip with the delay takes a few milliseconds on a busy machine, and the stop a hundred times that. */
const LIMIT_NS = (STOP_MS / 2) * MS;

/** Measures natively while one of the two programs is stopped and goes on, twice. */
async function resultWithStopOf(stopped: (client: Program, server: Program) => Program): Promise<Result> {
  await using server = start('serve', '--engine', 'native', '--host', HOST, '--port', 0, '--log', 'json');
  await using client = start(
    ...[
      'measure',
      HOST,
      await server.port(),
      '--engine',
      'native',
      '--json',
      '--type',
      'rtt',
      '--sizes',
      100,
    ],
    ...['--probes', PROBES, '--blocks', 1, '--server-delay', `${DELAY_MS}ms`],
  );
  await server.until('the session', ({ stderr }) => stderr.includes('"setup"'));
  const program = stopped(client, server);
  // Twice, as one of them may come between two blocks, where it spoils nothing.
  for (let stops = 0; stops < 2; stops++) {
    await sleep(STOP_AFTER_MS);
    program.kill('SIGSTOP');
    await sleep(STOP_MS);
    program.kill('SIGCONT');
  }
  const { code, stdout, stderr } = await client.ended;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
}

function greatest(values: readonly (number | null)[] = []): number {
  return Math.max(...values.map((value) => value ?? 0));
}

describe.skipIf(nativeUnavailable() !== undefined)(`stopped ${nativeUnavailable() ?? ''}`, () => {
  test('a server’s stop is residence, said so, and no part of the network', async () => {
    const { blocks, series, warnings } = await resultWithStopOf((_client, server) => server);
    expect(warnings).toContainEqual(expect.objectContaining({ code: 'server-stalled' }));
    expect(rawOf(blocks[0]).rttNs).toHaveLength(PROBES);
    expect(greatest(rawOf(blocks[0]).rttNs)).toBeGreaterThan(LIMIT_NS);
    expect(greatest(rawOf(blocks[0]).layers?.residenceNs)).toBeGreaterThan(LIMIT_NS);
    expect(series[0]?.layers?.statistics.networkRttNs?.max).toBeLessThan(LIMIT_NS);
  });

  test('a client’s stop is in no sample, and the run says how many it cost', async () => {
    const { blocks, warnings } = await resultWithStopOf((client) => client);
    const lost = blocks[0]?.suspendedProbes ?? 0;
    expect(lost).toBeGreaterThan(0);
    expect(warnings).toContainEqual(expect.objectContaining({ code: 'suspended', suspendedProbes: lost }));
    expect(rawOf(blocks[0]).rttNs).toHaveLength(PROBES - lost);
    expect(greatest(rawOf(blocks[0]).rttNs)).toBeLessThan(LIMIT_NS);
  });
});
