/**
 * Somebody has Temporal's port: signals, starts, activities and their results are forged there. The ledger of nobody changes by
 * it, nothing goes to an agency, and the case lives on.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  CASES_TASK_QUEUE,
  CASE_WORKFLOW,
  CENTER_WORKFLOW,
  CLOCK_VERSION,
  EFFECT_QUEUES,
  type ClockInput,
  type LookRequest,
} from '../../contracts/case-clock.js';
import { LAW_ADOPTION_WORKFLOW } from '../../contracts/law-adoption.js';
import { rebuildClock } from '../../db/clocks.js';
import { SECTORS } from '../../domain/law/sectors.js';
import { fastForward } from '../../tools/demo/fast-forward.js';
import { approvedCase, intake, sent, WalkedCase } from '../cases/walked-case.js';
import { PLAIN_LAW_IN_FORCE } from '../lives/plain-calendar.js';
import { eventually } from '../stack/eventually.js';
import { startTirek, type Tirek } from '../stack/tirek.js';
import { Attacker } from './attacker.js';

const DAY = 86_400_000;

let tirek: Tirek;
let attacker: Attacker;
/** Lives in the time of everybody: its engine's time is not to be believed. */
let calm: WalkedCase;
/** Has sent its plan; every agency has it. */
let done: WalkedCase;

beforeAll(async () => {
  tirek = await startTirek();
  attacker = new Attacker(tirek.client);
  ({ walked: done } = await approvedCase(tirek, { agencies: ['employment', 'health'], dueInDays: 10 }));
  await sent(done);
  calm = await WalkedCase.open(tirek);
  await intake(calm);
  await rest();
});
afterAll(() => tirek.stop());

/** No clock has anything to hear, and what each has armed is written. */
function rest(): Promise<true> {
  return eventually(async () => {
    const { rowCount } = await tirek.database.pool.query('select from wake where due_at <= clock_timestamp() or attempts > 0');
    return rowCount === 0 ? true : undefined;
  }, 'all clocks have heard');
}

/** All that must not change: every ledger with its heads, what is held, adopted and waits, what agencies got. */
async function house(): Promise<unknown> {
  const rows = async (text: string): Promise<unknown[]> => (await tirek.database.pool.query(text)).rows;
  return {
    ledger: await rows('select subject_id, seq, digest, entry from ledger order by 1, 2'),
    heads: await rows('select subject_id, seq, head, skipping from subject_file order by 1'),
    effects: await rows('select key, state, series from effect order by 1'),
    held: await rows('select reason from effects_hold'),
    law: await rows('select kind, version, adoption_id from law_in_force order by 1'),
    inbox: await rows('select id, state from inbox order by 1'),
    referrals: await Promise.all(SECTORS.map(({ code }) => tirek.simulators.referrals(code))),
  };
}

/** The clock as its row has it. */
async function clockOf({ caseId }: WalkedCase): Promise<{ run_id: string; armed_at: Date | null }> {
  const { rows } = await tirek.database.pool.query('select run_id, armed_at from subject_clock where subject_id = $1', [caseId]);
  return rows[0];
}

/** What is forged changes nothing, at once and after everybody has looked. */
async function changesNothing(forge: () => Promise<unknown>): Promise<void> {
  const before = await house();
  await forge();
  await rest();
  expect(await house()).toEqual(before);
}

/** A real command is taken, and the clock that runs hears of it. */
async function goesOn(walked: WalkedCase): Promise<void> {
  const { seq } = await walked.stored();
  await walked.give('recordInterview', walked.family.interview());
  expect((await walked.stored()).seq).toBeGreaterThan(seq);
  await tirek.database.pool.query('update wake set due_at = clock_timestamp() where subject_id = $1', [walked.caseId]);
  await rest();
  const { run_id: runId } = await clockOf(walked);
  const { status } = await tirek.client.workflow.getHandle(walked.workflowId, runId).describe();
  expect(status.name).toBe('RUNNING');
}

/** A place that no ledger ever had: a clock that was told it would find its ledger restored. */
const INVENTED = { seq: 3, head: 'f'.repeat(64), seal: 'e30..c2VhbA' };

function inputOf(subjectId: string): ClockInput {
  return { subjectId, clockVersion: CLOCK_VERSION, told: INVENTED };
}

function lookOf({ caseId }: WalkedCase, given: Partial<LookRequest> = {}): LookRequest {
  return { subjectId: caseId, runId: randomUUID(), isFirst: true, told: INVENTED, underWay: [], armedAt: null, engineNow: Date.now() + 400 * DAY, ...given };
}

/** A workflow of ours, started by a stranger; ended when its first look has been answered. */
async function started(type: string, workflowId: string, input: unknown): Promise<void> {
  const handle = await tirek.client.workflow.start(type, { workflowId, taskQueue: CASES_TASK_QUEUE, args: [input] });
  await eventually(async () => {
    const { events } = await handle.fetchHistory();
    return events?.some(({ markerRecordedEventAttributes: marker, activityTaskFailedEventAttributes: failed }) => marker != null || failed != null)
      ? true
      : undefined;
  }, `${workflowId} was answered`);
  await handle.terminate('end of the forgery').catch(() => {}); // It may have failed by itself.
}

describe('signals', () => {
  it('of any name and with any words are a look and nothing else', async () => {
    await changesNothing(async () => {
      const handle = tirek.client.workflow.getHandle(calm.workflowId);
      await handle.signal('DispatchDelivered', { key: randomUUID(), series: 1, outcome: 'delivered' });
      await handle.signal('CaseClosed', { stage: 'closed', facts: [{ seq: 999, type: 'CaseClosed' }] });
      await handle.signal('wake', null, 'x'.repeat(10_000));
    });
    expect((await tirek.client.workflow.getHandle(calm.workflowId).describe()).status.name).toBe('RUNNING');
    await goesOn(calm);
  });
});

describe('workflows of our type that a stranger starts', () => {
  it('under an id of their own are the clock of nobody: they take over nothing', async () => {
    const before = await clockOf(calm);
    await changesNothing(async () => {
      await started(CASE_WORKFLOW, `evil-${randomUUID()}`, inputOf(calm.caseId));
      await started(CENTER_WORKFLOW, `center-${calm.caseId}`, inputOf(calm.caseId));
      await started(CASE_WORKFLOW, `case-${randomUUID()}`, inputOf(calm.caseId));
    });
    expect(await clockOf(calm)).toEqual(before);
    await goesOn(calm);
  });

  it('for a case that does not exist do not make the ledger look restored', async () => {
    const unknown = randomUUID();
    await changesNothing(() => started(CASE_WORKFLOW, `case-${unknown}`, inputOf(unknown)));
    expect((await tirek.database.pool.query('select from effects_hold')).rowCount).toBe(0);
  });

  it('under the id of a case find it taken, or become its clock, which holds nothing that is believed', async () => {
    const start = { workflowId: calm.workflowId, taskQueue: CASES_TASK_QUEUE, args: [inputOf(calm.caseId)] };
    await changesNothing(async () => {
      await expect(tirek.client.workflow.start(CASE_WORKFLOW, { ...start, workflowIdReusePolicy: 'REJECT_DUPLICATE' })).rejects.toThrow('already started');
      const { firstExecutionRunId } = await tirek.client.workflow.start(CASE_WORKFLOW, { ...start, workflowIdConflictPolicy: 'TERMINATE_EXISTING' });
      await eventually(async () => ((await clockOf(calm)).run_id === firstExecutionRunId ? true : undefined), 'the new run has the clock');
    });
    await goesOn(calm);
  });

  it('of an adoption that nobody asked for adopt nothing', async () => {
    const adoptionId = randomUUID();
    await changesNothing(() => started(LAW_ADOPTION_WORKFLOW, `law-adoption-${adoptionId}`, { adoptionId }));
    expect((await calm.stored()).law).toMatchObject({ calendar: PLAIN_LAW_IN_FORCE.calendar.version });
  });
});

describe('time', () => {
  async function timersRung({ workflowId }: WalkedCase): Promise<number> {
    const { events } = await tirek.client.workflow.getHandle(workflowId).fetchHistory();
    return (events ?? []).filter(({ timerFiredEventAttributes }) => timerFiredEventAttributes != null).length;
  }

  it('that only the engine shows reaches no moment of the law', async () => {
    const { armed_at: armedAt } = await clockOf(calm);
    const before = await timersRung(calm);
    await changesNothing(() => fastForward(tirek.client, calm.workflowId, 10 * DAY));
    expect(await timersRung(calm)).toBeGreaterThan(before);
    expect((await clockOf(calm)).armed_at).toEqual(armedAt);
    await goesOn(calm);
  });
});

describe('activities that a stranger has our worker do', () => {
  it('a look is not to be had, with whatever future, place or run', async () => {
    const before = await clockOf(calm);
    await changesNothing(async () => {
      for (const given of [{}, { runId: before.run_id }, { armedAt: Date.now() + DAY, isFirst: false }]) {
        expect(await attacker.call('look', CASES_TASK_QUEUE, lookOf(calm, given))).toEqual({ failure: 'NotAClock' });
      }
    });
    expect(await clockOf(calm)).toEqual(before);
    await goesOn(calm);
  });

  it('nothing is sent that the ledger does not want: no key, no attempt, no case that was invented', async () => {
    const { rows } = await tirek.database.pool.query<{ key: string; series: number }>('select key, series from effect where subject_id = $1', [done.caseId]);
    const [effect] = rows;
    if (effect === undefined) throw new Error('nothing was sent');
    const { key, series } = effect;
    const orders = [
      { caseId: done.caseId, key: randomUUID(), series: 1 },
      { caseId: done.caseId, key, series },
      { caseId: done.caseId, key, series: series + 1 },
      { caseId: calm.caseId, key, series },
    ];
    await changesNothing(async () => {
      for (const order of orders) expect(await attacker.call('sendEffect', EFFECT_QUEUES.http, order)).toEqual({ result: { mustLook: true } });
      expect(await attacker.call('sendEffect', EFFECT_QUEUES.http, { caseId: 'nobody', key, series: 'all' })).toEqual({ failure: 'EffectNotReadable' });
    });
  });

  it('no adoption begins, sweeps or ends that does not exist', async () => {
    const adoptionId = randomUUID();
    await changesNothing(async () => {
      for (const activity of ['beginAdoption', 'sweepPage', 'endAdoption']) {
        expect(await attacker.call(activity, CASES_TASK_QUEUE, { adoptionId, mayEnd: true })).toEqual({ failure: 'AdoptionUnknown' });
      }
    });
  });

  it('not even under the id of a case: who has thrown its clock out has its id, and nothing by it', async () => {
    await changesNothing(async () => {
      const disguise = { workflowId: calm.workflowId, workflowType: CASE_WORKFLOW };
      expect(await attacker.call('look', CASES_TASK_QUEUE, lookOf(calm), disguise)).toEqual({ failure: 'NotAClock' });
    });
    await rebuildClock(tirek.database.pool, calm.caseId);
    await rest();
    await goesOn(calm);
  });
});

describe('results of attempts that are under way', () => {
  /** A plan that goes to one agency, which is slow to answer: our worker has the attempt in hand. */
  async function underWay(acknowledgeAfterMs: number): Promise<{ walked: WalkedCase; activityId: string }> {
    await tirek.simulators.behave('employment', { acknowledgeAfterMs });
    const { walked } = await approvedCase(tirek, { agencies: ['employment'], dueInDays: 10 });
    await walked.give('sendIpr');
    const activityId = await eventually(async () => (await attacker.inHand(walked.workflowId))[0], 'the attempt is under way');
    return { walked, activityId };
  }

  async function outcomes(walked: WalkedCase): Promise<string[]> {
    return (await walked.ledger()).map(({ type }) => type).filter((type) => type.startsWith('Dispatch'));
  }

  const taken = (walked: WalkedCase, times: readonly number[]): Promise<void> =>
    tirek.simulators
      .referrals('employment')
      .then((referrals) => expect(referrals.filter(({ message }) => message.caseId === walked.caseId).map((each) => each.times)).toEqual(times));

  it('an invented success is none: what the agency answers is what the attempt itself records', async () => {
    const { walked, activityId } = await underWay(3_000);
    await tirek.client.activity.complete({ workflowId: walked.workflowId, activityId }, { mustLook: false, outcome: 'delivered' });
    expect(await outcomes(walked)).toEqual([]);
    await walked.until('the agency has it', ({ dispatches }) => dispatches.every(({ state }) => state === 'delivered'));
    expect(await outcomes(walked)).toEqual(['DispatchDelivered']);
    await taken(walked, [1]);
  });

  it('an invented failure is none: the attempt is made again under its key, and recorded once', async () => {
    const { walked, activityId } = await underWay(3_000);
    await tirek.client.activity.fail({ workflowId: walked.workflowId, activityId }, new Error('invented'));
    expect(await outcomes(walked)).toEqual([]);
    await walked.until('the agency has it', ({ dispatches }) => dispatches.every(({ state }) => state === 'delivered'));
    await rest();
    expect(await outcomes(walked)).toEqual(['DispatchDelivered']);
  });

  it('an end that was invented before the agency failed to answer leaves nothing unsent', async () => {
    const { walked, activityId } = await underWay(60_000);
    await tirek.client.activity.complete({ workflowId: walked.workflowId, activityId }, { mustLook: false });
    await eventually(async () => ((await outcomes(walked)).length > 0 ? true : undefined), 'the attempt has its outcome');
    expect(await outcomes(walked)).toEqual(['DispatchParked']);
    await tirek.simulators.behave('employment', {});
    await eventually(
      async () => ((await walked.view()).dispatches.every(({ state }) => state === 'delivered') ? true : undefined),
      'it is sent again without the end that nobody heard',
      60_000,
    );
  });
});

describe('after all of it', () => {
  it('the clock of a case that was attacked still rings', async () => {
    await calm.nextMoment();
    expect((await calm.ledger()).at(-1)?.type).toBe('DeadlineStepReached');
  });
});
