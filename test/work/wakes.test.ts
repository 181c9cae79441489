/** The clocks are woken on a real Temporal: named for what happened, again by a plan, by lane, and all of them when it comes back. */
import { Client, Connection } from '@temporalio/client';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { caseWorkflowId } from '../../contracts/case-clock.js';
import { rebuildClock, wakeCases, wakeEveryClock } from '../../db/clocks.js';
import { createClockEngine, EngineAway, type ClockEngine, type WakeToSend } from '../../work/clock-engine.js';
import { EngineGate } from '../../work/engine-gate.js';
import { wakeList } from '../../work/wakes.js';
import { openCase, planSent } from '../ledger/take-desk.js';
import { eventually } from '../stack/eventually.js';
import { injectedGround } from '../stack/ground.js';
import { createNamespace } from '../stack/namespace.js';
import { openRelayHouse, type RelayHouse } from './relay-house.js';

const SILENT = pino({ level: 'silent' });

let connection: Connection;
let namespace: string;
let client: Client;
let house: RelayHouse;

beforeAll(async () => {
  const { temporalAddress: address } = injectedGround();
  [connection, namespace] = await Promise.all([Connection.connect({ address }), createNamespace(address)]);
  client = new Client({ connection, namespace });
});

beforeEach(async () => {
  house = await openRelayHouse();
});

afterEach(async () => {
  await house.stop();
});

afterAll(async () => {
  await connection.close();
});

const engine = (): ClockEngine => createClockEngine(client, async () => undefined);

/** The list as a relay works it, without a relay. */
function list(by: ClockEngine = engine()): ReturnType<typeof wakeList> {
  return wakeList({ pool: house.database.pool, engine: by, gateOf: () => new EngineGate(), log: SILENT, lanes: [], leaseMs: 2_000 });
}

async function workOnce(by?: ClockEngine): Promise<WakeToSend[]> {
  const wakes = list(by);
  const taken = (await Promise.all(([1, 2, 3] as const).map((lane) => wakes.take(lane, 10)))).flat();
  for (const wake of taken) await wakes.do(wake, new AbortController().signal).catch((error: unknown) => wakes.failed(wake, error));
  return taken;
}

async function signalsOf(caseId: string): Promise<string[]> {
  const { events } = await client.workflow.getHandle(caseWorkflowId(caseId)).fetchHistory();
  return (events ?? []).flatMap(({ workflowExecutionSignaledEventAttributes: signal }) => signal?.signalName ?? []);
}

const wakeOf = (caseId: string) =>
  house.rows<{ attempts: number; rebuild: boolean; pause: number }>(
    'select attempts, rebuild, round(extract(epoch from due_at - statement_timestamp()))::int as pause from wake where subject_id = $1',
    caseId,
  );

const dueNow = (caseId: string) => house.owner('update wake set due_at = now(), lease_token = null, lease_until = null where subject_id = $1', caseId);

describe('a wake', () => {
  it('starts the clock of a new case with a signal named for its first fact, and says what the case is', async () => {
    const { caseId, journalNumber } = await openCase(house.desk, { threat: true });
    await workOnce();
    expect(await signalsOf(caseId)).toEqual(['AppealRegistered']);
    const described = await client.workflow.getHandle(caseWorkflowId(caseId)).describe();
    expect(await described.staticSummary()).toBe(`Case ${journalNumber}`);
    const attributes = described.searchAttributes;
    expect(attributes).toMatchObject({ TirekNumber: [journalNumber], TirekCenter: ['almaty-auezov'], TirekLane: ['threat'], TirekOverdue: [0] });
    expect(described.raw.workflowExecutionInfo?.priority?.priorityKey).toBe(1);
    expect(JSON.stringify(described.raw)).not.toContain('Synthetic');
  });

  it('that nobody hears is signalled again after ten seconds, a minute, ten minutes, then hourly', async () => {
    const { caseId } = await openCase(house.desk);
    const pauses: number[] = [];
    for (let signals = 0; signals < 5; signals += 1) {
      await workOnce();
      pauses.push((await wakeOf(caseId))[0]?.pause ?? Number.NaN);
      await dueNow(caseId);
    }
    expect(pauses).toEqual([10, 60, 600, 3_600, 3_600]);
    expect(await signalsOf(caseId)).toHaveLength(5);
  });

  it('of a case that went on while it was signalled is signalled again at once', async () => {
    const { caseId } = await openCase(house.desk);
    const wakes = list();
    const [taken] = await wakes.take(2, 10);
    await house.owner(`update wake set due_at = least(due_at, now()), attempts = 0, seq = seq + 1 where subject_id = $1`, caseId);
    if (taken !== undefined) await wakes.do(taken, new AbortController().signal);
    expect(await workOnce()).toMatchObject([{ caseId }]);
  });

  it('that was taken by a relay which died before it signalled is not put off', async () => {
    const { caseId } = await openCase(house.desk);
    expect(await list().take(2, 10)).toHaveLength(1);
    expect(await wakeOf(caseId)).toMatchObject([{ attempts: 1, pause: 0 }]);
  });

  it('tells what no signal has told: what a look saw before its signal was sent comes with the next one, and nothing twice', async () => {
    const { caseId } = await planSent(house.desk);
    const ledger = await house.rows<{ seq: number; type: string }>('select seq, type from ledger where subject_id = $1 order by seq', caseId);
    expect(ledger.length).toBeGreaterThan(5);
    // As the look does that sees the case while its wake still waits.
    await house.owner('delete from wake where subject_id = $1', caseId);
    await wakeCases(house.database.pool, [caseId], 'ClockMissing');
    expect((await workOnce())[0]?.told).toEqual({ stage: 'execution', facts: ledger.slice(-20) });
    await dueNow(caseId);
    expect((await workOnce())[0]?.told.facts).toEqual([]);
  });

  it('that wants another run replaces the one that is there, once', async () => {
    const { caseId } = await openCase(house.desk);
    await workOnce();
    const first = (await client.workflow.getHandle(caseWorkflowId(caseId)).describe()).runId;
    expect(await rebuildClock(house.database.pool, caseId)).toBe(true);
    await workOnce();
    const second = (await client.workflow.getHandle(caseWorkflowId(caseId)).describe()).runId;
    expect(second).not.toBe(first);
    expect(await wakeOf(caseId)).toMatchObject([{ rebuild: false }]);
    await dueNow(caseId);
    await workOnce();
    expect((await client.workflow.getHandle(caseWorkflowId(caseId)).describe()).runId).toBe(second);
  });

  it('of a case that became urgent changes the priority of the run that is there', async () => {
    const { caseId } = await openCase(house.desk);
    await workOnce();
    const priority = async (): Promise<number | null | undefined> => {
      const { raw } = await client.workflow.getHandle(caseWorkflowId(caseId)).describe();
      return raw.workflowExecutionInfo?.priority?.priorityKey;
    };
    expect(await priority()).toBe(3);
    await house.owner('update subject_clock set lane = 1 where subject_id = $1', caseId);
    await dueNow(caseId);
    await workOnce();
    expect(await priority()).toBe(1);
    expect(await house.rows('select told_lane as lane from subject_clock where subject_id = $1', caseId)).toEqual([{ lane: 1 }]);
  });

  it('for an engine that is away is no signal: it is due as it was', async () => {
    const { caseId } = await openCase(house.desk);
    const away: ClockEngine = { ...engine(), wake: () => Promise.reject(new EngineAway('away')) };
    for (let tries = 0; tries < 3; tries += 1) await workOnce(away);
    expect(await wakeOf(caseId)).toMatchObject([{ attempts: 0, pause: 0 }]);
  });
});

describe('an engine that comes back', () => {
  it('has all clocks woken within a minute, threats too, each once', async () => {
    const cases: string[] = [];
    for (let opened = 0; opened < 60; opened += 1) cases.push((await openCase(house.desk, { threat: opened % 10 === 0 })).caseId);
    const said: string[] = [];
    const away = await house.relay({}, pino({ level: 'warn' }, { write: (line) => void said.push(line) }));
    await eventually(async () => (said.some((line) => line.includes('Temporal cannot be reached')) ? true : undefined), 'it was looked for');
    await away.stop();
    expect(await house.rows('select count(*)::int as waiting from wake join case_file using (subject_id) where due_at <= statement_timestamp()')).toEqual([
      { waiting: 60 },
    ]);
    const beganAt = performance.now();
    await house.relay({ temporalAddress: injectedGround().temporalAddress, temporalNamespace: namespace });
    await eventually(
      async () => {
        const [row] = await house.rows<{ left: number }>('select count(*)::int as left from wake where attempts = 0');
        return row?.left === 0 ? true : undefined;
      },
      'all are woken',
      60_000,
    );
    expect(performance.now() - beganAt).toBeLessThan(60_000);
    expect(await signalsOf(cases[0] ?? '')).toContain('AppealRegistered');
  });

  it('a rebuild asks every running clock, and replaces it', async () => {
    const { caseId } = await openCase(house.desk);
    await workOnce();
    const first = (await client.workflow.getHandle(caseWorkflowId(caseId)).describe()).runId;
    expect(await wakeEveryClock(house.database.pool, { name: 'ClockRebuilt', rebuild: true, forget: true })).toBe(1);
    await workOnce();
    expect((await client.workflow.getHandle(caseWorkflowId(caseId)).describe()).runId).not.toBe(first);
    expect(await house.rows('select armed_at, run_id from subject_clock where subject_id = $1', caseId)).toEqual([{ armed_at: null, run_id: null }]);
  });
});
