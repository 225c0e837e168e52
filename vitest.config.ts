import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Process tests share few cores with whatever else runs; what fails twice fails.
    retry: process.env['CI'] ? 1 : 0,
  },
});
