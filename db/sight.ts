/** What Postgres is asked before somebody sees a case: its marks and team, the staffing record of the viewer, and the filter of lists. */
import type { Staffing } from '../contracts/staffing.js';
import { CASE_KINDS, kindOfCase, type CaseKind } from '../domain/access/case-kind.js';
import { kindsListed, type CaseSeen, type Viewer } from '../domain/access/sight.js';
import type { Stage } from '../domain/case/state.js';
import type { LegalDay } from '../domain/law/calendar.js';
import { TODAY } from './organisation-keys.js';
import type { Pool, Queryable } from './pool.js';
import type { Where } from './where.js';

/** Somebody of the household is a child today; the month of the birthday and the year of birth count to their end (256-26, `isChildOn`). */
export function hasMinor(household: string): string {
  return `exists (select from person where person.household_id = ${household}
     and (person.child_until > ${TODAY} or person.born_about + 18 >= extract(year from ${TODAY})))`;
}

/** A case exists from the registration of its appeal on, also while that waits for a calendar (P51): then it is its registrar's. */
const PLACE = `
select asked.subject_id as case_id, coalesce(filed.center, registered.center) as center, coalesce(filed.household_id, registered.household_id) as household_id, filed.stage,
       coalesce(filed.team, array[registered.registered_by]) as team,
       (select coalesce(array_agg(opened ->> 'person'), '{}') from jsonb_array_elements(filed.emergencies) opened
         where (opened ->> 'to')::timestamptz > clock_timestamp() + filed.skew_ms * interval '1 millisecond') as emergencies, coalesce(filed.violence, false) as violence,
       coalesce(filed.open_threat, registered.threat) as threat, ${hasMinor('coalesce(filed.household_id, registered.household_id)')} as minors
  from unnest($1::uuid[]) asked (subject_id)
  left join case_file filed using (subject_id)
  left join lateral (
    select center, household_id, registered_by, threat from appeal
     where filed.subject_id is null and appeal.case_id = asked.subject_id
     order by received_at limit 1
  ) registered on true
 where coalesce(filed.center, registered.center) is not null`;

interface PlaceRow {
  case_id: string;
  center: string;
  household_id: string;
  stage: Stage | null;
  team: string[];
  emergencies: string[];
  violence: boolean;
  threat: boolean;
  minors: boolean;
}

export interface CasePlace extends CaseSeen {
  householdId: string;
  /** Absent while the appeal waits for a calendar (P51): then nothing of the case is in the ledger. */
  stage?: Stage;
}

/** Where a case is and who may see it; undefined when there is none. */
export async function findPlace(pool: Queryable, caseId: string): Promise<CasePlace | undefined> {
  return (await findPlaces(pool, [caseId])).get(caseId);
}

/** The same of several cases, by their ids. */
export async function findPlaces(pool: Queryable, caseIds: readonly string[]): Promise<ReadonlyMap<string, CasePlace>> {
  const { rows } = await pool.query<PlaceRow>({ name: 'case-place', text: PLACE, values: [caseIds] });
  return new Map(rows.map((row) => [row.case_id, placeOf(row)]));
}

function placeOf(row: PlaceRow): CasePlace {
  const { case_id: _, center, household_id: householdId, stage, team, emergencies, ...marks } = row;
  return { center, householdId, team, emergencies, kind: kindOfCase(marks), ...(stage === null ? {} : { stage }) };
}

/** The staffing record of a Center as it is in force, and what day it is there. */
export async function staffingToday(pool: Pool, center: string): Promise<{ staffing: Staffing | undefined; today: LegalDay }> {
  const { rows } = await pool.query<{ data: Staffing | null; today: LegalDay }>({
    name: 'staffing-today',
    text: `select ${TODAY}::text as today, (select data from staffing where holder = $1 order by version desc limit 1) as data`,
    values: [center],
  });
  const [row] = rows;
  if (row === undefined) throw new Error('Postgres did not say what day it is');
  return { staffing: row.data ?? undefined, today: row.today };
}

/**
 * Narrows a list to what the viewer sees, by the table. The rows' Center is asked elsewhere.
 * @param filed name of the row of `subject_file` (or `case_file`) in the query
 */
export function andSeenBy(where: Where, viewer: Viewer, filed: string): Where {
  const { sql, values } = sightOf(viewer, filed);
  return sql === 'true' ? where : where.and(sql, ...values);
}

/**
 * The same for rows that only name their subject: what the Center itself owes is everybody's there.
 * @param orElse what of them is to be seen without a case
 */
export function andSubjectSeenBy(where: Where, viewer: Viewer, table: string, orElse?: string): Where {
  const { sql, values } = sightOf(viewer, 'seen');
  if (sql === 'true') return where;
  const seen = `exists (select from subject_file seen where seen.subject_id = ${table}.subject_id and (seen.kind = 'center' or ${sql}))`;
  return where.and(orElse === undefined ? seen : `(${orElse} or ${seen})`, ...values);
}

function sightOf(viewer: Viewer, filed: string): { sql: string; values: unknown[] } {
  const { role } = viewer.actor;
  const byCenter = [...kindsListed(role, 'center'), ...(viewer.unit === 'center' ? kindsListed(role, 'unit') : [])];
  if (CASE_KINDS.every((kind) => byCenter.includes(kind))) return { sql: 'true', values: [] };
  const ways = [ofKinds(byCenter, filed)];
  const values: unknown[] = [];
  const byTeam = (people: readonly string[], kinds: readonly CaseKind[]): void => {
    if (kinds.length === 0) return;
    ways.push(`(${filed}.team && ? and ${ofKinds(kinds, filed)})`);
    values.push([...people]);
  };
  byTeam(viewer.persons, kindsListed(role, 'assigned'));
  if (viewer.unit !== 'center') byTeam(viewer.unit, kindsListed(role, 'unit'));
  return { sql: `(${ways.join(' or ')})`, values };
}

/** Whether the row is of one of the kinds. The household is asked only where it makes a difference. */
function ofKinds(kinds: readonly CaseKind[], filed: string): string {
  const has = (kind: CaseKind): boolean => kinds.includes(kind);
  const calm = has('minors') === has('ordinary') ? String(has('ordinary')) : `${has('minors') ? '' : 'not '}${hasMinor(`${filed}.household_id`)}`;
  return `case when ${filed}.violence then ${has('violence')} when ${filed}.open_threat then ${has('threat')} else ${calm} end`;
}
