/** Postgres is killed under a working relay, work in hand: the process stays and goes on by itself. */
import { TEST_PROOF } from '../stack/test-proof.js';
import { mkdtemp, rm } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { migrate } from '../../db/migrate.js';
import { createPool, type Pool } from '../../db/pool.js';
import { obtainPostgres, type RunningPostgres } from '../../tools/stack/postgres.js';
import { receiveReport } from '../../work/receive.js';
import { startRelay, type Relay } from '../../work/relay.js';
import { eventually } from '../stack/eventually.js';
import { TIMES } from './relay-house.js';
import { TEST_KEYS, TEST_VAULT } from '../stack/keys.js';

let dir: string;
let postgres: RunningPostgres;
let pool: Pool;
let relay: Relay | undefined;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tirek-outage-'));
  postgres = await obtainPostgres({ dataDir: dir, env: {}, report: () => {}, forTests: true });
  await migrate(postgres.ownerUrl);
  pool = createPool(postgres.urls.api, { role: 'desk', vault: TEST_VAULT, applicationName: 'tirek-test' });
});

afterAll(async () => {
  await relay?.stop();
  await pool.end();
  await postgres.stop();
  await rm(dir, { recursive: true, force: true });
});

/** Reports for cases that the ledger does not know: each becomes an orphan. */
async function receive(): Promise<string> {
  const receipt = await receiveReport(
    { pool, deps: { proof: TEST_PROOF } },
    { agency: 'health', deliveryId: randomUUID(), caseId: randomUUID(), measureId: 'm-1', outcome: 'performed' },
  );
  return receipt.inboxId;
}

async function settled(ids: readonly string[], atLeast: number): Promise<void> {
  await eventually(
    async () => {
      const { rows } = await pool.query<{ settled: number }>(`select count(*)::int as settled from inbox where id = any ($1) and state = 'orphan'`, [ids]);
      return (rows[0]?.settled ?? 0) >= atLeast ? true : undefined;
    },
    `${atLeast} of ${ids.length} are settled`,
    40_000,
  );
}

it('goes on after a kill of Postgres, with what was in its hands and with what comes later', async () => {
  let stuck = 0;
  relay = await startRelay(
    {
      proof: TEST_PROOF,
      keys: TEST_KEYS,
      databaseUrl: postgres.urls.work,
      temporalAddress: '127.0.0.1:1',
      temporalNamespace: 'none',
      engineDeadlineMs: 500,
      times: TIMES,
    },
    pino({ level: 'silent' }),
    { onStuck: () => void (stuck += 1) },
  );
  const before = await Promise.all(Array.from({ length: 40 }, receive));
  await settled(before, 1);
  if (postgres.pid === undefined) throw new Error('the Postgres of this test has no process');
  process.kill(postgres.pid, 'SIGKILL');
  await postgres.restart();
  const after = await receive();
  await settled([...before, after], 41);
  expect(stuck).toBe(0);
});
