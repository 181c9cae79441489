/** A house whose database is restored to its backup while the agencies live on. */
import { TEST_PROOF } from '../stack/test-proof.js';
import { once } from 'node:events';
import { createServer } from 'node:http';
import express, { raw } from 'express';
import { pino } from 'pino';
import { createResendHttp } from '../../adapters/agency-http.js';
import { ProblemError } from '../../office/problem.js';
import { takeReport } from '../../office/receive-report.js';
import { createPool } from '../../db/pool.js';
import { seedDevelopment } from '../../db/seed.js';
import { CASE_MANAGERS } from '../fixtures/case-managers.js';
import { createDesk, type Desk } from '../../ledger/desk.js';
import { createSimulatorsClient, type SimulatorsClient } from '../../simulators/client.js';
import { startSimulators } from '../../simulators/start.js';
import { LaneLoop } from '../../work/lane-loop.js';
import { resendList, type ResendDependencies } from '../../work/resends.js';
import { createDatabase, type TestDatabase } from '../stack/database.js';
import { webhookSecret } from './outside-world.js';
import { TEST_VAULT } from '../stack/keys.js';

export const LOG = pino({ level: 'silent' });

/** What takes reports on one database. */
export interface Door {
  database: TestDatabase;
  desk: Desk;
  rows<T = Record<string, unknown>>(sql: string, ...values: unknown[]): Promise<T[]>;
  close(): Promise<void>;
}

export interface World {
  agencies: SimulatorsClient;
  /** An empty ledger with the agencies connected. */
  found(): Promise<TestDatabase>;
  /** From now on reports arrive there; the door before is closed. */
  open(database: TestDatabase): Promise<Door>;
  stop(): Promise<void>;
}

/** @param codes agencies that are simulated and connected */
export async function startWorld(codes: readonly string[]): Promise<World> {
  const keyed = codes.map((code) => ({ code, secret: webhookSecret() }));
  const simulators = await startSimulators({ agencies: keyed, centerWebhookSecret: webhookSecret(), firstPauseMs: 5, longestPauseMs: 40 });
  const agencies = createSimulatorsClient(simulators.url);
  const databases: TestDatabase[] = [];
  let door: Door | undefined;
  return {
    agencies,
    found: async () => {
      const database = await createDatabase();
      databases.push(database);
      const owner = createPool(database.ownerUrl, { vault: TEST_VAULT, applicationName: 'seed' });
      await seedDevelopment(owner, {
        caseManagers: CASE_MANAGERS,
        agencies: keyed.map(({ code, secret }) => ({ code, secret, endpointUrl: simulators.agencyUrl(code) })),
      });
      await owner.end();
      return database;
    },
    open: async (database) => {
      await door?.close();
      if (!databases.includes(database)) databases.push(database);
      const { url, ...opened } = await openDoor(database);
      door = opened;
      await agencies.setApi(url);
      return opened;
    },
    stop: async () => {
      await simulators.stop();
      await door?.close();
      for (const database of databases) await database.drop();
    },
  };
}

async function openDoor(database: TestDatabase): Promise<Door & { url: string }> {
  const desk = createDesk(database.pool, { proof: TEST_PROOF });
  const app = express();
  app.post('/webhooks/agencies/:agency', raw({ type: () => true }), (req, res) => {
    takeReport(desk, pino({ level: 'silent' }), req.params.agency, { headers: req.headers, bytes: req.body as Buffer }).then(
      (accepted) => res.status(202).json(accepted),
      (error: unknown) => res.status(error instanceof ProblemError ? 400 : 503).end(),
    );
  });
  const server = createServer(app);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    database,
    desk,
    url: `http://127.0.0.1:${address.port}`,
    rows: async <T>(sql: string, ...values: unknown[]) => (await database.pool.query(sql, values)).rows as T[],
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The list as a relay has it, with short pauses unless told otherwise. */
export function resendsOf({ database: { pool } }: Door, changes: Partial<ResendDependencies> = {}): ReturnType<typeof resendList> {
  return resendList({
    pool,
    http: createResendHttp({ timeoutMs: 5_000, reach: { loopback: true } }),
    log: LOG,
    lanes: [{ lane: 2, places: 4, everyMs: 20 }],
    leaseMs: 2_000,
    mostAttempts: 25,
    pauseUnitMs: 1,
    ...changes,
  });
}

/** Works the list while something happens. */
export async function whileRelayed<T>(door: Door, work: () => Promise<T>, changes: Partial<ResendDependencies> = {}): Promise<T> {
  const list = resendsOf(door, changes);
  const loops = list.lanes.map((lane) => new LaneLoop(list, lane, { taken: () => {}, ended: () => {} }, LOG));
  try {
    return await work();
  } finally {
    await Promise.all(loops.map((loop) => loop.stop()));
  }
}
