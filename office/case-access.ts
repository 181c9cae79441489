/** May this actor touch this case? Others' cases do not exist for them (404). */
import type { Actor } from '../domain/case/facts.js';
import type { Stage } from '../domain/case/state.js';
import type { Pool } from '../db/pool.js';
import { problem, refused } from './problem.js';

export interface CaseAccess {
  caseId: string;
  householdId: string;
  /** Absent while the appeal waits for a calendar (P51): then nothing of the case is in the ledger. */
  stage?: Stage;
}

interface PlaceRow {
  center: string;
  household_id: string;
  stage: Stage | null;
}

/** A case exists from the registration of its appeal on, also while that waits for a calendar. */
const PLACE = `
select coalesce(filed.center, registered.center) as center,
       coalesce(filed.household_id, registered.household_id) as household_id,
       filed.stage
  from (select $1::uuid as subject_id) asked
  left join case_file filed using (subject_id)
  left join lateral (
    select center, household_id from appeal
     where filed.subject_id is null and appeal.case_id = asked.subject_id
     order by received_at limit 1
  ) registered on true
 where coalesce(filed.center, registered.center) is not null`;

/** @throws ProblemError `case_unknown` when there is no such case in the actor's center */
export async function caseAccess(pool: Pool, actor: Actor, caseId: string): Promise<CaseAccess> {
  const { rows } = await pool.query<PlaceRow>({ name: 'case-access', text: PLACE, values: [caseId] });
  const [row] = rows;
  if (row === undefined || row.center !== actor.center) throw problem('case_unknown');
  const { household_id: householdId, stage } = row;
  return { caseId, householdId, ...(stage === null ? {} : { stage }) };
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
