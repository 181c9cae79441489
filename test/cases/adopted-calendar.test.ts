/** Another calendar in the middle of an assessment, of a measure's term and of monitoring, on the real server, time skipped over the changed days. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Opening } from '../../domain/case/deliveries.js';
import { rebuild } from '../../domain/case/evolve.js';
import type { LawAdoption } from '../../domain/case/law-adoption.js';
import { amendCalendar } from '../../domain/law/calendar-data.js';
import { addDays, type Calendar, type Instant, type LegalDay } from '../../domain/law/calendar.js';
import { inputOf, Life } from '../lives/live.js';
import { PLAIN_LAW } from '../lives/plain-calendar.js';
import { climbed, entriesOf, standing } from '../lives/reading.js';
import { shifted, weeksUntil, withUuids } from '../lives/shifted.js';
import { storyOf } from '../lives/story.js';
import { command, local, opening, REGISTERED_AT, straightRoad, type Doing } from '../lives/straight-road.js';
import { EngineLife, startEngine, type Engine } from '../stack/engine.js';

type Happening = Doing | { at: Instant; adoption: LawAdoption };

let engine: Engine;
let weeks: number;
let registered: Opening;

beforeAll(async () => {
  engine = await startEngine();
  weeks = weeksUntil(REGISTERED_AT, Date.now());
  registered = withUuids(opening(REGISTERED_AT + weeks * 7 * 86_400_000));
});
afterAll(() => engine.stop());

/** The road on which the assessment and a mark come on the day that only the new calendar leaves for them, and one contact never. */
function people(): Doing[] {
  const kept = straightRoad().filter((doing) => !('command' in doing && doing.command.kind === 'recordMonitoringContact' && doing.at < local('2026-05-01')));
  const script = kept.map((doing): Doing => {
    if (!('command' in doing)) return doing;
    if (doing.command.kind === 'completeAssessment') return { ...doing, at: local('2026-01-16', 16) };
    const isMarkOfJob = doing.command.kind === 'markStatus' && doing.command.data.measureId === 'm-job';
    return isMarkOfJob ? { ...doing, at: local('2026-02-19', 9) } : doing;
  });
  return withUuids(shifted(script, weeks)).toSorted((a, b) => a.at - b.at);
}

/** A day off each: during the assessment, during the marking and the measure's term, during the monitoring. */
function adoptions(): Happening[] {
  const declared: [Instant, LegalDay[]][] = [
    [local('2026-01-13', 12), ['2026-01-14']],
    [local('2026-02-16', 12), ['2026-02-17', '2026-02-26']],
    [local('2026-03-10'), ['2026-04-03']],
  ];
  let calendar: Calendar = PLAIN_LAW.calendar;
  return declared.map(([at, days], index) => {
    const changes = days.map((day) => ({ day: addDays(day, weeks * 7), becomes: 'off' as const }));
    calendar = amendCalendar(calendar, { version: `plain-${index + 1}`, act: 'order of tests', changes });
    return { at: at + weeks * 7 * 86_400_000, adoption: { id: randomUUID(), act: 'order of tests', calendar, recompute: 'own' } };
  });
}

function happenings(): Happening[] {
  return [...people(), ...adoptions()].toSorted((a, b) => a.at - b.at);
}

/** The same in the core alone. */
function inTheCore(script: readonly Happening[]): Life {
  const life = new Life(PLAIN_LAW);
  life.turn(registered.registeredAt, { kind: 'opening', opening: registered });
  for (const each of script) life.turn(each.at, 'adoption' in each ? { kind: 'adoption', adoption: each.adoption } : inputOf(each, life));
  return life;
}

async function onTheServer(script: readonly Happening[], limits?: { events: number; ageMs: number }): Promise<EngineLife> {
  const life = await EngineLife.open(engine, { opening: { ...registered, householdId: randomUUID() }, ...(limits === undefined ? {} : { limits }) });
  for (const each of script) {
    if (!('adoption' in each)) {
      await life.does(each);
      continue;
    }
    await life.sleepUntil(each.at);
    expect(await life.adopt(each.adoption)).toMatchObject({ ok: true });
  }
  return life;
}

describe('a calendar adopted while the case runs', () => {
  it('the script proves something: under the old calendar the assessment and the mark would have been late, and a contact a day sooner', () => {
    const changed = inTheCore(happenings());
    const unchanged = inTheCore(people());
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
    const script = happenings();
    const life = await onTheServer(script, limits);
    await engine.client.workflow.getHandle(life.workflowId).result();
    expect(storyOf(await life.ledger())).toEqual(storyOf(inTheCore(script).entries));
    expect(rebuild(await life.ledger(), life.caseId)).toEqual(await life.stored());
  });

  it('adopted twice changes nothing; another case that knows only the old calendar is not touched', async () => {
    const [first] = adoptions();
    if (first === undefined || !('adoption' in first)) throw new Error('an adoption was expected');
    const [told, untold] = [await onTheServer([first]), await onTheServer([])];
    const seq = (await told.stored()).seq;
    expect(await told.adopt({ ...first.adoption, id: randomUUID() })).toMatchObject({ ok: true, seq });
    expect((await told.stored()).seq).toBe(seq);
    expect((await untold.stored()).law.calendar).toBe('plain');
    await untold.update({ kind: 'command', command: command('recordConsent', { given: true, personId: randomUUID() }, undefined, randomUUID()) });
  });
});
