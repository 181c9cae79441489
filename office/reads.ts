/** Reads in the words of the field: what Postgres holds, as the API shows it. */
import type { z } from 'zod';
import type { CaseDetail, PersonHistory, CasePage, CaseQuery, TimelinePage, TimelineQuery } from '../contracts/http/cases.js';
import type { AlertPage, AlertQuery, DutyPage, DutyQuery } from '../contracts/http/duties.js';
import { catalogueOf } from '../contracts/messages/catalogue.js';
import type { Language } from '../contracts/messages/language.js';
import { ruleTitle } from '../contracts/messages/wording.js';
import { present } from '../contracts/optional.js';
import { calendarByVersion } from '../db/law.js';
import { BadCursor, decodeCursor, encodeCursor } from '../db/keyset.js';
import type { CaseListItem } from '../db/lists.js';
import type { Pool } from '../db/pool.js';
import * as db from '../db/reads.js';
import type { Actor } from '../domain/case/facts.js';
import { readLedgerCase } from '../ledger/read-cases.js';
import type { Calendar } from '../domain/law/calendar.js';
import { caseBody } from './case-body.js';
import { hiddenFrom, masked } from './case-mask.js';
import { noteListed, ownCenter, readableCase } from './case-access.js';
import { dutyBody } from './duty-body.js';
import { iso, isoIf } from './instants.js';
import { termShapeOf } from './official-date.js';
import { problem } from './problem.js';
import { isImpossibleDate } from './storage-faults.js';
import { timelineEntry } from './timeline-body.js';
import { readsOf, viewerOf } from './viewer.js';

type Query<S extends z.ZodType> = z.output<S>;

export async function listCases(pool: Pool, actor: Actor, query: Query<typeof CaseQuery>, language: Language): Promise<z.input<typeof CasePage>> {
  const { center, ...rest } = query;
  const seenBy = await viewerOf(pool, actor);
  const wanted = { ...present(rest), center: ownCenter(actor, center), seenBy };
  const { items, next } = await withCursor(query.after, () => db.listCases(readsOf(pool, seenBy), wanted));
  await noteListed(
    pool,
    actor,
    'readCases',
    items.map(({ caseId }) => caseId),
  );
  return { items: items.map((item) => caseSummary(item, language)), next };
}

function caseSummary(item: CaseListItem, language: Language): z.input<typeof CasePage>['items'][number] {
  const { caseId, center, stage, caseManager, openedAt, clockAt, nextMoment, overdue, waitingOn, seq } = item;
  return {
    caseId,
    center,
    stage,
    stageText: catalogueOf(language).stages[stage],
    caseManager,
    openedAt: iso(openedAt),
    clockAt: iso(clockAt),
    nextMoment: isoIf(nextMoment),
    overdue,
    waitingOn,
    seq,
  };
}

/** @throws ProblemError `case_unknown` for another's case, `case_not_started_yet` before its first entry */
export async function readCase(pool: Pool, actor: Actor, caseId: string, language: Language): Promise<z.input<typeof CaseDetail>> {
  const { householdId, fields, reads } = await readableCase(pool, actor, caseId, { act: 'readCases' });
  // What is not shown is not read either.
  const [read, persons, narratives, inbox] = await Promise.all([
    readLedgerCase(reads, caseId),
    fields.has('identity') ? db.readPersons(reads, householdId) : [],
    fields.has('narrative') ? db.readNarratives(reads, caseId) : [],
    db.inboxOfCase(reads, caseId),
  ]);
  if (read === undefined) throw problem('case_not_started_yet');
  const calendar = await calendarByVersion(reads, read.state.law.calendar);
  return masked(caseBody({ read, now: Date.now(), calendar, persons, narratives, inbox }, language), fields);
}

/** @throws ProblemError `case_unknown` for another's case, `case_not_started_yet` before its first entry */
export async function readMemberHistory(pool: Pool, actor: Actor, caseId: string, personId: string): Promise<z.input<typeof PersonHistory>> {
  const { householdId, fields, reads } = await readableCase(pool, actor, caseId, { act: 'readCases', needs: 'identity', shows: ['identity', 'address'] });
  const versions = await db.readPersonHistory(reads, householdId, personId);
  return {
    items: versions.map(({ changedAt, was: { address, ...was }, ...version }) => ({
      ...version,
      was: { ...was, ...(address === undefined || !fields.has('address') ? {} : { address }) },
      changedAt: iso(changedAt),
    })),
  };
}

export async function readTimeline(
  pool: Pool,
  actor: Actor,
  caseId: string,
  { after, limit }: Query<typeof TimelineQuery>,
  language: Language,
): Promise<z.input<typeof TimelinePage>> {
  const { fields, reads } = await readableCase(pool, actor, caseId, { act: 'readCases', shows: ['skeleton', 'plan'] });
  return withCursor(after, async () => {
    const afterSeq = after === undefined ? 0 : Number(decodeCursor(after, ['integer'])[0]);
    const { items, nextSeq } = await db.readTimeline(reads, caseId, { afterSeq, limit });
    const next = nextSeq === undefined ? {} : { next: encodeCursor([String(nextSeq)]) };
    return { items: items.map((item) => timelineEntry(item, fields, language)), ...next, hidden: hiddenFrom(fields) };
  });
}

export async function listDuties(pool: Pool, actor: Actor, query: Query<typeof DutyQuery>, language: Language): Promise<z.input<typeof DutyPage>> {
  const { center, dueBefore, ...rest } = query;
  const seenBy = await viewerOf(pool, actor);
  const reads = readsOf(pool, seenBy);
  const wanted = {
    // 00:00 of a day is 24:00 of the day before, at which that day's terms end: they are meant too.
    ...present({ ...rest, dueBefore: dueBefore === undefined ? undefined : Date.parse(dueBefore) + 1 }),
    center: ownCenter(actor, center),
    seenBy,
  };
  const { items, next } = await withCursor(query.after, () => db.listDuties(reads, wanted));
  await noteListed(
    pool,
    actor,
    'readDuties',
    items.map(({ caseId }) => caseId),
  );
  const versions = [...new Set(items.map(({ calendar }) => calendar))];
  const calendars = new Map(await Promise.all(versions.map(async (version) => [version, await calendarByVersion(reads, version)] as const)));
  const now = Date.now();
  return { items: items.map((item) => dutyBody(item, calendarOf(calendars, item.calendar), termShapeOf(item.rule), now, language)), next };
}

function calendarOf(calendars: ReadonlyMap<string, Calendar>, version: string): Calendar {
  const calendar = calendars.get(version);
  if (calendar === undefined) throw new Error(`calendar ${version} was not read`);
  return calendar;
}

export async function listAlerts(pool: Pool, actor: Actor, query: Query<typeof AlertQuery>, language: Language): Promise<z.input<typeof AlertPage>> {
  const { center, mine, ...rest } = query;
  // What somebody was told stays theirs to read, though the case may be no longer.
  const viewer = await viewerOf(pool, actor);
  const whose = mine === 'true' ? { toldTo: actor.id } : { seenBy: viewer };
  const wanted = { ...present(rest), center: ownCenter(actor, center), ...whose };
  const { items, next } = await withCursor(query.after, () => db.listAlerts(readsOf(pool, viewer), wanted));
  await noteListed(
    pool,
    actor,
    'readAlerts',
    items.map(({ caseId }) => caseId),
  );
  const { steps } = catalogueOf(language);
  return {
    items: items.map(({ seq: _seq, moment, dueAt, raisedAt, recordedAt, deliveries, notices, urgent, taken, ...alert }) => ({
      ...alert,
      takeable: urgent,
      ...(taken === undefined ? {} : { taken: { ...taken, at: iso(taken.at) } }),
      title: ruleTitle(alert.rule, language),
      what: steps[alert.step],
      moment: iso(moment),
      dueAt: iso(dueAt),
      raisedAt: iso(raisedAt),
      recordedAt: iso(recordedAt),
      deliveries: deliveries.map(({ lastError: _lastError, heldUntil, deliveredAt, ...delivery }) => ({
        ...delivery,
        heldUntil: isoIf(heldUntil),
        deliveredAt: isoIf(deliveredAt),
      })),
      notices: notices.map(({ deliveredAt, seenAt, ...notice }) => ({ ...notice, deliveredAt: isoIf(deliveredAt), seenAt: isoIf(seenAt) })),
      seenAt: isoIf(notices.find(({ person, channel }) => channel === 'in_app' && person === actor.id)?.seenAt),
    })),
    next,
  };
}

/** A cursor that was not made for this list, or was made by hand, is the client's fault and not ours. */
export async function withCursor<T>(after: string | undefined, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof BadCursor || (after !== undefined && isImpossibleDate(error))) throw problem('cursor_invalid');
    throw error;
  }
}
