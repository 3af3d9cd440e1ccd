/** The checks themselves are checked: a tool that sees no file finds no fault. */
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

interface Cruise {
  readonly summary: { readonly violations: readonly { readonly rule: { readonly name: string } }[] };
  readonly modules: readonly { readonly source: string; readonly dependencies: readonly unknown[] }[];
}

/** Checks `src` of a folder with the rules of the project. */
function cruise(folder: string): Cruise {
  const depcruise = `${ROOT}node_modules/dependency-cruiser/bin/dependency-cruise.mjs`;
  const rules = ['--config', `${ROOT}.dependency-cruiser.json`, '--ts-config', `${ROOT}tsconfig.json`];
  const { stdout } = spawnSync(process.execPath, [depcruise, ...rules, '--output-type', 'json', 'src'], {
    cwd: ROOT + folder,
    encoding: 'utf8',
  });
  return JSON.parse(stdout);
}

describe('what is measured here is what users get', () => {
  test('the tests run on the runtime that the project is made for, not on an older one of the machine', () => {
    expect(Number(process.versions.node.split('.')[0])).toBeGreaterThanOrEqual(24);
  });

  test('the check of the arrows sees every file and its imports, types included', () => {
    const { modules } = cruise('.');
    const sources = globSync('src/**/*.ts', { cwd: ROOT }).filter((file) => file.endsWith('.ts'));
    expect(modules.map(({ source }) => source).filter((source) => source.startsWith('src'))).toEqual(
      expect.arrayContaining(sources),
    );
    // Imports nothing but types, so a tool that overlooks those would find none.
    const messages = modules.find(({ source }) => source === 'src/core/messages.ts');
    expect(messages?.dependencies).toHaveLength(2);
  });

  test('an import against the arrows is found', () => {
    const { summary } = cruise('tests/fixtures');
    expect(summary.violations.map(({ rule }) => rule.name)).toContain('core-is-pure');
  });

  test('the core is compiled without the types of Node, so that it cannot use them', () => {
    const { compilerOptions } = JSON.parse(readFileSync(`${ROOT}src/core/tsconfig.json`, 'utf8'));
    expect(compilerOptions).toMatchObject({ types: [], lib: ['es2024'] });
  });
});
