/** Who looked at which case, by what right, and what was shown: added to, and read by the head and the auditor (192-7-3). */
import type { Field, Relation } from '../domain/access/sight.js';
import type { Actor } from '../domain/case/facts.js';
import type { Instant } from '../domain/law/calendar.js';
import { decodeCursor, pageOf, type Page } from './keyset.js';
import type { Pool } from './pool.js';
import { Where } from './where.js';

/** `refused`: it is not theirs to see, or not that much of it. */
export type LookOutcome = 'shown' | 'refused';

export interface Look {
  actor: Actor;
  /** What was to be done, by the name of the right. */
  act: string;
  /** The case; of a list all that it showed. */
  cases: readonly string[];
  /** What of it was shown. */
  fields: readonly Field[];
  /** By which relation; absent where they have none, and of lists. */
  relation?: Relation | undefined;
  outcome: LookOutcome;
  /** False: by the Center alone, though their work is with cases of their own. */
  withinWork: boolean;
}

/** Written before the answer goes out: a look that cannot be recorded is not given. */
export async function recordLook(pool: Pool, { actor, act, cases, fields, relation, outcome, withinWork }: Look): Promise<void> {
  await pool.query({
    name: 'record-look',
    text: `insert into access_log (person, role, center, act, cases, fields, relation, outcome, within_work) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    values: [actor.id, actor.role, actor.center, act, cases, fields, relation ?? null, outcome, withinWork],
  });
}

export interface LookItem extends Omit<Look, 'actor' | 'cases'> {
  at: Instant;
  person: string;
  role: Actor['role'];
  center: string;
}

interface LookRow {
  at: Date;
  at_text: string;
  id: string;
  person: string;
  role: Actor['role'];
  center: string;
  act: string;
  fields: Field[];
  relation: Relation | null;
  outcome: LookOutcome;
  within_work: boolean;
}

/**
 * Who looked at a case, the last one first.
 * @throws BadCursor
 */
export async function listLooks(pool: Pool, { caseId, after, limit }: { caseId: string; after?: string; limit: number }): Promise<Page<LookItem>> {
  const where = new Where().and('cases @> ?::uuid[]', [caseId]);
  if (after !== undefined) where.and('(at, id) < (?::timestamptz, ?::bigint)', ...decodeCursor(after, ['instant', 'place']));
  const { rows } = await pool.query<LookRow>(
    `select at, at::text as at_text, id, person, role, center, act, fields, relation, outcome, within_work
       from access_log ${where.clause} order by at desc, id desc limit ${where.value(limit + 1)}`,
    where.values,
  );
  return pageOf(rows, limit, lookItem, ({ at_text, id }) => [at_text, id]);
}

function lookItem({ at, person, role, center, act, fields, relation, outcome, within_work: withinWork }: LookRow): LookItem {
  return { at: at.getTime(), person, role, center, act, fields, ...(relation === null ? {} : { relation }), outcome, withinWork };
}

/** Somebody who looked at unusually much within the last hour. */
export interface BusyViewer {
  person: string;
  center: string;
  /** Cases of which more than the skeleton was shown. */
  families: number;
  /** Cases outside of their own work, those that were refused among them. */
  outside: number;
}

/** @param bounds more than so many cases within an hour are unusual */
export async function busyViewers(pool: Pool, bounds: { families: number; outside: number }): Promise<BusyViewer[]> {
  const { rows } = await pool.query<BusyViewer>({
    name: 'busy-viewers',
    text: `select * from (
             select person, center, count(distinct looked.id) filter (where outcome = 'shown' and cardinality(fields) > 1)::int as families,
                    count(distinct looked.id) filter (where not within_work and (outcome = 'refused' or cardinality(fields) > 1))::int as outside
               from access_log cross join unnest(cases) looked (id)
              where at > clock_timestamp() - interval '1 hour' group by person, center
           ) viewer where families > $1 or outside > $2 order by person`,
    values: [bounds.families, bounds.outside],
  });
  return rows;
}

/** Makes the months of the log that come next; what has none goes into its last resort. */
export async function prepareMonths(pool: Pool): Promise<void> {
  await pool.query(`select access_log_month(clock_timestamp()), access_log_month(clock_timestamp() + interval '1 month')`);
}
