/** The parts of a program that was installed, or that runs from its sources: files beside this one, and packages. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Parts } from './kind.ts';
import { THREADS } from './threads.ts';

/** Sources run as they are. */
const EXTENSION = import.meta.url.endsWith('.ts') ? 'ts' : 'js';

export const parts: Parts = {
  get program() {
    const [node, program] = process.argv;
    return node === undefined || program === undefined ? [] : [node, program];
  },
  contents: undefined,
  thread: (name) => new URL(`../${THREADS[name]}.${EXTENSION}`, import.meta.url),
  manifest: () => readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
  koffi: () => createRequire(import.meta.url)('koffi'),
  font(file) {
    const require = createRequire(import.meta.url);
    return join(dirname(require.resolve('dejavu-fonts-ttf/package.json')), 'ttf', file);
  },
};
