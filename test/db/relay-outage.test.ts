/** Postgres is killed under a working relay, jobs in hand: the process stays and goes on by itself. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { migrate } from '../../db/migrate.js';
import { createPool, type Pool } from '../../db/pool.js';
import { receiveReport } from '../../inbox/receive.js';
import { startRelay, type Relay } from '../../inbox/relay.js';
import { obtainPostgres, type RunningPostgres } from '../../scripts/stack/postgres.js';
import { eventually } from '../stack/eventually.js';

let dir: string;
let postgres: RunningPostgres;
let pool: Pool;
let relay: Relay | undefined;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tirek-outage-'));
  postgres = await obtainPostgres({ dataDir: dir, env: {}, report: () => {}, forTests: true });
  await migrate(postgres.ownerUrl, postgres.appRole);
  pool = createPool(postgres.appUrl, { applicationName: 'tirek-test' });
});

afterAll(async () => {
  await relay?.stop();
  await pool.end();
  await postgres.stop();
  await rm(dir, { recursive: true, force: true });
});

/** Messages for cases of an engine that never answers: their jobs are always in somebody's hands. */
async function receive(): Promise<string> {
  const caseId = randomUUID();
  await receiveReport(pool, { agency: 'health', deliveryId: randomUUID(), caseId, measureId: 'm-1', outcome: 'performed' });
  return caseId;
}

async function triedTimes(caseId: string, times: number): Promise<number> {
  return eventually(
    async () => {
      const { rows } = await pool.query<{ attempt: string | null }>(`select payload ->> 'attempt' as attempt from graphile_worker._private_jobs where key = $1`, [`relay:${caseId}`]);
      const attempt = Number(rows[0]?.attempt ?? 0);
      return attempt >= times ? attempt : undefined;
    },
    `the messages of the case were tried ${times} times`,
    40_000,
  );
}

it('goes on after a kill of Postgres, with what was in its hands and with what comes later', async () => {
  relay = await startRelay(
    { databaseUrl: postgres.appUrl, temporalAddress: '127.0.0.1:1', temporalNamespace: 'none', engineDeadlineMs: 500 },
    pino({ level: 'silent' }),
  );
  const before = await Promise.all(Array.from({ length: 12 }, receive));
  await triedTimes(before[0] ?? '', 1);
  if (postgres.pid === undefined) throw new Error('the Postgres of this test has no process');
  process.kill(postgres.pid, 'SIGKILL');
  await postgres.restart();
  const after = await receive();
  expect(await triedTimes(after, 1)).toBeGreaterThan(0);
  for (const caseId of before) expect(await triedTimes(caseId, 2)).toBeGreaterThan(1);
  const { rows } = await pool.query(`select state, count(*)::int as messages from inbox group by state`);
  expect(rows).toEqual([{ state: 'waiting', messages: 13 }]);
});
