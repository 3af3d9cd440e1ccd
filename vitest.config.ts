import { defineConfig } from 'vitest/config';
import { REAL_TIME } from './tests/real-time-files.ts';

const realTime = Object.keys(REAL_TIME).map((path) => (path.endsWith('.ts') ? path : `${path}/**/*.test.ts`));
const shared = { setupFiles: ['tests/setup.ts'], testTimeout: 20_000 };

const PROGRAMS = 'tests/e2e/**/*.test.ts';
/** Programs that fill a path, or are held to times: they need both processors of a small machine. */
const alone = [
  'load',
  'check/*',
  'signals',
  'strangers',
  'selftest',
  'turns',
  'ping*',
  'compare',
  'terminal',
].map((name) => `tests/e2e/${name}.test.ts`);
const others = [...realTime.filter((glob) => glob !== PROGRAMS), ...alone];

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
          exclude: ['tests/slow/**', ...realTime],
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
          include: [PROGRAMS],
          exclude: alone,
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
          include: others,
          isolate: true,
          maxWorkers: 1,
          retry: 2,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
