/**
 * Reports that the case refused or that still wait, for the people who look after them: why, and once more. A
 * refusal is no end: a plan may have been revised since, or a check of ours corrected.
 */
import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { RetakeBody, type ReportPage, type ReportQuery, type ReportRetaken } from '../contracts/http/reports.js';
import { catalogueOf } from '../contracts/messages/catalogue.js';
import type { Language } from '../contracts/messages/language.js';
import { reportRefusalInWords } from './refused-report.js';
import { present } from '../contracts/optional.js';
import { findAnswer, keepAnswer, type KeptAnswer } from '../db/answers.js';
import type { Pool } from '../db/pool.js';
import * as db from '../db/reports.js';
import { may } from '../domain/access/rights.js';
import type { Actor } from '../domain/case/facts.js';
import type { Desk } from '../ledger/desk.js';
import { iso } from './instants.js';
import { readsOf, viewerOf } from './viewer.js';
import { accessTo } from './case-access.js';
import { problem, refused } from './problem.js';
import { withCursor } from './reads.js';
import { readBody, requireRight, type AskedOnce } from './asked.js';

type Fate = Omit<z.input<typeof ReportRetaken>, 'reportId'>;

/** @throws ProblemError `cursor_invalid` */
export async function listReports(pool: Pool, actor: Actor, query: z.output<typeof ReportQuery>, language: Language): Promise<z.input<typeof ReportPage>> {
  const { otherContent, ...rest } = query;
  const seenBy = await viewerOf(pool, actor);
  const wanted = { ...present(rest), seenBy, center: actor.center, orphans: may('handleOrphanReports', actor), otherContent: otherContent === 'true' };
  const { items, next } = await withCursor(query.after, () => db.listReports(readsOf(pool, seenBy), wanted));
  return { items: items.map(({ fate, receivedAt, ...report }) => ({ ...report, receivedAt: iso(receivedAt), ...fateInWords(fate, language) })), next };
}

function fateInWords(fate: db.ReportFate, language: Language): Fate {
  if (fate.state !== 'refused') return { state: fate.state };
  if ('orphan' in fate) return { state: 'refused', code: 'case_unknown', reason: catalogueOf(language).problems.case_unknown };
  const { code, rule } = fate.refusal;
  return { state: 'refused', code, rule, reason: reportRefusalInWords(fate.refusal, language) };
}

/** @throws ProblemError for a bad key or body, and as `retakeReport` */
export async function takeReportAgain(
  desk: Desk,
  { actor, key, body, digestOf, language }: AskedOnce,
  reportId: string,
): Promise<z.input<typeof ReportRetaken>> {
  const bodySha256 = digestOf(readBody(RetakeBody, body));
  return retakeReport(desk, { actor, reportId, idempotencyKey: key, bodySha256 }, language);
}

export interface RetakeRequest {
  actor: Actor;
  reportId: string;
  idempotencyKey: string;
  /** SHA-256 of the request, hex. */
  bodySha256: string;
}

/** @param known whether anybody knows the case; one that nobody knows is no Center's */
export function mayRetake(actor: Actor, known: boolean): boolean {
  return may(known ? 'retakeReport' : 'handleOrphanReports', actor);
}

const RETAKE = 'retakeReport';

/**
 * Puts a refused report back and takes its case at once. A report that is recorded stays so; the answer tells what
 * became of it, and the repeat under the same key tells the same.
 * @throws ProblemError `report_unknown` for another Center's, `role_not_allowed`, `idempotency_key_reused`
 */
export async function retakeReport(desk: Desk, request: RetakeRequest, language: Language): Promise<z.input<typeof ReportRetaken>> {
  const { actor, reportId, idempotencyKey, bodySha256 } = request;
  const report = await reportToRetake(desk.pool, actor, reportId);
  const known = await findAnswer(desk.pool, actor.id, idempotencyKey);
  const kept =
    known ??
    (await keepAnswer(desk.pool, {
      id: randomUUID(),
      actorId: actor.id,
      idempotencyKey,
      bodySha256,
      caseId: report.caseId,
      kind: RETAKE,
      answer: await takeAgain(desk, reportId, report.caseId),
    }));
  return { reportId, ...fateInWords(answerIn(kept, bodySha256), language) };
}

function answerIn({ kind, bodySha256: kept, answer }: KeptAnswer, bodySha256: string): db.ReportFate {
  if (kind !== RETAKE || kept !== bodySha256) throw problem('idempotency_key_reused');
  return answer as db.ReportFate;
}

async function reportToRetake(pool: Pool, actor: Actor, reportId: string): Promise<db.FoundReport> {
  const report = await db.findReport(pool, reportId);
  if (report === undefined) throw refused({ code: 'report_unknown' });
  if (report.center === undefined) {
    if (!may('handleOrphanReports', actor)) throw refused({ code: 'report_unknown' });
    return report;
  }
  await accessTo(pool, actor, report.caseId, { act: 'retakeReport' }, 'report_unknown');
  requireRight('retakeReport', actor);
  return report;
}

/** What becomes of it; whatever goes wrong on the way, it waits and is taken later. */
async function takeAgain(desk: Desk, reportId: string, caseId: string): Promise<db.ReportFate> {
  await db.putBack(desk.pool, reportId);
  // A take settles only so many at once, in the order of receipt.
  for (let before = true; before; ) {
    const { settled } = await desk.take(caseId, []);
    before = settled.length > 0 && settled.every(({ id }) => id !== reportId);
  }
  await db.setApart(desk.pool, reportId);
  const report = await db.findReport(desk.pool, reportId);
  if (report === undefined) throw new Error(`report ${reportId} is gone`);
  return report.fate;
}
