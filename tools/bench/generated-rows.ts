/** How the rows of a sample life become those of a copy: SQL over the temporary tables of `generate-cases.ts`. */
import type { SampleLife } from './sample-lives.js';

interface SampleTable {
  /** Its columns. */
  like: string;
  rowsOf: (life: SampleLife) => readonly object[];
}

/** Without the constraints of the tables they are made for: a copy brings what a sample lacks. */
export const SAMPLE_TABLES: Readonly<Record<string, SampleTable>> = {
  case_file: {
    like: 'subject_id uuid, case_manager text, stage text, opened_at timestamptz, clock_at timestamptz, next_moment timestamptz, overdue integer, waiting_on text[], seq integer, head text, calendar text, policy text, running boolean, version integer',
    rowsOf: ({ caseFile }) => [caseFile],
  },
  subject_state: { like: 'seq integer, state jsonb', rowsOf: ({ stored }) => [stored] },
  subject_clock: { like: 'lane smallint, running boolean, rings_at timestamptz, wakes_at timestamptz', rowsOf: ({ clock }) => [clock] },
  ledger: { like: 'seq integer, type text, at timestamptz, occurred_at timestamptz, cause text, entry jsonb, digest text', rowsOf: ({ tail }) => tail },
  duty: {
    like: 'key text, rule text, subject text, owner text, agency text, force text, ladder text, urgent boolean, started_at timestamptz, due_at timestamptz, standing text, ended_at timestamptz',
    rowsOf: ({ duties }) => duties,
  },
  effect: {
    like: 'kind text, agency text, measure_ids text[], report_id text, seq integer, state text, series integer, retry_at timestamptz',
    rowsOf: ({ effects }) => effects,
  },
  alert: {
    like: 'id text, seq integer, duty_key text, rule text, force text, step text, moment timestamptz, due_at timestamptz, raised_at timestamptz, recipients text[]',
    rowsOf: ({ alerts }) => alerts,
  },
  report: { like: 'at timestamptz, agency text, payload jsonb', rowsOf: ({ reports }) => reports },
};

/**
 * One row per case to be made. $1 cases, $2 of them running, $3 lives of each kind (the running ones first), $4 Centers,
 * $5 names of the first ones, $6 the seed. The first Center has some 3 of 100 cases, the last 3 of 1,000. What is over lies up to two years
 * further back; the hour of day is another in every copy.
 */
export const COPY_TABLE = `
create temporary table copy as
with chance as materialized (
  select number, random() as place, floor(random() * 8)::int + 1 as manager, random() as days, random() as hours
    from (select setseed($6::float8)) seeded cross join generate_series(0, $1::int - 1) number
), place as (
  select *, 1 + floor($4::int * power(place, 1.5))::int as center_number from chance
)
select number, gen_random_uuid() as subject_id, gen_random_uuid() as household_id,
       coalesce(($5::text[])[center_number], 'center-' || lpad(center_number::text, 3, '0')) as center,
       case when manager = 1 then 'manager' else 'manager-' || manager end as manager,
       number % $3::int + case when number < $2::int then 0 else $3::int end as sample,
       case when number < $2::int then interval '0' else floor(days * 730) * interval '1 day' end as back,
       hours * interval '8 hours' as hours
  from place`;

const FROM = (table: string): string => `from copy join sample_${table} given using (sample) where number >= $1::int and number < $2::int`;
const MANAGER = `copy.manager || '-' || copy.center`;
/** Cases nobody has been given have none in their copies either. */
const MANAGER_OF_CASE = `case when (select case_manager from sample_case_file filed where filed.sample = copy.sample) is not null then ${MANAGER} end`;
const PERSON = `case told.role when 'case_manager' then ${MANAGER} when 'center_head' then 'head-' || copy.center else replace(told.role, '_', '-') || '-' || copy.center end`;
/** The ids of alerts begin with that of the case, which is a uuid. */
const ALERT_ID = `copy.subject_id || substr(given.id, 37)`;
/** A value between 0 and 999 that stays the same for a row. */
const DICE = (text: string): string => `abs(hashtext(${text})) % 1000`;
const RECORDED = 'given.raised_at - back + hours';

/** In the order in which their constraints want them. $1 the first case, $2 the one after the last. */
export const COPY_STATEMENTS: readonly string[] = [
  `insert into case_file (subject_id, center, household_id, case_manager, stage, opened_at, clock_at, next_moment, overdue, waiting_on, seq, head,
                          calendar, policy, running, version, recorded_at)
   select copy.subject_id, center, copy.household_id, ${MANAGER_OF_CASE}, stage, opened_at - back - hours, clock_at - back - hours, next_moment,
          overdue, waiting_on, seq, head, calendar, policy, running, version, clock_at - back - hours ${FROM('case_file')}`,
  `insert into subject_state (subject_id, seq, state)
   select copy.subject_id, seq, state || jsonb_build_object('caseId', copy.subject_id, 'householdId', copy.household_id, 'center', copy.center) ${FROM('subject_state')}`,
  `insert into subject_clock (subject_id, lane, running, rings_at, wakes_at, armed_at, run_id)
   select copy.subject_id, lane, running, rings_at, wakes_at, wakes_at, case when running then copy.household_id::text end ${FROM('subject_clock')}`,
  // One clock in a hundred has something to hear.
  `insert into wake (subject_id, lane, name, seq, due_at)
   select copy.subject_id, lane, 'ReportRecorded', 1, now() + hours ${FROM('subject_clock')} and running and number % 100 = 0`,
  `insert into ledger (subject_id, seq, type, at, occurred_at, cause, entry, digest, turn, decision, recorded_at)
   select copy.subject_id, seq, type, at, occurred_at, cause, entry, digest, md5(copy.subject_id::text || seq)::uuid, 'generated', at - back ${FROM('ledger')}`,
  `insert into duty (subject_id, key, rule, subject, owner, agency, force, ladder, urgent, center, case_manager, started_at, due_at, standing, ended_at)
   select copy.subject_id, key, rule, subject, owner, agency, force, ladder, urgent, center, ${MANAGER_OF_CASE}, started_at - back, due_at - back, standing,
          ended_at - back ${FROM('duty')}`,
  `insert into effect (key, subject_id, kind, agency, measure_ids, report_id, seq, state, series, retry_at, changed_at)
   select gen_random_uuid(), copy.subject_id, kind, agency, measure_ids, report_id, seq, state, series, retry_at - back, now() - back ${FROM('effect')}`,
  `insert into alert (id, subject_id, seq, turn, center, case_manager, duty_key, rule, force, step, moment, due_at, raised_at, recipients, recorded_at)
   select ${ALERT_ID}, copy.subject_id, seq, md5(copy.subject_id::text || seq)::uuid, center, ${MANAGER_OF_CASE}, duty_key, rule, force, step, moment - back,
          due_at - back, raised_at - back, recipients, ${RECORDED} ${FROM('alert')}`,
  // One in a thousand was given up, two wait.
  `insert into alert_delivery (alert_id, channel, turn, lane, state, attempts, delivered_at, due_at)
   select ${ALERT_ID}, way.channel, md5(copy.subject_id::text || seq)::uuid, 2, fate.state, 1, case when fate.state = 'delivered' then ${RECORDED} end, ${RECORDED}
     from copy join sample_alert given using (sample) cross join (values ('webhook'), ('mail')) way (channel)
     cross join lateral (select case ${DICE('copy.subject_id::text || given.id || way.channel')} when 0 then 'failed' when 1 then 'waiting' when 2 then 'waiting' else 'delivered' end as state) fate
    where number >= $1::int and number < $2::int`,
  `insert into notice (alert_id, person, channel, holder, roles, state, attempts, delivered_at, recorded_at)
   select ${ALERT_ID}, ${PERSON}, 'in_app', center, array[told.role], 'delivered', 0, ${RECORDED}, ${RECORDED}
     from copy join sample_alert given using (sample) cross join lateral unnest(given.recipients) told (role)
    where number >= $1::int and number < $2::int
   on conflict do nothing`,
  // One in two thousand still waits for its case; a few were refused, and somebody has to look at them.
  `insert into inbox (id, kind, source, delivery_id, content_sha256, subject_id, payload, received_at, state, settled_at)
   select gen_random_uuid(), 'report', agency, copy.subject_id || ':' || row_number() over (), repeat('0', 64), copy.subject_id, payload, given.at - back,
          fate.state, case when fate.state <> 'waiting' then given.at - back end
     from copy join sample_report given using (sample)
     cross join lateral (select case when ${DICE('copy.subject_id::text || given.at')} = 0 and number % 2 = 0 then 'waiting' when ${DICE('copy.subject_id::text || given.at')} < 3 then 'rejected' else 'delivered' end as state) fate
    where number >= $1::int and number < $2::int`,
];

/** Alarms of some years, the last few of them raised: one list for the whole house. */
export const ALARMS: readonly string[] = [
  `insert into alarm (id, key, kind, params, raised_at, cleared_at)
   select 'generated:' || number, 'generated:' || number, 'case_moment_in_past', '{}', now() - number * interval '6 hours',
          case when number > 3 then now() - number * interval '6 hours' + interval '1 hour' end
     from generate_series(1, 4000) number`,
  `insert into alarm_delivery (alarm_id, event, channel, state, attempts, delivered_at)
   select alarm.id, 'raised', way.channel, 'delivered', 1, raised_at from alarm cross join (values ('webhook'), ('mail')) way (channel) where key like 'generated:%'`,
];
