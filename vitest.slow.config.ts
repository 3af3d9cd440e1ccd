/** The slow suite: real sockets, real time, memory. Run by `npm run test:slow`; not part of the unit tests. */
import { defineConfig } from 'vitest/config';
import { globOf, NEEDS_THE_MACHINE } from './tests/real-time-files.ts';

export default defineConfig({
  test: {
    include: ['tests/slow/**/*.test.ts', ...NEEDS_THE_MACHINE.map(globOf)],
    setupFiles: ['tests/setup.ts'],
    reporters: ['default', './scripts/closing-line.ts'],
    testTimeout: 120_000,
    // Named at the end where it was needed.
    retry: 2,
    hookTimeout: 120_000,
    // One at a time: they measure memory and time.
    fileParallelism: false,
  },
});
