/**
 * Results as large as they get: millions of layered samples written and read again in bounded memory, and a disk that
 * is full in the middle. The disk is a small tmpfs in a mount namespace of its own, which needs the right to make one.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { analyse } from '../../src/analysis/analyse.ts';
import { openOutput } from '../../src/cli/output.ts';
import { jsonPieces } from '../../src/report/json.ts';
import type { Result } from '../../src/result/result.ts';
import type { RawSamples } from '../../src/result/samples.ts';
import { closedLoop } from '../../src/result/workload.ts';
import { cleanRecording } from '../analysis/recordings.ts';
import { Program, programCommand, start } from '../e2e/program.ts';

const HOST = '127.0.0.1';
const SAMPLES = 4_800_000;
const BLOCKS = 5;
const TIMEOUT_MS = 300_000;
const MB = 1_000_000;
/** A text of JavaScript would hold no more. */
const MOST_WRITING_MB = 200;

let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'echolot-large-'));
});

afterAll(() => rmSync(directory, { recursive: true }));

/** One block for each of five sizes, as `--blocks 1` makes them, with every layer. */
function largeResult(): Result {
  const sizes = Array.from({ length: BLOCKS }, (_, i) => i + 1);
  const workloads = sizes.map((payloadBytes) => closedLoop('rtt', payloadBytes));
  const small = cleanRecording({ workloads, rounds: 1, probes: 2 });
  const times = (fromNs: number, stepNs: number): number[] =>
    Array.from({ length: SAMPLES / BLOCKS }, (_, i) => fromNs + (i % 997) * stepNs);
  const samples = (): RawSamples => ({
    form: 'raw',
    warmupProbes: 0,
    rttNs: times(40_000_000, 11),
    sentAtNs: Array.from({ length: SAMPLES / BLOCKS }, (_, i) => 1_000_000_000_000 + i * 50_000_000),
    layers: {
      residenceSource: 'kernel',
      sendCallNs: times(2_000, 1),
      localQueueNs: times(300, 0),
      kernelRttNs: times(39_000_000, 9).map((ns, i) => (i % 1_000 === 0 ? null : ns)),
      wakeUpNs: times(5_000, 1),
      residenceNs: times(20_000, 1),
    },
  });
  const blocks = small.blocks.map((block) => ({ ...block, samples: samples() }));
  const recording = { ...small, blocks };
  return { ...recording, ...analyse(recording) };
}

describe(`${SAMPLES} layered samples`, () => {
  test(
    'are written in bounded memory, and read again',
    async () => {
      const file = join(directory, 'large.json');
      const result = largeResult();
      const before = process.memoryUsage().rss;
      const output = openOutput(file);
      await output.write(jsonPieces(result));
      output.commit();
      expect((process.memoryUsage().rss - before) / MB).toBeLessThan(MOST_WRITING_MB);
      expect(statSync(file).size / MB).toBeGreaterThan(200);
      await using report = new Program(
        process.execPath,
        programCommand('report', file, '--csv').slice(1),
        TIMEOUT_MS,
      );
      const { code, stdout } = await report.ended;
      expect(code).toBe(0);
      expect(stdout).toContain(`,n,${SAMPLES / BLOCKS},`);
    },
    TIMEOUT_MS,
  );
});

const unshared = ['unshare', '--user', '--map-root-user', '--mount'] as const;
const [unshare = '', ...unshareArgs] = unshared;
const mayMount =
  spawnSync(unshare, [...unshareArgs, 'sh', '-c', 'mount -t tmpfs -o size=64k tmpfs /mnt']).status === 0;
if (!mayMount) console.log('a full disk is left out: no tmpfs can be mounted in a namespace here');

describe.skipIf(!mayMount)('a disk that is full in the middle of a result', () => {
  test('keeps the file that was there, leaves no draft, and the tables are printed', async () => {
    const kept = join(directory, 'kept');
    await using server = start('serve', '--host', HOST, '--port', 0, '--quiet');
    const run = programCommand(
      ...['measure', HOST, await server.port(), '--type', 'rtt', '--sizes', 100, '--probes', 20_000],
      ...['--blocks', 1, '--json', '-o', '/mnt/run.json'],
    ).map((word) => `'${word}'`);
    const script = `mount -t tmpfs -o size=256k tmpfs /mnt && echo old > /mnt/run.json && ${run.join(' ')}; code=$?; ls -A /mnt > ${kept}; cat /mnt/run.json >> ${kept}; exit $code`;
    await using program = new Program(unshare, [...unshareArgs, 'sh', '-c', script]);
    const { code, stdout, stderr } = await program.ended;
    expect(code).toBe(1);
    expect(stdout).toMatch(/^ +100 B +20,?000 /m);
    expect(stderr).toMatch(/cannot write to \/mnt\/run\.json: ENOSPC/);
    expect(readFileSync(kept, 'utf8')).toBe('run.json\nold\n');
  });
});
