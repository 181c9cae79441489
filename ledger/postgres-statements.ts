/** The statements of a take. One statement is one transaction and one round trip. */
import { sameIin } from '../db/blind-index.js';
import { IS_THERE } from '../db/documents.js';
import { nearestTo } from '../db/organisations.js';

/** The waiting reports that one take settles at most. */
export const MOST_REPORTS = 50;

/** Whoever has the ИИН of that row of `person`, as far as one is known, and the row itself. */
const SAME_PERSON = `select same.id from person same where same.id = person.id or ${sameIin('same', 'person')}`;

/**
 * One look at a case and at what is known of the inputs, in one snapshot. A process that has the state of
 * that place in hand ($2, $3) is not sent it again.
 */
export const LOOK = `
select floor(extract(epoch from clock_timestamp()) * 1000)::float8 as now,
       filed.kind, filed.seq, filed.head, filed.version, filed.running, filed.skipping, filed.skew_ms::float8 as "skewMs",
       floor(extract(epoch from filed.clock_at) * 1000)::float8 as "clockAt",
       case when filed.seq = $2 and filed.head = $3 then null else kept.seq end as "snapshotSeq",
       case when filed.seq = $2 and filed.head = $3 then null else kept.state end as state,
       case when filed.seq = $2 and filed.head = $3 then null
            else (select json_agg(entry order by ledger.seq) from ledger where ledger.subject_id = filed.subject_id and ledger.seq > kept.seq) end as tail,
       (select json_agg(json_build_object('kind', kind, 'version', version, 'id', adoption_id, 'act', act, 'recompute', recompute) order by kind) from law_in_force) as law,
       (select json_agg(json_build_object('actorId', actor_id, 'idempotencyKey', idempotency_key, 'id', id, 'bodySha256', body_sha256,
                                          'caseId', subject_id, 'kind', kind, 'answer', answer))
          from command join json_to_recordset($4::json) given ("actorId" text, "idempotencyKey" text)
            on actor_id = given."actorId" and idempotency_key = given."idempotencyKey") as known,
       (select json_agg(json_build_object('inboxId', id, 'receivedAt', floor(extract(epoch from received_at) * 1000), 'source', source, 'payload', payload, 'act', act) order by place)
          from (select * from inbox where inbox.subject_id = $1 and state = 'waiting' and kind = 'report' order by place limit ${MOST_REPORTS}) waiting) as waiting,
       (select json_object_agg(document.id, json_build_object('type', type, 'ofThisCase', document.case_id = $1, 'sha256', sha256))
          from document where document.id = any($5::uuid[]) and document.center = filed.center and ${IS_THERE}) as documents,
       (select json_build_object('listed', coalesce((select json_agg(person) from staff where holder = filed.center and person = any($6::text[])), '[]'),
                                 'staffing', (select data from staffing where holder = filed.center order by version desc limit 1))
         where cardinality($6::text[]) > 0) as staff,
       (select json_agg(json_build_object('key', list || ':' || code, 'from', valid_from::text, 'to', valid_to::text))
          from reference_code_now where cardinality($7::text[]) > 0 and list || ':' || code = any($7::text[])) as terms,
       (select json_object_agg(person.id, json_strip_nulls(json_build_object('sealedBirthDate', birth_date, 'bornAbout', born_about,
               'colleague', (select staff.person from staff where staff.holder = filed.center and ${sameIin('staff', 'person')}),
               'inside', (select case when used.center = filed.center then 'here' else 'elsewhere' end from place_use used
                           where used.until is null and used.subject_id <> $1 and used.person_id in (${SAME_PERSON}) limit 1),
               'stayedBefore', (select true from place_use used where used.until is not null and used.person_id in (${SAME_PERSON}) limit 1))))
          from person where erased_at is null and person.household_id = filed.household_id and person.id::text = any($8::text[])) as members,
       (select json_object_agg(id, json_strip_nulls(json_build_object('function', function, 'validFrom', to_char(valid_from, 'YYYY-MM-DD'), 'validTo', to_char(valid_to, 'YYYY-MM-DD'))))
          from organisation where id = any($9::text[])) as organisations,
       (select json_object_agg(signature.id, json_strip_nulls(json_build_object('documentId', document_id, 'sha256', cms_sha256,
               'colleague', (select staff.person from staff where staff.holder = filed.center and ${sameIin('staff', 'content')}),
               'member', (select person.id from person where person.household_id = filed.household_id and ${sameIin('person', 'content')} order by created_at, id limit 1))))
          from signature join signature_content content on content.signature_id = signature.id join document on document.id = signature.document_id
         where signature.id = any($10::uuid[]) and document.center = filed.center) as signatures,
       (select json_object_agg(function, json_build_object('organisationId', id)) from (${nearestTo('filed.center', '$13::text[]')}) nearest
         where cardinality($13::text[]) > 0) as bodies,
       (select json_agg(json_build_object('type', type, 'data', entry -> 'data') order by ledger.seq)
          from center join ledger on ledger.subject_id = center.subject_id
         where $11::boolean and center.id = filed.center and type in ('MobileGroupOrdered', 'MobileGroupMemberLeft')) as "groupEntries",
       (select json_agg(json_build_object('code', code, 'capacity', capacity, 'from', valid_from::text, 'to', valid_to::text,
               'taken', (select coalesce(json_agg(place order by place), '[]') from generate_series(1, capacity) place
                          where exists (select from claim where claim.kind = 'place' and claim.thing = room_now.center || '/' || code || '/' || place))))
          from room_now where cardinality($12::text[]) > 0 and room_now.center = filed.center and code = any($12::text[])) as rooms
  from (select $1::uuid as subject_id) wanted
  left join subject_file filed using (subject_id)
  left join subject_state kept on kept.subject_id = filed.subject_id`;

// Everything hangs on `filed`, the row of the case: it is taken first, and when somebody else has moved it
// on meanwhile it gives no row, and nothing is written at all.
const LEDGER = `insert into ledger (subject_id, seq, type, at, occurred_at, cause, entry, digest, turn, decision, seal)
  select given.subject_id, given.seq, type, at, occurred_at, cause, entry, digest, turn, decision, seal from filed, json_populate_recordset(null::ledger, $2::json) given`;

const DUTIES = `insert into duty (subject_id, key, rule, subject, owner, agency, force, ladder, urgent, center, case_manager, started_at, due_at, standing, ended_at)
  select given.subject_id, key, rule, subject, owner, agency, force, ladder, urgent, center, case_manager, started_at, due_at, standing, ended_at
    from filed, json_populate_recordset(null::duty, $5::json) given
  on conflict (subject_id, key) do update set
    case_manager = excluded.case_manager, due_at = excluded.due_at, standing = excluded.standing, ended_at = excluded.ended_at`;

const EFFECTS = `insert into effect (key, subject_id, kind, agency, measure_ids, report_id, seq, state, series, retry_at)
  select key, given.subject_id, kind, agency, measure_ids, report_id, seq, state, series, retry_at
    from filed, json_populate_recordset(null::effect, $6::json) given
  on conflict (key) do update set state = excluded.state, series = excluded.series, retry_at = excluded.retry_at, changed_at = clock_timestamp()`;

const ALERTS = `insert into alert (id, subject_id, seq, turn, center, case_manager, duty_key, rule, force, step, moment, due_at, raised_at, recipients)
  select id, given.subject_id, seq, turn, center, case_manager, duty_key, rule, force, step, moment, due_at, raised_at, recipients
    from filed, json_populate_recordset(null::alert, $7::json) given`;

/** An alert waits on each way out by itself; those of one take are told together. */
const DELIVERIES = `insert into alert_delivery (alert_id, channel, turn, lane, state)
  select raised.id, way.channel, raised.turn, case when duty.urgent then 1 else 2 end, 'waiting'
    from filed, json_populate_recordset(null::alert, $7::json) raised
    join lateral (
      select coalesce((select urgent from json_populate_recordset(null::duty, $5::json) changed where changed.key = raised.duty_key),
                      (select urgent from duty known where known.subject_id = raised.subject_id and known.key = raised.duty_key), false) as urgent
    ) duty on true
   cross join (values ('webhook'), ('mail')) way (channel)`;

/**
 * The clock must look: at once when the take demands it, or when nothing is armed that rings early enough;
 * else it is told of the facts with its next look, of a new stage within a minute, of the rest within an hour. `armed` is read under its lock: a look that arms
 * at this very instant must not be seen as it was before, or the moment between both would have no timer.
 */
const WAKE = `insert into wake (subject_id, lane, name, seq, due_at)
  select $1, given.lane, given.name, given.seq,
         case when given.must or (next.at is not null and coalesce(armed.armed_at > next.at or armed.armed_at <= clock_timestamp(), true))
              then clock_timestamp() else clock_timestamp() + given.within_ms * interval '1 millisecond' end
    from filed cross join json_to_record($9::json) given (lane smallint, name text, seq integer, must boolean, within_ms integer, looks_after boolean)
    cross join json_to_record($8::json) clock (wakes_at timestamptz, rings_at timestamptz)
    cross join lateral (select case when given.looks_after then clock.rings_at else clock.wakes_at end as at) next
    left join armed using (subject_id)
   where given.name is not null
  on conflict (subject_id) do update set
    lane = least(wake.lane, excluded.lane), seq = excluded.seq,
    name = case when wake.due_at <= excluded.due_at then wake.name else excluded.name end,
    attempts = case when wake.due_at <= excluded.due_at then wake.attempts else 0 end,
    due_at = least(wake.due_at, excluded.due_at)`;

/** The first instant at which the place is free: a clock that stepped back must not make two of it. */
const MOVED_IN = `insert into place_use (stay_id, person_id, subject_id, center, room, place, since, until)
  select stay_id, person_id, given.subject_id, center, room, place, free.since, case when over then free.since end
    from filed, json_to_recordset($18::json) given (stay_id uuid, person_id uuid, subject_id uuid, center text, room text, place integer, fresh boolean, over boolean)
   cross join lateral (
     select greatest(clock_timestamp(), (select max(until) from place_use used where (used.center, used.room, used.place) = (given.center, given.room, given.place)),
                                        (select max(until) from place_use used where used.person_id = given.person_id)) as since
   ) free
   where fresh`;

const MOVED_OUT = `update place_use set until = greatest(clock_timestamp(), since)
    from filed, json_to_recordset($18::json) given (stay_id uuid, person_id uuid, fresh boolean, over boolean)
   where place_use.stay_id = given.stay_id and place_use.person_id = given.person_id and given.over and not given.fresh and until is null`;

const COMMANDS = `insert into command (id, actor_id, idempotency_key, body_sha256, subject_id, kind, act, payload, known, answer)
  select given.id, actor_id, idempotency_key, body_sha256, given.subject_id, kind, act, payload, known, answer from filed, json_populate_recordset(null::command, $10::json) given`;

/** What an accepted command refers to belongs to its case for good. It is there: what is about to go is known to no look. */
const ATTACHED = `update document set attached_at = clock_timestamp()
    from filed, json_populate_recordset(null::command, $10::json) given, jsonb_object_keys(given.known -> 'document') referred (id)
   where document.id = referred.id::uuid and document.case_id = filed.subject_id and document.attached_at is null`;

/** What a command says of people. Of somebody who is there already it is a correction: what is said takes its place, and what was stays beside. */
const TOLD_OF = `select said.* from filed, json_to_recordset($11::json) said (id uuid, household_id uuid, given jsonb, changed_by text, command_id uuid,
                                                                      key jsonb, token_kinds text[], tokens jsonb)
  where not exists (select from person stranger where stranger.id = said.id and stranger.household_id <> said.household_id)`;

/** The data key of somebody who is new: in the same statement as what is sealed with it. */
const KEYED = `insert into data_key (id, owner_kind, owner_id, wrapped, wrapped_by, ring)
  select made.id, 'person', told_of.id::text, made.wrapped, made.version, made.ring
    from told_of cross join lateral jsonb_to_record(told_of.key) made (id uuid, wrapped text, version integer, ring text) where jsonb_typeof(told_of.key) = 'object'`;

const FORGOTTEN = `delete from person_token using told_of
   where person_token.person_id = told_of.id and person_token.kind = any(told_of.token_kinds)
     and not exists (select from jsonb_to_recordset(told_of.tokens) said (token bytea) where said.token = person_token.token)`;

const FOUND_BY = `insert into person_token (person_id, kind, token, version)
  select told_of.id, said.kind, said.token, said.version from told_of cross join lateral jsonb_to_recordset(told_of.tokens) said (kind text, token bytea, version smallint)
  on conflict do nothing`;

const BEFORE = `insert into person_history (person_id, version, was, changed_by, command_id)
  select known.id, 1 + (select count(*) from person_history earlier where earlier.person_id = known.id), to_jsonb(known) - array['iin_index', 'iin_index_even', 'indexed_by'], changed_by, command_id
    from told_of join person known using (id, household_id)`;

const CORRECTED = `update person set full_name = corrected.full_name, iin = corrected.iin, iin_index = corrected.iin_index, iin_index_even = corrected.iin_index_even, indexed_by = least(known.indexed_by, corrected.indexed_by), phone = corrected.phone, address = corrected.address,
       birth_date = corrected.birth_date, child_until = corrected.child_until, born_about = corrected.born_about, kinship = corrected.kinship, representative_id = corrected.representative_id
  from told_of join person known using (id, household_id) cross join lateral jsonb_populate_record(known, told_of.given) corrected
 where person.id = known.id`;

const PEOPLE = `insert into person (id, household_id, full_name, iin, iin_index, iin_index_even, indexed_by, phone, address, birth_date, child_until, born_about, kinship, representative_id)
  select told_of.id, told_of.household_id, full_name, iin, iin_index, iin_index_even, indexed_by, phone, address, birth_date, child_until, born_about, kinship, representative_id
    from told_of cross join lateral jsonb_populate_record(null::person, told_of.given) added
   where not exists (select from person known where known.id = told_of.id)`;

const TEXTS = `insert into narrative (id, case_id, kind, body)
  select given.id, given.case_id, kind, body from filed, json_populate_recordset(null::narrative, $12::json) given`;

const SETTLED = `update inbox set state = given.state, outcome = given.outcome, settled_at = clock_timestamp()
    from filed, json_to_recordset($13::json) given (id uuid, state text, outcome jsonb)
   where inbox.id = given.id and inbox.state = 'waiting'`;

const SHARED = `
), noted as (
  insert into ledger_version (version) select given.version from filed, json_populate_record(null::subject_file, $3::json) given
   where not exists (select from ledger_version known where known.version = given.version) on conflict do nothing
), owed as (${DUTIES}
), sent as (${EFFECTS}
), raised as (${ALERTS}
), posted as (${DELIVERIES}
), freed as (
  delete from claim using filed where claim.subject_id = filed.subject_id
     and ($4 or (claim.kind, claim.thing) in (select kind, thing from json_to_recordset($17::json) given (kind text, thing text)))
), moved_in as (${MOVED_IN}
), moved_out as (${MOVED_OUT}
), woken as (${WAKE}
), answered as (${COMMANDS}
), attached as (${ATTACHED}
), told_of as (${TOLD_OF}
), keyed as (${KEYED}
), before as (${BEFORE}
), corrected as (${CORRECTED}
), people as (${PEOPLE}
), forgotten as (${FORGOTTEN}
), found_by as (${FOUND_BY}
), texts as (${TEXTS}
), settled as (${SETTLED}
)
select subject_id from filed`;

const FILE_COLUMNS = `center, household_id, case_manager, team, violence, open_threat, emergencies, transfers, family_code, stage, opened_at, clock_at, next_moment, overdue, waiting_on, seq, head, calendar, policy, running, version`;

/** The take that opens a subject. */
export const OPEN = `
with filed as (
  insert into subject_file (subject_id, kind, ${FILE_COLUMNS})
  select subject_id, kind, ${FILE_COLUMNS} from json_populate_record(null::subject_file, $3::json) where $15::integer is null and $16::text is null
  returning subject_id
), kept as (
  insert into subject_state (subject_id, seq, state) select filed.subject_id, seq, state from filed, json_to_record($14::json) given (seq integer, state jsonb)
), armed as (
  select subject_id, null::timestamptz as armed_at from filed
), clocked as (
  insert into subject_clock (subject_id, lane, running, rings_at, wakes_at, rings_for)
  select filed.subject_id, lane, running, rings_at, wakes_at, rings_for from filed, json_populate_record(null::subject_clock, $8::json) given
), recorded as (${LEDGER}
${SHARED}`;

/** Every later take; $15 is the place that it continues, $16 the digest there: a restored ledger may have another one at that place. */
export const GO_ON = `
with filed as (
  update subject_file set
    case_manager = given.case_manager, team = given.team, violence = given.violence, open_threat = given.open_threat, emergencies = given.emergencies, transfers = given.transfers, family_code = given.family_code, stage = given.stage, clock_at = given.clock_at, next_moment = given.next_moment, overdue = given.overdue,
    waiting_on = given.waiting_on, seq = given.seq, head = given.head, calendar = given.calendar, policy = given.policy, running = given.running,
    version = given.version, skew_ms = coalesce(given.skew_ms, subject_file.skew_ms), recorded_at = clock_timestamp()
    from json_populate_record(null::subject_file, $3::json) given where subject_file.subject_id = $1 and subject_file.seq = $15::integer and subject_file.head = $16
  returning subject_file.subject_id
), kept as (
  update subject_state set seq = given.seq, state = given.state from filed, json_to_record($14::json) given (seq integer, state jsonb)
   where subject_state.subject_id = filed.subject_id and given.seq is not null
), armed as (
  select subject_clock.subject_id, subject_clock.armed_at from filed join subject_clock using (subject_id) for update of subject_clock
), clocked as (
  update subject_clock set lane = given.lane, running = given.running, rings_at = given.rings_at, wakes_at = given.wakes_at, rings_for = given.rings_for
    from armed, json_populate_record(null::subject_clock, $8::json) given
   where subject_clock.subject_id = armed.subject_id
     and (subject_clock.lane, subject_clock.running, subject_clock.rings_at, subject_clock.wakes_at, subject_clock.rings_for)
         is distinct from (given.lane, given.running, given.rings_at, given.wakes_at, given.rings_for)
), recorded as (${LEDGER}
${SHARED}`;

/**
 * A take that changes nothing of the case: refusals, and the skew of a case in skipped time. It holds for the place
 * at which it was decided ($5): a report that is refused here must not be one that somebody else has just recorded.
 */
export const ANSWER_ONLY = `
with filed as (
  select subject_id, skew_ms from subject_file where subject_id = $1 and seq = $5::integer for update
), skewed as (
  update subject_file set skew_ms = $4::bigint from filed where subject_file.subject_id = filed.subject_id and $4::bigint is not null
), answered as (
  insert into command (id, actor_id, idempotency_key, body_sha256, subject_id, kind, act, payload, answer)
  select given.id, actor_id, idempotency_key, body_sha256, given.subject_id, kind, act, payload, answer from filed, json_populate_recordset(null::command, $2::json) given
), settled as (
  update inbox set state = given.state, outcome = given.outcome, settled_at = clock_timestamp()
    from filed, json_to_recordset($3::json) given (id uuid, state text, outcome jsonb)
   where inbox.id = given.id and inbox.state = 'waiting'
), clocked as (
  update subject_clock set rings_at = rings_at - filed.ahead, wakes_at = wakes_at - filed.ahead
    from (select subject_id, ($4::bigint - skew_ms) * interval '1 millisecond' as ahead from filed) filed
   where subject_clock.subject_id = filed.subject_id and $4::bigint is not null
)
select subject_id from filed`;
