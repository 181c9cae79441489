/** A road on which the Ministry declares days off: during the assessment, during a measure's term, during the monitoring. */
import { randomUUID } from 'node:crypto';
import type { LawAdoption } from '../../domain/case/law-adoption.js';
import { amendCalendar } from '../../domain/law/calendar-data.js';
import { addDays, type Calendar, type Instant, type LegalDay } from '../../domain/law/calendar.js';
import { PLAIN_LAW } from './plain-calendar.js';
import { shifted, withUuids } from './shifted.js';
import { local, straightRoad, type Doing } from './straight-road.js';

export type Happening = Doing | { at: Instant; adoption: LawAdoption };

const WEEK_MS = 7 * 86_400_000;

/** The assessment and a mark come on the day that only the new calendar leaves for them, one contact never. */
export function peopleOfAdoptedRoad(weeks: number): Doing[] {
  const kept = straightRoad().filter((doing) => !('command' in doing && doing.command.kind === 'recordMonitoringContact' && doing.at < local('2026-05-01')));
  const script = kept.map((doing): Doing => {
    if (!('command' in doing)) return doing;
    if (doing.command.kind === 'completeAssessment') return { ...doing, at: local('2026-01-16', 16) };
    const isMarkOfJob = doing.command.kind === 'markStatus' && doing.command.data.measureId === 'm-job';
    return isMarkOfJob ? { ...doing, at: local('2026-02-19', 9) } : doing;
  });
  return withUuids(shifted(script, weeks)).toSorted((a, b) => a.at - b.at);
}

const DECLARED: readonly (readonly [Instant, readonly LegalDay[]])[] = [
  [local('2026-01-13', 12), ['2026-01-14']],
  [local('2026-02-16', 12), ['2026-02-17', '2026-02-26']],
  [local('2026-03-10'), ['2026-04-03']],
];

/** Each calendar has the days off of those before it, too. */
export function adoptionsOfAdoptedRoad(weeks: number): { at: Instant; adoption: LawAdoption }[] {
  let calendar: Calendar = PLAIN_LAW.calendar;
  return DECLARED.map(([at, days], index) => {
    const changes = days.map((day) => ({ day: addDays(day, weeks * 7), becomes: 'off' as const }));
    calendar = amendCalendar(calendar, { version: `plain-${index + 1}`, act: 'order of tests', changes });
    return { at: at + weeks * WEEK_MS, adoption: { id: randomUUID(), act: 'order of tests', calendar, recompute: 'own' } };
  });
}

/** All of it, in the order of time, moved on by whole weeks. */
export function adoptedRoad(weeks: number): Happening[] {
  return [...peopleOfAdoptedRoad(weeks), ...adoptionsOfAdoptedRoad(weeks)].toSorted((a, b) => a.at - b.at);
}
