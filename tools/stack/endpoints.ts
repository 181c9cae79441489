import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { DatabaseUrls } from './postgres.js';
import type { MeteredProcess } from '../../metrics/registry.js';
import { writeFileAtomically } from './atomic-file.js';

/** Addresses of a running stack, as tools find them in `<dataDir>/endpoints.json`. */
export interface Endpoints {
  /** Base URL of the API. */
  api: string;
  /** Page that shows the API's description. */
  openapi: string;
  /** First page for people. */
  console: string;
  /** host:port of the Temporal frontend. */
  temporal: string;
  /** Leads to the list of running cases in the Temporal UI; null when the server is a foreign one. */
  temporalUi: string | null;
  /** URLs of the processes' database roles, with their passwords. */
  databases: DatabaseUrls;
  /** Likewise of the role that owns the tables: for acts that no process may do, and for the tools of a development machine. */
  postgresOwner: string;
  /** The development provider of OpenID Connect; null when sign-in is by one of somebody else. */
  provider: string | null;
  /** Base URL of the simulated agencies, mail catcher and Center backend. */
  simulators: string;
  /** Prometheus metrics of each process. */
  metrics: Readonly<Record<MeteredProcess, string>>;
}

function fileIn(dataDir: string): string {
  return join(dataDir, 'endpoints.json');
}

/** Writes the addresses for the user alone, because one of them holds a password. */
export async function writeEndpoints(dataDir: string, endpoints: Endpoints): Promise<void> {
  await writeFileAtomically(fileIn(dataDir), `${JSON.stringify(endpoints, null, 2)}\n`, 0o600);
}

/** Addresses of the stack that runs, or last ran, on this data folder; `undefined` when none did. */
export async function readEndpoints(dataDir: string): Promise<Endpoints | undefined> {
  try {
    return JSON.parse(await readFile(fileIn(dataDir), 'utf8')) as Endpoints;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The running cases in the Temporal UI. */
export function runningCasesUrl(uiUrl: string, namespace: string, workflowType: string): string {
  const query = `\`WorkflowType\`="${workflowType}" AND \`ExecutionStatus\`="Running"`;
  return `${uiUrl}/namespaces/${encodeURIComponent(namespace)}/workflows?query=${encodeURIComponent(query)}`;
}
