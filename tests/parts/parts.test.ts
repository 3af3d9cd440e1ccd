/** Whatever the program is made of, it finds its parts: installed as files, and as assets of a single file. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { ASSETS } from '../../src/parts/asset-names.ts';
import { parts as installed } from '../../src/parts/installed.ts';
import type { Parts } from '../../src/parts/kind.ts';
import { partsOf } from '../../src/parts/single.ts';
import { THREADS, type ThreadName } from '../../src/parts/threads.ts';

const ROOT = new URL('../../', import.meta.url);
const FONT = 'DejaVuSans.ttf';
const hasKoffi = process.platform === 'linux' && ['x64', 'arm64'].includes(process.arch);

/** As the build lays them into the file. */
function assets(): Map<string, Uint8Array> {
  const require = createRequire(import.meta.url);
  const inside = new Map<string, Uint8Array>([
    [ASSETS.manifest, readFileSync(new URL('package.json', ROOT))],
    [ASSETS.contents, Buffer.from('koffi 1.2.3')],
    [ASSETS.font(FONT), readFileSync(require.resolve(`dejavu-fonts-ttf/ttf/${FONT}`))],
  ]);
  for (const name of Object.keys(THREADS)) inside.set(ASSETS.thread(name), Buffer.from('export {};'));
  const addon = `@koromix/koffi-linux-${process.arch}/linux_${process.arch}/koffi.node`;
  if (hasKoffi) inside.set(ASSETS.addon('koffi'), readFileSync(require.resolve(addon)));
  return inside;
}

function single(): Parts {
  const inside = assets();
  return partsOf((key) => {
    const bytes = inside.get(key);
    if (bytes === undefined) throw new Error(`no asset ${key}`);
    return bytes;
  });
}

let home = '';
beforeAll(() => {
  home = mkdtempSync(join(homedir(), '.echolot-test-'));
  vi.stubEnv('XDG_CACHE_HOME', home);
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true });
});

describe.each([
  ['installed', () => installed],
  ['in a single file', single],
])('the parts of a program %s', (_how, partsFor) => {
  const parts = partsFor();

  test('package.json is the one of the program, or no result would say what made it', () => {
    expect(JSON.parse(parts.manifest())).toMatchObject({ name: 'echolot' });
  });

  test.each(Object.keys(THREADS) as ThreadName[])(
    'there is something for the thread %s to begin with',
    (name) => {
      const url = parts.thread(name);
      if (url.protocol === 'file:') expect(existsSync(url)).toBe(true);
      else expect(url.href).toMatch(/^data:text\/javascript;base64,.{9}/);
    },
  );

  test('the letters of pictures are a file with nothing else in it', () => {
    const require = createRequire(import.meta.url);
    const original = readFileSync(require.resolve(`dejavu-fonts-ttf/ttf/${FONT}`));
    // Comparing them byte by byte takes seconds.
    expect(readFileSync(parts.font(FONT)).equals(original)).toBe(true);
    expect(() => readFileSync(parts.font('Nothing.ttf'))).toThrow();
  });

  test.skipIf(!hasKoffi)('koffi loads and calls, twice in one process', () => {
    for (let i = 0; i < 2; i++) {
      const koffi = parts.koffi() as { load(path: null): { func(...of: unknown[]): () => number } };
      expect(koffi.load(null).func('getpid', 'int', [])()).toBe(process.pid);
    }
  });

  test('it can be started again, as the demo does with its server', () => {
    expect(parts.program[0]).toBe(process.execPath);
  });
});
