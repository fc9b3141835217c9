import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/soak/**', 'test/workbench/**'],
    globalSetup: ['test/house/global-setup.ts'],
    environment: 'node',
    pool: 'forks',
    setupFiles: ['test/property-seed.ts'],
    // Far more than any of them takes: on a busy machine a process needs seconds to begin.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 30_000 } },
    reporters: ['default', 'json'],
    outputFile: { json: '.cache/vitest.json' },
    // What a test may not inherit from the person who runs it.
    env: { TZ: 'UTC', OPENAI_API_KEY: '', ANTHROPIC_API_KEY: '', OPENAI_BASE_URL: '', ANTHROPIC_BASE_URL: '', OLLAMA_HOST: '' },
  },
});
