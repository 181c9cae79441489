/** "Why this date" of one duty, from the ledger and the law that the case used when the duty began. */
import type { z } from 'zod';
import type { Rule as RuleBody, Why } from '../contracts/http/duties.js';
import { catalogueOf } from '../contracts/messages/catalogue.js';
import type { Language } from '../contracts/messages/language.js';
import { whyInWords, type DateBasis } from '../contracts/messages/why-text.js';
import { ruleTitle, sourceInWords } from '../contracts/messages/wording.js';
import { shownReading, standingOn, termForceOf, type ShownEdition } from '../contracts/rule-row.js';
import { lawByRef } from '../db/law.js';
import type { Pool } from '../db/pool.js';
import type { StepEntry } from '../db/projection.js';
import { readEntriesAfter } from '../ledger/read-cases.js';
import { dateHistory, standingReading, type DateReading } from '../domain/case/date-history.js';
import type { Actor } from '../domain/case/facts.js';
import { isCase, kindByEntry, lawIn, type AnyEntry, type AnyState } from '../domain/subject/subjects.js';
import { coreOf } from '../ledger/version.js';
import { legalDayOf, type Instant, type LegalDay } from '../domain/law/calendar.js';
import { standingOf, type Duty } from '../domain/law/duty.js';
import { explain, type Explanation } from '../domain/law/explain.js';
import { findRule, lawOf, type Law, type LawRef } from '../domain/law/law.js';
import type { DutySpec, Force, Reading, Rule } from '../domain/law/rule.js';
import { dayEndingAt, latenessInWorkingDays } from '../domain/law/term.js';
import { readableCase } from './case-access.js';
import { iso } from './instants.js';
import { problem } from './problem.js';

type WhyBody = z.input<typeof Why>;
type EntryDoc = WhyBody['start'];

/** @throws ProblemError `case_unknown` and the like, or `duty_unknown` */
export async function explainDutyOf(pool: Pool, actor: Actor, caseId: string, key: string, language: Language): Promise<WhyBody> {
  const { reads } = await readableCase(pool, actor, caseId, { act: 'readCases', shows: ['skeleton'] });
  const why = await explainDuty(reads, caseId, key, language);
  if (why === undefined) throw problem('duty_unknown');
  return why;
}

/** Explains a duty of a case or of a Center; undefined when it has no such duty. */
export async function explainDuty(pool: Pool, subjectId: string, key: string, language: Language): Promise<WhyBody | undefined> {
  const entries = await readEntriesAfter(pool, subjectId, 0);
  const state = rebuilt(entries, subjectId);
  const duty = state?.duties.find((candidate) => candidate.key === key);
  if (state === undefined || duty === undefined) return undefined;
  const readings = dateHistory(key, entries);
  // The law that counted the date that stands; for a duty without a term the one under which it began.
  const ref = standingReading(readings)?.law ?? lawAt(entries, duty.startedSeq) ?? state.law;
  const law = lawOf(await lawByRef(pool, ref));
  return whyBody(state, duty, basisOf(duty, entries, readings, law, readingDayOf(state, duty)), entries, language);
}

function rebuilt(entries: readonly AnyEntry[], subjectId: string): AnyState | undefined {
  const [first] = entries;
  if (first === undefined) return undefined;
  const core = coreOf(kindByEntry(first));
  return entries.reduce<AnyState | undefined>((state, entry) => core.evolve(state, entry, subjectId), undefined);
}

/** The day by whose readings of the law the duty goes (P38): of a Center that on which the duty began. */
function readingDayOf(state: AnyState, duty: Duty): LegalDay {
  return isCase(state) ? state.cycle.startedOn : legalDayOf(duty.startedAt);
}

/** The law in force for the case at a place of its ledger: the last one recorded up to there. */
function lawAt(entries: readonly AnyEntry[], seq: number): LawRef | undefined {
  return entries
    .filter((entry) => entry.seq <= seq)
    .flatMap((entry) => lawIn(entry) ?? [])
    .at(-1);
}

function whyBody(state: AnyState, duty: Duty, basis: DateBasis, entries: readonly AnyEntry[], language: Language): WhyBody {
  const { explanation, clockAt, row, readings } = basis;
  return {
    ...(isCase(state) ? { caseId: state.caseId } : {}),
    center: state.center,
    key: duty.key,
    ...(row === undefined ? {} : { rule: ruleBody(row.rule, row.reading, shownReading(row.rule, row.reading), language) }),
    owner: duty.owner,
    agency: duty.agency,
    subject: duty.subject,
    standing: standingOf(duty),
    start: startBody(entryAt(entries, duty.startedSeq), language),
    ...(explanation === undefined ? {} : termBody(duty, row?.reading, explanation, language)),
    days: daysBody(explanation, language),
    readings: readings.map((reading) => readingBody(reading, language)),
    steps: stepsBody(duty, entries, language),
    ...(duty.state === 'open' ? {} : { ended: endedBody(duty, entries, language) }),
    lateness: { late: isLate(duty), ...latenessBody(basis), asOf: iso(duty.endedAt ?? clockAt), reason: duty.delay?.reason },
    clockAt: iso(clockAt),
    text: whyInWords(basis, language),
  };
}

/**
 * The row is looked up in today's table, as it reads for the case: its wording may have been corrected since,
 * and the row may be gone, while the date stands as it was recorded.
 */
function basisOf(duty: Duty, entries: readonly AnyEntry[], readings: readonly DateReading[], law: Law, readingDay: LegalDay): DateBasis {
  const rule = findRule(law, duty.rule);
  const { seq, type, occurredAt, at } = entryAt(entries, duty.startedSeq);
  const clockAt = entries.at(-1)?.at ?? occurredAt;
  const explained = duty.term === undefined ? {} : { explanation: explain(law.calendar, duty.startedAt, duty.term) };
  return {
    ...(rule === undefined ? {} : { row: { rule, reading: standingOn(rule, readingDay) } }),
    duty,
    started: { seq, type, occurredAt, recordedAt: at },
    ...explained,
    readings,
    ...(duty.endedSeq === undefined ? {} : { ended: entryAt(entries, duty.endedSeq) }),
    clockAt,
    ...latenessOf(duty, law, clockAt),
  };
}

function latenessOf({ dueAt, endedAt, state, term }: Duty, law: Law, clockAt: Instant): Pick<DateBasis, 'lateWorkingDays' | 'lateMinutes'> {
  const until = endedAt ?? clockAt;
  const late = dueAt !== undefined && state !== 'lapsed' && until > dueAt;
  if (term?.unit === 'hours') return { lateWorkingDays: 0, lateMinutes: late ? Math.floor((until - dueAt) / 60_000) : 0 };
  return { lateWorkingDays: late ? latenessInWorkingDays(law.calendar, dueAt, until) : 0 };
}

function latenessBody({ lateWorkingDays, lateMinutes }: DateBasis): Pick<WhyBody['lateness'], 'workingDays' | 'minutes'> {
  return lateMinutes === undefined ? { workingDays: lateWorkingDays } : { minutes: lateMinutes };
}

function isLate(duty: Duty): boolean {
  const standing = standingOf(duty);
  return standing === 'overdue' || standing === 'exceeded' || standing === 'met_late';
}

function entryAt(entries: readonly AnyEntry[], seq: number): AnyEntry {
  const entry = entries.find((candidate) => candidate.seq === seq);
  if (entry === undefined) throw new Error(`the ledger has no entry ${seq}, which a duty names`);
  return entry;
}

function startBody({ seq, type, at, occurredAt }: AnyEntry, language: Language): EntryDoc {
  return { seq, type, what: catalogueOf(language).facts[type], at: iso(at), occurredAt: iso(occurredAt) };
}

function termBody(
  duty: Duty,
  row: Reading | undefined,
  explanation: Explanation,
  language: Language,
): Pick<WhyBody, 'term' | 'calendar' | 'noLaterThan' | 'dueAt' | 'lastDay'> {
  const { term, calendarVersion, official } = explanation;
  // The date that stands: P5 may end it before its own term does.
  const dueAt = duty.dueAt ?? explanation.dueAt;
  return {
    term: {
      unit: term.unit,
      ...('count' in term ? { count: term.count } : {}),
      ...('day' in term ? { day: term.day } : {}),
      ...('shift' in term ? { shift: term.shift } : {}),
      force: duty.force,
      source: row?.duty?.termSource ?? duty.rule,
    },
    calendar: { version: calendarVersion, official },
    ...(duty.noLaterThan === undefined
      ? {}
      : { noLaterThan: { key: duty.noLaterThan.key, rule: duty.noLaterThan.rule, title: ruleTitle(duty.noLaterThan.rule, language) } }),
    dueAt: iso(dueAt),
    lastDay: dayEndingAt(dueAt),
  };
}

/** One reading of the date: when, by which law, and what became of it. */
function readingBody({ seq, at, effect, law, adoption, dueAt, from, wouldBe }: DateReading, language: Language): WhyBody['readings'][number] {
  return {
    seq,
    at: iso(at),
    effect,
    what: catalogueOf(language).readings[effect],
    calendar: law.calendar,
    policy: law.policy,
    dueAt: iso(dueAt),
    ...(adoption === undefined ? {} : { act: adoption.act, previous: { calendar: adoption.previous.calendar, policy: adoption.previous.policy } }),
    ...(from === undefined ? {} : { from: iso(from) }),
    ...(wouldBe === undefined ? {} : { wouldBe: iso(wouldBe) }),
  };
}

function daysBody(explanation: Explanation | undefined, language: Language): WhyBody['days'] {
  const { dayReasons } = catalogueOf(language);
  return (explanation?.days ?? []).map((day) => ({ ...day, text: dayReasons[day.reason] }));
}

/** The moments of the ladder, reached ones with the entry that recorded them. */
function stepsBody(duty: Duty, entries: readonly AnyEntry[], language: Language): WhyBody['steps'] {
  const { steps } = catalogueOf(language);
  const reached = entries.filter((entry): entry is StepEntry => entry.type === 'DeadlineStepReached' && entry.data.dutyKey === duty.key);
  return duty.steps.map(({ step, at }) => {
    const entry = reached.find(({ data }) => data.step === step && data.moment === at);
    const record = entry === undefined ? {} : { seq: entry.seq, recordedAt: iso(entry.at), recipients: [...entry.data.recipients] };
    return { step, what: steps[step], at: iso(at), reached: entry !== undefined, ...record };
  });
}

function endedBody({ state, endedAt, endedSeq }: Duty, entries: readonly AnyEntry[], language: Language): WhyBody['ended'] {
  if (state === 'open' || endedAt === undefined || endedSeq === undefined) return undefined;
  const {
    seq,
    type,
    actor: { id, role },
  } = entryAt(entries, endedSeq);
  return { how: state, at: iso(endedAt), seq, what: catalogueOf(language).facts[type], by: { id, role } };
}

/** A row of the table as the API shows it: one of its readings, and the days that are told with it. */
export function ruleBody(
  { id, title, source, enforced, wording }: Rule,
  { force, duty }: Reading,
  { name, from, to }: ShownEdition,
  language: Language,
): z.input<typeof RuleBody> {
  return {
    id,
    title: { ...title },
    source: { ...source, text: sourceInWords(source, language) },
    force,
    edition: { name, from, to },
    enforced: { ...enforced },
    ...(duty === undefined ? {} : { duty: dutySpecBody(force, duty) }),
    wording: { ...wording },
  };
}

function dutySpecBody(force: Force, duty: DutySpec): z.input<typeof RuleBody>['duty'] {
  return {
    owner: duty.owner,
    ladder: duty.ladder,
    termForce: termForceOf(duty, force).termForce,
    termSource: duty.termSource,
    starts: [...new Set(duty.starts.map((trigger) => trigger.on))],
    metBy: [...new Set(duty.metBy.map((trigger) => trigger.on))],
  };
}
