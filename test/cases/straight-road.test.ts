/** The whole road on the real server, against the same life in the pure core. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { caseWorkflowId } from '../../contracts/case-clock.js';
import type { Opening } from '../../domain/case/deliveries.js';
import { rebuild } from '../../domain/case/evolve.js';
import { inputOf, Life } from '../lives/live.js';
import { PLAIN_LAW } from '../lives/plain-calendar.js';
import { afresh, shifted, weeksUntil, withUuids } from '../lives/shifted.js';
import { storyOf } from '../lives/story.js';
import { command, opening, REGISTERED_AT, straightRoad, type Doing } from '../lives/straight-road.js';
import { EngineLife, startEngine, type Engine } from '../stack/engine.js';
import { eventually } from '../stack/eventually.js';

let engine: Engine;
let registered: Opening;
let script: Doing[];

beforeAll(async () => {
  engine = await startEngine();
  const weeks = weeksUntil(REGISTERED_AT, Date.now());
  registered = withUuids(opening(REGISTERED_AT + weeks * 7 * 86_400_000));
  script = withUuids(shifted(straightRoad(), weeks));
});
afterAll(() => engine.stop());

/** The same script in the core alone. */
function inTheCore(doings: readonly Doing[]): Life {
  const life = new Life(PLAIN_LAW);
  life.turn(registered.registeredAt, { kind: 'opening', opening: registered });
  for (const doing of doings) life.turn(doing.at, inputOf(doing, life));
  return life;
}

/** A household has one open case: each life gets a family of its own. */
function family(): Opening {
  return { ...registered, householdId: randomUUID() };
}

describe('one family’s case on the real server', () => {
  it('goes the road as the core says: 256-13-2, 192-9, 192-11-1, 192-11-2, 192-12, D-CL, D-MON met on their days', async () => {
    const doings = afresh(script);
    const life = await EngineLife.open(engine, { opening: family() });
    await life.live(doings);
    expect(await life.ended()).toEqual({ subjectId: life.caseId, seq: (await life.stored()).seq });
    expect(await life.stored()).toMatchObject({ stage: 'closed' });
    expect(storyOf(await life.ledger())).toEqual(storyOf(inTheCore(doings).entries));
    expect(rebuild(await life.ledger(), life.caseId)).toEqual(await life.stored());
  });

  it('P6, P25: a threat after its end begins the next cycle at once, and a new run of its clock carries it', async () => {
    const life = await EngineLife.open(engine, { opening: family() });
    await life.live(afresh(script));
    await life.ended();
    expect((await life.stored()).stage).toBe('closed');
    const threat = command('recordThreat', { direct: true, noteId: randomUUID() });
    expect(await life.give({ ...threat, id: randomUUID() })).toMatchObject({ ok: true, stage: 'intake' });
    const running = async (): Promise<true | undefined> => {
      const { status } = await engine.client.workflow.getHandle(caseWorkflowId(life.caseId)).describe();
      return status.name === 'RUNNING' ? true : undefined;
    };
    await eventually(running, 'a new run of its clock');
    expect(await life.stored()).toMatchObject({ stage: 'intake', cycle: { n: 2 }, unconfirmedCycle: 2, threats: [{ direct: true }] });
    const { rows } = await engine.desk.pool.query(`select from claim where kind = 'household' and subject_id = $1`, [life.caseId]);
    expect(rows).toHaveLength(1);
  });

  it('comes to the same ledger when every step continues as new', async () => {
    const doings = afresh(script);
    const life = await EngineLife.open(engine, { opening: family(), limits: { events: 1, ageMs: Number.MAX_SAFE_INTEGER } });
    await life.live(doings);
    await life.ended();
    const runs = await life.runs();
    expect(runs.length).toBeGreaterThan(script.length);
    expect(storyOf(await life.ledger())).toEqual(storyOf(inTheCore(doings).entries));
  });
});
