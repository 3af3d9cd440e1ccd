import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    exclude: ['tests/slow/**'],
    setupFiles: ['tests/setup.ts'],
    reporters: ['default', './scripts/closing-line.ts'],
    isolate: false,
    testTimeout: 20_000,
  },
});
