/** Whatever a server does, a measurement ends by itself, says what happened, and keeps no sample that is not true. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Result } from '../../../src/index.ts';
import { nativeUnavailable } from '../../../src/net/native/available.ts';
import { rawOf } from '../../analysis/recordings.ts';
import { type Ended, echolotAgainst } from './against.ts';
import { HostilePeer, type Manners, speaking } from './peer.ts';
import { HARMLESS_SERVERS, HOSTILE_SERVERS } from './servers.ts';
import { HOSTILE_STAMPERS } from './stampers.ts';

/** A time-out of 1 s for each of the dialects that may be tried, and a busy machine. */
const WITHIN_MS = 40_000;
const ENGINES = nativeUnavailable() === undefined ? (['native', 'node'] as const) : (['node'] as const);
const folder = mkdtempSync(join(tmpdir(), 'echolot-hostile-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Measured extends Ended {
  /** Undefined where there was nothing to record. */
  readonly result: Result | undefined;
  readonly rttNs: readonly number[];
}

async function measure(manners: Manners, ...args: readonly (string | number)[]): Promise<Measured> {
  await using peer = await HostilePeer.listen(manners);
  const out = join(folder, `${peer.port}.json`);
  const what = ['--type', 'rtt', '--sizes', 10, '--timeout', '1s', '-o', out];
  const ended = await echolotAgainst(WITHIN_MS, 'measure', '127.0.0.1', peer.port, ...what, ...args);
  const result = existsSync(out) ? (JSON.parse(readFileSync(out, 'utf8')) as Result) : undefined;
  const rttNs = result?.blocks.flatMap((block) => Array.from(rawOf(block).rttNs, (ns) => ns ?? Number.NaN));
  return { ...ended, result, rttNs: rttNs ?? [] };
}

/** No more samples than echoes that were right. */
function expectTrue(rttNs: readonly number[], most: number): void {
  expect(rttNs.length).toBeLessThanOrEqual(most);
  for (const ns of rttNs) expect(ns).toBeGreaterThan(0);
}

describe.each(ENGINES)('a measurement (%s) of a server that', (engine) => {
  test.concurrent.each(HOSTILE_SERVERS)('$name', async ({ manners, says, samples = 0 }) => {
    const plain = ['--probes', 10, '--blocks', 1, '--engine', engine];
    const { code, stderr, stdout, result, rttNs } = await measure(manners, ...plain);
    expect(stderr).toMatch(says);
    expect(code).toBe(1);
    expect(result?.outcome.status ?? 'failed').toBe('failed');
    expectTrue(rttNs, samples);
    if (samples === 0) expect(stdout).toBe('');
    else expect(rttNs).toHaveLength(samples);
  });

  test.concurrent.each(HARMLESS_SERVERS)('$name, all of it', async ({ manners }) => {
    const plain = ['--probes', 10, '--blocks', 1, '--engine', engine];
    const { code, stderr, rttNs } = await measure(manners, ...plain);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(rttNs).toHaveLength(10);
  });
});

describe.skipIf(nativeUnavailable() !== undefined)('a measurement with stamps of a server that', () => {
  test.concurrent.each(HOSTILE_STAMPERS)('$name', async ({ manners, says, samples = 0 }) => {
    const stamped = ['--probes', 20, '--blocks', 2, '--engine', 'native', '--dialect', 'size-first'];
    const { code, stderr, result, rttNs } = await measure(manners, ...stamped);
    expect(stderr).toMatch(says);
    expect(code).toBe(1);
    expectTrue(rttNs, samples);
    for (const block of result?.blocks ?? []) {
      for (const ns of rawOf(block).layers?.residenceNs ?? []) expect(ns).toBeNull();
    }
  });

  test('tells residences that cannot be, which make no figure of the network and a doubt', async () => {
    const manners = speaking({
      ready: '200 OK: Ready +stamps +waits\n',
      residences: (count) => `200 OK: Residence kernel${' 9007199254740991/0'.repeat(count)}\n`,
    });
    const { code, result, rttNs } = await measure(
      manners,
      '--probes',
      20,
      '--blocks',
      2,
      '--engine',
      'native',
    );
    expect(code).toBe(0);
    expectTrue(rttNs, Number.POSITIVE_INFINITY);
    expect(result?.warnings.map((warning) => warning.code)).toContain('missing-stamps');
    expect(result?.series[0]?.layers?.statistics.networkRttNs).toBeNull();
  });
});
