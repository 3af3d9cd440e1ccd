/** The checks themselves are checked: a tool that sees no file finds no fault. */
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** What the tool tells of all files is longer than a child's output may be by default. */
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

interface Cruise {
  readonly summary: {
    readonly violations: readonly { readonly rule: { readonly name: string }; readonly from: string }[];
  };
  readonly modules: readonly { readonly source: string; readonly dependencies: readonly unknown[] }[];
}

/** Checks `src` of a folder with the rules of the project. */
function cruise(folder: string): Cruise {
  const depcruise = `${ROOT}node_modules/dependency-cruiser/bin/dependency-cruise.mjs`;
  const rules = ['--config', `${ROOT}.dependency-cruiser.json`, '--ts-config', `${ROOT}tsconfig.json`];
  const { stdout } = spawnSync(process.execPath, [depcruise, ...rules, '--output-type', 'json', 'src'], {
    cwd: resolve(ROOT, folder),
    encoding: 'utf8',
    maxBuffer: MAX_OUTPUT_BYTES,
  });
  return JSON.parse(stdout);
}

/** For each rule a file with an import that it forbids, and what is imported. */
const WRONG: Readonly<Record<string, readonly [from: string, to: string]>> = {
  'core-is-pure': ['src/core/a.ts', 'src/stats/z.ts'],
  'stats-is-pure': ['src/stats/a.ts', 'src/core/z.ts'],
  'text-is-ground': ['src/text/a.ts', 'src/stats/z.ts'],
  'token-is-low': ['src/token/a.ts', 'src/net/z.ts'],
  'facts-is-ground': ['src/facts/a.ts', 'src/core/z.ts'],
  'parts-is-ground': ['src/parts/a.ts', 'src/core/z.ts'],
  'clock-interface-is-pure': ['src/clock/clock.ts', 'src/core/z.ts'],
  'clock-is-low': ['src/clock/a.ts', 'src/core/z.ts'],
  'net-points-down': ['src/net/a.ts', 'src/measure/z.ts'],
  'transports-do-not-know-each-other': ['src/net/node/a.ts', 'src/net/native/z.ts'],
  'memory-does-not-know-sockets': ['src/net/memory/a.ts', 'src/net/node/z.ts'],
  'native-does-not-know-others': ['src/net/native/a.ts', 'src/net/node/z.ts'],
  'result-is-data': ['src/result/a.ts', 'src/net/z.ts'],
  'analysis-is-pure': ['src/analysis/a.ts', 'src/net/z.ts'],
  'report-reads-results': ['src/report/a.ts', 'src/analysis/z.ts'],
  'server-points-down': ['src/server/a.ts', 'src/measure/z.ts'],
  'measure-points-down': ['src/measure/a.ts', 'src/report/z.ts'],
  'check-points-down': ['src/check/a.ts', 'src/report/z.ts'],
  'monitor-points-down': ['src/monitor/a.ts', 'src/net/z.ts'],
  'web-reads': ['src/web/a.ts', 'src/measure/z.ts'],
  'service-is-low': ['src/service/a.ts', 'src/server/z.ts'],
  'nothing-imports-cli': ['src/report/b.ts', 'src/cli/z.ts'],
  'cli-uses-the-faces': ['src/cli/d.ts', 'src/measure/z.ts'],
  'cli-starts-ends-and-sends': ['src/cli/bin.ts', 'src/analysis/z.ts'],
  'faces-are-for-users': ['src/report/c.ts', 'src/index.ts'],
  'no-cycles': ['src/cli/a.ts', 'src/cli/b.ts'],
  'no-unresolved': ['src/cli/c.ts', 'src/cli/nowhere.ts'],
};

/** The files of {@link WRONG}; what they import is there but for one, and one imports its importer. */
function planted(): Map<string, string> {
  const files = new Map<string, string>();
  const importOf = (from: string, to: string): string =>
    `import '${relative(dirname(from), to).replace(/^(?!\.)/, './')}';\n`;
  for (const [, to] of Object.values(WRONG)) if (!to.endsWith('nowhere.ts')) files.set(to, '');
  for (const [from, to] of Object.values(WRONG)) files.set(from, importOf(from, to));
  files.set('src/cli/b.ts', importOf('src/cli/b.ts', 'src/cli/a.ts'));
  return files;
}

function ruleNames(): string[] {
  const { forbidden } = JSON.parse(readFileSync(`${ROOT}.dependency-cruiser.json`, 'utf8'));
  return forbidden.map(({ name }: { readonly name: string }) => name);
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
    const messages = modules.find(({ source }) => source === 'src/core/wire/messages.ts');
    expect(messages?.dependencies).toHaveLength(2);
  });

  test('an import against each of the arrows is found, and only where it is', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'echolot-arrows-'));
    try {
      for (const [file, text] of planted()) {
        await mkdir(join(folder, dirname(file)), { recursive: true });
        await writeFile(join(folder, file), text);
      }
      const { summary } = cruise(folder);
      const found = summary.violations.map(({ rule, from }) => `${rule.name}: ${from}`);
      const wanted = Object.entries(WRONG).map(([rule, [from]]) => `${rule}: ${from}`);
      expect(found).toEqual(expect.arrayContaining(wanted));
      expect(Object.keys(WRONG).sort()).toEqual(ruleNames().sort());
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test('the core is compiled without the types of Node, so that it cannot use them', () => {
    const { compilerOptions } = JSON.parse(readFileSync(`${ROOT}src/core/tsconfig.json`, 'utf8'));
    expect(compilerOptions).toMatchObject({ types: [], lib: ['es2024'] });
  });
});
