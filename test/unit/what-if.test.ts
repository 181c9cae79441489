/** The same lives under two laws: what may differ differs, and nothing else. */
import { describe, expect, it } from 'vitest';
import { rebuild } from '../../domain/case/evolve.js';
import type { Entry } from '../../domain/case/facts.js';
import type { TurnInput } from '../../domain/case/turn.js';
import { amendCalendar, CALENDAR_2026_11_21 } from '../../domain/law/calendar-data.js';
import { legalDayOf, startOfDay, type Calendar, type Instant } from '../../domain/law/calendar.js';
import type { Duty } from '../../domain/law/duty.js';
import { lawOf, type Law } from '../../domain/law/law.js';
import { DEFAULT_POLICY, type Policy } from '../../domain/law/policy.js';
import { endingOf, type Endings, type Outcome } from '../../simulation/tally.js';
import { compareLaws, differenceOf, liveLife, liveUnder, worldOf, yearOfWholeLives, type Comparison } from '../../simulation/what-if.js';
import { LAW } from '../lives/live.js';
import { almaty } from '../lives/reading.js';

const RUN = { lives: 1000, seed: 7, year: 2025 };
const YEAR = 2025;
const ONE_MORE = 'one-more';

function lawWith(policy: Partial<Policy>, calendar: Calendar = CALENDAR_2026_11_21): Law {
  return lawOf({ calendar, policy: { ...DEFAULT_POLICY, version: 'changed', ...policy } });
}

function withLevels(serviceLevels: Partial<Policy['serviceLevels']>): Law {
  return lawWith({ serviceLevels: { ...DEFAULT_POLICY.serviceLevels, ...serviceLevels } });
}

function rule(outcome: Outcome, id: string): Endings {
  const row = outcome.byRule[id];
  if (row === undefined) throw new Error(`no row ${id}`);
  return row;
}

const TODAY = liveUnder(LAW, RUN);

/** The changed law beside today's, whose lives are lived once for all tests. */
function against(changed: Law): Sides {
  return { today: TODAY, changed: liveUnder(changed, RUN) };
}

type Sides = Pick<Comparison, 'today' | 'changed'>;

/** Ids of the rules of which anything was counted differently. */
function rulesThatDiffer({ today, changed }: Sides): string[] {
  return Object.keys(today.byRule).filter((id) => JSON.stringify(today.byRule[id]) !== JSON.stringify(changed.byRule[id]));
}

function numbersIn(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersIn) : [];
}

/** One life with everything that was said and recorded in it. */
interface LivedLife {
  said: { at: Instant; input: TurnInput }[];
  entries: Entry[];
  duties: readonly Duty[];
  refused: string | undefined;
}

function lifeOf(number: number, law: Law, year = YEAR): LivedLife {
  const said: LivedLife['said'] = [];
  const entries: Entry[] = [];
  const witness = {
    took(at: Instant, input: TurnInput | undefined, recorded: readonly Entry[]): void {
      if (input !== undefined) said.push({ at, input });
      entries.push(...recorded);
    },
  };
  return { ...liveLife(number, RUN.seed, worldOf(law, year), witness), said, entries };
}

function openedOn({ entries }: LivedLife): string {
  return legalDayOf(entries[0]?.occurredAt ?? 0);
}

/** Somebody at the Center or at an agency did something on that day; the post works on its own. */
function hasWorkOn({ said }: LivedLife, day: string): boolean {
  return said.some(({ at, input }) => input.kind !== 'dispatch' && legalDayOf(at) === day);
}

function assessmentDue({ duties }: LivedLife): string[] {
  return duties.filter(({ rule: id }) => id === '256-13-2' || id === '256-14-2').map(({ dueAt }) => almaty(dueAt ?? 0));
}

/** Everything that the ledger says, but for the name of the changed calendar. */
function contentOf({ entries }: LivedLife): string {
  return JSON.stringify(entries).replaceAll(ONE_MORE, CALENDAR_2026_11_21.version);
}

describe('one law', () => {
  const outcome = TODAY;

  it('the same seed gives the same lives, another seed gives others', () => {
    expect(liveUnder(LAW, RUN)).toEqual(outcome);
    expect(liveUnder(LAW, { ...RUN, seed: 8 })).not.toEqual(outcome);
  });

  it('a life is the same whichever lives are lived before it', () => {
    const alone = lifeOf(41, LAW);
    for (let number = 30; number < 41; number += 1) lifeOf(number, LAW);
    expect(lifeOf(41, LAW)).toEqual(alone);
  });

  it('every life is lived to its end, without a refusal', () => {
    expect(outcome.lives).toEqual({ lived: RUN.lives, cutShort: {} });
  });

  it('every duty has one ending, and rules, owners and forces tell the same sum', () => {
    const sum = (all: readonly Endings[]): Record<string, number> =>
      Object.fromEntries(Object.keys(outcome.obligations.legal).map((name) => [name, all.reduce((total, row) => total + row[name as keyof Endings], 0)]));
    const total = sum([outcome.obligations.legal, outcome.obligations.internal]);
    expect(sum(Object.values(outcome.byRule))).toEqual(total);
    expect(sum(Object.values(outcome.byOwner).flatMap(({ legal, internal }) => [legal, internal]))).toEqual(total);
    const { opened, ...endings } = total;
    expect(Object.values(endings).reduce((one, other) => one + other, 0)).toBe(opened);
  });

  it('P9, 192-8: an internal term is exceeded, never late or missed; a term of the law never exceeded', () => {
    const { legal, internal } = outcome.obligations;
    expect([internal.metLate, internal.missed, legal.exceeded]).toEqual([0, 0, 0]);
    expect(rule(outcome, '192-8').exceeded).toBeGreaterThan(0);
    expect(rule(outcome, '256-13-2').metLate).toBeGreaterThan(0);
  });

  it('the ladder tells what the endings tell: one alert overdue for each late or missed term, one exceeded for each exceeded', () => {
    const { legal, internal } = outcome.obligations;
    expect(outcome.alerts.overdue).toBe(legal.metLate + legal.missed);
    expect(outcome.alerts.exceeded).toBe(internal.exceeded);
    expect(outcome.alerts.reminder).toBeGreaterThan(0);
  });

  it('the mix is the published one: 8,700 of 44,000 get a plan', () => {
    expect(rule(outcome, '192-8').opened / RUN.lives).toBeCloseTo(8700 / 44_000, 1.5);
  });

  it('every row of the table by which a case owes something is lived; what a Center owes is no family’s, nobody breaks in, and nobody stays overnight', () => {
    const unused = Object.entries(outcome.byRule).filter(([, { opened }]) => opened === 0);
    expect(unused.map(([id]) => id)).toEqual(['256-21-2', '256-23-5', '256-26', 'P59', 'P60', 'P61']);
  });

  it('the load: each appeal on a working day, means over the working days of the year', () => {
    expect(outcome.workingDays).toBe(246);
    expect(outcome.load.appeals.total).toBeGreaterThan(RUN.lives);
    expect(outcome.load.appeals.mean).toBeCloseTo(outcome.load.appeals.total / 246, 10);
    expect(outcome.load.commands.peak).toBeGreaterThan(outcome.load.commands.mean);
    expect(outcome.load.commands.peakOn).toMatch(/^202[567]-/);
  });

  it('the ledger of a life rebuilds its duties', () => {
    for (const number of [1, 2, 3, 4, 5]) {
      const { entries, duties } = lifeOf(number, LAW);
      expect(rebuild(entries, `life-${number}`)?.duties).toEqual(duties);
    }
  });
});

describe('two laws', () => {
  it('equal laws change nothing', () => {
    const { today, changed, change } = compareLaws(LAW, lawWith({}), RUN);
    expect(changed).toEqual(today);
    const numbers = numbersIn(change);
    expect(numbers.length).toBeGreaterThan(200);
    expect(numbers.every((number) => number === 0)).toBe(true);
  });

  it('192-8, P9: a shorter service level is exceeded more often, and no other row feels it', () => {
    const compared = against(withLevels({ ipr_drafting: 2 }));
    expect(rule(compared.changed, '192-8').exceeded).toBeGreaterThan(2 * rule(compared.today, '192-8').exceeded);
    expect(rule(compared.changed, '192-8').opened).toBe(rule(compared.today, '192-8').opened);
    expect(rulesThatDiffer(compared)).toEqual(['192-8']);
    expect(compared.changed.obligations.legal).toEqual(compared.today.obligations.legal);
    expect(compared.changed.alerts.overdue).toBe(compared.today.alerts.overdue);
    expect(compared.changed.load).toEqual(compared.today.load);
  });

  it('192-8: a longer service level is exceeded less often', () => {
    const { today, changed } = against(withLevels({ ipr_drafting: 9 }));
    expect(rule(changed, '192-8').exceeded).toBeLessThan(rule(today, '192-8').exceeded);
  });

  it('P17, 192-11-3: the date set with a return follows the service level', () => {
    const { today, changed } = against(withLevels({ rework: 1 }));
    expect(rule(changed, '192-11-3').exceeded).toBeGreaterThan(rule(today, '192-11-3').exceeded);
    expect(rule(changed, '192-11-1')).toEqual(rule(today, '192-11-1'));
  });

  it('D-MON, P24, D-REOPEN: switched off, nothing of the monitoring is owed, done or escalated', () => {
    const compared = against(lawWith({ disabled: ['D-MON'] }));
    const { today, changed } = compared;
    for (const id of ['D-MON', 'P24', 'D-REOPEN']) expect([id, rule(today, id).opened > 0, rule(changed, id).opened]).toEqual([id, true, 0]);
    expect(rulesThatDiffer(compared)).toEqual(['D-MON', 'D-REOPEN', 'P24']);
    expect(changed.load.commands.total).toBeLessThan(today.load.commands.total);
    expect(changed.lives.lived).toBe(RUN.lives);
  });

  it('D-CL: switched off, nobody writes the result, and nothing else changes', () => {
    const compared = against(lawWith({ disabled: ['D-CL'] }));
    expect(rulesThatDiffer(compared)).toEqual(['D-CL']);
    expect(rule(compared.changed, 'D-CL').opened).toBe(0);
    expect(compared.changed.load.commands.total).toBe(compared.today.load.commands.total - RUN.lives);
  });

  it('P24: contacts every two months are half as many', () => {
    const { today, changed } = against(withLevels({ monitoring_contact: 2 }));
    expect(rule(changed, 'P24').met).toBeLessThan(rule(today, 'P24').met * 0.6);
    expect(rule(changed, 'P24').met).toBeGreaterThan(0);
  });

  it('D-MON: a longer monitoring ends later and has more contacts', () => {
    const { today, changed } = against(lawWith({ monitoringMonths: { min: 6, max: 6 } }));
    expect(rule(changed, 'D-MON').opened).toBe(rule(today, 'D-MON').opened);
    expect(rule(changed, 'P24').met).toBeGreaterThan(rule(today, 'P24').met);
  });

  it('P53, 256-14-2T: the alarm of a threat comes again as often as the policy says', () => {
    const { today, changed } = compareLaws(LAW, lawWith({ repeatThreatHours: 1 }), { ...RUN, seed: 1 });
    expect(today.alerts.repeat).toBeGreaterThan(0);
    expect(changed.alerts.repeat).toBeGreaterThan(3 * today.alerts.repeat);
    expect(changed.obligations).toEqual(today.obligations);
  });

  it('the change of every number is the changed law’s minus today’s', () => {
    const { today, changed, change } = compareLaws(LAW, withLevels({ ipr_signing: 1 }), { ...RUN, lives: 200 });
    const row = (change as { byRule: Record<string, Endings> }).byRule['256-17-1'];
    expect(row?.exceeded).toBe(rule(changed, '256-17-1').exceeded - rule(today, '256-17-1').exceeded);
    expect(row?.exceeded).toBeGreaterThan(0);
  });
});

describe('a calendar with one more day off', () => {
  const NEW_DAY_OFF = '2025-06-18';
  const calendar = amendCalendar(CALENDAR_2026_11_21, { version: ONE_MORE, act: 'test', changes: [{ day: NEW_DAY_OFF, becomes: 'off' }] });
  const changedLaw = lawWith({ version: DEFAULT_POLICY.version }, calendar);
  const pairs = Array.from({ length: RUN.lives }, (_, number) => ({ before: lifeOf(number, LAW), after: lifeOf(number, changedLaw) }));

  it('nobody works on it, though people did before', () => {
    expect(pairs.some(({ before }) => hasWorkOn(before, NEW_DAY_OFF))).toBe(true);
    expect(pairs.some(({ after }) => hasWorkOn(after, NEW_DAY_OFF))).toBe(false);
  });

  it('its appeals are registered on the next working day, at the same time of day; all others when they were', () => {
    const moved = pairs.filter(({ before, after }) => openedOn(before) !== openedOn(after));
    expect(moved.length).toBeGreaterThan(0);
    for (const { before, after } of pairs) {
      const shift = openedOn(before) === NEW_DAY_OFF ? 86_400_000 : 0;
      expect((after.entries[0]?.occurredAt ?? 0) - (before.entries[0]?.occurredAt ?? 0)).toBe(shift);
    }
  });

  it('what had no term and no step left before it is not touched', () => {
    const untouched = pairs.filter(({ before }) =>
      before.duties.every(({ dueAt, steps, endedAt }) =>
        [dueAt ?? 0, endedAt ?? Infinity, ...steps.map(({ at }) => at)].every((at) => at <= startOfDay(NEW_DAY_OFF)),
      ),
    );
    expect(untouched.length).toBeGreaterThan(100);
    for (const { before, after } of untouched) expect(contentOf(after)).toBe(contentOf(before));
  });

  it('256-13-2, 256-14-2: three working days from Monday 16 June end on Friday instead of Thursday, and no later term moves back', () => {
    const ofMonday = pairs
      .filter(({ before }) => openedOn(before) === '2025-06-16')
      .map(({ before, after }) => [...assessmentDue(before), ...assessmentDue(after)]);
    expect(ofMonday.length).toBeGreaterThan(0);
    for (const both of ofMonday.filter((list) => list.length > 0)) expect(both).toEqual(['2025-06-19 24:00', '2025-06-20 24:00']);
  });

  it('256-13-1, 256-14-1: the year has one working day less, and the same appeals with the same duties', () => {
    const compared = against(changedLaw);
    expect(compared.changed.workingDays).toBe(compared.today.workingDays - 1);
    for (const id of ['256-13-1', '256-14-1', '256-13-2', '256-14-2', '192-8', '192-9']) {
      expect([id, rule(compared.changed, id).opened]).toEqual([id, rule(compared.today, id).opened]);
    }
    expect(compared.changed.load.appeals.total).toBe(compared.today.load.appeals.total);
    expect(compared.changed.load.appeals.mean).toBeGreaterThan(compared.today.load.appeals.mean);
  });
});

describe('years without a table', () => {
  it('2025 is the last year whose lives end inside the calendar', () => {
    expect(yearOfWholeLives(CALENDAR_2026_11_21)).toBe(2025);
    expect(yearOfWholeLives({ version: 'short', years: { '2026': { official: true, off: [], worked: [] } } })).toBe(2026);
  });

  it('a life that reaches one ends there and is counted apart', () => {
    const { lives, obligations } = liveUnder(LAW, { ...RUN, lives: 400, year: 2027 });
    expect(lives.cutShort['calendar_year_missing']).toBeGreaterThan(20);
    expect(lives.lived + (lives.cutShort['calendar_year_missing'] ?? 0)).toBe(400);
    expect(obligations.legal.owed).toBeGreaterThan(0);
  });

  it('a year of appeals without a table is refused', () => {
    expect(() => liveUnder(LAW, { ...RUN, year: 2028 })).toThrow(expect.objectContaining({ code: 'calendar_year_missing' }));
  });
});

describe('how an obligation ended', () => {
  const duty: Duty = {
    key: 'k',
    rule: '192-9',
    subject: 'health',
    owner: 'case_manager',
    force: 'law_assumed',
    ladder: 'standard',
    startedAt: 0,
    term: { unit: 'hours', count: 1 },
    dueAt: 1000,
    steps: [{ step: 'overdue', at: 1000 }],
    state: 'open',
    startedSeq: 1,
    reached: 0,
  };

  it.each([
    ['owed', duty],
    ['met', { ...duty, state: 'met', endedAt: 999 }],
    ['metLate', { ...duty, state: 'met', endedAt: 1000 }],
    ['missed', { ...duty, reached: 1 }],
    ['lapsed', { ...duty, state: 'lapsed', endedAt: 999 }],
    ['missed', { ...duty, state: 'lapsed', endedAt: 1000 }],
    ['exceeded', { ...duty, force: 'internal', state: 'met', endedAt: 1000 }],
    ['exceeded', { ...duty, force: 'internal', state: 'lapsed', endedAt: 1000 }],
    ['exceeded', { ...duty, force: 'internal', steps: [{ step: 'exceeded', at: 1000 }], reached: 1 }],
    ['lapsed', { ...duty, force: 'internal', state: 'lapsed', endedAt: 999 }],
  ] as const)('192-9: %s', (ending, of) => {
    expect(endingOf(of)).toBe(ending);
  });

  it('a difference is taken number by number, also where one side has none', () => {
    expect(differenceOf({ a: 3, b: { c: 1 }, on: 'x' }, { a: 1, b: { c: 1, d: 2 }, on: 'y', e: 4 })).toEqual({ a: -2, b: { c: 0, d: 2 }, e: 4 });
    expect(differenceOf({ cut: { x: 2 } }, { cut: {} })).toEqual({ cut: { x: -2 } });
  });
});
