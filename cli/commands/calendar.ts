/** `tirek calendar <year>`: working days per month, as terms are counted. */
import type { Command } from 'commander';
import { workingDaysPerMonth, type Calendar } from '../../domain/law/calendar.js';
import { CURRENT_LAW } from './current-law.js';
import { table, wrap } from './layout.js';
import { CommandFailure, outJson, type Terminal } from './terminal.js';

const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];

export interface CalendarAnswer {
  year: number;
  /** January … December. */
  workingDays: readonly number[];
  total: number;
  /** Rests on a published calendar of the Ministry; false: derived from the law alone. */
  official: boolean;
  version: string;
}

export function addCalendarCommand(program: Command, terminal: Terminal): void {
  program
    .command('calendar')
    .description('working days per month of a year')
    .argument('<year>', 'the year, for example 2026')
    .option('--json', 'one JSON object')
    .action((year: string, { json }: { json?: true }) => {
      const { calendar } = CURRENT_LAW;
      const answer = calendarAnswer(calendar, year);
      if (json) outJson(terminal, answer);
      else terminal.out(calendarText(answer, calendar));
    });
}

/** @throws CommandFailure for what is no year, CalendarGap for a year without a table */
export function calendarAnswer(calendar: Calendar, written: string): CalendarAnswer {
  if (!/^[1-9]\d{3}$/.test(written)) {
    throw new CommandFailure('year_invalid', `"${written}" is no year: write four digits, for example 2026.`);
  }
  const year = Number(written);
  const workingDays = workingDaysPerMonth(calendar, year);
  return {
    year,
    workingDays,
    total: workingDays.reduce((sum, days) => sum + days, 0),
    official: calendar.years[written]?.official === true,
    version: calendar.version,
  };
}

function calendarText(answer: CalendarAnswer, calendar: Calendar): string {
  const { off = [], worked = [] } = calendar.years[String(answer.year)] ?? {};
  const rows = MONTHS.map((name, month) => {
    const inMonth = (day: string): boolean => Number(day.slice(0, 2)) === month + 1;
    const dates = (days: readonly string[]): string =>
      days
        .filter(inMonth)
        .map((day) => Number(day.slice(3)))
        .join(', ');
    const notes = [dates(off) && `off on weekdays: ${dates(off)}`, dates(worked) && `worked weekend days: ${dates(worked)}`];
    return [name, String(answer.workingDays[month]).padStart(3), notes.filter((note) => note !== '').join('; ')];
  });
  const basis = answer.official ? 'official' : 'NOT official yet: derived from the law, days off may still move';
  return [
    `Working days of ${answer.year}`,
    '',
    table([...rows, ['Year', String(answer.total).padStart(3), '']], 2),
    '',
    `Calendar version ${answer.version}, ${basis}.`,
    ...(calendar.act === undefined ? [] : [wrap(calendar.act)]),
  ].join('\n');
}
