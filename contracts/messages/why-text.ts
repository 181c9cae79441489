/**
 * "Why this date" as sentences that a person can read aloud: the rule and its force, the fact that
 * started the count, the days that were counted and those that were not, the last day, and how the
 * duty stands. The sentences say nothing that the structured explanation does not hold.
 */
import type { DateReading } from '../../domain/case/date-history.js';
import type { Entry, FactType } from '../../domain/case/facts.js';
import type { Instant } from '../../domain/law/calendar.js';
import { standingOf, type Duty } from '../../domain/law/duty.js';
import type { ExplainedDay, Explanation } from '../../domain/law/explain.js';
import type { Rule } from '../../domain/law/rule.js';
import { deadlineDay } from '../../domain/law/term.js';
import { assertNever } from '../../domain/assert-never.js';
import { catalogueOf, fill } from './catalogue.js';
import type { Language } from './language.js';
import { countInWords, dayInWords, instantInWords, sourceInWords } from './wording.js';

/** Everything that decides the date of one duty, and nothing else. */
export interface DateBasis {
  rule: Rule;
  duty: Duty;
  /** The ledger entry that started the duty. */
  started: { seq: number; type: FactType; occurredAt: Instant; recordedAt: Instant };
  /** Absent where the rule sets no term. */
  explanation?: Explanation;
  /** What the date was, one reading after another. */
  readings: readonly DateReading[];
  /** The ledger entry that ended it; absent while it is open. */
  ended?: Pick<Entry, 'seq' | 'type' | 'actor'>;
  /** Case time of the last ledger entry: "now" of an open duty. */
  clockAt: Instant;
  /** Working days by which it was met late, or is late by the case's clock. */
  lateWorkingDays: number;
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
  return ended === undefined ? [] : [fill(why.endedBy, { seq: ended.seq, fact: facts[ended.type], who: roles[ended.actor.role] })];
}

/** P33: the coded reason; the words of its note are personal data and stand on the page of the case. */
function delaySentence({ duty: { delay } }: DateBasis, language: Language): string[] {
  const { why, delayReasons } = catalogueOf(language);
  return delay === undefined ? [] : [fill(why.delay, { reason: delayReasons[delay.reason] })];
}

function ruleSentences({ rule, duty }: DateBasis, language: Language): string[] {
  const { why, forces } = catalogueOf(language);
  const wording = rule.wording[language];
  const values = { rule: rule.id, source: sourceInWords(rule.source, language), force: forces[rule.force] };
  const quoted = wording === null ? fill(why.ruleWithoutWording, values) : fill(why.rule, { ...values, wording });
  if (duty.force === 'internal') return [quoted, fill(why.internal, { source: internalSource(rule, language) })];
  return duty.force === 'policy' || duty.force === 'repealed_pattern' ? [quoted, why.policy] : [quoted];
}

function internalSource(rule: Rule, language: Language): string {
  const decision = rule.duty?.termSource;
  return sourceInWords(decision === undefined ? rule.source : { order: 'P', paragraph: decision }, language);
}

function startSentence({ started }: DateBasis, language: Language): string {
  const { why, facts } = catalogueOf(language);
  const values = { seq: started.seq, fact: facts[started.type], at: instantInWords(started.occurredAt, language) };
  if (Math.abs(started.recordedAt - started.occurredAt) < SAME_MOMENT_MS) return fill(why.started, values);
  return fill(why.startedRecorded, { ...values, recordedAt: instantInWords(started.recordedAt, language) });
}

/** One sentence per adoption that concerned the date; the first reading is what the sentences before it tell. */
function readingSentence({ seq, at, effect, law, adoption, dueAt, from, wouldBe }: DateReading, language: Language): string[] {
  if (adoption === undefined) return [];
  const { why } = catalogueOf(language);
  const day = (instant: Instant | undefined): string => (instant === undefined ? '' : dayInWords(deadlineDay(instant), language));
  const version = adoption.previous.calendar === law.calendar ? fill(why.versionOfPolicy, { version: law.policy }) : fill(why.versionOfCalendar, { version: law.calendar });
  const values = { seq, at: instantInWords(at, language), act: adoption.act, version, day: day(dueAt), from: day(from), otherwise: day(wouldBe) };
  switch (effect) {
    case 'set':
      return [];
    case 'moved':
      return [fill(from === dueAt ? why.termChanged : why.moved, values)];
    case 'confirmed':
      return [fill(why.confirmed, values)];
    case 'kept':
      return [fill(why.kept, values)];
    case 'ended':
      return [fill(why.switchedOff, values)];
  }
}

/** P5: where the term that ran already ends first, the date is that one's. */
function capSentences({ duty, explanation }: DateBasis, language: Language): string[] {
  const { noLaterThan, dueAt } = duty;
  if (noLaterThan === undefined || dueAt === undefined || explanation === undefined || dueAt >= explanation.dueAt) return [];
  const { why } = catalogueOf(language);
  return [fill(why.noLaterThan, { rule: noLaterThan.rule, day: dayInWords(deadlineDay(dueAt), language) })];
}

function termSentences(basis: DateBasis, language: Language): string[] {
  return [...countSentences(basis, language), ...capSentences(basis, language)];
}

function countSentences({ explanation }: DateBasis, language: Language): string[] {
  const { why } = catalogueOf(language);
  if (explanation === undefined) return [why.noTerm];
  const { term, official, calendarVersion } = explanation;
  const sentences = [termSentence(explanation, language), ...dayListSentences(explanation, language)];
  if (term.unit === 'hours') return [...sentences, fill(why.endsInstant, { at: instantInWords(explanation.dueAt, language) })];
  sentences.push(fill(why.ends, { day: dayInWords(explanation.lastDay, language) }));
  const restsOnTable = term.unit !== 'until_day' && !('shift' in term && term.shift === 'none');
  const version = { version: calendarVersion };
  if (restsOnTable) sentences.push(fill(official ? why.calendar : why.calendarNotOfficial, version));
  return sentences;
}

function termSentence({ term }: Explanation, language: Language): string {
  const { why } = catalogueOf(language);
  switch (term.unit) {
    case 'working_days':
      return fill(why.termWorkingDays, { count: countInWords(term.count, 'working_days', language) });
    case 'hours':
      return fill(why.termHours, { count: countInWords(term.count, 'hours', language) });
    case 'months':
    case 'years':
      return fill(why.termMonths, { count: countInWords(term.count, term.unit, language) });
    case 'until_day':
      return fill(why.termOwnDate, { day: dayInWords(term.day, language) });
  }
}

function dayListSentences({ term, days, lastDay }: Explanation, language: Language): string[] {
  const { why } = catalogueOf(language);
  if (days.some((day) => day.reason === 'shifted')) return [fill(why.shifted, { day: dayInWords(lastDay, language) })];
  if (term.unit !== 'working_days') return [];
  const counted = days.filter((day) => day.counted).map((day) => countedDay(day, language));
  const skipped = days.filter((day) => !day.counted && day.reason !== 'event_day').map((day) => skippedDay(day, language));
  const sentences = [fill(why.countedDays, { days: counted.join('; ') })];
  return skipped.length === 0 ? sentences : [...sentences, fill(why.skippedDays, { days: skipped.join('; ') })];
}

function countedDay({ day, weekday, ordinal }: ExplainedDay, language: Language): string {
  const { why, weekdays } = catalogueOf(language);
  const values = { date: dayInWords(day, language), weekday: weekdays[weekday - 1] ?? '', ordinal: ordinal ?? '' };
  return fill(why.countedDay, values);
}

function skippedDay({ day, weekday, reason }: ExplainedDay, language: Language): string {
  const { why, weekdays, dayReasons } = catalogueOf(language);
  const values = { date: dayInWords(day, language), weekday: weekdays[weekday - 1] ?? '', reason: dayReasons[reason] };
  return fill(why.skippedDay, values);
}

function standingSentence({ duty, clockAt, lateWorkingDays, explanation }: DateBasis, language: Language): string {
  const { why } = catalogueOf(language);
  const clock = instantInWords(clockAt, language);
  const late = countInWords(lateWorkingDays, 'working_days', language);
  const at = duty.endedAt === undefined ? '' : instantInWords(duty.endedAt, language);
  const standing = standingOf(duty);
  switch (standing) {
    case 'open':
      return explanation === undefined ? why.openWithoutTerm : fill(why.open, { clock });
    case 'overdue':
      return fill(why.overdue, { clock, late });
    case 'exceeded':
      return fill(why.exceeded, { clock, late });
    case 'met':
      return fill(explanation === undefined ? why.metWithoutTerm : why.met, { at });
    case 'met_late':
      return fill(lateWorkingDays === 0 ? why.metLateSameDay : why.metLate, { at, late });
    case 'lapsed':
      return fill(why.lapsed, { at });
    default:
      return assertNever(standing);
  }
}
