import { mkdir, rm } from 'node:fs/promises';

import type { SearchAttributeRow } from '../../contracts/search-attributes.js';
import { withoutDatabases } from './databases.js';
import { obtainPostgres, type DatabaseUrls, type RunningPostgres } from './postgres.js';
import { obtainTemporalServer } from './temporal-server.js';
import type { RunningTemporal } from './temporal-server.js';

export interface TestServersOptions {
  searchAttributes?: readonly SearchAttributeRow[];
  /** Default: the environment, without the addresses of anybody's real servers. */
  env?: NodeJS.ProcessEnv;
  report?: (line: string) => void;
  /** SQLite file for tests that kill Temporal and start it again; default in memory. */
  dbFilename?: string;
}

export interface TestServers {
  temporalAddress: string;
  namespace: string;
  ownerUrl: string;
  /** Of each process's role. */
  urls: DatabaseUrls;
  /** Of the hands of the tests: may do what all processes may. */
  appUrl: string;
  temporal: RunningTemporal;
  postgres: RunningPostgres;
  stop(): Promise<void>;
}

/**
 * Starts a Temporal server without UI and a fresh Postgres for tests, both on ports of their own,
 * both gone with this process even when it is killed.
 *
 * @param dir a fresh folder for this run alone; `stop` removes the database and leaves the logs
 */
export async function startTestServers(dir: string, options: TestServersOptions = {}): Promise<TestServers> {
  await mkdir(dir, { recursive: true });
  const report = options.report ?? (() => {});
  const env = options.env ?? withoutForeignServers(process.env);
  const [temporal, postgres] = await Promise.allSettled([
    obtainTemporalServer({
      dataDir: dir,
      env,
      report,
      headless: true,
      dbFilename: options.dbFilename,
      searchAttributes: options.searchAttributes ?? [],
    }),
    obtainPostgres({ dataDir: dir, env, report, forTests: true }),
  ]);
  if (temporal.status === 'rejected' || postgres.status === 'rejected') {
    for (const server of [temporal, postgres]) if (server.status === 'fulfilled') await server.value.stop();
    throw temporal.status === 'rejected' ? temporal.reason : (postgres as PromiseRejectedResult).reason;
  }
  return asTestServers(temporal.value, postgres.value);
}

function asTestServers(temporal: RunningTemporal, postgres: RunningPostgres): TestServers {
  return {
    temporalAddress: temporal.address,
    namespace: temporal.namespace,
    ownerUrl: postgres.ownerUrl,
    urls: postgres.urls,
    appUrl: postgres.handUrl ?? postgres.ownerUrl,
    temporal,
    postgres,
    async stop() {
      await Promise.all([temporal.stop(), postgres.stop()]);
      if (postgres.place !== undefined) await rm(postgres.place, { recursive: true, force: true });
    },
  };
}

/** Tests skip time and drop tables: they must never run against a server that somebody uses. */
function withoutForeignServers(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { TEMPORAL_ADDRESS: _address, TEMPORAL_NAMESPACE: _namespace, ...rest } = env;
  return withoutDatabases(rest);
}
