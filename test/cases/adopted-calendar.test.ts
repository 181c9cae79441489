/** Another calendar in the middle of an assessment, of a measure's term and of monitoring, on the real server, time skipped over the changed days. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RunLimits } from '../../contracts/case-clock.js';
import type { Opening } from '../../domain/case/deliveries.js';
import { rebuild } from '../../domain/case/evolve.js';
import { adoptedRoad, adoptionsOfAdoptedRoad, peopleOfAdoptedRoad, type Happening } from '../lives/adopted-road.js';
import { inputOf, Life } from '../lives/live.js';
import { PLAIN_LAW } from '../lives/plain-calendar.js';
import { climbed, entriesOf, standing } from '../lives/reading.js';
import { afresh, weeksUntil, withUuids } from '../lives/shifted.js';
import { storyOf } from '../lives/story.js';
import { command, opening, REGISTERED_AT } from '../lives/straight-road.js';
import { EngineLife, startEngine, type Engine } from '../stack/engine.js';
import { putPlainCalendarInForce } from '../stack/plain-law.js';

let engine: Engine;
let weeks: number;
let registered: Opening;

beforeAll(async () => {
  engine = await startEngine();
  weeks = weeksUntil(REGISTERED_AT, Date.now());
  registered = withUuids(opening(REGISTERED_AT + weeks * 7 * 86_400_000));
});
// A life must not begin under the calendars that the one before has brought.
beforeEach(() => putPlainCalendarInForce(engine.database.pool));
afterAll(() => engine.stop());

/** The same in the core alone. */
function inTheCore(script: readonly Happening[]): Life {
  const life = new Life(PLAIN_LAW);
  life.turn(registered.registeredAt, { kind: 'opening', opening: registered });
  for (const each of script) life.turn(each.at, 'adoption' in each ? { kind: 'adoption', adoption: each.adoption } : inputOf(each, life));
  return life;
}

async function onTheServer(script: readonly Happening[], limits?: RunLimits): Promise<EngineLife> {
  const life = await EngineLife.open(engine, { opening: { ...registered, householdId: randomUUID() }, ...(limits === undefined ? {} : { limits }) });
  await life.live(script);
  return life;
}

describe('a calendar adopted while the case runs', () => {
  it('the script proves something: under the old calendar the assessment and the mark would have been late, and a contact a day sooner', () => {
    const changed = inTheCore(adoptedRoad(weeks));
    const unchanged = inTheCore(peopleOfAdoptedRoad(weeks));
    const mark = (life: Life): string => life.caseState.duties.find(({ rule }) => rule === '192-11-2')?.key ?? '';
    expect([standing(changed, '256-13-2:case'), standing(unchanged, '256-13-2:case')]).toEqual(['met', 'met_late']);
    expect([standing(changed, mark(changed)), standing(unchanged, mark(unchanged))]).toEqual(['met', 'met_late']);
    expect(climbed(changed, 'P24:case').some((step) => step.startsWith('exceeded'))).toBe(true);
    expect(climbed(changed, 'P24:case')).not.toEqual(climbed(unchanged, 'P24:case'));
    expect(entriesOf(changed, 'LawAdopted')).toHaveLength(3);
  });

  it.each([
    ['in one run', undefined],
    ['in a run of its own for every step', { events: 1, ageMs: Number.MAX_SAFE_INTEGER }],
  ])('256-13-2, 192-11-1, 192-11-2, P24: comes to the ledger that the core says, %s', async (_how, limits) => {
    const script = afresh(adoptedRoad(weeks));
    const life = await onTheServer(script, limits);
    await life.ended();
    expect(storyOf(await life.ledger())).toEqual(storyOf(inTheCore(script).entries));
    expect(rebuild(await life.ledger(), life.caseId)).toEqual(await life.stored());
  });

  it('adopted twice changes nothing; a case that nobody has told takes it up with its next take', async () => {
    const [first] = adoptionsOfAdoptedRoad(weeks);
    if (first === undefined) throw new Error('an adoption was expected');
    const untold = await onTheServer([]);
    const told = await onTheServer([first]);
    const { seq, law } = await told.stored();
    expect(law.calendar).toBe('plain-1');
    expect(await told.adopt({ ...first.adoption, id: randomUUID() })).toMatchObject({ ok: true, seq });
    expect((await told.stored()).seq).toBe(seq);
    expect((await untold.stored()).law.calendar).toBe('plain');
    expect(await untold.give(command('recordConsent', { given: true, personId: randomUUID() }, undefined, randomUUID()))).toMatchObject({ ok: true });
    expect((await untold.stored()).law.calendar).toBe('plain-1');
  });
});
