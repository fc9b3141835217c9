import { defineConfig } from 'vitest/config';

/** Tests in a real VS Code workbench: `npm test -- test/workbench`, and the last part of `npm test`. */
export default defineConfig({
  test: {
    root: import.meta.dirname + '/..',
    include: ['test/workbench/**/*.test.ts'],
    globalSetup: ['test/workbench/global-setup.ts'],
    environment: 'node',
    pool: 'forks',
    // A workbench and a browser each: two at a time are what a small machine carries.
    maxWorkers: 2,
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // What a person waits for may take its time on a busy machine.
    expect: { poll: { timeout: 60_000, interval: 50 } },
    // The steps of a file follow one another: after one that failed, the others would only wait for what does not come.
    bail: 0,
    reporters: ['default', 'json'],
    outputFile: { json: '.cache/vitest-workbench.json' },
    env: { TZ: 'UTC', OPENAI_API_KEY: '', ANTHROPIC_API_KEY: '', OPENAI_BASE_URL: '', ANTHROPIC_BASE_URL: '', OLLAMA_HOST: '' },
  },
});
