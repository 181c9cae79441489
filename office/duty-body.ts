/** A duty as lists and cases show it. */
import type { z } from 'zod';
import type { Duty as DutyBody } from '../contracts/http/duties.js';
import type { Language } from '../contracts/messages/language.js';
import { ruleTitle } from '../contracts/messages/wording.js';
import type { DutyListItem } from '../db/lists.js';
import type { Calendar, Instant } from '../domain/law/calendar.js';
import { dayEndingAt } from '../domain/law/term.js';
import { iso, isoIf } from './instants.js';
import { isOfficialDate, type TermShape } from './official-date.js';

/**
 * @param calendar by which the date was counted
 * @param now of the wall; a case that was forwarded has its own, which is later
 */
export function dutyBody(
  item: Omit<DutyListItem, 'calendar'>,
  calendar: Calendar,
  term: TermShape,
  now: Instant,
  language: Language,
): z.input<typeof DutyBody> {
  const { caseId, center, key, rule, subject, owner, agency, caseManager, force, startedAt, dueAt, standing, urgent, endedAt } = item;
  return {
    ...(caseId === undefined ? {} : { caseId }),
    center,
    key,
    rule,
    title: ruleTitle(rule, language),
    subject,
    owner,
    agency,
    caseManager,
    force,
    startedAt: iso(startedAt),
    dueAt: isoIf(dueAt),
    lastDay: dueAt === undefined ? undefined : dayEndingAt(dueAt),
    minutesLeft: minutesLeft(item, term, now),
    official: dueAt === undefined ? undefined : isOfficialDate(calendar, term, startedAt, dueAt),
    standing,
    urgent,
    endedAt: isoIf(endedAt),
    why: `${caseId === undefined ? `/v1/centers/${encodeURIComponent(center)}` : `/v1/cases/${caseId}`}/duties/${encodeURIComponent(key)}/why`,
  };
}

/** Of a term in hours that has not passed: days would say nothing of it. */
function minutesLeft(
  { dueAt, standing, clockAt }: Pick<DutyListItem, 'dueAt' | 'standing' | 'clockAt'>,
  { unit }: TermShape,
  now: Instant,
): number | undefined {
  if (unit !== 'hours' || dueAt === undefined || standing !== 'open') return undefined;
  return Math.max(0, Math.floor((dueAt - Math.max(now, clockAt)) / 60_000));
}
