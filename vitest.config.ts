import { defineConfig } from 'vitest/config';

/** Pure tests need no server and start at once; the others share one Temporal server and one Postgres. */
export default defineConfig({
  test: {
    projects: [
      { test: { name: 'core', sequence: { groupOrder: 0 }, include: ['test/unit/**/*.test.ts', 'test/property/**/*.test.ts'], testTimeout: 30_000 } },
      {
        test: {
          name: 'engine',
          include: ['test/{db,api,agencies,cases,replay,faults,console}/**/*.test.ts'],
          setupFiles: ['test/stack/quiet-runtime.ts'],
          globalSetup: ['test/stack/global-setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          pool: 'forks',
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
