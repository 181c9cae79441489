/**
 * "Why this date" as sentences that a person can read aloud: the rule and its force, the fact that
 * started the count, the days that were counted and those that were not, the last day, and how the
 * duty stands. The sentences say nothing that the structured explanation does not hold.
 */
import type { DateReading } from '../../domain/case/date-history.js';
import type { AnyEntry } from '../../domain/subject/subjects.js';
import type { Instant } from '../../domain/law/calendar.js';
import { standingOf, type Duty } from '../../domain/law/duty.js';
import type { ExplainedDay, Explanation } from '../../domain/law/explain.js';
import type { Reading, Rule } from '../../domain/law/rule.js';
import { dayEndingAt, deadlineDay } from '../../domain/law/term.js';
import { assertNever } from '../../domain/assert-never.js';
import { catalogueOf } from './catalogue.js';
import { fill } from './fill.js';
import type { Language } from './language.js';
import { countInWords, dayInWords, endInWords, instantInWords, minutesInWords, ruleTitle, sourceInWords } from './wording.js';

/** Everything that decides the date of one duty, and nothing else. */
export interface DateBasis {
  /** The row and how it reads for the case; absent when the table has the row no more. */
  row?: { rule: Rule; reading: Reading };
  duty: Duty;
  /** The ledger entry that started the duty. */
  started: { seq: number; type: AnyEntry['type']; occurredAt: Instant; recordedAt: Instant };
  /** Absent where the rule sets no term. */
  explanation?: Explanation;
  /** What the date was, one reading after another. */
  readings: readonly DateReading[];
  /** The ledger entry that ended it; absent while it is open. */
  ended?: Pick<AnyEntry, 'seq' | 'type' | 'actor'>;
  /** Case time of the last ledger entry: "now" of an open duty. */
  clockAt: Instant;
  /** Working days by which it was met late, or is late by the case's clock. */
  lateWorkingDays: number;
  /** In their place for a term in hours, which is not counted in days. */
  lateMinutes?: number;
}

/** A fact recorded within this time of its instant is told with one date only. */
const SAME_MOMENT_MS = 60_000;

export function whyInWords(basis: DateBasis, language: Language): string {
  return [
    ...ruleSentences(basis, language),
    startSentence(basis, language),
    ...termSentences(basis, language),
    ...basis.readings.flatMap((reading) => readingSentence(reading, language)),
    standingSentence(basis, language),
    ...endSentence(basis, language),
    ...delaySentence(basis, language),
  ].join(' ');
}

/** Who met it: the act and whose it was. */
function endSentence({ ended }: DateBasis, language: Language): string[] {
  const { why, facts, roles } = catalogueOf(language);
  return ended === undefined ? [] : [fill(why.endedBy, { seq: ended.seq, fact: facts[ended.type], who: roles[ended.actor.role] }, language)];
}

/** P33: the coded reason; the words of its note are personal data and stand on the page of the case. */
function delaySentence({ duty: { delay } }: DateBasis, language: Language): string[] {
  const { why, delayReasons } = catalogueOf(language);
  return delay === undefined ? [] : [fill(why.delay, { reason: delayReasons[delay.reason] }, language)];
}

function ruleSentences({ row, duty }: DateBasis, language: Language): string[] {
  const { why, forces } = catalogueOf(language);
  if (row === undefined) return [fill(why.ruleGone, { rule: duty.rule, force: forces[duty.force] }, language)];
  const { rule, reading } = row;
  const wording = rule.wording[language];
  const values = { title: rule.title[language], rule: rule.id, source: sourceInWords(rule.source, language), force: forces[reading.force] };
  const quoted = wording === null ? fill(why.ruleWithoutWording, values, language) : fill(why.rule, { ...values, wording }, language);
  if (duty.force === 'internal') return [quoted, fill(why.internal, { source: internalSource(row, language) }, language)];
  return duty.force === 'policy' || duty.force === 'repealed_pattern' ? [quoted, why.policy] : [quoted];
}

function internalSource({ rule, reading }: NonNullable<DateBasis['row']>, language: Language): string {
  const decision = reading.duty?.termSource;
  return sourceInWords(decision === undefined ? rule.source : { order: 'P', paragraph: decision }, language);
}

function startSentence({ started }: DateBasis, language: Language): string {
  const { why, facts } = catalogueOf(language);
  const values = { seq: started.seq, fact: facts[started.type], at: instantInWords(started.occurredAt, language) };
  if (Math.abs(started.recordedAt - started.occurredAt) < SAME_MOMENT_MS) return fill(why.started, values, language);
  return fill(why.startedRecorded, { ...values, recordedAt: instantInWords(started.recordedAt, language) }, language);
}

/** One sentence per adoption that concerned the date; the first reading is what the sentences before it tell. */
function readingSentence({ seq, at, effect, law, adoption, dueAt, from, wouldBe }: DateReading, language: Language): string[] {
  if (adoption === undefined) return [];
  const { why } = catalogueOf(language);
  const atDaysEnd = [dueAt, from, wouldBe].every((instant) => instant === undefined || dayEndingAt(instant) !== undefined);
  const written = atDaysEnd
    ? (instant: Instant): string => dayInWords(deadlineDay(instant), language)
    : (instant: Instant): string => endInWords(instant, language);
  const end = (instant: Instant | undefined): string => (instant === undefined ? '' : written(instant));
  const version =
    adoption.previous.calendar === law.calendar
      ? fill(why.versionOfPolicy, { version: law.policy }, language)
      : fill(why.versionOfCalendar, { version: law.calendar }, language);
  const values = {
    seq,
    at: instantInWords(at, language),
    act: adoption.act,
    version,
    day: end(dueAt),
    end: end(dueAt),
    from: end(from),
    otherwise: end(wouldBe),
  };
  switch (effect) {
    case 'set':
      return [];
    case 'moved':
      if (!atDaysEnd) return [fill(from === dueAt ? why.confirmedInstant : why.movedInstant, values, language)];
      return [fill(from === dueAt ? why.termChanged : why.moved, values, language)];
    case 'confirmed':
      return [fill(atDaysEnd ? why.confirmed : why.confirmedInstant, values, language)];
    case 'kept':
      return [fill(atDaysEnd ? why.kept : why.keptInstant, values, language)];
    case 'ended':
      return [fill(why.switchedOff, values, language)];
  }
}

/** P5: where the term that ran already ends first, the date is that one's. */
function capSentences({ duty, explanation }: DateBasis, language: Language): string[] {
  const { noLaterThan, dueAt } = duty;
  if (noLaterThan === undefined || dueAt === undefined || explanation === undefined || dueAt >= explanation.dueAt) return [];
  const { why } = catalogueOf(language);
  const { rule } = noLaterThan;
  const title = ruleTitle(rule, language);
  const day = dayEndingAt(dueAt);
  return [
    day === undefined
      ? fill(why.noLaterThanInstant, { title, rule, end: endInWords(dueAt, language) }, language)
      : fill(why.noLaterThan, { title, rule, day: dayInWords(day, language) }, language),
  ];
}

function termSentences(basis: DateBasis, language: Language): string[] {
  return [...countSentences(basis, language), ...capSentences(basis, language)];
}

function countSentences({ explanation }: DateBasis, language: Language): string[] {
  const { why } = catalogueOf(language);
  if (explanation === undefined) return [why.noTerm];
  const { term, official, calendarVersion, lastDay, dueAt } = explanation;
  const sentences = [termSentence(explanation, language), ...dayListSentences(explanation, language)];
  if (term.unit === 'hours' || lastDay === undefined) return [...sentences, fill(why.endsInstant, { at: endInWords(dueAt, language) }, language)];
  sentences.push(fill(why.ends, { day: dayInWords(lastDay, language) }, language));
  const restsOnTable = term.unit !== 'until_day' && !('shift' in term && term.shift === 'none');
  const version = { version: calendarVersion };
  if (restsOnTable) sentences.push(fill(official ? why.calendar : why.calendarNotOfficial, version, language));
  return sentences;
}

function termSentence({ term }: Explanation, language: Language): string {
  const { why } = catalogueOf(language);
  switch (term.unit) {
    case 'working_days':
      return fill(why.termWorkingDays, { count: countInWords(term.count, 'working_days', language) }, language);
    case 'hours':
      return fill(why.termHours, { count: countInWords(term.count, 'hours', language) }, language);
    case 'months':
    case 'years':
      return fill(why.termMonths, { count: countInWords(term.count, term.unit, language) }, language);
    case 'until_day':
      return fill(why.termOwnDate, { day: dayInWords(term.day, language) }, language);
  }
}

function dayListSentences({ term, days, dueAt }: Explanation, language: Language): string[] {
  const { why } = catalogueOf(language);
  if (days.some((day) => day.reason === 'shifted')) return [fill(why.shifted, { day: dayInWords(deadlineDay(dueAt), language) }, language)];
  if (term.unit !== 'working_days') return [];
  const counted = days.filter((day) => day.counted).map((day) => countedDay(day, language));
  const skipped = days.filter((day) => !day.counted && day.reason !== 'event_day').map((day) => skippedDay(day, language));
  const sentences = [fill(why.countedDays, { days: counted.join('; ') }, language)];
  return skipped.length === 0 ? sentences : [...sentences, fill(why.skippedDays, { days: skipped.join('; ') }, language)];
}

function countedDay({ day, weekday, ordinal }: ExplainedDay, language: Language): string {
  const { why, weekdays } = catalogueOf(language);
  const values = { date: dayInWords(day, language), weekday: weekdays[weekday - 1] ?? '', ordinal: ordinal ?? '' };
  return fill(why.countedDay, values, language);
}

function skippedDay({ day, weekday, reason }: ExplainedDay, language: Language): string {
  const { why, weekdays, dayReasons } = catalogueOf(language);
  const values = { date: dayInWords(day, language), weekday: weekdays[weekday - 1] ?? '', reason: dayReasons[reason] };
  return fill(why.skippedDay, values, language);
}

function standingSentence({ duty, clockAt, lateWorkingDays, lateMinutes, explanation }: DateBasis, language: Language): string {
  const { why } = catalogueOf(language);
  const clock = instantInWords(clockAt, language);
  const late = lateMinutes === undefined ? countInWords(lateWorkingDays, 'working_days', language) : minutesInWords(lateMinutes, language);
  const at = duty.endedAt === undefined ? '' : instantInWords(duty.endedAt, language);
  const standing = standingOf(duty);
  switch (standing) {
    case 'open':
      return explanation === undefined ? why.openWithoutTerm : fill(why.open, { clock }, language);
    case 'overdue':
      return fill(why.overdue, { clock, late }, language);
    case 'exceeded':
      return fill(why.exceeded, { clock, late }, language);
    case 'met':
      return fill(explanation === undefined ? why.metWithoutTerm : why.met, { at }, language);
    case 'met_late':
      return fill(lateMinutes === undefined && lateWorkingDays === 0 ? why.metLateSameDay : why.metLate, { at, late }, language);
    case 'lapsed':
    case 'lapsed_late':
      return fill(why.lapsed, { at }, language);
    default:
      return assertNever(standing);
  }
}
