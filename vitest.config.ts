import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    exclude: ['tests/slow/**'],
    reporters: ['default', './scripts/closing-line.ts'],
    isolate: false,
    testTimeout: 20_000,
  },
});
