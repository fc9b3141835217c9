import { defineConfig } from 'vitest/config';

/** Long runs: random crashes and interleavings for minutes. `npm run soak`. */
export default defineConfig({
  test: {
    root: import.meta.dirname + '/..',
    include: ['test/soak/**/*.test.ts'],
    environment: 'node',
    pool: 'forks',
    testTimeout: 900_000,
    passWithNoTests: true,
  },
});
