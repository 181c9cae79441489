/** The lists of codes that commands may use, and the colleagues whom they may name. */
import type { z } from 'zod';
import { CodeBody, type CodeHistory, type Colleagues, type ReferenceCode, type ReferenceCodes } from '../contracts/http/reference-codes.js';
import { CENTER_POSTS, postsOf } from '../contracts/staffing.js';
import type { Pool } from '../db/pool.js';
import { codesOn, historyOf, writeCode, type StoredCode } from '../db/reference-codes.js';
import { openCasesByManager, readStaffing } from '../db/staffing.js';
import type { Actor } from '../domain/case/facts.js';
import type { ReferenceList } from '../domain/case/reference-lists.js';
import { legalDayOf, type LegalDay } from '../domain/law/calendar.js';
import { iso } from './instants.js';
import { problem, refused } from './problem.js';
import { readBody, requireRight, type Asked } from './asked.js';

export async function listCodes(pool: Pool, list: ReferenceList, on: LegalDay = legalDayOf(Date.now())): Promise<z.input<typeof ReferenceCodes>> {
  return { list, on, items: (await codesOn(pool, list, on)).map(codeBody) };
}

/** @throws ProblemError `code_unknown` */
export async function showCodeHistory(pool: Pool, list: ReferenceList, code: string): Promise<z.input<typeof CodeHistory>> {
  const versions = await historyOf(pool, list, code);
  if (versions.length === 0) throw refused({ code: 'code_unknown', params: { list, value: code } });
  return { list, items: versions.map(codeBody) };
}

/**
 * Writes the next version of a code: a new one, a better title, an end. For administrators.
 * @throws ProblemError `role_not_allowed`, `dates_reversed`, `code_changed` when another version was written meanwhile
 */
export async function replaceCode(
  pool: Pool,
  { actor, body: sent }: Asked,
  { list, code }: { list: ReferenceList; code: string },
): Promise<z.input<typeof ReferenceCode>> {
  requireRight('keepReference', actor);
  const body = readBody(CodeBody, sent);
  if (body.to !== undefined && body.to < body.from) throw problem('code_invalid', { issues: [{ field: '/to', code: 'dates_reversed' }] });
  const written = await writeCode(pool, { list, code, ...body, changedBy: actor.id });
  if (written === 'changed_meanwhile') throw problem('code_changed');
  return codeBody(written);
}

function codeBody({ changedAt, ...stored }: StoredCode): z.input<typeof ReferenceCode> {
  return { ...stored, changedAt: iso(changedAt) };
}

/** Everybody whom the staffing record of the actor's Center lists, with today's posts and load: whom a case may be given to. */
export async function listColleagues(pool: Pool, { center }: Actor): Promise<z.input<typeof Colleagues>> {
  const [{ staffing, people }, load] = await Promise.all([readStaffing(pool, center), openCasesByManager(pool, center)]);
  const today = legalDayOf(Date.now());
  const items = people.map(({ person }) => {
    const held: readonly string[] = postsOf(person, staffing, today);
    return { person, posts: CENTER_POSTS.filter((post) => held.includes(post)), openCases: load.get(person) ?? 0 };
  });
  return { center, items };
}
