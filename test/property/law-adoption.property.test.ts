/** Whatever calendar or policy is adopted when: dates are those of a fresh count, and no moment is lost or told twice. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evolve, rebuild } from '../../domain/case/evolve.js';
import type { Entry } from '../../domain/case/facts.js';
import type { LawAdoption } from '../../domain/case/law-adoption.js';
import type { CaseState } from '../../domain/case/state.js';
import { takeTurn } from '../../domain/case/turn.js';
import { CALENDAR_2026_11_21 } from '../../domain/law/calendar-data.js';
import { addDays, legalDayOf, weekdayOf, type Calendar, type CalendarYear, type Instant } from '../../domain/law/calendar.js';
import { applyDutyChanges, dateOf, type Duty } from '../../domain/law/duty.js';
import { explain } from '../../domain/law/explain.js';
import { planSteps, type Step } from '../../domain/law/ladder.js';
import { lawOf, type Law } from '../../domain/law/law.js';
import { DEFAULT_POLICY, type Policy } from '../../domain/law/policy.js';
import { recomputation, type AdoptedLaw } from '../../domain/law/recomputation.js';
import { countedIds } from '../lives/counted-ids.js';
import { CASE_ID } from '../lives/live.js';
import { live, randomLives, type LivedLife, type LivedTurn } from '../lives/random-life.js';

const SEED = 20_261_127;
const RUNS = 150;
const FIRST_DAY = '2024-06-20';

/** Any day may become off or worked, as an act of the Ministry may say, ten days ahead or after it has passed. */
const calendars: fc.Arbitrary<Calendar> = fc
  .record({ name: fc.nat(), days: fc.uniqueArray(fc.nat(560), { minLength: 1, maxLength: 60 }) })
  .map(({ name, days }) => days.reduce(toggled, { ...CALENDAR_2026_11_21, version: `calendar-${name}`, act: 'an act' }));

function toggled(calendar: Calendar, after: number): Calendar {
  const day = addDays(FIRST_DAY, after);
  const year = day.slice(0, 4);
  const table = calendar.years[year];
  if (table === undefined) throw new Error(`no table for ${year}`);
  const list = weekdayOf(day) <= 5 ? 'off' : 'worked';
  const monthDay = day.slice(5);
  const others = table[list].filter((each) => each !== monthDay);
  const changed: CalendarYear = { ...table, [list]: others.length < table[list].length ? others : [...others, monthDay] };
  return { ...calendar, years: { ...calendar.years, [year]: changed } };
}

const policies: fc.Arbitrary<Policy> = fc
  .record({
    name: fc.nat(),
    days: fc.integer({ min: 1, max: 9 }),
    disabled: fc.subarray(['D-CL', 'D-MON']),
    headOnly: fc.boolean(),
    repeatThreatHours: fc.integer({ min: 1, max: 9 }),
  })
  .map(({ name, days, disabled, headOnly, repeatThreatHours }) => ({
    ...DEFAULT_POLICY,
    version: `policy-${name}`,
    disabled,
    repeatThreatHours,
    serviceLevels: { ...DEFAULT_POLICY.serviceLevels, needs_determination: days, ipr_drafting: days, rework: days },
    ...(headOnly
      ? {
          ladders: {
            standard: [
              { step: 'reminder', when: 'reminder', to: ['unit_head'] },
              { step: 'overdue', when: 'due', to: ['center_head'] },
            ] as const,
          },
        }
      : {}),
  }));

const adoptions: fc.Arbitrary<LawAdoption> = fc
  .record({ calendar: fc.option(calendars, { nil: undefined }), policy: fc.option(policies, { nil: undefined }), adopted: fc.boolean() })
  .map(({ calendar, policy, adopted }) => ({
    id: `adoption-${calendar?.version}-${policy?.version}`,
    act: 'an act',
    recompute: adopted ? 'adopted' : 'own',
    ...(calendar === undefined ? {} : { calendar }),
    ...(policy === undefined ? {} : { policy }),
  }));

/** A life, and at which of its moves something is adopted. */
const livesUnderChange = fc.record({
  life: randomLives,
  adopted: fc.uniqueArray(fc.record({ move: fc.nat(40), adoption: adoptions }), { selector: ({ move }) => move, minLength: 1, maxLength: 6 }),
});

function always(check: (life: LivedLife) => void): void {
  fc.assert(
    fc.property(livesUnderChange, ({ life, adopted }) => {
      const byMove = new Map(adopted.map(({ move, adoption }) => [move, adoption]));
      check(live(life, (move) => byMove.get(move)));
    }),
    { seed: SEED, numRuns: RUNS },
  );
}

function afterEveryTurn(check: (lived: LivedTurn) => void): void {
  always(({ turns }) => turns.forEach(check));
}

const open = (duties: readonly Duty[]): Duty[] => duties.filter(({ state }) => state === 'open');
const fromJson = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

/** Running terms that were not missed: every one of them is moved by an adoption. */
function running(duties: readonly Duty[], now: Instant): Duty[] {
  return open(duties).filter(({ dueAt }) => dueAt !== undefined && dueAt > now);
}

/** A step that was not told, on a moment at which one of its name was: two reminders that another calendar brings together. */
function isToldAlready({ steps, reached }: Duty, plan: readonly Step[], place: number): boolean {
  const { step, at } = plan[place] ?? { step: 'repeat', at: 0 };
  const told = steps.slice(0, reached).filter((each) => each.step === step);
  const ordinal = plan.slice(0, place).filter((each) => each.step === step).length;
  return ordinal >= told.length && told.some((each) => each.at === at);
}

describe('calendar.md part 4: whatever is adopted when', () => {
  it('the lives meet every change: dates that move both ways, terms already missed, steps planned again, rows switched off', () => {
    const seen = new Set<string>();
    always(({ entries }) => {
      for (const entry of entries) {
        if (entry.type !== 'LawAdopted') continue;
        for (const change of entry.duties) seen.add(change.op === 'moved' ? `moved ${change.to < change.from ? 'earlier' : 'later'}` : change.op);
      }
    });
    expect([...seen].toSorted()).toEqual(['kept', 'lapsed', 'moved earlier', 'moved later', 'replanned']);
  });

  it('P1: every running date is that of a fresh count by the calendar in force, and its explanation adds up to it', () =>
    afterEveryTurn(({ turn, state, now }) => {
      for (const duty of running(state.duties, now)) {
        if (duty.term === undefined) throw new Error(`${duty.key} has a date and no term`);
        expect([duty.key, duty.dueAt]).toEqual([duty.key, dateOf(turn.law.calendar, duty, duty.term)]);
        if (duty.noLaterThan === undefined) expect(explain(turn.law.calendar, duty.startedAt, duty.term).dueAt).toBe(duty.dueAt);
      }
    }));

  it('P52, P53: what lies ahead of a running term is its ladder by the calendar in force, without what was reached', () =>
    afterEveryTurn(({ turn, state, now }) => {
      for (const duty of running(state.duties, now)) {
        if (duty.term === undefined || duty.dueAt === undefined) continue;
        const plan = planSteps(duty, turn.law.calendar, duty.startedAt, duty.dueAt, duty.term);
        const wanted = plan.filter((_, place) => !isToldAlready(duty, plan, place)).map(({ step }) => step);
        expect([duty.key, duty.steps.map(({ step }) => step).toSorted()]).toEqual([duty.key, wanted.toSorted()]);
      }
    }));

  it('P53: no moment is told twice', () =>
    always(({ entries }) => {
      const told = new Set<string>();
      for (const { type, data } of entries) {
        if (type !== 'DeadlineStepReached') continue;
        const moment = `${data.dutyKey} ${data.step} ${data.step === 'reminder' || data.step === 'repeat' ? data.moment : ''}`;
        expect(told.has(moment) ? moment : '').toBe('');
        told.add(moment);
      }
    }));

  it('P53: no moment is skipped: after each turn nothing that has come is still ahead', () =>
    afterEveryTurn(({ state, now }) => {
      expect(open(state.duties).filter(({ steps, reached }) => (steps[reached]?.at ?? Infinity) <= now)).toEqual([]);
    }));

  it('256-13-2, 192-9: a term that was missed stays missed, and its date stands', () =>
    always(({ turns }) => {
      for (const { before, state, turn, now } of turns) {
        if (!turn.entries.some(({ type }) => type === 'LawAdopted')) continue;
        for (const missed of open(before?.duties ?? []).filter(({ dueAt }) => dueAt !== undefined && dueAt <= now)) {
          expect([missed.key, state.duties.find(({ key }) => key === missed.key)?.dueAt]).toEqual([missed.key, missed.dueAt]);
        }
      }
    }));

  it('D-CL, D-MON, P24: nothing of a row that is switched off is owed', () =>
    afterEveryTurn(({ turn, state }) => {
      const { disabled } = turn.law.policy;
      // P24 is part of D-MON: the contacts end with the monitoring.
      const off = disabled.includes('D-MON') ? [...disabled, 'P24'] : disabled;
      expect(open(state.duties).filter(({ rule }) => off.includes(rule))).toEqual([]);
    }));

  it('the ledger alone rebuilds the case, and goes on from a state that was put away at any turn', () =>
    always(({ entries, state, turns }) => {
      expect(rebuild(fromJson(entries), CASE_ID)).toEqual(state);
      for (const { before, turn, state: after } of turns) {
        expect(fromJson(turn.entries).reduce<CaseState | undefined>((replayed, entry) => evolve(replayed, entry, CASE_ID), before)).toEqual(after);
      }
    }));

  it('the same law once more changes nothing', () =>
    always(({ state, turns }) => {
      const { now = 0, turn } = turns.at(-1) ?? {};
      if (turn === undefined) throw new Error('a life has turns');
      expect(state.law).toEqual(turn.law.ref);
      const recounted = recomputation(state.duties, adopted(turn.law, state), now, 'own');
      expect(recounted).toEqual(keptIn(recounted));
      const { calendar, policy } = turn.law;
      const again = takeTurn(state, [{ kind: 'adoption', adoption: { id: 'again', act: 'x', calendar, policy, recompute: 'own' } }], {
        subjectId: CASE_ID,
        law: turn.law,
        now,
        newId: countedIds(),
      });
      expect(again.entries).toEqual([] satisfies Entry[]);
    }));
});

/** The law as the case takes it up: by the readings of the day on which its cycle began. */
function adopted(law: Law, { openedAt }: LivedLife['state']): AdoptedLaw {
  return { law, readingDay: legalDayOf(openedAt) };
}

/** A missed term has another reading for ever; that is said at each count and changes nothing. */
function keptIn(changes: ReturnType<typeof recomputation>): ReturnType<typeof recomputation> {
  return changes.filter(({ op }) => op === 'kept');
}

/** As Postgres gives it back: the members of its objects in an order of their own. */
function reordered<T>(value: T): T {
  if (Array.isArray(value)) return value.map(reordered) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([name, each]) => [name, reordered(each)]),
  ) as T;
}

describe('recomputation', () => {
  it('makes the same of duties that were read back from the read model', () => {
    fc.assert(
      fc.property(randomLives, calendars, (lived, calendar) => {
        const { state, turns } = live(lived);
        const law = adopted(lawOf({ calendar, policy: DEFAULT_POLICY }), state);
        const now = turns.at(-1)?.now ?? 0;
        expect(recomputation(reordered(state.duties), law, now, 'adopted')).toEqual(recomputation(state.duties, law, now, 'adopted'));
      }),
      { seed: SEED, numRuns: RUNS },
    );
  });

  const anyLaw = fc.record({ calendar: calendars, policy: policies }).map(({ calendar, policy }) => lawOf({ calendar, policy }));

  function after(duties: readonly Duty[], law: AdoptedLaw, now: Instant): readonly Duty[] {
    return applyDutyChanges(duties, recomputation(duties, law, now, 'adopted'), 1);
  }

  it('P1: is idempotent, and the last version alone decides: the way to it does not matter for terms not missed on it', () => {
    fc.assert(
      fc.property(randomLives, anyLaw, anyLaw, (lived, one, other) => {
        const { state, turns } = live(lived);
        const [first, second] = [adopted(one, state), adopted(other, state)];
        const now = turns.at(-1)?.now ?? 0;
        const direct = after(state.duties, second, now);
        expect(after(direct, second, now)).toEqual(direct);
        const viaFirst = after(state.duties, first, now);
        const missedOnTheWay = new Set(viaFirst.filter(({ dueAt }) => dueAt !== undefined && dueAt <= now).map(({ key }) => key));
        const endedOnTheWay = new Set(viaFirst.filter(({ state: standing }) => standing !== 'open').map(({ key }) => key));
        const same = (duties: readonly Duty[]): Duty[] =>
          duties.filter(({ key, state: standing }) => standing === 'open' && !missedOnTheWay.has(key) && !endedOnTheWay.has(key));
        expect(same(after(viaFirst, second, now))).toEqual(same(direct));
      }),
      { seed: SEED, numRuns: RUNS },
    );
  });
});
