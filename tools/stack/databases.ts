/** Which database role each process of the stack is given. */
import type { DatabaseLogin } from '../../db/roles.js';
import { URL_VARIABLES, type DatabaseUrls } from './postgres.js';
import type { ProcessName } from './stack.js';

/** As which role each process works with Postgres; the others have nothing to do there. */
const LOGIN_OF: Readonly<Partial<Record<ProcessName, DatabaseLogin>>> = { worker: 'clock', relay: 'work', api: 'api' };

/** What that process is told of Postgres. */
export function databaseOf(name: ProcessName, databases: DatabaseUrls): NodeJS.ProcessEnv {
  const login = LOGIN_OF[name];
  return login === undefined ? {} : { DATABASE_URL: databases[login] };
}

/** The environment without anybody's databases: each process is given its own. */
export function withoutDatabases(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const foreign: readonly string[] = ['DATABASE_URL', ...Object.values(URL_VARIABLES)];
  return Object.fromEntries(Object.entries(env).filter(([name]) => !foreign.includes(name)));
}
