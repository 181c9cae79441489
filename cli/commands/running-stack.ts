/** Where the stack of this data folder answers. */
import { dataDirOf } from '../../tools/stack/data-dir.js';
import { readEndpoints } from '../../tools/stack/endpoints.js';
import type { DatabaseUrls } from '../../tools/stack/postgres.js';
import { CommandFailure } from './terminal.js';

export interface RunningStack {
  api: string;
  /** host:port of the Temporal frontend. */
  temporal: string;
  namespace: string;
  /** As each process's role; absent in what an older release has written. */
  databases?: DatabaseUrls;
  /** As the owner of the tables. */
  postgresOwner: string;
  /** Control address of the simulated agencies. */
  simulators: string;
}

/**
 * Addresses of the stack that runs on `TIREK_DATA_DIR` (default `.tirek`).
 * @throws CommandFailure when none has run there
 */
export async function findRunningStack(env: NodeJS.ProcessEnv): Promise<RunningStack> {
  const dataDir = dataDirOf(env);
  const endpoints = await readEndpoints(dataDir);
  if (endpoints === undefined) {
    throw new CommandFailure(
      'stack_not_running',
      `No stack has run on ${dataDir}: start one with "npm start", or set TIREK_DATA_DIR to the data folder of the one that runs.`,
    );
  }
  const { api, temporal, databases, postgresOwner, simulators } = endpoints;
  return { api, temporal, databases, postgresOwner, simulators, namespace: env.TEMPORAL_NAMESPACE || 'default' };
}
