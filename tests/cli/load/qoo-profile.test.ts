/** What `--qoo` names: a profile, or a file that may hold anything. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readQooProfile } from '../../../src/cli/run/load/qoo-profile.ts';
import { EcholotError } from '../../../src/core/errors.ts';
import { QOO_PROFILES } from '../../../src/options.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'echolot-qoo-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

async function refusalOf(file: string): Promise<string> {
  try {
    await readQooProfile(file);
  } catch (error) {
    if (error instanceof EcholotError && error.code === 'usage') return `${error.message}; ${error.advice}`;
    throw error;
  }
  return 'taken';
}

function kept(name: string, content: string | Uint8Array): string {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}

const CALLS = {
  ...{ name: 'calls', bitsPerSecond: 4e6, loss: { optimal: 0.01, unacceptable: 0.05 } },
  latencies: [{ percentile: 99, optimalMs: 200, unacceptableMs: 500 }],
};

describe('is taken', () => {
  test('by name, whatever files there are', async () => {
    for (const profile of QOO_PROFILES) expect(await readQooProfile(profile.name)).toBe(profile);
  });

  test('from a file, also as an editor of another system keeps it', async () => {
    const text = JSON.stringify(CALLS);
    expect(await readQooProfile(kept('calls.json', text))).toMatchObject({ name: 'calls' });
    expect(await readQooProfile(kept('marked.json', `\ufeff${text}\r\n`))).toMatchObject({ name: 'calls' });
  });
});

describe('is refused in words that help', () => {
  test('where there is neither', async () => {
    expect(await refusalOf(join(folder, 'none'))).toMatch(
      /^there is no profile .*none, and no such file; use one of example, voice, video-call, gaming, or a file$/,
    );
  });

  test('where it cannot be read', async () => {
    expect(await refusalOf(folder)).toContain('cannot be read: EISDIR');
    expect(await refusalOf('with\0nul')).toContain('cannot be read');
    expect(await refusalOf('')).toContain('there is no profile');
  });

  test('where it is no profile', async () => {
    expect(await refusalOf(kept('empty.json', ''))).toContain('is no profile: it is not JSON; write it as');
    expect(await refusalOf(kept('binary', new Uint8Array([0xff, 0, 0xfe])))).toContain('it is not JSON');
  });

  test('where it never ends, in a moment', async () => {
    expect(await refusalOf('/dev/zero')).toContain('it is longer than 64 KiB');
    expect(await refusalOf(kept('large.json', ' '.repeat(100_000)))).toContain('it is longer than 64 KiB');
    const nested = '['.repeat(60_000);
    expect(await refusalOf(kept('deep.json', nested))).toContain('it is not JSON');
  });
});
