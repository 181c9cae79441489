/** The relay against a real engine: what was accepted arrives, once, in order, whatever was away. */
import { randomUUID } from 'node:crypto';

import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { caseWorkflowId } from '../../contracts/case-workflow.js';
import { registerAppeal, type AppealRequest, type RegisteredAppeal } from '../../db/appeals.js';
import { receiveReport, type Receipt } from '../../inbox/receive.js';
import { startRelay, type Relay } from '../../inbox/relay.js';
import type { Command, CommandData, CommandKind } from '../../domain/case/commands.js';
import type { Answer } from '../../domain/case/turn.js';
import { CENTER, HEAD, MANAGER } from '../lives/straight-road.js';
import { startEngine, type Engine } from '../stack/engine.js';
import { eventually } from '../stack/eventually.js';

const SILENT = pino({ level: 'silent' });

let engine: Engine;
let relay: Relay | undefined;

beforeAll(async () => {
  engine = await startEngine();
});

afterEach(async () => {
  await stopRelay();
});

afterAll(async () => {
  await engine.stop();
});

async function runRelay(): Promise<void> {
  relay = await startRelay(engine.config, SILENT);
}

async function stopRelay(): Promise<void> {
  await relay?.stop();
  relay = undefined;
}

async function rowsOf(sql: string, ...values: unknown[]): Promise<Record<string, unknown>[]> {
  return (await engine.database.pool.query<Record<string, unknown>>(sql, values)).rows;
}

async function register(changes: Partial<AppealRequest> = {}): Promise<RegisteredAppeal> {
  const outcome = await registerAppeal(engine.database.pool, {
    actor: { ...MANAGER, role: 'social_work_specialist' },
    idempotencyKey: randomUUID(),
    bodySha256: 'a'.repeat(64),
    channel: 1,
    threat: false,
    ...changes,
  });
  if (!('appeal' in outcome)) throw new Error(outcome.outcome);
  return outcome.appeal;
}

async function factsOf(caseId: string): Promise<unknown[]> {
  return (await rowsOf('select type from ledger where case_id = $1 order by seq', caseId)).map(({ type }) => type);
}

async function opened(caseId: string): Promise<unknown> {
  return eventually(async () => (await factsOf(caseId))[0], 'the case is opened');
}

async function settled(inboxKey: string): Promise<Record<string, unknown>> {
  return eventually(async () => {
    const [row] = await rowsOf('select id, state, outcome, case_id, duplicates from inbox where id::text = $1 or delivery_id = $1', inboxKey);
    return row === undefined || row['state'] === 'waiting' ? undefined : row;
  }, 'the message is settled');
}

async function give<K extends CommandKind>(caseId: string, kind: K, data: CommandData[K], actor = MANAGER): Promise<Answer> {
  const command = { kind, id: randomUUID(), actor, data } as Command;
  return engine.client.workflow
    .getHandle(caseWorkflowId(caseId))
    .executeUpdate<Answer, [Command]>(kind, { args: [command], updateId: command.id });
}

/** P10: a need that is not confirmed closes the case at once. */
async function closeByAssessment(caseId: string): Promise<void> {
  expect(await give(caseId, 'completeAssessment', { result: 'not_confirmed', grounds: [] })).toMatchObject({ ok: true, stage: 'closed' });
}

describe('an appeal', () => {
  it('D-REG: opens its case when the relay comes, with the instant of its registration', async () => {
    const appeal = await register();
    expect(await factsOf(appeal.caseId)).toEqual([]);
    await runRelay();
    await opened(appeal.caseId);
    const [file] = await rowsOf('select opened_at, center, household_id from case_file where case_id = $1', appeal.caseId);
    expect(file).toEqual({ opened_at: new Date(appeal.registeredAt), center: CENTER, household_id: appeal.householdId });
    expect(await settled(appeal.appealId)).toMatchObject({ state: 'delivered', outcome: { ok: true } });
  });

  it('P30: joins the open case of its family and keeps its own clock', async () => {
    await runRelay();
    const first = await register();
    const second = await register({ householdId: first.householdId });
    expect(await settled(second.appealId)).toMatchObject({ state: 'delivered', case_id: first.caseId });
    expect(await factsOf(first.caseId)).toEqual(['AppealRegistered', 'AppealAttached']);
    // The clocks of the database and of the engine may differ by a little, and the age travels as whole milliseconds.
    const [attached] = await rowsOf(
      `select abs(extract(epoch from occurred_at) * 1000 - $2::float8) < 2000 as near from ledger where case_id = $1 and type = 'AppealAttached'`,
      first.caseId,
      second.registeredAt,
    );
    expect(attached).toEqual({ near: true });
  });

  it.each([
    ['a closed case that still runs', false],
    ['a case whose workflow has ended', true],
  ])('opens a new case when it meets %s', async (_what, ended) => {
    await runRelay();
    const first = await register();
    await opened(first.caseId);
    await stopRelay();
    const waiting = await register({ householdId: first.householdId });
    expect(waiting).toMatchObject({ attached: true, caseId: first.caseId });
    await closeByAssessment(first.caseId);
    if (ended) await endWorkflow(first.caseId);
    await runRelay();
    const row = await settled(waiting.appealId);
    expect(row).toMatchObject({ state: 'delivered' });
    expect(row['case_id']).not.toBe(first.caseId);
    await opened(String(row['case_id']));
    expect(await rowsOf('select case_id, journal_number from appeal where appeal_id = $1', waiting.appealId)).toEqual([
      { case_id: row['case_id'], journal_number: waiting.journalNumber },
    ]);
    expect(await rowsOf('select case_id from open_case where household_id = $1', first.householdId)).toEqual([{ case_id: row['case_id'] }]);
  });
});

async function endWorkflow(caseId: string): Promise<void> {
  await give(caseId, 'notifyResult', { documentId: 'doc-1' });
  await eventually(async () => {
    const { status } = await engine.client.workflow.getHandle(caseWorkflowId(caseId)).describe();
    return status.name === 'COMPLETED' ? true : undefined;
  }, 'the workflow has ended');
}

function report(caseId: string, deliveryId: string = randomUUID()): Promise<Receipt> {
  return receiveReport(engine.database.pool, { agency: 'health', deliveryId, caseId, measureId: 'm-1', outcome: 'performed', note: 'words' });
}

describe('a report', () => {
  it('is counted when it comes again, and nothing else', async () => {
    const [caseId, deliveryId] = [randomUUID(), randomUUID()];
    const first = await report(caseId, deliveryId);
    const again = await Promise.all([1, 2, 3].map(() => report(caseId, deliveryId)));
    expect(again).toEqual([1, 2, 3].map(() => ({ inboxId: first.inboxId, duplicate: true })));
    expect(first.duplicate).toBe(false);
    expect(await rowsOf('select duplicates, payload from inbox where delivery_id = $1', deliveryId)).toMatchObject([{ duplicates: 3 }]);
    expect(await rowsOf('select body from narrative where command_id = $1', first.inboxId)).toEqual([{ body: 'words' }]);
  });

  it('for no case is an orphan, and one that the case refuses keeps the refusal', async () => {
    await runRelay();
    const { caseId } = await register();
    await opened(caseId);
    const [orphan, refused] = [await report(randomUUID()), await report(caseId)];
    expect(await settled(orphan.inboxId)).toMatchObject({ state: 'orphan', outcome: { code: 'case_not_running' } });
    expect(await settled(refused.inboxId)).toMatchObject({ state: 'rejected', outcome: { ok: false, refusal: { code: 'measure_unknown' } } });
    expect(await factsOf(caseId)).toEqual(['AppealRegistered']);
  });

  it('waits behind the appeal that opens its case, whatever order the jobs have', async () => {
    const { caseId, appealId } = await register();
    const { inboxId } = await report(caseId);
    await runRelay();
    expect(await settled(inboxId)).toMatchObject({ state: 'rejected', outcome: { refusal: { code: 'measure_unknown' } } });
    expect(await settled(appealId)).toMatchObject({ state: 'delivered' });
  });

  it('of which more wait than a batch carries are all settled', async () => {
    const { caseId } = await register();
    const many = await Promise.all(Array.from({ length: 120 }, () => report(caseId)));
    await runRelay();
    for (const { inboxId } of many) expect(await settled(inboxId)).toMatchObject({ state: 'rejected' });
  });
});

describe('what was away', () => {
  it('a message whose job was lost is found by the patrol', async () => {
    const { caseId } = await register();
    await engine.database.pool.query('delete from graphile_worker._private_jobs where key = $1', [`relay:${caseId}`]);
    await runRelay();
    expect(await opened(caseId)).toBe('AppealRegistered');
  });

  it('the job of a relay that died is taken over', async () => {
    const { caseId } = await register();
    await engine.database.pool.query(
      `with job as (
         update graphile_worker._private_jobs set locked_by = 'pool-dead', locked_at = now() - interval '11 seconds', attempts = 1
          where key = $1 returning job_queue_id
       )
       update graphile_worker._private_job_queues set locked_by = 'pool-dead', locked_at = now() - interval '11 seconds'
        where id in (select job_queue_id from job)`,
      [`relay:${caseId}`],
    );
    await runRelay();
    expect(await opened(caseId)).toBe('AppealRegistered');
  });

  it('connections that broke are made anew, and the relay shows that it lives', async () => {
    await runRelay();
    await opened((await register()).caseId);
    const { rowCount } = await engine.database.pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'tirek relay'`,
    );
    expect(rowCount).toBeGreaterThan(0);
    await opened((await register()).caseId);
    await eventually(async () => {
      const alive = await rowsOf(`select from heartbeat where process = 'relay' and at > clock_timestamp() - interval '5 seconds'`);
      return alive.length > 0 ? true : undefined;
    }, 'the relay shows that it lives');
  });

  it('an engine that is away leaves the message waiting, and the job is tried again', async () => {
    const { caseId, appealId } = await register();
    const away = await startRelay({ ...engine.config, temporalAddress: '127.0.0.1:1', engineDeadlineMs: 300 }, SILENT);
    await eventually(async () => {
      const [job] = await rowsOf(`select payload ->> 'attempt' as attempt from graphile_worker._private_jobs where key = $1`, `relay:${caseId}`);
      return Number(job?.['attempt'] ?? 0) >= 2 ? true : undefined;
    }, 'the job was tried twice');
    await away.stop();
    expect(await rowsOf('select state from inbox where delivery_id = $1', appealId)).toEqual([{ state: 'waiting' }]);
    await runRelay();
    await opened(caseId);
  });

  it('leaves no sign of life behind when it stops in order', async () => {
    await runRelay();
    await eventually(async () => ((await rowsOf(`select from heartbeat where process = 'relay'`)).length > 0 ? true : undefined), 'it lives');
    await stopRelay();
    expect(await rowsOf(`select from heartbeat where process = 'relay'`)).toEqual([]);
  });
});

describe('a household', () => {
  it('has one open case after appeals from all sides at once', async () => {
    await runRelay();
    const first = await register();
    const others = await Promise.all(Array.from({ length: 10 }, () => register({ householdId: first.householdId, actor: { ...HEAD, role: 'social_work_specialist' } })));
    for (const { appealId } of others) expect(await settled(appealId)).toMatchObject({ state: 'delivered', case_id: first.caseId });
    expect(await factsOf(first.caseId)).toEqual(['AppealRegistered', ...others.map(() => 'AppealAttached')]);
  });
});
