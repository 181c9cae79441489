/** What a test run shares: servers, a migrated template database, one workflow bundle. */
import { inject } from 'vitest';
import type { DatabaseUrls } from '../../tools/stack/postgres.js';

export interface Ground {
  temporalAddress: string;
  /** Migrated database of its own owner; test files copy it. */
  templateOwnerUrl: string;
  templateUrls: DatabaseUrls;
  /** Of the hands of the tests. */
  templateAppUrl: string;
  workflowBundle: string;
}

declare module 'vitest' {
  // Merges with the interface of vitest, which must be extended under its own name.
  export interface ProvidedContext extends Ground {}
}

/** The ground that the global setup provided to this test file. */
export function injectedGround(): Ground {
  return {
    temporalAddress: inject('temporalAddress'),
    templateOwnerUrl: inject('templateOwnerUrl'),
    templateAppUrl: inject('templateAppUrl'),
    templateUrls: inject('templateUrls'),
    workflowBundle: inject('workflowBundle'),
  };
}
