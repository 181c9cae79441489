/** "Why this date" of one duty, from the ledger and the law that the case used when the duty began. */
import type { z } from 'zod';
import type { Rule as RuleBody, Why } from '../contracts/http/duties.js';
import { catalogueOf } from '../contracts/messages/catalogue.js';
import type { Language } from '../contracts/messages/language.js';
import { whyInWords, type DateBasis } from '../contracts/messages/why-text.js';
import { sourceInWords } from '../contracts/messages/wording.js';
import { termForceOf } from '../contracts/rule-row.js';
import { lawByRef } from '../db/law.js';
import { readEntriesAfter, readStoredCase } from '../db/ledger.js';
import type { Pool } from '../db/pool.js';
import { dateHistory, standingReading, type DateReading } from '../domain/case/date-history.js';
import { rebuild } from '../domain/case/evolve.js';
import type { Actor, Entry, EntryOf } from '../domain/case/facts.js';
import type { Instant } from '../domain/law/calendar.js';
import { standingOf, type Duty } from '../domain/law/duty.js';
import { explain, type Explanation } from '../domain/law/explain.js';
import { findRule, lawOf, type Law, type LawRef } from '../domain/law/law.js';
import type { Rule } from '../domain/law/rule.js';
import { deadlineDay, latenessInWorkingDays } from '../domain/law/term.js';
import { readableCase } from './case-access.js';
import { iso } from './instants.js';
import { problem } from './problems.js';

type WhyBody = z.input<typeof Why>;
type EntryDoc = WhyBody['start'];

/** @throws ProblemError `case_unknown` and the like, or `duty_unknown` */
export async function explainDutyOf(pool: Pool, actor: Actor, caseId: string, key: string, language: Language): Promise<WhyBody> {
  await readableCase(pool, actor, caseId);
  const why = await explainDuty(pool, caseId, key, language);
  if (why === undefined) throw problem('duty_unknown');
  return why;
}

/** Explains a duty of a case; undefined when the case has no such duty. */
async function explainDuty(pool: Pool, caseId: string, key: string, language: Language): Promise<WhyBody | undefined> {
  const [stored, entries] = await Promise.all([readStoredCase(pool, caseId), readEntriesAfter(pool, caseId, 0)]);
  // Both are read at their own moment: what the ledger says is the truth of the two.
  const state = stored?.seq === entries.length ? stored.state : rebuild(entries, caseId);
  const duty = state?.duties.find((candidate) => candidate.key === key);
  if (state === undefined || duty === undefined) return undefined;
  const readings = dateHistory(key, entries);
  // The law that counted the date that stands; for a duty without a term the one under which it began.
  const ref = standingReading(readings)?.law ?? lawAt(entries, duty.startedSeq) ?? state.law;
  return whyBody(caseId, duty, entries, readings, lawOf(await lawByRef(pool, ref)), language);
}

/** The law in force for the case at a place of its ledger: the last one recorded up to there. */
function lawAt(entries: readonly Entry[], seq: number): LawRef | undefined {
  return entries
    .filter((entry) => entry.seq <= seq)
    .flatMap((entry) => (entry.type === 'AppealRegistered' || entry.type === 'LawAdopted' ? [entry.data.law] : []))
    .at(-1);
}

function whyBody(
  caseId: string,
  duty: Duty,
  entries: readonly Entry[],
  readings: readonly DateReading[],
  law: Law,
  language: Language,
): WhyBody {
  const basis = basisOf(duty, entries, readings, law);
  const { explanation, clockAt, lateWorkingDays, rule } = basis;
  return {
    caseId,
    key: duty.key,
    rule: ruleBody(rule, language),
    owner: duty.owner,
    agency: duty.agency,
    subject: duty.subject,
    standing: standingOf(duty),
    start: startBody(entryAt(entries, duty.startedSeq), language),
    ...(explanation === undefined ? {} : termBody(duty, rule, explanation)),
    days: daysBody(explanation, language),
    readings: readings.map((reading) => readingBody(reading, language)),
    steps: stepsBody(duty, entries, language),
    ...(duty.state === 'open' ? {} : { ended: endedBody(duty, entries, language) }),
    lateness: { late: isLate(duty), workingDays: lateWorkingDays, asOf: iso(duty.endedAt ?? clockAt), reason: duty.delay?.reason },
    clockAt: iso(clockAt),
    text: whyInWords(basis, language),
  };
}

function basisOf(duty: Duty, entries: readonly Entry[], readings: readonly DateReading[], law: Law): DateBasis {
  const rule = findRule(law, duty.rule);
  if (rule === undefined) throw new Error(`rule table ${law.ref.rules} has no row ${duty.rule}, which a ledger names`);
  const { seq, type, occurredAt, at } = entryAt(entries, duty.startedSeq);
  const clockAt = entries.at(-1)?.at ?? occurredAt;
  const explained = duty.term === undefined ? {} : { explanation: explain(law.calendar, duty.startedAt, duty.term) };
  return {
    rule,
    duty,
    started: { seq, type, occurredAt, recordedAt: at },
    ...explained,
    readings,
    ...(duty.endedSeq === undefined ? {} : { ended: entryAt(entries, duty.endedSeq) }),
    clockAt,
    lateWorkingDays: latenessOf(duty, law, clockAt),
  };
}

function latenessOf(duty: Duty, law: Law, clockAt: Instant): number {
  const until = duty.endedAt ?? clockAt;
  if (duty.dueAt === undefined || duty.state === 'lapsed' || until <= duty.dueAt) return 0;
  return latenessInWorkingDays(law.calendar, duty.dueAt, until);
}

function isLate(duty: Duty): boolean {
  const standing = standingOf(duty);
  return standing === 'overdue' || standing === 'exceeded' || standing === 'met_late';
}

function entryAt(entries: readonly Entry[], seq: number): Entry {
  const entry = entries.find((candidate) => candidate.seq === seq);
  if (entry === undefined) throw new Error(`the ledger has no entry ${seq}, which a duty names`);
  return entry;
}

function startBody({ seq, type, at, occurredAt }: Entry, language: Language): EntryDoc {
  return { seq, type, what: catalogueOf(language).facts[type], at: iso(at), occurredAt: iso(occurredAt) };
}

function termBody(duty: Duty, rule: Rule, explanation: Explanation): Pick<WhyBody, 'term' | 'calendar' | 'noLaterThan' | 'dueAt' | 'lastDay'> {
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
      source: rule.duty?.termSource ?? rule.id,
    },
    calendar: { version: calendarVersion, official },
    ...(duty.noLaterThan === undefined ? {} : { noLaterThan: { key: duty.noLaterThan.key, rule: duty.noLaterThan.rule } }),
    dueAt: iso(dueAt),
    lastDay: deadlineDay(dueAt),
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
function stepsBody(duty: Duty, entries: readonly Entry[], language: Language): WhyBody['steps'] {
  const { steps } = catalogueOf(language);
  const reached = entries.filter((entry): entry is EntryOf<'DeadlineStepReached'> => entry.type === 'DeadlineStepReached' && entry.data.dutyKey === duty.key);
  return duty.steps.map(({ step, at }) => {
    const entry = reached.find(({ data }) => data.step === step && data.moment === at);
    const record = entry === undefined ? {} : { seq: entry.seq, recordedAt: iso(entry.at), recipients: [...entry.data.recipients] };
    return { step, what: steps[step], at: iso(at), reached: entry !== undefined, ...record };
  });
}

function endedBody({ state, endedAt, endedSeq }: Duty, entries: readonly Entry[], language: Language): WhyBody['ended'] {
  if (state === 'open' || endedAt === undefined || endedSeq === undefined) return undefined;
  const { seq, type, actor: { id, role } } = entryAt(entries, endedSeq);
  return { how: state, at: iso(endedAt), seq, what: catalogueOf(language).facts[type], by: { id, role } };
}

/** A row of the table as the API shows it. */
export function ruleBody(rule: Rule, language: Language): z.input<typeof RuleBody> {
  const { duty, source } = rule;
  const edition = { name: rule.edition.name, from: rule.edition.from, to: rule.edition.to };
  return {
    id: rule.id,
    source: { ...source, text: sourceInWords(source, language) },
    force: rule.force,
    edition,
    enforced: { ...rule.enforced },
    ...(duty === undefined ? {} : { duty: dutySpecBody(rule, duty) }),
    wording: { ...rule.wording },
  };
}

function dutySpecBody(rule: Rule, duty: NonNullable<Rule['duty']>): z.input<typeof RuleBody>['duty'] {
  return {
    owner: duty.owner,
    ladder: duty.ladder,
    termForce: termForceOf(duty, rule.force).termForce,
    termSource: duty.termSource,
    starts: [...new Set(duty.starts.map((trigger) => trigger.on))],
    metBy: [...new Set(duty.metBy.map((trigger) => trigger.on))],
  };
}
