/** Where the stack of this data folder answers. */
import { dataDirOf } from '../stack/data-dir.js';
import { readEndpoints } from '../stack/endpoints.js';
import { CommandFailure } from './terminal.js';

export interface RunningStack {
  api: string;
  /** host:port of the Temporal frontend. */
  temporal: string;
  namespace: string;
  postgres: string;
  /** Control address of the simulators; absent where the outside world is real. */
  simulators?: string;
}

/**
 * Addresses of the stack that runs on `TIREK_DATA_DIR` (default `.tirek`).
 * @throws CommandFailure when none has run there
 */
export async function findRunningStack(env: NodeJS.ProcessEnv): Promise<RunningStack> {
  const dataDir = dataDirOf(env);
  const endpoints = await readEndpoints(dataDir);
  if (endpoints === undefined) {
    throw new CommandFailure('stack_not_running', `No stack has run on ${dataDir}: start one with "npm start", or set TIREK_DATA_DIR to the data folder of the one that runs.`);
  }
  const { api, temporal, postgres } = endpoints;
  // Written by a stack that plays the outside world itself.
  const simulators: unknown = Object.entries(endpoints).find(([name]) => name === 'simulators')?.[1];
  return {
    api,
    temporal,
    namespace: env.TEMPORAL_NAMESPACE || 'default',
    postgres,
    ...(typeof simulators === 'string' ? { simulators } : {}),
  };
}
