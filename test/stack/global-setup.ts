/**
 * One real Temporal server, one real Postgres with a migrated template database, one workflow
 * bundle: everything that is slow to make and safe to share. Each test file makes its own database
 * and namespace from them.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DefaultLogger, bundleWorkflowCode } from '@temporalio/worker';
import type { TestProject } from 'vitest/node';
import { migrate } from '../../db/migrate.js';
import { createPool } from '../../db/pool.js';
import { seedLaw } from '../../db/seed.js';
import { startTestServers } from '../../scripts/stack/test-stack.js';

declare module 'vitest' {
  export interface ProvidedContext {
    temporalAddress: string;
    /** Migrated database of its own owner; test files copy it. */
    templateOwnerUrl: string;
    templateAppUrl: string;
    appRole: string;
    workflowBundle: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dir = await mkdtemp(join(tmpdir(), 'tirek-test-'));
  const [servers, workflowBundle] = await Promise.all([startTestServers(dir), bundleOnce(dir)]);
  await migrate(servers.ownerUrl, servers.appRole);
  const pool = createPool(servers.appUrl, { applicationName: 'tirek-test-setup' });
  await seedLaw(pool);
  await pool.end();
  project.provide('temporalAddress', servers.temporalAddress);
  project.provide('templateOwnerUrl', servers.ownerUrl);
  project.provide('templateAppUrl', servers.appUrl);
  project.provide('appRole', servers.appRole);
  project.provide('workflowBundle', workflowBundle);
  return async () => {
    await servers.stop();
    await rm(dir, { recursive: true, force: true });
  };
}

async function bundleOnce(dir: string): Promise<string> {
  const workflowsPath = fileURLToPath(new URL('../../workflows/index.ts', import.meta.url));
  const { code } = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('ERROR') });
  const path = join(dir, 'workflows.js');
  await writeFile(path, code);
  return path;
}
