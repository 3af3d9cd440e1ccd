/** `echolot selftest` as a user runs it. */
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { absolute } from '../../scripts/docs/paths.ts';
import type { SelfTestResult } from '../../src/index.ts';
import { nativeUnavailable } from '../../src/net/native/available.ts';
import { echolot, start } from './program.ts';

const SHORT = ['--duration', '500ms'] as const;
const notNative = nativeUnavailable() ?? null;

/** What a machine has to be: a schema of the format, and figures that fit together. */
function expectSound(result: SelfTestResult): void {
  const schema: object = JSON.parse(readFileSync(absolute('docs/spec/selftest-v1.schema.json'), 'utf8'));
  const validate = new Ajv({ strict: true, allowUnionTypes: true, allErrors: true }).compile(schema);
  validate(result);
  expect(validate.errors ?? []).toEqual([]);
  for (const { application, kernel, network } of result.floors) {
    expect(application.n).toBeGreaterThan(0);
    expect(application.minNs).toBeGreaterThan(0);
    if (kernel !== null) expect(kernel.minNs).toBeLessThan(application.medianNs);
    if (network !== null && kernel !== null) expect(network.minNs).toBeLessThan(kernel.medianNs);
  }
}

describe('a self-test', () => {
  test('--json gives a record of the format, with a floor for each way to measure here', async () => {
    const { code, stdout, stderr } = await echolot('selftest', '--json', ...SHORT);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const result: SelfTestResult = JSON.parse(stdout);
    expectSound(result);
    expect(result.notNative).toBe(notNative);
    expect(result.floors.map(({ engine, wait }) => `${engine} ${wait}`)).toEqual([
      ...(notNative === null ? ['native spin', 'native adaptive', 'native block'] : []),
      'node adaptive',
    ]);
    for (const { sleeps, ownEcho } of result.engines) {
      expect(sleeps?.n).toBeGreaterThan(0);
      expect(ownEcho?.minRttNs).toBeGreaterThan(0);
    }
    if (process.platform !== 'linux') return;
    expect(result.health.processors?.busyShare).toBeGreaterThan(0);
    for (const { processorWaitShare } of result.floors) expect(processorWaitShare).not.toBeNull();
  });

  test('is as short as it was asked for', async () => {
    const { code, stdout } = await echolot('selftest', '--brief', ...SHORT);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^node, adaptive /m);
    expect(stdout).not.toMatch(/^Round-trip time on loopback /m);
  });

  test('prints tables, and beside a file as well', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'echolot-'));
    try {
      const path = join(folder, 'selftest.json');
      const { code, stdout } = await echolot('selftest', ...SHORT, '--json', '--output', path);
      expect(code).toBe(0);
      expect(stdout).toMatch(/^Round-trip time on loopback /m);
      expect(stdout).toMatch(/^(no doubts found|doubt: .+)$/m);
      expectSound(JSON.parse(await readFile(path, 'utf8')));
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test('Ctrl-C ends it at once, with the exit code of an interruption', async () => {
    await using run = start('selftest', '--duration', '60s');
    await new Promise((done) => setTimeout(done, 1_000));
    run.kill('SIGINT');
    const { code, stderr } = await run.endsWithin(5_000);
    expect(code).toBe(130);
    expect(stderr).toContain('cancelled');
  });

  test.each([
    [['--duration', '1ms'], 'Expected a time from 500ms to 1m'],
    [['--csv'], 'Unexpected option or subcommand: `--csv`'],
    [['localhost'], 'Unexpected option or subcommand: `localhost`'],
    [['--output', '/no/such/folder/file'], 'cannot write to /no/such/folder/file'],
  ] as const)('%j cannot be: exit code 2, and nothing is measured', async (args, complaint) => {
    const { code, stdout, stderr } = await echolot('selftest', ...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(complaint);
  });
});
