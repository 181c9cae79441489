/** A database with a desk, and relays on it whose times are short enough for a test. */
import { TEST_PROOF } from '../stack/test-proof.js';
import { randomBytes, randomUUID } from 'node:crypto';
import { pino, type Logger } from 'pino';
import { createPool } from '../../db/pool.js';
import { UNWATCHED } from '../../work/relay-observer.js';
import { createSimulatorsClient, type SimulatorsClient } from '../../simulators/client.js';
import { startSimulators } from '../../simulators/start.js';
import type { Standstill } from '../../work/progress.js';
import { receiveReport } from '../../work/receive.js';
import { startRelay, type Relay, type RelayConfig } from '../../work/relay.js';
import { openHouse, type House } from '../ledger/take-desk.js';
import { eventually } from '../stack/eventually.js';
import { TEST_KEYS, TEST_VAULT } from '../stack/keys.js';

/** Tenths of what they are in earnest. */
export const LEASE_MS = 1_000;
export const STUCK_AFTER_MS = 4_000;
export const TIMES = {
  leaseMs: LEASE_MS,
  stuckAfterMs: STUCK_AFTER_MS,
  answerWithinMs: 1_000,
  pauseUnitMs: 20,
  graceMs: 2_000,
  reconcileEveryMs: 500,
  alarmsEveryMs: 500,
} as const;

export interface RelayHouse extends House {
  outside: SimulatorsClient;
  config: RelayConfig;
  /** Relays that said that they stand still. */
  stuck: Standstill[][];
  relay(changes?: Partial<RelayConfig>, log?: Logger): Promise<Relay>;
  owner(sql: string, ...values: unknown[]): Promise<void>;
  /** A report that waits for its case, as the door leaves it. @returns its id */
  report(caseId: string, changes?: { measureId?: string }): Promise<string>;
  standingOf(inboxId: string): Promise<string>;
  stop(): Promise<void>;
}

/** No engine by default: who needs one says where it is. */
export async function openRelayHouse(): Promise<RelayHouse> {
  const house = await openHouse();
  const centerWebhookSecret = `whsec_${randomBytes(24).toString('base64')}`;
  const simulators = await startSimulators({ agencies: [], centerWebhookSecret });
  const relays: Relay[] = [];
  const stuck: Standstill[][] = [];
  const config: RelayConfig = {
    proof: TEST_PROOF,
    databaseUrl: house.database.urls.work,
    keys: TEST_KEYS,
    temporalAddress: '127.0.0.1:1',
    temporalNamespace: 'none',
    centerWebhookUrl: `${simulators.url}/center/webhooks`,
    centerWebhookSecret,
    smtpUrl: simulators.smtpUrl,
    digestWindowMs: 50,
    engineDeadlineMs: 500,
    times: TIMES,
  };
  const standingOf = async (inboxId: string): Promise<string> =>
    (await house.rows<{ state: string }>('select state from inbox where id = $1', inboxId))[0]?.state ?? 'none';
  return {
    ...house,
    outside: createSimulatorsClient(simulators.url),
    config,
    stuck,
    relay: async (changes = {}, log = pino({ level: 'silent' })) => {
      const relay = await startRelay({ ...config, ...changes }, log, { observer: UNWATCHED, onStuck: (standstills) => void stuck.push([...standstills]) });
      relays.push(relay);
      return relay;
    },
    owner: async (sql, ...values) => {
      const pool = createPool(house.database.ownerUrl, { vault: TEST_VAULT, applicationName: 'tirek-test-owner', max: 1 });
      try {
        await pool.query(sql, values);
      } finally {
        await pool.end();
      }
    },
    report: async (caseId, { measureId = 'm-1' } = {}) => {
      const receipt = await receiveReport(house.desk, { agency: 'health', deliveryId: randomUUID(), caseId, measureId, outcome: 'performed' });
      return receipt.inboxId;
    },
    standingOf,
    stop: async () => {
      await Promise.all(relays.map((relay) => relay.stop()));
      await simulators.stop();
      await house.stop();
    },
  };
}

/** All of these reports have an answer. @returns milliseconds that it took */
export async function allSettled(house: RelayHouse, inboxIds: readonly string[], withinMs = 20_000): Promise<number> {
  const beganAt = performance.now();
  await eventually(
    async () => {
      const [{ waiting } = { waiting: -1 }] = await house.rows<{ waiting: number }>(
        `select count(*)::int as waiting from inbox where state = 'waiting' and id = any ($1)`,
        inboxIds,
      );
      return waiting === 0 ? true : undefined;
    },
    `${inboxIds.length} reports are settled`,
    withinMs,
  );
  return performance.now() - beganAt;
}
