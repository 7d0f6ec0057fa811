import { defineConfig } from 'vitest/config';

/** What takes minutes runs alone, by `npm run test:long`. */
const isLong = process.env['EVERHOOK_TEST_LONG'] !== undefined;

export default defineConfig({
  test: {
    include: [isLong ? 'test/long/**/*.test.ts' : 'test/**/*.test.ts'],
    exclude: isLong ? [] : ['test/long/**'],
    environment: 'node',
    // The SDK's native module crashes in worker threads.
    pool: 'forks',
    // Tests wait more than they compute; the default leaves one core of two idle.
    maxWorkers: '100%',
    testTimeout: isLong ? 600_000 : 30_000,
    hookTimeout: isLong ? 600_000 : 60_000,
    globalSetup: ['test/setup/globalSetup.ts'],
  },
});
