/** The clock of a Center on the real server: its own workflow, woken, armed and rung as a case's is. */
import { proven } from '../stack/test-proof.js';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CENTER_WORKFLOW, clockWorkflowId } from '../../contracts/case-clock.js';
import { wakeEveryClock } from '../../db/clocks.js';
import { DEVELOPMENT_CENTERS } from '../../db/development-tokens.js';
import { findCenter } from '../../db/centers.js';
import { legalDayOf } from '../../domain/law/calendar.js';
import { openCenter } from '../../ledger/open-centers.js';
import { verifyLedger } from '../../cli/ledger-verify.js';
import { createClockEngine } from '../../work/clock-engine.js';
import { skipWithTimer, timeOf } from '../faults/case-time.js';
import { startEngine, type Engine } from '../stack/engine.js';
import { eventually } from '../stack/eventually.js';
import { GROUP } from '../lives/center-life.js';

const CENTER = DEVELOPMENT_CENTERS[0]?.id ?? '';
const HEAD = { id: 'head-1', role: 'center_head', center: CENTER } as const;

let engine: Engine;
let subjectId: string;
const house = {
  rows: async <T>(sql: string, values: readonly unknown[] = []): Promise<T[]> => (await engine.database.pool.query(sql, [...values])).rows as T[],
};

beforeAll(async () => {
  engine = await startEngine();
  const center = await findCenter(engine.database.pool, CENTER);
  if (center === undefined) throw new Error(`no Center ${CENTER}`);
  subjectId = center.subjectId;
  await openCenter(engine.desk, center);
});
afterAll(() => engine.stop());

interface ClockRow {
  armed_at: Date | null;
  rings_at: Date | null;
  rings_for: string | null;
  run_id: string | null;
}

const handle = () => engine.client.workflow.getHandle(clockWorkflowId('center', subjectId));

/** The clock has heard everything and armed the next moment. */
function armed(what: string, before?: string): Promise<ClockRow> {
  return eventually(async () => {
    const [clock] = await house.rows<ClockRow>('select armed_at, rings_at, rings_for, run_id from subject_clock where subject_id = $1', [subjectId]);
    const waits = await house.rows('select from wake where subject_id = $1', [subjectId]);
    const isArmed = clock?.armed_at != null && clock.rings_at !== null && clock.armed_at <= clock.rings_at;
    return isArmed && waits.length === 0 && clock.rings_for === what && clock.run_id !== before ? clock : undefined;
  }, `the clock has armed ${what}`);
}

const stepsOf = async (): Promise<string[]> =>
  (
    await house.rows<{ step: string }>(
      `select entry -> 'data' ->> 'step' as step from ledger where subject_id = $1 and type = 'DeadlineStepReached' order by seq`,
      [subjectId],
    )
  ).map(({ step }) => step);

describe('the clock of a Center', () => {
  it('is a run of its own, found by its Center, and armed for the order that is owed today', async () => {
    await armed('256-21-2 overdue');
    const { type, status, searchAttributes } = await handle().describe();
    expect([type, status.name]).toEqual([CENTER_WORKFLOW, 'RUNNING']);
    const seen = createClockEngine(engine.client, async () => {});
    await eventually(async () => ((await seen.countRunning()) > 0 ? true : undefined), 'the index knows the run');
    for await (const page of seen.running()) expect(page).toMatchObject([{ kind: 'center', caseId: subjectId }]);
    const board = await eventually(
      async () => ((await handle().describe()).searchAttributes['TirekNextRule']?.[0] === undefined ? undefined : handle().describe()),
      'the board is shown',
    );
    expect(board.searchAttributes).toMatchObject({ TirekCenter: [CENTER], TirekStage: ['working'], TirekNextRule: ['256-21-2'] });
    expect(searchAttributes).not.toHaveProperty('TirekNumber');
  });

  it('P36: rings at the end of the day: the alert is raised, and the alarm is armed to come again in a week', async () => {
    const { step = 0 } = await timeOf(house, subjectId);
    await skipWithTimer(house, subjectId, step - 1_500);
    await armed('256-21-2 repeat');
    expect(await stepsOf()).toEqual(['overdue']);
    expect(await house.rows('select center, rule, step, recipients from alert where subject_id = $1', [subjectId])).toEqual([
      { center: CENTER, rule: '256-21-2', step: 'overdue', recipients: ['center_head', 'coordinator'] },
    ]);
  });

  it('hears of an order, and is armed for the only reminder', async () => {
    const { now } = await timeOf(house, subjectId);
    const data = { number: '41-ө', issuedOn: legalDayOf(now), forYear: Number(legalDayOf(now).slice(0, 4)), members: GROUP };
    const command = { kind: 'recordMobileGroupOrder', id: randomUUID(), actor: HEAD, data } as const;
    const request = { actorId: HEAD.id, idempotencyKey: randomUUID(), bodySha256: 'c'.repeat(64), caseId: subjectId, persons: [], narratives: [] };
    expect(await engine.desk.ask(subjectId, proven({ kind: 'centerCommand', command, request }))).toMatchObject({ answer: { ok: true } });
    const [duty] = await house.rows<{ due: string }>(`select due_at::text as due from duty where subject_id = $1 and standing = 'open'`, [subjectId]);
    expect(duty?.due).toContain(`${data.forYear}-12-31 19:00`);
    // A timer that is armed for the week's alarm rings once for nothing, and is set anew.
    await eventually(async () => {
      const [clock] = await house.rows<ClockRow>('select rings_for from subject_clock where subject_id = $1', [subjectId]);
      return clock?.rings_for?.startsWith('256-21-2 ') === true && clock.rings_for !== '256-21-2 repeat' ? true : undefined;
    }, 'the order moved the moment');
  });

  it('is rebuilt from the ledger like every clock, and goes on', async () => {
    const [before] = await house.rows<ClockRow>('select run_id from subject_clock where subject_id = $1', [subjectId]);
    expect(await wakeEveryClock(engine.database.pool, { name: 'ClockRebuilt', rebuild: true, forget: false })).toBe(1);
    const clock = await eventually(async () => {
      const [row] = await house.rows<ClockRow>('select run_id from subject_clock where subject_id = $1', [subjectId]);
      return row?.run_id !== before?.run_id ? row : undefined;
    }, 'another run has the clock');
    expect(clock.run_id).not.toBeNull();
    expect((await handle().describe()).status.name).toBe('RUNNING');
    expect((await verifyLedger(engine.database.auditor)).faults).toEqual([]);
  });
});
