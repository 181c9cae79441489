/** The clock of a case on the real server: what wakes it, what it arms, what is left undone when anything dies in between. */
import { provenOpening } from '../stack/test-proof.js';
import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { NativeConnection, Worker } from '@temporalio/worker';
import { Client as PgClient } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClockActivities, sightsIn } from '../../activities/clock.js';
import { askerOnEngine } from '../../activities/clock-asker.js';
import { createEffectActivities } from '../../activities/effects.js';
import { createAgencyHttp } from '../../adapters/agency-http.js';
import {
  EFFECT_QUEUES,
  CASE_WORKFLOW,
  CASES_TASK_QUEUE,
  caseWorkflowId,
  CLOCK_VERSION,
  type ClockInput,
  type ClockOutcome,
  type EffectRequest,
} from '../../contracts/case-clock.js';
import { transaction } from '../../db/pool.js';
import { joinOrOpen } from '../../ledger/appeal-turn.js';
import { afresh, shifted, weeksUntil, withUuids } from '../lives/shifted.js';
import { opening, REGISTERED_AT, straightRoad } from '../lives/straight-road.js';
import { openCase, planSent } from '../ledger/take-desk.js';
import { EngineLife, startEngine, type Engine } from '../stack/engine.js';
import { eventually } from '../stack/eventually.js';
import { injectedGround } from '../stack/ground.js';
import { wakeClock } from '../stack/wake-sender.js';

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

interface ClockRow {
  running: boolean;
  wakes_at: Date | null;
  armed_at: Date | null;
  run_id: string | null;
  seen_seq: number;
}

async function clockOf(caseId: string): Promise<ClockRow> {
  const [row] = await rows<ClockRow>('select running, wakes_at, armed_at, run_id, seen_seq from subject_clock where subject_id = $1', caseId);
  if (row === undefined) throw new Error(`case ${caseId} has no clock`);
  return row;
}

async function rows<T>(sql: string, ...values: unknown[]): Promise<T[]> {
  return (await engine.database.pool.query(sql, values)).rows as T[];
}

const handleOf = (caseId: string): WorkflowHandle => engine.client.workflow.getHandle(caseWorkflowId(caseId));
const typesOf = async (caseId: string): Promise<string[]> =>
  (await rows<{ type: string }>('select type from ledger where subject_id = $1 order by seq', caseId)).map(({ type }) => type);
const wakesOf = (caseId: string) => rows<{ name: string }>('select name from wake where subject_id = $1', caseId);

/** The clock has looked at all that the ledger has, and armed what it should. */
async function settled(caseId: string, withinMs = 20_000): Promise<ClockRow> {
  return eventually(
    async () => {
      const clock = await clockOf(caseId);
      const [file] = await rows<{ seq: number }>('select seq from case_file where subject_id = $1', caseId);
      const isArmed = clock.wakes_at === null || (clock.armed_at !== null && clock.armed_at <= clock.wakes_at);
      return clock.seen_seq === file?.seq && isArmed && (await wakesOf(caseId)).length === 0 ? clock : undefined;
    },
    'the clock has seen it all',
    withinMs,
  );
}

/** Events of a run: names of signals, timers, what was scheduled. */
async function eventsOf(caseId: string, runId?: string) {
  const { events } = await engine.client.workflow.getHandle(caseWorkflowId(caseId), runId).fetchHistory();
  return events ?? [];
}

async function signalsOf(caseId: string, runId?: string): Promise<string[]> {
  return (await eventsOf(caseId, runId)).flatMap(({ workflowExecutionSignaledEventAttributes: signal }) => signal?.signalName ?? []);
}

async function timersOf(caseId: string): Promise<number> {
  return (await eventsOf(caseId)).filter(({ timerStartedEventAttributes }) => timerStartedEventAttributes != null).length;
}

/** What is armed stands in the row a moment before the engine has the timer; a task that fails in between looks again. */
async function hasTimers(caseId: string, count: number): Promise<void> {
  await eventually(async () => ((await timersOf(caseId)) >= count ? true : undefined), 'the timer runs');
  expect(await timersOf(caseId)).toBe(count);
}

describe('a wake', () => {
  it('starts the clock under the name of what happened, is heard once, and arms the nearest moment', async () => {
    const { caseId } = await openCase(engine.desk);
    const clock = await settled(caseId);
    expect(clock.armed_at).toEqual(clock.wakes_at);
    expect(clock.run_id).toBe((await handleOf(caseId).describe()).runId);
    expect(await signalsOf(caseId)).toEqual(['AppealRegistered']);
    await hasTimers(caseId, 1);
  });

  it('under a name that no release knows is a look like any other', async () => {
    const { caseId } = await openCase(engine.desk);
    await settled(caseId);
    await engine.database.pool.query('update subject_clock set seen_seq = 0, armed_at = null where subject_id = $1', [caseId]);
    await wakeClock(engine.client, caseId, { name: 'FactOfANewerRelease' });
    const clock = await settled(caseId);
    expect(clock.armed_at).toEqual(clock.wakes_at);
    await hasTimers(caseId, 1);
  });

  it('of a case that the ledger does not know leaves a run that waits, and ends nothing', async () => {
    const caseId = randomUUID();
    await wakeClock(engine.client, caseId);
    await eventually(async () => ((await timersOf(caseId)) === 1 ? true : undefined), 'the ghost waits');
    expect((await handleOf(caseId).describe()).status.name).toBe('RUNNING');
  });

  it('of a case of a newer release fails the task, not the run, and is heard when the rows are known', async () => {
    const { caseId } = await openCase(engine.desk);
    await settled(caseId);
    await engine.database.pool.query('update case_file set version = 1000 where subject_id = $1', [caseId]);
    await wakeClock(engine.client, caseId);
    await eventually(
      async () => ((await eventsOf(caseId)).some(({ workflowTaskFailedEventAttributes }) => workflowTaskFailedEventAttributes != null) ? true : undefined),
      'the task has failed',
    );
    expect((await handleOf(caseId).describe()).status.name).toBe('RUNNING');
    await engine.database.pool.query(`update case_file set version = 1 where subject_id = $1`, [caseId]);
    await engine.database.pool.query('update subject_clock set seen_seq = 0 where subject_id = $1', [caseId]);
    // The engine tries a failed task again after pauses that grow to some twenty seconds.
    await settled(caseId, 50_000);
  });
});

describe('a moment', () => {
  it('P4: two hours that end in a moment ring on the real server, in real time, once', async () => {
    const registeredAt = Date.now() - 2 * 3_600_000 + 1_500;
    const householdId = randomUUID();
    const { caseId } = await transaction(engine.desk.pool, (client) =>
      joinOrOpen(engine.desk, client, householdId, async () => provenOpening(withUuids(opening(registeredAt, { householdId, threat: true, channel: 2 })))),
    );
    const steps = () =>
      rows<{ step: string; late: number }>(
        `select entry -> 'data' ->> 'step' as step, extract(epoch from at - occurred_at)::float8 as late from ledger
        where subject_id = $1 and type = 'DeadlineStepReached' and entry -> 'data' ->> 'rule' = 'P4' order by seq`,
        caseId,
      );
    const rung = await eventually(async () => {
      const found = await steps();
      return found.at(-1)?.step === 'exceeded' ? found : undefined;
    }, 'the end is recorded');
    expect(rung.map(({ step }) => step)).toEqual(['reminder', 'exceeded']);
    expect(rung.at(-1)?.late).toBeLessThan(5);
    await settled(caseId);
    expect(await steps()).toEqual(rung);
  });
});

describe('whatever dies', () => {
  it('a worker between its take and the end of its activity: the outcome is in the ledger once, nothing is left undone', async () => {
    let caseId = '';
    let agency = '';
    await engine.restartWorker(async () => {
      ({ caseId } = await planSent(engine.desk));
      await clockAloneUntil(async () => ((await handleOf(caseId).describe()).raw.pendingActivities?.length === 2 ? true : undefined));
      agency = await sendAndDie();
    });
    await settled(caseId);
    await eventually(async () => ((await handleOf(caseId).describe()).raw.pendingActivities?.length === 0 ? true : undefined), 'no activity is left');
    expect((await typesOf(caseId)).filter((type) => type === 'DispatchDelivered')).toHaveLength(2);
    const taken = (await engine.simulators.referrals(agency)).filter(({ message }) => message.caseId === caseId);
    expect(taken.map(({ times }) => times)).toEqual([1]);
  });

  /** A worker of clocks alone: what they want sent stays on its queue. */
  async function clockAloneUntil(attempt: () => Promise<true | undefined>): Promise<void> {
    const connection = await NativeConnection.connect({ address: engine.config.temporalAddress });
    const worker = await Worker.create({
      connection,
      namespace: engine.config.temporalNamespace,
      taskQueue: CASES_TASK_QUEUE,
      workflowBundle: { codePath: injectedGround().workflowBundle },
      activities: createClockActivities({ desk: engine.desk, sights: sightsIn(engine.desk.pool), askerOf: askerOnEngine }),
    });
    await worker.runUntil(eventually(attempt, 'the clock wants both sent'));
    await connection.close();
  }

  /** Takes an activity from the queue, does all of it, and is gone before it can say so. @returns whose it was */
  async function sendAndDie(): Promise<string> {
    const { workflowService } = engine.client;
    const namespace = engine.config.temporalNamespace;
    const taskQueue = { name: EFFECT_QUEUES.http };
    const { taskToken, input } = await engine.client.withDeadline(Date.now() + 20_000, () =>
      workflowService.pollActivityTaskQueue({ namespace, taskQueue, identity: 'dies' }),
    );
    const [payload] = input?.payloads ?? [];
    if (payload === undefined) throw new Error('nothing waits to be sent');
    const request = defaultPayloadConverter.fromPayload<EffectRequest>(payload);
    await createEffectActivities({ desk: engine.desk, agencyHttp: createAgencyHttp({ reach: { loopback: true } }) }).sendEffect(request);
    // As the engine notes it when a worker's time is up, without the wait for it.
    await workflowService.respondActivityTaskFailed({ namespace, taskToken, failure: { message: 'lost', applicationFailureInfo: {} } });
    const { rows } = await engine.database.pool.query<{ agency: string }>('select agency from effect where key = $1', [request.key]);
    return rows[0]?.agency ?? '';
  }

  it('the run itself: a new one holds what the old one held, because that one held nothing', async () => {
    const { caseId } = await openCase(engine.desk);
    const before = await settled(caseId);
    await handleOf(caseId).terminate('thrown away');
    await wakeClock(engine.client, caseId);
    const after = await eventually(async () => {
      const clock = await settled(caseId);
      return clock.run_id === before.run_id ? undefined : clock;
    }, 'another run has the clock');
    expect(after.armed_at).toEqual(before.armed_at);
  });
});

describe('a rebuild', () => {
  it('replaces the run that runs, and the new one has the clock', async () => {
    const { caseId } = await openCase(engine.desk);
    const before = await settled(caseId);
    const runId = await wakeClock(engine.client, caseId, { rebuild: true });
    const after = await eventually(async () => {
      const clock = await settled(caseId);
      return clock.run_id === runId ? clock : undefined;
    }, 'the new run has the clock');
    expect(after.armed_at).toEqual(before.armed_at);
    expect((await engine.client.workflow.getHandle(caseWorkflowId(caseId), before.run_id ?? '').describe()).status.name).toBe('TERMINATED');
  });
});

describe('a run of another version of the clock', () => {
  /** As a relay of that release starts it. */
  async function started(clockVersion: number): Promise<WorkflowHandle> {
    const { caseId } = await openCase(engine.desk);
    await engine.database.pool.query('delete from wake where subject_id = $1', [caseId]);
    return engine.client.workflow.start(CASE_WORKFLOW, {
      workflowId: caseWorkflowId(caseId),
      taskQueue: CASES_TASK_QUEUE,
      args: [{ subjectId: caseId, clockVersion } satisfies ClockInput],
      workflowIdConflictPolicy: 'TERMINATE_EXISTING',
    });
  }

  it('begins anew as one of this version when it is older', async () => {
    const { workflowId, runId } = await (await started(CLOCK_VERSION - 1)).describe();
    await settled(workflowId.replace('case-', ''));
    const { runId: now } = await engine.client.workflow.getHandle(workflowId).describe();
    expect(now).not.toBe(runId);
    expect((await engine.client.workflow.getHandle(workflowId, runId).describe()).status.name).toBe('CONTINUED_AS_NEW');
  });

  it('is left to a worker of its release when it is newer', async () => {
    const handle = await started(CLOCK_VERSION + 1);
    const failed = await eventually(async () => {
      const { events } = await handle.fetchHistory();
      return events?.find((event) => event.workflowTaskFailedEventAttributes)?.workflowTaskFailedEventAttributes?.failure?.message ?? undefined;
    }, 'its task fails');
    expect(failed).toBe(`this run is of version ${CLOCK_VERSION + 1} of the clock; this worker knows ${CLOCK_VERSION}`);
    expect((await handle.describe()).status.name).toBe('RUNNING');
    await handle.terminate('end of the test');
  });
});

describe('the end', () => {
  it('a case that was over and has something again gets a clock again, under the same id', async () => {
    const weeks = weeksUntil(REGISTERED_AT, Date.now());
    const registered = { ...withUuids(opening(REGISTERED_AT + weeks * 7 * 86_400_000)), householdId: randomUUID() };
    const life = await EngineLife.open(engine, { opening: registered });
    await life.live(afresh(withUuids(shifted(straightRoad(), weeks))));
    const { seq }: ClockOutcome = await life.ended();
    expect(seq).toBe((await life.stored()).seq);
    const first = (await handleOf(life.caseId).describe()).runId;
    // Nothing to do ends in one look.
    await wakeClock(engine.client, life.caseId);
    expect(await life.ended()).toEqual({ subjectId: life.caseId, seq });
    expect((await handleOf(life.caseId).describe()).runId).not.toBe(first);
    // Something to do, and it stays.
    await engine.database.pool.query('update case_file set running = true where subject_id = $1', [life.caseId]);
    await wakeClock(engine.client, life.caseId);
    const again = await eventually(async () => {
      const { status, runId } = await handleOf(life.caseId).describe();
      return status.name === 'RUNNING' && (await clockOf(life.caseId)).run_id === runId ? runId : undefined;
    }, 'the clock runs again');
    expect(again).not.toBe(first);
  });
});

describe('a restored ledger', () => {
  it('is declared by the first look that finds another past, and nothing is sent until a person releases it', async () => {
    const { caseId } = await openCase(engine.desk);
    await settled(caseId);
    const owner = await ownerOf();
    try {
      await owner.query('alter table ledger disable trigger ledger_append_only');
      await owner.query(`update ledger set digest = 'another past' where subject_id = $1 and seq = 1`, [caseId]);
      await wakeClock(engine.client, caseId);
      await eventually(async () => ((await rows('select from effects_hold')).length === 1 ? true : undefined), 'effects are held');
      expect(await rows('select reason from effects_hold')).toEqual([{ reason: 'ledger_restored' }]);
      await settled(caseId);
      const { caseId: other } = await planSent(engine.desk);
      await settled(other);
      expect(await rows('select distinct state from effect where subject_id = $1', other)).toEqual([{ state: 'pending' }]);
      await owner.query('delete from effects_hold');
      await wakeClock(engine.client, other);
      await eventually(
        async () => ((await rows(`select from effect where subject_id = $1 and state = 'delivered'`, other)).length === 2 ? true : undefined),
        'released, they are sent',
      );
    } finally {
      await owner.end();
    }
  });

  async function ownerOf(): Promise<PgClient> {
    const owner = new PgClient({ connectionString: engine.database.ownerUrl });
    await owner.connect();
    return owner;
  }
});
