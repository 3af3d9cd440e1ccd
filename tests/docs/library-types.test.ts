/** The types of the package compile where it is installed alone: no optional package, no setting that hides errors. */
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { absolute } from '../../scripts/docs/paths.ts';

const STRICT = {
  compilerOptions: {
    module: 'nodenext',
    target: 'es2024',
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
    noEmit: true,
  },
};

const { exports: EXPORTS }: { exports: object } = JSON.parse(readFileSync(absolute('package.json'), 'utf8'));

let place = '';

beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), 'echolot-types-'));
  for (const path of ['package.json', 'dist']) {
    cpSync(absolute(path), join(place, 'node_modules/echolot', path), { recursive: true });
  }
  writeFileSync(join(place, 'package.json'), '{ "type": "module" }');
});
afterAll(() => rmSync(place, { recursive: true, force: true }));

/** What the compiler says of a program; '' when all is well. */
function complaints(program: string, options: Readonly<Record<string, unknown>>): string {
  const compilerOptions = { ...STRICT.compilerOptions, ...options };
  writeFileSync(join(place, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['program.ts'] }));
  writeFileSync(join(place, 'program.ts'), program);
  const tsc = absolute('node_modules/typescript/bin/tsc');
  const { stdout, stderr } = spawnSync(process.execPath, [tsc, '-p', place], { encoding: 'utf8' });
  return stdout + stderr;
}

describe('a program compiles that has nothing but this package and its types', () => {
  test('and shows records: not even the types of Node.js are needed', () => {
    const program = `
      import { type Chart, chartsOf, documentOf, drawSvg, isDrawable, readResult } from 'echolot/records';
      const result = readResult('{}');
      const charts: Chart[] = chartsOf([result]).filter(isDrawable);
      export const option: object | undefined = charts[0]?.option({ widthPx: 800, titled: true });
      export { documentOf, drawSvg };
    `;
    expect(complaints(program, { lib: ['es2024', 'esnext.disposable'], types: [] })).toBe('');
  });

  test.each(['nodenext', 'bundler'])(
    'and uses all of it, with the types of Node.js, resolved by %s',
    (way) => {
      link('@types/node');
      const faces = Object.keys(EXPORTS).map(
        (path, i) => `export * as face${i} from 'echolot${path.slice(1)}';`,
      );
      const module = way === 'bundler' ? 'esnext' : way;
      expect(complaints(faces.join('\n'), { types: ['node'], module, moduleResolution: way })).toBe('');
    },
  );

  test('and one that has ECharts draws with it, once and live', () => {
    link('echarts');
    const program = `
      import * as echarts from 'echarts';
      import { type Chart, drawSvg } from 'echolot/records';
      const canvas = { widthPx: 800, titled: true };
      export const drawn = (chart: Chart) => drawSvg(echarts, chart, canvas);
      export const live = (chart: Chart) => echarts.init(null).setOption(chart.option(canvas));
    `;
    // Its own types are not ours to answer for.
    expect(complaints(program, { types: [], skipLibCheck: true })).toBe('');
  });
});

function link(name: string): void {
  const path = join(place, 'node_modules', name);
  if (existsSync(path)) return;
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(absolute(`node_modules/${name}`), path);
}
