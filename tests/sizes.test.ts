/** The house stays one that can be read: files of one concept, folders that can be overlooked. */
import { globSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const MOST_LINES = 350;
const MOST_FILES = 15;
/** Those that are longer, as long as they are: no longer, and no others. */
const LONGER: Readonly<Record<string, number>> = {
  'src/core/client/client-session.ts': 409,
  'src/net/session/session-loop.ts': 385,
  'src/core/server/server-session.ts': 385,
  'src/net/native/client/client-loop.ts': 374,
};

const sources = globSync('src/**/*.ts', { cwd: ROOT });

test('no file of the sources is longer than can be read in one go', () => {
  const tooLong = sources.flatMap((file) => {
    const lines = readFileSync(ROOT + file, 'utf8').split('\n').length - 1;
    return lines > (LONGER[file] ?? MOST_LINES) ? [`${file}: ${lines}`] : [];
  });
  expect(tooLong).toEqual([]);
  expect(Object.keys(LONGER).filter((file) => !sources.includes(file))).toEqual([]);
});

test('no folder of the sources has more files than can be overlooked', () => {
  const folders = Map.groupBy(sources, (file) => dirname(file));
  const tooFull = [...folders].flatMap(([folder, files]) =>
    files.length > MOST_FILES ? [`${folder}: ${files.length}`] : [],
  );
  expect(tooFull).toEqual([]);
});
