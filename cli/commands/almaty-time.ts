/** Moments as people give them: local time of Asia/Almaty, which is UTC+5 the whole year. */
import { CalendarError, startOfDay, weekdayOf, type Instant, type LegalDay } from '../../domain/law/calendar.js';
import { CommandFailure } from './terminal.js';

const MINUTE = 60_000;
const ALMATY = '+05:00';

const MOMENT = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3}))?)?(Z|[+-]\d{2}:\d{2})?)?$/;

export interface WrittenMoment {
  instant: Instant;
  /** ISO 8601 with its offset: as it was written, or completed by that of Asia/Almaty. */
  iso: string;
}

/**
 * Reads `YYYY-MM-DD`, `YYYY-MM-DDTHH:MM[:SS]` with or without an offset; without one it is local
 * time of Asia/Almaty, a day alone its first instant.
 *
 * `Date.parse` is not asked: it takes 30 February for 2 March, and a missing offset for the machine's.
 * @throws CommandFailure date_invalid
 */
export function readMoment(text: string): WrittenMoment {
  const match = MOMENT.exec(text.trim());
  if (match === null) throw invalid(text);
  const [, day = '', hours = '00', minutes = '00', seconds = '00', fraction = '0', offset = ALMATY] = match;
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) throw invalid(text);
  const wall = startOfDay(readDay(day)) + 300 * MINUTE + Number(hours) * 60 * MINUTE + Number(minutes) * MINUTE;
  const instant = wall + Number(seconds) * 1000 + Number(fraction.padEnd(3, '0')) - offsetMinutes(offset, text) * MINUTE;
  const complete = match[6] !== undefined;
  return { instant, iso: complete ? text.trim().replace(' ', 'T') : `${day}T${hours}:${minutes}:${seconds}${ALMATY}` };
}

/** Reads a day of the calendar. @throws CommandFailure date_invalid */
export function readDay(text: string): LegalDay {
  try {
    weekdayOf(text);
    return text;
  } catch (error) {
    if (error instanceof CalendarError) throw invalid(text);
    throw error;
  }
}

function offsetMinutes(offset: string, text: string): number {
  if (offset === 'Z') return 0;
  const hours = Number(offset.slice(1, 3));
  const minutes = Number(offset.slice(4, 6));
  if (hours > 14 || minutes > 59) throw invalid(text);
  return (offset.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}

function invalid(text: string): CommandFailure {
  return new CommandFailure(
    'date_invalid',
    `"${text}" is no date that exists: write YYYY-MM-DD or YYYY-MM-DDTHH:MM:SS+05:00 (without an offset it is Asia/Almaty).`,
  );
}
