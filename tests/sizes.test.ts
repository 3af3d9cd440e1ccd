/** The house stays one that can be read: files of one concept, folders that can be overlooked. */
import { globSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const MOST_LINES = 350;
const MOST_FILES = 15;

const sources = globSync('src/**/*.ts', { cwd: ROOT });

test('no file of the sources is longer than can be read in one go', () => {
  const tooLong = sources.flatMap((file) => {
    const lines = readFileSync(ROOT + file, 'utf8').split('\n').length - 1;
    return lines > MOST_LINES ? [`${file}: ${lines}`] : [];
  });
  expect(tooLong).toEqual([]);
});

test('no folder of the sources has more files than can be overlooked', () => {
  const folders = Map.groupBy(sources, (file) => dirname(file));
  const tooFull = [...folders].flatMap(([folder, files]) =>
    files.length > MOST_FILES ? [`${folder}: ${files.length}`] : [],
  );
  expect(tooFull).toEqual([]);
});
