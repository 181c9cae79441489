/**
 * What if the law were another: the same lives under today's law and under a changed one, counted side
 * by side. Pure and deterministic: the same seed gives the same numbers on every machine.
 */
import type { Opening } from '../domain/case/deliveries.js';
import { workingDaysPerMonth, type Calendar, type Instant } from '../domain/law/calendar.js';
import type { Duty } from '../domain/law/duty.js';
import type { Law } from '../domain/law/law.js';
import { Chance } from './chance.js';
import { answerOf } from './conduct/execution.js';
import { receive } from './conduct/intake.js';
import { Life, type Witness } from './life.js';
import { ARRIVAL, CHANNEL, SHARES } from './mix.js';
import { CENTER, SPECIALIST } from './people.js';
import { Tally, type Outcome } from './tally.js';
import { weekdaysOf, WorkingTime } from './working-time.js';

export interface Run {
  /** How many lives; each begins with one appeal. */
  lives: number;
  /** A whole number; another seed gives other lives. */
  seed: number;
  /** The year of the appeals. */
  year: number;
}

export interface Comparison {
  today: Outcome;
  changed: Outcome;
  /** For each number of an outcome the changed law's minus today's. */
  change: object;
}

/**
 * Lives the lives under both laws, with the same draws.
 * @throws CalendarGap when a calendar has no table for the year of the appeals
 */
export function compareLaws(today: Law, changed: Law, run: Run): Comparison {
  const outcomes = { today: liveUnder(today, run), changed: liveUnder(changed, run) };
  return { ...outcomes, change: differenceOf(outcomes.today, outcomes.changed) };
}

/** Hardly a life reaches further: the way to the plan, a plan of up to a year, those who are late, half a year of monitoring. */
const YEARS_AFTER = 2;

/** The last year whose lives end inside the calendar, or its last year when there is none. */
export function yearOfWholeLives({ years }: Calendar): number {
  const tables = Object.keys(years)
    .map(Number)
    .toSorted((a, b) => b - a);
  const whole = tables.find((year) => Array.from({ length: YEARS_AFTER }, (_, index) => year + index + 1).every((later) => tables.includes(later)));
  return whole ?? tables[0] ?? 0;
}

/** Lives the lives under one law. @throws CalendarGap when its calendar has no table for the year */
export function liveUnder(law: Law, run: Run): Outcome {
  const tally = new Tally(law);
  const world = worldOf(law, run.year);
  for (let number = 0; number < run.lives; number += 1) {
    const { refused, duties } = liveLife(number, run.seed, world, tally);
    tally.ended(refused, duties);
  }
  return tally.outcome(workingDaysPerMonth(law.calendar, run.year).reduce((sum, days) => sum + days, 0));
}

/** What all lives under one law share. */
export interface World {
  law: Law;
  work: WorkingTime;
  weekdays: readonly Instant[];
}

/** @throws CalendarGap when the calendar has no table for the year of the appeals */
export function worldOf(law: Law, year: number): World {
  return { law, work: new WorkingTime(law.calendar, year), weekdays: weekdaysOf(year) };
}

/** One life; it does not depend on the lives before it. `refused` is the code at which it was cut short. */
export function liveLife(number: number, seed: number, world: World, witness: Witness): { refused: string | undefined; duties: readonly Duty[] } {
  const { law, work } = world;
  const chance = new Chance(seed, number);
  const life = new Life({ caseId: `life-${number}`, law, chance, work, witness, post: answerOf });
  const refused = life.live(() => {
    const opening = openingOf(chance, world);
    receive(life, opening);
    return opening;
  });
  return { refused, duties: life.duties };
}

/**
 * Families need the Center on any Monday to Friday; it registers the appeal on the first day on which
 * it works, at the same time of day. So the appeals of a day off wait for the next working day.
 */
function openingOf(chance: Chance, { work, weekdays }: World): Opening {
  const day = weekdays[Math.floor(chance.uniform(ARRIVAL.weekday) * weekdays.length)] ?? 0;
  return {
    appealId: 'appeal-1',
    journalNumber: 'journal-1',
    householdId: 'household',
    center: CENTER,
    channel: chance.choose(CHANNEL),
    threat: chance.happens(SHARES.threat),
    registeredAt: work.onDay(day, chance.uniform(ARRIVAL.timeOfDay)),
    actor: SPECIALIST,
  };
}

/** Of two like things made of records and numbers; what is no number is left out. */
export function differenceOf(today: object, changed: object): Record<string, unknown> {
  const before = new Map<string, unknown>(Object.entries(today));
  const after = new Map<string, unknown>(Object.entries(changed));
  const names = new Set([...before.keys(), ...after.keys()]);
  return Object.fromEntries([...names].flatMap((name) => differenceIn(name, before.get(name), after.get(name))));
}

function differenceIn(name: string, before: unknown, after: unknown): [string, unknown][] {
  if (typeof before === 'number' || typeof after === 'number') return [[name, Number(after ?? 0) - Number(before ?? 0)]];
  if (!isRecord(before) && !isRecord(after)) return [];
  return [[name, differenceOf(isRecord(before) ? before : {}, isRecord(after) ? after : {})]];
}

function isRecord(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
