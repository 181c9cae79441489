/** Figures of the Centers of a scope, in one question: open cases, duties of a period, organisations. No case, no person. */
import { DIGITS_OF, type FigureLevel, type FigureScope } from '../domain/access/figures.js';
import type { Stage } from '../domain/case/state.js';
import type { LegalDay } from '../domain/law/calendar.js';
import type { DutyStanding } from '../domain/law/duty.js';
import type { Pool } from './pool.js';
import { hasMinor } from './sight.js';

/** A Center by its id, a territory by its code, or `KZ`; counts of cases with violence stand apart. */
export interface FigureRows {
  group: string;
  cases: readonly { stage: Stage; kind: 'ordinary' | 'minors' | 'threat' | 'violence'; count: number }[];
  waiting: readonly { violence: boolean; count: number }[];
  duties: readonly { rule: string; standing: DutyStanding; count: number }[];
  /** Cases with violence, each once, in which something was met, late, or is open: a case owes several things, and their number would tell of one. */
  hidden: readonly { what: 'met' | 'late' | 'open'; count: number }[];
  agencies: readonly { agency: string; due: number; late: number; returned: number; waiting: number }[];
}

export interface FigureQuery {
  level: FigureLevel;
  scope: FigureScope;
  /** First and last day of the period, as Almaty counts days. */
  from: LegalDay;
  to: LegalDay;
}

const GROUP: Readonly<Record<FigureLevel, string>> = {
  center: 'center.id',
  district: `rpad(left(center.territory, ${DIGITS_OF.district}), 9, '0')`,
  region: `rpad(left(center.territory, ${DIGITS_OF.region}), 9, '0')`,
  country: `'KZ'`,
};

const LATE = `('met_late', 'overdue', 'exceeded', 'lapsed_late')`;

function figures(level: FigureLevel): string {
  return `
with within as materialized (
  select center.id as center, ${GROUP[level]} as "group" from center
   where ($1::text is null or center.id = $1) and ($2::text is null or starts_with(center.territory, $2))
), open_case as (
  select within."group", stage, violence, waiting_on,
         case when violence then 'violence' when open_threat then 'threat' when ${hasMinor('filed.household_id')} then 'minors' else 'ordinary' end as kind
    from within join subject_file filed on filed.center = within.center and filed.kind = 'case' and filed.stage <> 'closed'
), due as (
  select within."group", duty.subject_id, duty.rule, duty.standing, duty.agency, hidden.subject_id is not null as violence
    from within join duty on duty.center = within.center
     and duty.due_at >= ($3::date::timestamp at time zone 'UTC' - interval '5 hours')
     -- A term ends with its last day, at 24:00: that is the first instant of the day behind it.
     and duty.due_at <= ($4::date::timestamp at time zone 'UTC' + interval '19 hours')
    left join subject_file hidden on hidden.subject_id = duty.subject_id and hidden.violence
), by_agency as (
  select "group", agency, count(*) filter (where rule = '192-11-1') as due, count(*) filter (where rule = '192-11-1' and standing in ${LATE}) as late,
         count(*) filter (where rule = '192-11-3') as returned, 0 as waiting
    from due where agency is not null and not violence group by 1, 2
  union all
  select "group", agency, 0, 0, 0, count(*) from open_case cross join unnest(waiting_on) waits (agency) where not violence group by 1, 2
), of_cases as (
  select "group", json_agg(json_build_object('stage', stage, 'kind', kind, 'count', n)) as made
    from (select "group", stage, kind, count(*) as n from open_case group by 1, 2, 3) counted group by 1
), of_waiting as (
  select "group", json_agg(json_build_object('violence', violence, 'count', n)) as made
    from (select "group", violence, count(*) as n from open_case where waiting_on <> '{}' group by 1, 2) counted group by 1
), of_duties as (
  select "group", json_agg(json_build_object('rule', rule, 'standing', standing, 'count', n)) as made
    from (select "group", rule, standing, count(*) as n from due where not violence group by 1, 2, 3) counted group by 1
), of_hidden as (
  select "group", json_agg(json_build_object('what', what, 'count', n)) as made
    from (select "group", case when standing in ${LATE} then 'late' when standing = 'met' then 'met' else 'open' end as what, count(distinct subject_id) as n
            from due where violence and standing <> 'lapsed' group by 1, 2) counted group by 1
), of_agencies as (
  select "group", json_agg(json_build_object('agency', agency, 'due', due, 'late', late, 'returned', returned, 'waiting', waiting) order by agency) as made
    from (select "group", agency, sum(due) as due, sum(late) as late, sum(returned) as returned, sum(waiting) as waiting from by_agency group by 1, 2) counted
   group by 1
)
select named."group", coalesce(of_cases.made, '[]') as cases, coalesce(of_waiting.made, '[]') as waiting, coalesce(of_duties.made, '[]') as duties,
       coalesce(of_hidden.made, '[]') as hidden, coalesce(of_agencies.made, '[]') as agencies
  from (select distinct "group" from within) named
  left join of_cases using ("group") left join of_waiting using ("group") left join of_duties using ("group")
  left join of_hidden using ("group") left join of_agencies using ("group")
 order by named."group"`;
}

/** One row for each Center, district, region or the country within the scope, with those in which there is nothing. */
export async function readFigures(pool: Pool, { level, scope, from, to }: FigureQuery): Promise<FigureRows[]> {
  const center = 'center' in scope ? scope.center : null;
  const prefix = 'prefix' in scope ? scope.prefix : null;
  const { rows } = await pool.query<FigureRows>({ name: `figures-${level}`, text: figures(level), values: [center, prefix, from, to] });
  return rows;
}

/** Of a Center; undefined where there is none of that name. */
export async function territoryOfCenter(pool: Pool, center: string): Promise<string | undefined> {
  const { rows } = await pool.query<{ territory: string }>('select territory from center where id = $1', [center]);
  return rows[0]?.territory;
}
