import { defineConfig } from 'vitest/config';

/** Pure tests need no server and start at once; the others share one Temporal server and one Postgres. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'core',
          isolate: false,
          sequence: { groupOrder: 0 },
          include: ['test/unit/**/*.test.ts', 'test/property/**/*.test.ts'],
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'engine',
          include: ['test/{db,ledger,work,api,agencies,cases,faults,console}/**/*.test.ts'],
          setupFiles: ['test/stack/quiet-runtime.ts'],
          globalSetup: ['test/stack/global-setup.ts'],
          testTimeout: 120_000,
          hookTimeout: 60_000,
          pool: 'forks',
          // A test file keeps nothing in a module: loading the product anew for each cost a third of the run.
          isolate: false,
          // More would starve the workflow threads on two cores: a task that is not served within its bound is tried ten seconds later.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
