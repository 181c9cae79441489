/** How far a case's clock is to move, as people write it. */
import { addWorkingDays, legalDayOf, startOfDay, type Calendar, type Instant } from '../../domain/law/calendar.js';
import { CommandFailure } from './terminal.js';

const UNITS_MS: Readonly<Record<string, number>> = { w: 604_800_000, d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000 };

const SHORT = /^(?:\d+[wdhms])+$/;
const ISO = /^P(?=.)(?:(\d+)W)?(?:(\d+)D)?(?:T(?=.)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;
const WORKING_DAYS = /^(\d{1,3})wd$/;

const LONGEST_MS = 3 * 366 * 86_400_000;

/**
 * Milliseconds of `3d`, `36h`, `1d12h`, `2w`, `90m`, `PT36H`, `P3D`, or of `2wd`: to the same hour of
 * the second working day after the case's own.
 *
 * @throws CommandFailure duration_invalid; CalendarGap for working days in a year without a table
 */
export function durationMs(text: string, now: Instant, calendar: Calendar): number {
  const workingDays = WORKING_DAYS.exec(text);
  const ms = workingDays === null ? plainMs(text) : toWorkingDay(Number(workingDays[1]), now, calendar);
  if (ms === undefined || ms < 1000 || ms > LONGEST_MS) {
    throw new CommandFailure(
      'duration_invalid',
      `"${text}" is no duration from one second to three years: write for example 3d, 36h, 1d12h, 2wd (working days) or PT36H.`,
    );
  }
  return ms;
}

function plainMs(text: string): number | undefined {
  if (SHORT.test(text)) {
    return [...text.matchAll(/(\d+)([wdhms])/g)].reduce((sum, [, count, unit]) => sum + Number(count) * (UNITS_MS[unit ?? ''] ?? 0), 0);
  }
  const iso = ISO.exec(text);
  if (iso === null) return undefined;
  return ['w', 'd', 'h', 'm', 's'].reduce((sum, unit, index) => sum + Number(iso[index + 1] ?? 0) * (UNITS_MS[unit] ?? 0), 0);
}

function toWorkingDay(count: number, now: Instant, calendar: Calendar): number | undefined {
  if (count < 1) return undefined;
  const today = legalDayOf(now);
  return startOfDay(addWorkingDays(calendar, today, count)) - startOfDay(today);
}
