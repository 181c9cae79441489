/** Who looked at a case (192-7-3): for the head of its Center and its auditor, who need not see the case itself. */
import type { z } from 'zod';
import type { LookPage, LookQuery } from '../contracts/http/looks.js';
import { present } from '../contracts/optional.js';
import * as db from '../db/access-log.js';
import type { Pool } from '../db/pool.js';
import { houseOf } from '../db/reading-as.js';
import { findPlace } from '../db/sight.js';
import type { Actor } from '../domain/case/facts.js';
import { requireRight } from './asked.js';
import { iso } from './instants.js';
import { problem } from './problem.js';
import { withCursor } from './reads.js';

/** @throws ProblemError `case_unknown` for another Center's, `cursor_invalid` */
export async function listLooks(pool: Pool, actor: Actor, caseId: string, query: z.output<typeof LookQuery>): Promise<z.input<typeof LookPage>> {
  requireRight('readLooks', actor);
  const place = await findPlace(houseOf(pool), caseId);
  if (place?.center !== actor.center) throw problem('case_unknown');
  const { items, next } = await withCursor(query.after, () => db.listLooks(houseOf(pool), { caseId, ...present(query) }));
  return { items: items.map(({ at, fields, ...look }) => ({ ...look, fields: [...fields], at: iso(at) })), ...(next === undefined ? {} : { next }) };
}
