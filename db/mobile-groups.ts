/** The mobile groups of all Centers as they stand today, for whoever watches them. */
import type { CenterFactData } from '../domain/center/facts.js';
import { ordersIn, type GroupEntry } from '../domain/center/group-orders.js';
import { legalDayOf, type Instant } from '../domain/law/calendar.js';
import { compositionOn, type GroupComposition } from '../domain/law/mobile-group.js';
import type { Pool } from './pool.js';

export interface UnfitGroup extends GroupComposition {
  center: string;
  /** How often it was called in the last thirty days. */
  calls: number;
}

interface GroupRow {
  center: string;
  entries: GroupEntry[] | null;
  calls: number;
}

/**
 * Groups with a part that nobody stands for any more, and those that were called without an order in force. One that has none
 * and was not called is owed by its Center already (256-21-2).
 */
export async function unfitGroups(pool: Pool, now: Instant): Promise<UnfitGroup[]> {
  const { rows } = await pool.query<GroupRow>(
    `select center.id as center,
            (select json_agg(json_build_object('type', type, 'data', entry -> 'data') order by seq)
               from ledger where ledger.subject_id = center.subject_id and type in ('MobileGroupOrdered', 'MobileGroupMemberLeft')) as entries,
            (select count(*)::int from ledger join case_file using (subject_id)
              where type = 'MobileGroupCalled' and ledger.at > to_timestamp($1::float8 / 1000) - interval '30 days' and case_file.center = center.id) as calls
       from center order by center.id`,
    [now],
  );
  return rows.flatMap(({ center, entries, calls }) => {
    const group = compositionOn(ordersIn(entries ?? []), legalDayOf(now));
    const isUnfit = group.standing === 'incomplete' || (group.standing !== 'in_force' && calls > 0);
    return isUnfit ? [{ center, calls, ...group }] : [];
  });
}

export type HeldOutreach = CenterFactData['OutreachHeld'];

/** 256-20: the last visits without a threat, the newest first. */
export async function heldOutreach(pool: Pool, subjectId: string): Promise<HeldOutreach[]> {
  const { rows } = await pool.query<{ data: HeldOutreach }>(
    `select entry -> 'data' as data from ledger where subject_id = $1 and type = 'OutreachHeld' order by seq desc limit 100`,
    [subjectId],
  );
  return rows.map(({ data }) => data);
}
