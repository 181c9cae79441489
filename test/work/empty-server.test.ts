/** Temporal's data is thrown away under open cases: an empty server of the same name has every clock again within a minute, no step lost and none twice. */
import { TEST_PROOF } from '../stack/test-proof.js';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CASE_WORKFLOW, CENTER_WORKFLOW } from '../../contracts/case-clock.js';
import { SEARCH_ATTRIBUTES } from '../../contracts/search-attributes.js';
import { migrate } from '../../db/migrate.js';
import { DEVELOPMENT_CENTERS } from '../../db/development-tokens.js';
import { createPool, type Pool } from '../../db/pool.js';
import { seedDevelopment, seedLaw } from '../../db/seed.js';
import { AT_NO_ADDRESS } from '../fixtures/connected.js';
import { CASE_MANAGERS } from '../fixtures/case-managers.js';
import { createDesk, type Desk } from '../../ledger/desk.js';
import { startTestServers, type TestServers } from '../../tools/stack/test-stack.js';
import { startRelay, type Relay } from '../../work/relay.js';
import { startWorker, type RunningWorker } from '../../worker.js';
import { openCase } from '../ledger/take-desk.js';
import { eventually } from '../stack/eventually.js';
import { injectedGround } from '../stack/ground.js';
import { TEST_KEYS, TEST_VAULT } from '../stack/keys.js';

const SILENT = pino({ level: 'silent' });
const CASES = 100;
/** The relay opens the Centers, and each has a clock, too. */
const CLOCKS = CASES + DEVELOPMENT_CENTERS.length;

let dir: string;
let servers: TestServers;
let pool: Pool;
let desk: Desk;
let relay: Relay;
let worker: RunningWorker;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tirek-empty-'));
  // In memory: what is killed is gone.
  servers = await startTestServers(dir, { searchAttributes: SEARCH_ATTRIBUTES });
  await migrate(servers.ownerUrl);
  const owner = createPool(servers.ownerUrl, { vault: TEST_VAULT, applicationName: 'tirek-test-seed', max: 1 });
  await seedLaw(owner);
  await seedDevelopment(owner, { caseManagers: CASE_MANAGERS, agencies: AT_NO_ADDRESS });
  await owner.end();
  pool = createPool(servers.appUrl, { vault: TEST_VAULT, applicationName: 'tirek-test' });
  desk = createDesk(pool, { proof: TEST_PROOF });
  const config = {
    databaseUrl: servers.urls.clock,
    keys: TEST_KEYS,
    temporalAddress: servers.temporalAddress,
    temporalNamespace: servers.namespace,
    host: '127.0.0.1',
    port: 0,
    proof: TEST_PROOF,
    logLevel: 'silent' as const,
    workflowBundle: injectedGround().workflowBundle,
  };
  worker = await startWorker(config, SILENT);
  relay = await startRelay({ ...config, databaseUrl: servers.urls.work }, SILENT);
}, 120_000);

afterAll(async () => {
  await relay.stop();
  await worker.stop();
  await pool.end();
  await servers.stop();
  await rm(dir, { recursive: true, force: true });
}, 60_000);

async function countOf(sql: string): Promise<number> {
  const { rows } = await pool.query<{ n: number }>(sql);
  return rows[0]?.n ?? -1;
}

const armed = (): Promise<number> =>
  countOf(
    'select count(*)::int as n from subject_clock where running and armed_at <= wakes_at and not exists (select from wake where wake.subject_id = subject_clock.subject_id)',
  );

/** Of the server that answers now. */
async function running(): Promise<number> {
  const connection = await Connection.connect({ address: servers.temporalAddress });
  try {
    const client = new Client({ connection, namespace: servers.namespace });
    return (await client.workflow.count(`WorkflowType IN ('${CASE_WORKFLOW}', '${CENTER_WORKFLOW}') AND ExecutionStatus = 'Running'`)).count;
  } finally {
    await connection.close();
  }
}

it(`${CASES} open cases have their clocks again by themselves`, async () => {
  let made = 0;
  const open = async (): Promise<void> => {
    while (made < CASES) {
      made += 1;
      await openCase(desk, { threat: made % 10 === 0 });
    }
  };
  await Promise.all([open(), open(), open(), open()]);
  await eventually(async () => ((await armed()) === CLOCKS ? true : undefined), 'every clock is armed', 90_000);
  const before = await countOf('select count(*)::int as n from ledger');
  if (servers.temporal.pid === undefined) throw new Error('the Temporal server of this test has no process');
  process.kill(servers.temporal.pid, 'SIGKILL');
  await servers.temporal.restart();
  const beganAt = performance.now();
  await eventually(async () => ((await running()) === CLOCKS ? true : undefined), 'every clock runs', 60_000);
  await eventually(async () => ((await armed()) === CLOCKS ? true : undefined), 'every clock is armed again', 60_000);
  expect(performance.now() - beganAt).toBeLessThan(60_000);
  expect(await countOf('select count(*)::int as n from ledger')).toBe(before);
  await eventually(
    async () => ((await countOf(`select count(*)::int as n from alarm where kind = 'engine_rebuilt' and cleared_at is null`)) === 1 ? true : undefined),
    'the administrator is told',
    30_000,
  );
}, 300_000);
