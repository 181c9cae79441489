/** A duty as lists and cases show it. */
import type { z } from 'zod';
import type { Duty as DutyBody } from '../contracts/http/duties.js';
import type { DutyListItem } from '../db/lists.js';
import type { Calendar } from '../domain/law/calendar.js';
import { deadlineDay } from '../domain/law/term.js';
import { iso, isoIf } from './instants.js';
import { isOfficialDate, type TermShape } from './official-date.js';

/** @param calendar by which the date was counted */
export function dutyBody(item: Omit<DutyListItem, 'center' | 'calendar'>, calendar: Calendar, term: TermShape): z.input<typeof DutyBody> {
  const { caseId, key, rule, subject, owner, agency, caseManager, force, startedAt, dueAt, standing, endedAt } = item;
  return {
    caseId,
    key,
    rule,
    subject,
    owner,
    agency,
    caseManager,
    force,
    startedAt: iso(startedAt),
    dueAt: isoIf(dueAt),
    lastDay: dueAt === undefined ? undefined : deadlineDay(dueAt),
    official: dueAt === undefined ? undefined : isOfficialDate(calendar, term, startedAt, dueAt),
    standing,
    endedAt: isoIf(endedAt),
    why: `/v1/cases/${caseId}/duties/${encodeURIComponent(key)}/why`,
  };
}
