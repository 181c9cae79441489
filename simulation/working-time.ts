/**
 * When people are at work under a calendar: its working days, 09:00 to 18:30 Asia/Almaty (the hours
 * outside the quiet ones of P54; the sources name no office hours). People's delays are counted in this time, so a
 * day off that a calendar adds moves what they do, as it does in life.
 */
import { addDays, CalendarGap, isWorkingDay, startOfDay, weekdayOf, type Calendar, type Instant, type LegalDay } from '../domain/law/calendar.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const OPENS = 9 * HOUR;
/** Length of the working day: a delay of 1 is this much time at work. */
const OPEN_FOR = 9.5 * HOUR;

export class WorkingTime {
  private readonly calendar: Calendar;
  /** 00:00 of the first day that is known. */
  private readonly origin: Instant;
  private readonly lastYear: number;
  /** 00:00 of each working day, ascending. */
  private readonly days: readonly Instant[];
  /** By calendar day since the origin: place in `days` of the first working day from it on. */
  private readonly nextPlace: readonly number[];

  /** @throws CalendarGap when the calendar has no table for `firstYear` */
  constructor(calendar: Calendar, firstYear: number) {
    this.calendar = calendar;
    this.lastYear = lastYearFrom(calendar, firstYear);
    this.origin = startOfDay(`${firstYear}-01-01`);
    const days: Instant[] = [];
    const nextPlace: number[] = [];
    for (let day: LegalDay = `${firstYear}-01-01`; day <= `${this.lastYear}-12-31`; day = addDays(day, 1)) {
      nextPlace.push(days.length);
      if (isWorkingDay(calendar, day)) days.push(startOfDay(day));
    }
    this.days = days;
    this.nextPlace = nextPlace;
  }

  /**
   * The moment after so many working days of time at work, in whole minutes; 0 = as soon as somebody is at work.
   * @throws CalendarGap when it lies beyond the tables
   */
  after(from: Instant, workingDays: number): Instant {
    const place = this.placeOf(from);
    const day = this.dayAt(place);
    const done = Math.min(Math.max(from - day - OPENS, 0), OPEN_FOR);
    const total = done + Math.floor((workingDays * OPEN_FOR) / MINUTE) * MINUTE;
    const whole = Math.floor(total / OPEN_FOR);
    return this.dayAt(place + whole) + OPENS + (total - whole * OPEN_FOR);
  }

  /** That part of the office hours of the day, or of the next working day when it is off. @throws CalendarGap */
  onDay(day: Instant, part: number): Instant {
    return this.dayAt(this.placeOf(day)) + OPENS + Math.floor((part * OPEN_FOR) / MINUTE) * MINUTE;
  }

  private placeOf(instant: Instant): number {
    return this.nextPlace[Math.floor((instant - this.origin) / DAY)] ?? this.days.length;
  }

  private dayAt(place: number): Instant {
    const day = this.days[place];
    if (day === undefined) throw new CalendarGap(this.lastYear + 1, this.calendar.version);
    return day;
  }
}

function lastYearFrom(calendar: Calendar, firstYear: number): number {
  if (calendar.years[String(firstYear)] === undefined) throw new CalendarGap(firstYear, calendar.version);
  let year = firstYear;
  while (calendar.years[String(year + 1)] !== undefined) year += 1;
  return year;
}

/** When the office closes on that day. */
export function closingTime(day: LegalDay): Instant {
  return startOfDay(day) + OPENS + OPEN_FOR;
}

/** 00:00 of every Monday to Friday of the year, whatever any calendar says: the days on which people need the Center. */
export function weekdaysOf(year: number): readonly Instant[] {
  const days: Instant[] = [];
  for (let day = `${year}-01-01`; day <= `${year}-12-31`; day = addDays(day, 1)) if (weekdayOf(day) <= 5) days.push(startOfDay(day));
  return days;
}
