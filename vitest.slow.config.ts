/** The slow suite: real sockets, real time, memory. Run by `npm run test:slow`; not part of the unit tests. */
import { defineConfig } from 'vitest/config';
import { BESIDE_EACH_OTHER, globOf, NEEDS_THE_MACHINE } from './tests/real-time-files.ts';

const beside = BESIDE_EACH_OTHER.map(globOf);
const shared = {
  setupFiles: ['tests/setup.ts'],
  testTimeout: 120_000,
  hookTimeout: 120_000,
  // Named at the end where it was needed.
  retry: 2,
  isolate: true,
};

export default defineConfig({
  test: {
    reporters: ['default', './scripts/closing-line.ts'],
    projects: [
      {
        test: {
          ...shared,
          name: 'beside each other',
          include: beside,
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      // They measure memory and time.
      {
        test: {
          ...shared,
          name: 'alone',
          include: ['tests/slow/**/*.test.ts', ...NEEDS_THE_MACHINE.map(globOf)],
          exclude: beside,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
