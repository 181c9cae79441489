/** Starts the servers of a test run and makes what is slow to make and safe to share. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DefaultLogger, bundleWorkflowCode } from '@temporalio/worker';
import { migrate } from '../../db/migrate.js';
import { createPool } from '../../db/pool.js';
import { seedLaw } from '../../db/seed.js';
import { startTestServers } from '../../tools/stack/test-stack.js';
import type { Ground } from './ground.js';

/** The ground, and how to leave it. */
export async function layGround(): Promise<{ ground: Ground; leave: () => Promise<void> }> {
  const dir = await mkdtemp(join(tmpdir(), 'tirek-test-'));
  const [servers, workflowBundle] = await Promise.all([startTestServers(dir), bundleOnce(dir)]);
  await migrate(servers.ownerUrl);
  const pool = createPool(servers.ownerUrl, { applicationName: 'tirek-test-setup' });
  await seedLaw(pool);
  await pool.end();
  const ground: Ground = {
    temporalAddress: servers.temporalAddress,
    templateOwnerUrl: servers.ownerUrl,
    templateAppUrl: servers.appUrl,
    templateUrls: servers.urls,
    workflowBundle,
  };
  return {
    ground,
    leave: async () => {
      await servers.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function bundleOnce(dir: string): Promise<string> {
  const workflowsPath = fileURLToPath(new URL('../../workflows/index.ts', import.meta.url));
  const { code } = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('ERROR') });
  const path = join(dir, 'workflows.js');
  await writeFile(path, code);
  return path;
}
