/** Chance and working time of the synthetic lives. */
import { describe, expect, it } from 'vitest';
import { CALENDAR_2026_11_21 } from '../../domain/law/calendar-data.js';
import { CalendarGap, startOfDay, type LegalDay } from '../../domain/law/calendar.js';
import { Chance, streamOf } from '../../simulation/chance.js';
import { ARRIVAL, CHANNEL, DELAYS, MONITORING, PLAN, SECOND_APPEAL, SHARES } from '../../simulation/mix.js';
import { weekdaysOf, WorkingTime } from '../../simulation/working-time.js';
import { almaty } from '../lives/reading.js';

const HOUR = 3_600_000;
const MANY = 20_000;

function at(day: LegalDay, hour: number): number {
  return startOfDay(day) + hour * HOUR;
}

/** The same draw of many lives. */
function drawn(draw: (chance: Chance) => number): number[] {
  return Array.from({ length: MANY }, (_, life) => draw(new Chance(5, life)));
}

function part(values: readonly number[], holds: (value: number) => boolean): number {
  return values.filter(holds).length / values.length;
}

describe('chance by name', () => {
  it('gives the same draw whatever was drawn before', () => {
    const quiet = new Chance(1, 2);
    const busy = new Chance(1, 2);
    for (let number = 0; number < 50; number += 1) busy.uniform(streamOf('something else'), number);
    expect(busy.delay(DELAYS.triage, 3)).toBe(quiet.delay(DELAYS.triage, 3));
  });

  it('gives other draws for another seed, life, name or number', () => {
    const stream = streamOf('a');
    const draws = [
      new Chance(1, 1).uniform(stream),
      new Chance(2, 1).uniform(stream),
      new Chance(1, 2).uniform(stream),
      new Chance(1, 1).uniform(stream, 1),
      new Chance(1, 1).uniform(streamOf('b')),
    ];
    expect(new Set(draws).size).toBe(draws.length);
  });

  it('spreads evenly between 0 and 1, without the ends', () => {
    const values = drawn((chance) => chance.uniform(streamOf('even')));
    for (let tenth = 0; tenth < 10; tenth += 1) expect(part(values, (value) => Math.floor(value * 10) === tenth)).toBeCloseTo(0.1, 1.7);
    expect(Math.min(...values)).toBeGreaterThan(0);
    expect(Math.max(...values)).toBeLessThan(1);
  });

  it('two names have nothing to do with each other', () => {
    const both = drawn((chance) => (chance.uniform(streamOf('one')) < 0.5 ? 1 : 0) + (chance.uniform(streamOf('two')) < 0.5 ? 1 : 0));
    expect(part(both, (count) => count === 1)).toBeCloseTo(0.5, 1.7);
  });

  it('delays are what their two numbers say: half of the people, nine of ten, nobody', () => {
    for (const delay of Object.values(DELAYS)) {
      const values = drawn((chance) => chance.delay(delay));
      expect(part(values, (value) => value <= delay.half)).toBeCloseTo(0.5, 1.7);
      expect(part(values, (value) => value <= delay.nineOfTen)).toBeCloseTo(0.9, 1.7);
      expect(Math.max(...values)).toBeLessThanOrEqual(delay.longest);
      expect(Math.min(...values)).toBeGreaterThan(0);
    }
  });

  it('whole numbers and choices reach every value, each with its weight', () => {
    expect([...new Set(drawn((chance) => chance.whole(PLAN.stateMeasures)))].toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4]);
    const channels = drawn((chance) => chance.choose(CHANNEL));
    expect(part(channels, (channel) => channel === 4)).toBeCloseTo(350 / 497, 1.7);
    expect([...new Set(channels)].toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5]);
  });

  it('no two draws of the mix share a name', () => {
    const named = [
      CHANNEL,
      ...Object.values(SHARES),
      ...Object.values(DELAYS),
      PLAN.stateMeasures,
      PLAN.measureDays,
      PLAN.slackDays,
      PLAN.agency,
      SECOND_APPEAL,
    ];
    const streams = [...named.map(({ stream }) => stream), ...Object.values(ARRIVAL), PLAN.partOfTerm, MONITORING.months];
    expect(new Set(streams).size).toBe(streams.length);
  });
});

describe('working time', () => {
  const work = new WorkingTime(CALENDAR_2026_11_21, 2025);
  const after = (day: LegalDay, hour: number, workingDays: number): string => almaty(work.after(at(day, hour), workingDays));

  it('runs from 09:00 to 18:30 and goes on the next working day', () => {
    expect(after('2025-06-17', 10, 0)).toBe('2025-06-17 10:00');
    expect(after('2025-06-17', 10, 1)).toBe('2025-06-18 10:00');
    expect(after('2025-06-17', 17.5, 0.2)).toBe('2025-06-18 09:54');
    expect(after('2025-06-17', 7, 0)).toBe('2025-06-17 09:00');
    expect(after('2025-06-17', 20, 0)).toBe('2025-06-18 09:00');
  });

  it('256-13-2: skips weekends and days off, and works on a Sunday that is worked by transfer', () => {
    expect(after('2025-06-20', 12, 1)).toBe('2025-06-23 12:00');
    expect(after('2025-03-20', 12, 1)).toBe('2025-03-26 12:00');
    expect(after('2025-01-03', 12, 0)).toBe('2025-01-05 09:00');
  });

  it('never moves back, and a longer delay never ends earlier', () => {
    const days = weekdaysOf(2025);
    for (let life = 0; life < 300; life += 1) {
      const chance = new Chance(9, life);
      const from = (days[life % days.length] ?? 0) + chance.uniform(streamOf('hour')) * 24 * HOUR;
      const moments = [0, 0.01, 0.3, 1, 1.5, 4, 30].map((delay) => work.after(Math.floor(from), delay));
      expect(moments.toSorted((a, b) => a - b)).toEqual(moments);
      expect(moments[0]).toBeGreaterThanOrEqual(Math.floor(from));
    }
  });

  it('refuses to go on where the calendar has no table', () => {
    expect(() => work.after(at('2027-12-31', 10), 2)).toThrow(CalendarGap);
    expect(() => work.onDay(startOfDay('2028-01-10'), 0.5)).toThrow(CalendarGap);
    expect(() => new WorkingTime(CALENDAR_2026_11_21, 2028)).toThrow(CalendarGap);
  });
});
