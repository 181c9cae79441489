/** May this actor touch this case? Others' cases do not exist for them (404). */
import type { Actor } from '../domain/case/facts.js';
import type { Stage } from '../domain/case/state.js';
import type { Pool } from '../db/pool.js';
import { problem, refused } from './problems.js';

export interface CaseAccess {
  caseId: string;
  householdId: string;
  /** Absent while the case is registered and its first ledger entry is not written yet. */
  stage?: Stage;
  /** Last ledger entry that the read model has seen, 0 before the first. */
  seq: number;
}

interface PlaceRow {
  center: string;
  household_id: string;
  stage: Stage | null;
  seq: number | null;
}

/** A case exists from the registration of its appeal on, before the engine knows of it. */
const PLACE = `
select coalesce(filed.center, registered.center) as center,
       coalesce(filed.household_id, registered.household_id) as household_id,
       filed.stage, filed.seq
  from (select $1::uuid as case_id) asked
  left join case_file filed using (case_id)
  left join lateral (
    select center, household_id from appeal
     where filed.case_id is null and appeal.case_id = asked.case_id
     order by received_at limit 1
  ) registered on true
 where coalesce(filed.center, registered.center) is not null`;

/** @throws ProblemError `case_unknown` when there is no such case in the actor's center */
export async function caseAccess(pool: Pool, actor: Actor, caseId: string): Promise<CaseAccess> {
  const { rows } = await pool.query<PlaceRow>({ name: 'case-access', text: PLACE, values: [caseId] });
  const [row] = rows;
  if (row === undefined || row.center !== actor.center) throw problem('case_unknown');
  const { household_id: householdId, stage, seq } = row;
  return { caseId, householdId, seq: seq ?? 0, ...(stage === null ? {} : { stage }) };
}

/** @throws ProblemError `case_unknown`, or `case_not_started_yet` while there is nothing to read */
export async function readableCase(pool: Pool, actor: Actor, caseId: string): Promise<CaseAccess> {
  const access = await caseAccess(pool, actor, caseId);
  if (access.stage === undefined) throw problem('case_not_started_yet');
  return access;
}

/** A list is of the actor's own center; naming another one is refused like another's case. */
export function ownCenter(actor: Actor, asked: string | undefined): string {
  if (asked !== undefined && asked !== actor.center) throw refused({ code: 'actor_of_other_center' });
  return actor.center;
}
