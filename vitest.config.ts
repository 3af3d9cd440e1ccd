import { defineConfig } from 'vitest/config';
import { globOf, NEEDS_THE_MACHINE, REAL_TIME, STARTS_MANY_PROGRAMS } from './tests/real-time-files.ts';

const PROGRAMS = 'tests/e2e';
const realTime = Object.keys(REAL_TIME).map(globOf);
const slow = ['tests/slow/**', ...[...NEEDS_THE_MACHINE, ...STARTS_MANY_PROGRAMS].map(globOf)];
const shared = { setupFiles: ['tests/setup.ts'], testTimeout: 20_000 };

export default defineConfig({
  test: {
    reporters: ['default', './scripts/closing-line.ts'],
    // One group after the other: what measures time has the machine to itself.
    projects: [
      {
        test: {
          ...shared,
          name: 'virtual time',
          include: ['tests/**/*.test.ts'],
          exclude: [...slow, ...realTime],
          isolate: false,
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      // Each in a process of its own: what one of them leaves running is not held against the others. They share this
      // machine with whatever else runs: each is tried again, and named where that was needed.
      {
        test: {
          ...shared,
          name: 'programs',
          include: [globOf(PROGRAMS)],
          exclude: slow,
          isolate: true,
          maxWorkers: 2,
          retry: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...shared,
          name: 'real time',
          include: realTime.filter((glob) => glob !== globOf(PROGRAMS)),
          exclude: slow,
          isolate: true,
          maxWorkers: 1,
          retry: 2,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
