/** P53, P54: who is told of an alarm that nobody took, and whom to telephone. */
import { describe, expect, it } from 'vitest';
import { nextInLine, peopleToCall, PLACES_IN_LINE, type PlaceInLine } from '../../contracts/next-in-line.js';
import type { Holder, Staffing } from '../../contracts/staffing.js';
import { isRoundTheClock } from '../../domain/law/ladder.js';
import { RULES } from '../../domain/law/rules/table.js';
import { local } from '../lives/straight-road.js';

const SINCE = '2026-01-01';
const NIGHT = local('2026-03-10', 23);
const HOUR = 3_600_000;

function center(changes: Partial<Staffing> = {}, known: readonly string[] = ['head', 'coordinator', 'night', 'morning', 'evening', 'deputy']): Holder {
  const posts: Staffing['posts'] = [
    { role: 'center_head', person: 'head', from: SINCE },
    { role: 'coordinator', person: 'coordinator', from: SINCE },
  ];
  return {
    holder: 'almaty-auezov',
    staffing: { posts, deputies: [], rota: [], ...changes },
    people: new Map(known.map((person) => [person, `${person}@center.example`])),
  };
}

const turn = (person: string, from: number, to: number) => ({
  person,
  from: new Date(NIGHT + from * HOUR).toISOString(),
  to: new Date(NIGHT + to * HOUR).toISOString(),
});
const ROTA = [turn('evening', -9, -1), turn('night', -1, 8), turn('morning', 8, 16)];
const DEPUTY = { absent: 'head', deputy: 'deputy', from: '2026-03-01', to: '2026-03-31', order: '12-қ', orderedOn: '2026-02-27' };

/** Every step of the line until its end, as a list of places with their people. */
function walk(holder: Holder, told: readonly string[], at = NIGHT): [PlaceInLine, string[]][] {
  const [known, passed] = [new Set(told), new Set<PlaceInLine>()];
  const steps: [PlaceInLine, string[]][] = [];
  for (let next = nextInLine({ center: holder, at, told: known, passed }); next !== undefined; next = nextInLine({ center: holder, at, told: known, passed })) {
    if (steps.length > PLACES_IN_LINE.length) throw new Error('the line has no end');
    passed.add(next.place);
    next.people.forEach(({ person }) => known.add(person));
    steps.push([next.place, next.people.map(({ person }) => person)]);
  }
  return steps;
}

describe('P53: the line behind an alarm that nobody took', () => {
  it('is the next turn of the rota, deputy, head, coordinator', () => {
    expect(walk(center({ rota: ROTA }), ['night'])).toEqual([
      ['rota', ['morning']],
      ['center_head', ['head']],
      ['coordinator', ['coordinator']],
    ]);
    // A deputy stands for the head, who is away: the one is told, the other is not.
    expect(walk(center({ rota: ROTA, deputies: [DEPUTY] }), ['night'])).toEqual([
      ['rota', ['morning']],
      ['deputy', ['deputy']],
      ['coordinator', ['coordinator']],
    ]);
  });

  it('has each person once, whoever they were told for', () => {
    expect(walk(center({ rota: ROTA }), ['night', 'head'])).toEqual([
      ['rota', ['morning']],
      ['coordinator', ['coordinator']],
    ]);
    expect(walk(center({ rota: [turn('night', -1, 8), turn('head', 8, 16)] }), ['night'])).toEqual([
      ['rota', ['head']],
      ['coordinator', ['coordinator']],
    ]);
  });

  it('ends at once where everybody was told', () => {
    expect(walk(center({ rota: ROTA }), ['night', 'morning', 'evening', 'head', 'coordinator'])).toEqual([]);
    expect(walk(center({ posts: [] }), [])).toEqual([]);
  });

  it('goes back to who had the turn before, where nobody comes after', () => {
    expect(walk(center({ rota: [turn('evening', -9, -1), turn('night', -1, 8)] }), ['night', 'head', 'coordinator'])).toEqual([['rota', ['evening']]]);
    // Neither tomorrow night nor yesterday's is near enough to wake somebody.
    expect(walk(center({ rota: [turn('evening', -60, -30), turn('morning', 30, 40)] }), ['night', 'head', 'coordinator'])).toEqual([]);
  });

  it('tells all who hold one post together', () => {
    const posts: Staffing['posts'] = ['head', 'coordinator'].map((person) => ({ role: 'coordinator', person, from: SINCE }));
    expect(walk(center({ posts }), [])).toEqual([['coordinator', ['head', 'coordinator']]]);
  });

  it('names nobody whom the record does not list, and nobody of a circle of deputies', () => {
    expect(walk(center({ rota: [turn('stranger', 8, 16)] }), ['head', 'coordinator'])).toEqual([]);
    const circle = [DEPUTY, { ...DEPUTY, absent: 'deputy', deputy: 'head' }];
    expect(walk(center({ deputies: circle }), ['coordinator'])).toEqual([]);
  });
});

it('P53: whatever is owed within hours has a ladder that is answered round the clock, so that what stands first can be taken', () => {
  const inHours = RULES.flatMap(({ readings }) => readings.flatMap(({ duty }) => (duty?.term?.unit === 'hours' ? [duty.ladder] : [])));
  expect(inHours.length).toBeGreaterThan(0);
  expect(inHours.filter((ladder) => !isRoundTheClock(ladder))).toEqual([]);
});

describe('P53: whom to telephone', () => {
  it('begins with who is on duty now, each once', () => {
    expect(peopleToCall(center({ rota: ROTA, deputies: [DEPUTY] }), NIGHT).map(({ post, person }) => [post, person])).toEqual([
      ['duty_officer', 'night'],
      ['duty_officer', 'morning'],
      ['duty_officer', 'evening'],
      ['deputy', 'deputy'],
      ['coordinator', 'coordinator'],
    ]);
  });

  it('is the head and the coordinator where there is no rota', () => {
    expect(peopleToCall(center(), NIGHT)).toEqual([
      { post: 'center_head', person: 'head' },
      { post: 'coordinator', person: 'coordinator' },
    ]);
  });
});
