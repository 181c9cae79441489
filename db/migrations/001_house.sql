-- The house of Tirek. Owner role: migrations only. Each process has a role of its own (db/roles.ts): into the ledger it may
-- insert and nothing else (grants and a trigger, section 3). What is read for somebody is held by a second lock (db/second-lock.ts).
-- Times of a case (at, occurred_at, due_at ...) are case time; *_recorded_at, received_at and the columns of
-- clocks and work lists are wall time.

------------------------------------------------------------------ 1. Law as data
-- A version never changes: what a case was counted by can be read again for ever. Without adopted_at it is a draft; with
-- given_up_at its adoption was given up, and new cases do not begin with it any more.
create table calendar_version (
  version     text primary key,
  data        jsonb not null,
  act         text,
  based_on    text,
  created_by  text,
  created_at  timestamptz not null default now(),
  adopted_at  timestamptz,
  given_up_at timestamptz check (adopted_at is not null or given_up_at is null)
);
create table policy_version (
  version     text primary key,
  data        jsonb not null,
  -- The settings as they were sent; `data` has them filled up from the policy in force at that time.
  given       jsonb,
  act         text,
  based_on    text,
  created_by  text,
  created_at  timestamptz not null default now(),
  adopted_at  timestamptz,
  given_up_at timestamptz check (adopted_at is not null or given_up_at is null)
);
-- Which version is in force must be clear: no two begin at one instant.
create unique index calendar_in_force on calendar_version (adopted_at) where adopted_at is not null;
create unique index policy_in_force on policy_version (adopted_at) where adopted_at is not null;

create function law_version_is_immutable() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and old.adopted_at is null and new.adopted_at is not null
     and to_jsonb(new) - 'adopted_at' = to_jsonb(old) - 'adopted_at' then
    return new;
  end if;
  if tg_op = 'UPDATE' and old.adopted_at is not null and old.given_up_at is null and new.given_up_at is not null
     and to_jsonb(new) - 'given_up_at' = to_jsonb(old) - 'given_up_at' then
    return new;
  end if;
  raise exception 'a version of the law never changes: % of % refused', tg_op, old.version using errcode = 'insufficient_privilege';
end $$;
create trigger calendar_version_immutable before update or delete on calendar_version
  for each row execute function law_version_is_immutable();
create trigger policy_version_immutable before update or delete on policy_version
  for each row execute function law_version_is_immutable();

-- One row per kind: what every take compares the law of its case with, and by which act it came.
-- Openings hold it shared, so that none slips past an adoption that begins meanwhile.
create table law_in_force (
  kind         text primary key check (kind in ('calendar', 'policy')),
  version      text not null,
  -- Absent where no case has to take it up: of the first versions, and of one to which new cases went back when an adoption
  -- was given up.
  adoption_id  uuid,
  act          text,
  recompute    text check (recompute in ('own', 'adopted')),
  since        timestamptz not null default clock_timestamp()
);

create table law_adoption (
  id               uuid primary key,
  kind             text not null check (kind in ('calendar', 'policy')),
  version          text not null,
  previous         text not null,
  -- Cited in the ledger beside every date that it moves.
  act              text not null,
  recompute        text not null check (recompute in ('own', 'adopted')),
  -- Signature of the API over id, version with its data, act and treatment of running terms: without it no case takes the version up.
  proof            text,
  requested_by     text not null,
  idempotency_key  text not null,
  body_sha256      text not null,
  state            text not null default 'running' check (state in ('running', 'paused', 'done', 'given_up')),
  requested_at     timestamptz not null default clock_timestamp(),
  -- From then on new cases take the version.
  started_at       timestamptz,
  -- Transactions below that number may still have been at work under the version before.
  horizon          bigint,
  -- The sweep's last sign of life: without one for minutes it is woken.
  touched_at       timestamptz,
  ended_at         timestamptz,
  -- Open cases that had another version when it began.
  total            integer not null default 0,
  unique (requested_by, idempotency_key)
);
create unique index one_law_adoption_at_a_time on law_adoption ((true)) where state in ('running', 'paused');
create index law_adoption_list on law_adoption (requested_at, id);

-- Cases that could not be told, each with its reason; when nobody else is left they are set apart and the adoption ends.
create table law_adoption_failure (
  adoption_id  uuid not null references law_adoption (id),
  subject_id      uuid not null,
  reason       text not null,
  attempts     integer not null default 1,
  first_at     timestamptz not null default clock_timestamp(),
  last_at      timestamptz not null default clock_timestamp(),
  primary key (adoption_id, subject_id)
);

------------------------------------------------------------------ 2. Centers, staff, agencies
create table center (
  id          text primary key,
  -- Under which it has a ledger, as a case has one.
  subject_id  uuid not null unique default gen_random_uuid(),
  name_kk     text not null,
  name_ru     text not null,
  -- Code of the classifier of administrative-territorial objects: nine digits.
  territory   text not null check (territory ~ '^[1-9][0-9]{8}$')
);
-- Who is signed in to the pages: by a digest of what the browser keeps. It says who that is, and as what the person wants to
-- act; with which posts, the staffing record says at each page.
create table session (
  id_sha256     text primary key,
  -- By which the person, or an administrator, names it; it opens nothing.
  id            uuid not null unique default gen_random_uuid(),
  person        text not null,
  -- The session at the provider: when that ends there, this one ends, too.
  provider_sid  text,
  -- The post that was chosen, <role>@<center>.
  post          text,
  -- When and how strongly the person has shown who they are, as the provider said.
  proved_at     timestamptz,
  strength      text,
  created_at    timestamptz not null default statement_timestamp(),
  last_seen_at  timestamptz not null default statement_timestamp(),
  -- It ends when nobody has come for so long, and at the latest at ends_at.
  idle_until    timestamptz not null,
  ends_at       timestamptz not null check (idle_until <= ends_at)
);
create index session_idle_until on session (idle_until);
-- Codes by which families see their cases, by a keyed digest: the code itself stands on a paper alone. Which of them counts, the
-- case says. A session of the page is short, and known by its digest as those of the staff are.
create table family_code (
  id          uuid primary key,
  case_id     uuid not null,
  digest      bytea not null unique,
  created_at  timestamptz not null default clock_timestamp()
);
create table family_session (
  id_sha256  text primary key,
  code_id    uuid not null references family_code (id) on delete cascade,
  ends_at    timestamptz not null
);
create index family_session_ends_at on family_session (ends_at);
create index session_person on session (person);
-- What the provider has told of ends already, by a digest of its id: the same word counts once.
create table logout_token (
  jti_sha256  text primary key,
  -- Then it would be refused for its age.
  until       timestamptz not null
);
-- Development tokens, for tests and for a machine on which a switch lets them in. Only digests are kept.
create table access_token (
  token_sha256  text primary key,
  actor_id      text not null,
  role          text not null,
  -- Or what supervises Centers.
  center        text not null
);
-- The directory: whom measures and notices name. What stands here is in force; how it came to be is in organisation_change.
-- An organisation that has ended stays: the ledger names it.
create table organisation (
  id            text primary key,
  version       integer not null check (version > 0),
  function      text not null,
  territory     text not null check (territory ~ '^[1-9][0-9]{8}$'),
  name_kk       text not null,
  name_ru       text not null,
  protocol      text not null check (protocol in ('http', 'paper')),
  endpoint_url  text,
  -- First and last day on which it may be named.
  valid_from    date not null,
  valid_to      date check (valid_to >= valid_from),
  -- Who has taken over what it owed, from its end on.
  successor     text references organisation (id),
  check ((protocol = 'http') = (endpoint_url is not null)),
  check (successor is null or valid_to is not null)
);
create index organisation_place on organisation (function, territory);
create index organisation_successor on organisation (successor) where successor is not null;
-- Standard Webhooks secrets (whsec_...), each for both directions; two are good while one takes the other's place.
create table organisation_key (
  organisation_id  text not null references organisation (id),
  key_id           text not null,
  -- Sealed with the key of the holder.
  secret           bytea not null,
  valid_from       timestamptz not null,
  valid_to         timestamptz check (valid_to > valid_from),
  primary key (organisation_id, key_id)
);
-- Every version, without secrets: what changed, when, and by whom.
create table organisation_change (
  organisation_id  text not null references organisation (id),
  version          integer not null check (version > 0),
  what             text not null check (what in ('registered', 'changed', 'ended', 'key_set')),
  data             jsonb not null,
  changed_by       text not null,
  changed_at       timestamptz not null default clock_timestamp(),
  primary key (organisation_id, version)
);
create function organisation_change_is_immutable() returns trigger language plpgsql as $$
begin
  raise exception 'the history of the directory is append-only: % refused', tg_op using errcode = 'insufficient_privilege';
end $$;
create trigger organisation_change_append_only before update or delete or truncate on organisation_change
  for each statement execute function organisation_change_is_immutable();
-- One document per change: posts, deputies and the duty rota of a Center or an agency. Persons are
-- opaque ids, so that who was to be told stays readable for good; their addresses are beside it.
create table staffing (
  holder      text not null,
  version     integer not null check (version > 0),
  data        jsonb not null,
  changed_by  text not null,
  changed_at  timestamptz not null default now(),
  primary key (holder, version)
);
-- Mail addresses, telephones and ИИН are personal data: kept here alone, changed and erased in place. By the ИИН a signature is theirs.
create table staff (
  holder  text not null,
  person  text not null,
  mail    text,
  -- Sealed with the key of the holder; compared by the index.
  iin             bytea,
  -- Of the odd and of the even versions of the key for digests (index_key).
  iin_index       bytea,
  iin_index_even  bytea,
  check ((iin is null) = (iin_index is null and iin_index_even is null)),
  -- Sealed likewise: whom to telephone when an alarm is nobody's.
  phone           bytea,
  primary key (holder, person)
);
create unique index staff_iin on staff (holder, iin_index) where iin_index is not null;
create unique index staff_iin_even on staff (holder, iin_index_even) where iin_index_even is not null;
-- Whoever signs in is found by their posts.
create index staff_person on staff (person);

-- Codes that commands may use (needs, kinds of support, services): each version as it was written, the last one counts.
create table reference_code (
  list        text not null,
  code        text not null,
  version     integer not null check (version > 0),
  title_kk    text not null,
  title_ru    text not null,
  title_en    text not null,
  -- Days in Almaty, both included; without an end until further notice.
  valid_from  date not null,
  valid_to    date check (valid_to >= valid_from),
  changed_by  text not null,
  changed_at  timestamptz not null default now(),
  primary key (list, code, version)
);
create view reference_code_now as
  select distinct on (list, code) * from reference_code order by list, code, version desc;

-- Four eyes: what an administrator has asked beyond the own Center, as it was sent. It is done when a second one approves.
create table proposal (
  id               uuid primary key,
  -- The operation, and the parts of its address.
  kind             text not null,
  target           jsonb not null,
  body             jsonb not null,
  -- Secrets of keys, and people with their addresses and ИИН, sealed with the key of the holder: gone when it is decided.
  withheld         bytea,
  -- Keyed digest of all that was sent, for ИИН are few enough to be tried: the same again is the same proposal.
  digest           text not null,
  idempotency_key  text,
  proposed_by      text not null,
  -- As who it is done.
  proposer_role    text not null,
  proposer_center  text not null,
  proposed_at      timestamptz not null default clock_timestamp(),
  state            text not null default 'proposed' check (state in ('proposed', 'approved', 'rejected', 'withdrawn')),
  decided_by       text,
  decided_at       timestamptz,
  -- Why it was rejected: words of an administrator, sealed with the key of the holder.
  reason           bytea check (reason is null or state = 'rejected'),
  check ((state = 'proposed') = (decided_by is null) and (state = 'proposed') = (decided_at is null)),
  check (state = 'proposed' or withheld is null),
  check (state not in ('approved', 'rejected') or decided_by <> proposed_by),
  check (state <> 'withdrawn' or decided_by = proposed_by),
  unique (proposed_by, idempotency_key)
);
create unique index proposal_waits_once on proposal (proposed_by, digest) where state = 'proposed';
create index proposal_list on proposal (proposed_at, id);

------------------------------------------------------------------ 3. The ledger
create table ledger (
  subject_id      uuid not null,
  seq          integer not null check (seq > 0),
  type         text not null,
  at           timestamptz not null,
  occurred_at  timestamptz not null,
  cause        text not null,
  entry        jsonb not null,
  digest       text not null,
  -- The take that recorded it, and which code decided: a check decides again what today's code has decided.
  turn         uuid not null,
  decision     text not null,
  -- On the last entry of a take: who took it has signed the turn and the head that it left, with a key that is not in here.
  seal         text,
  recorded_at  timestamptz not null default clock_timestamp(),
  -- Of the adoption of a law: how many dates it moved, left as they stood, and ended in that case. An adoption is
  -- followed by adding them up, which must not mean to open every entry again.
  dates_moved  integer generated always as (case when type = 'LawAdopted' then jsonb_array_length(jsonb_path_query_array(entry, '$.duties[*] ? (@.op == "moved" && @.from != @.to)')) end) stored,
  dates_kept   integer generated always as (case when type = 'LawAdopted' then jsonb_array_length(jsonb_path_query_array(entry, '$.duties[*] ? (@.op == "kept")')) end) stored,
  dates_ended  integer generated always as (case when type = 'LawAdopted' then jsonb_array_length(jsonb_path_query_array(entry, '$.duties[*] ? (@.op == "lapsed")')) end) stored,
  primary key (subject_id, seq)
);
create index ledger_adoption on ledger (cause) include (dates_moved, dates_kept, dates_ended) where type = 'LawAdopted';
-- Who was called when, and how the Centers' groups are composed: a few rows among all.
create index ledger_group_calls on ledger (at) where type = 'MobileGroupCalled';
create index ledger_group_orders on ledger (subject_id, seq) where type in ('MobileGroupOrdered', 'MobileGroupMemberLeft');

create function ledger_is_append_only() returns trigger language plpgsql as $$
begin
  raise exception 'the ledger is append-only: % refused', tg_op using errcode = 'insufficient_privilege';
end $$;
create trigger ledger_append_only before update or delete or truncate on ledger
  for each statement execute function ledger_is_append_only();

-- Which versions of rows have been written: a process that is older than one of them stops.
create table ledger_version (
  version   integer primary key,
  first_at  timestamptz not null default clock_timestamp()
);

------------------------------------------------------------------ 4. Read model, rebuilt from the ledger alone
-- What has a ledger: a family's case, or a Center. Everything that a take writes hangs on its row here; the other
-- tables name it by its id alone, whatever it is.
create table subject_file (
  subject_id    uuid primary key,
  kind          text not null default 'case' check (kind in ('case', 'center')),
  -- Of a case the Center that leads it, of a Center itself.
  center        text not null,
  household_id  uuid check ((kind = 'case') = (household_id is not null)),
  case_manager  text,
  -- By what follows it is asked who sees a case (domain/access): who is on it now, and its marks.
  team          text[] not null default '{}',
  violence      boolean not null default false,
  open_threat   boolean not null default false,
  -- To whom it was opened in an emergency, and until when (case time): P59.
  emergencies   jsonb not null default '[]',
  -- Questions whether a case of another Center and this one belong together (P32), with their answers.
  transfers     jsonb not null default '[]',
  -- The code by which the family sees it now, and until when (case time); of a Center and of a case without one null.
  family_code   jsonb,
  stage         text not null,
  opened_at     timestamptz not null,
  -- The subject's own time at the last entry: differs from the wall clock in a case that skips time.
  clock_at      timestamptz not null,
  next_moment   timestamptz,
  overdue       integer not null,
  waiting_on    text[] not null,
  seq           integer not null,
  head          text not null,
  -- Versions by which its dates were counted last.
  calendar      text not null,
  policy        text not null,
  -- As long as something of it may still happen by itself: of a case after the closing, too, while something with a term is owed.
  running       boolean not null,
  -- Version of the rows that were written last; a process that does not know it leaves the subject alone.
  version       integer not null,
  -- Development server only: it lives in skipped time, so much ahead of the wall clock.
  skipping      boolean not null default false,
  skew_ms       bigint not null default 0,
  recorded_at   timestamptz not null default clock_timestamp()
) with (fillfactor = 70);
create index case_file_list on subject_file (center, opened_at, subject_id) where kind = 'case';
create index case_file_stage on subject_file (center, stage, opened_at, subject_id) where kind = 'case';
create index case_file_manager on subject_file (center, case_manager, opened_at, subject_id) where kind = 'case';
-- Who has which version of the law: counted for the administrator, gone through by an adoption and its preview.
create index subject_file_calendar on subject_file (calendar, subject_id) include (kind) where running;
create index subject_file_policy on subject_file (policy, subject_id) include (kind) where running;
-- Of a family, those that are over too: by them the second lock knows whose it is.
create index case_file_household on subject_file (household_id) where kind = 'case';
-- A family has at most one open case.
create unique index one_open_case_per_household on subject_file (household_id) where kind = 'case' and stage <> 'closed';
-- A Center has one ledger.
-- Figures keep them apart.
create index subject_file_violence on subject_file (subject_id) where violence;
-- Figures: what is open today.
create index case_file_open on subject_file (center, stage) where kind = 'case' and stage <> 'closed';
create index subject_file_transfers on subject_file (center) where transfers <> '[]' and stage <> 'closed';
create unique index one_ledger_per_center on subject_file (center) where kind = 'center';

-- The cases among them: what lists and pages of cases read. With the reader's own rights, so that the second lock holds here, too.
create view case_file with (security_invoker = true) as
select subject_id, center, household_id, case_manager, team, violence, open_threat, emergencies, transfers, family_code, stage, opened_at, clock_at, next_moment, overdue, waiting_on, seq, head,
       calendar, policy, running, version, skipping, skew_ms, recorded_at
  from subject_file where kind = 'case';

-- The state as of a place of the ledger, written every so many entries; what came after is replayed. Writing it
-- at every turn was nearly all of what a turn wrote.
create table subject_state (
  subject_id  uuid primary key references subject_file (subject_id),
  seq      integer not null,
  state    jsonb not null
);

create table duty (
  subject_id       uuid not null references subject_file (subject_id),
  key           text not null,
  rule          text not null,
  subject       text not null,
  owner         text not null,
  agency        text,
  force         text not null,
  ladder        text not null,
  -- Of the ladders of threat and duty: first in every list.
  urgent        boolean not null,
  center        text not null,
  case_manager  text,
  started_at    timestamptz not null,
  due_at        timestamptz,
  standing      text not null,
  ended_at      timestamptz,
  primary key (subject_id, key)
) with (fillfactor = 70);
-- A duty without a term sorts last; lists page by this very expression. What is owed is in one index and what has
-- ended in the other, so that a Center's years do not lie between it and what it owes today.
create index duty_due on duty (center, (not urgent), coalesce(due_at, 'infinity'), subject_id, key) where standing in ('open', 'overdue', 'exceeded');
-- The years into which open terms reach.
-- Decisions of a stay after the first (P27): asked by the watch.
create index duty_renewed_stay on duty (center) where ladder = 'stay_again' and ended_at is null;
create index duty_open_due on duty (due_at) where standing in ('open', 'overdue', 'exceeded') and due_at is not null;
create index duty_ended on duty (center, standing, (not urgent), coalesce(due_at, 'infinity'), subject_id, key) where standing in ('met', 'met_late', 'lapsed', 'lapsed_late');
-- Figures of a period: what was due in it, and which of it went back to whom.
create index duty_by_term on duty (center, due_at) include (rule, standing, agency, subject_id) where due_at is not null;
create index duty_ended_agency on duty (center, agency, standing, (not urgent), coalesce(due_at, 'infinity'), subject_id, key) where standing in ('met', 'met_late', 'lapsed', 'lapsed_late') and agency is not null;

-- What the Center sends: the plan of its attempts is kept by the ledger, an activity of the engine is one attempt.
create table effect (
  -- Random: the agency knows the message by it, whatever is restored when.
  key          uuid primary key,
  subject_id      uuid not null references subject_file (subject_id),
  kind         text not null,
  agency       text not null,
  measure_ids  text[] not null,
  report_id    text,
  -- Ledger entry that ordered it.
  seq          integer not null,
  state        text not null check (state in ('pending', 'parked', 'delivered', 'refused', 'given_up', 'withdrawn')),
  -- Number of the attempt that is wanted or under way.
  series       integer not null,
  -- Case time of the next attempt.
  retry_at     timestamptz,
  changed_at   timestamptz not null default clock_timestamp()
);
create index effect_open on effect (subject_id) where state in ('pending', 'parked');

-- An organisation whose address did not answer several times in a row: it is asked at most every five minutes, with one
-- small probe or one message that waits. A row without opened_at counts failures; with recovered_at what waits is being sent.
create table circuit (
  organisation_id  text primary key,
  failures         integer not null,
  opened_at        timestamptz,
  next_try_at      timestamptz,
  -- Its server answers, and messages were tried one by one since it opened: ever more seldom.
  trials           integer not null default 0,
  trial_at         timestamptz,
  recovered_at     timestamptz
);
create index circuit_open on circuit (next_try_at) where opened_at is not null;
create index effect_of_agency on effect (agency, changed_at);
create index effect_parked_of on effect (agency, retry_at) where state = 'parked';

create table alert (
  -- case:duty:step:moment, so that a step is one alert whatever is repeated.
  id           text primary key,
  subject_id      uuid not null,
  seq          integer not null,
  -- The take that raised it: its alerts are told together.
  turn         uuid not null,
  center       text not null,
  case_manager text,
  duty_key     text not null,
  rule         text not null,
  force        text not null,
  step         text not null,
  moment       timestamptz not null,
  due_at       timestamptz not null,
  raised_at    timestamptz not null,
  recipients   text[] not null,
  recorded_at  timestamptz not null default clock_timestamp()
);
create index alert_list on alert (center, recorded_at, id);
create index alert_case on alert (subject_id, recorded_at, id);

------------------------------------------------------------------ 5. Claims: what cases share
-- A thing that only one may have: the household's one open case now, a place in a shelter later. Rows are
-- taken in one order of (kind, thing) by everybody.
create table claim (
  kind     text not null,
  thing    text not null,
  subject_id  uuid not null,
  since    timestamptz not null default clock_timestamp(),
  primary key (kind, thing)
);
create index claim_of_case on claim (subject_id);

-- Rooms of a Center in which people may stay for a while (256 п.25): each version as its head wrote it, the last one counts.
create table room (
  center      text not null references center (id),
  -- Its name at the Center, a number mostly; its places have the numbers from 1 to `capacity`.
  code        text not null check (code ~ '^[[:alnum:]][[:alnum:]-]{0,19}$'),
  version     integer not null check (version > 0),
  for_whom    text not null check (for_whom in ('women_with_children', 'women', 'men', 'families', 'anybody')),
  capacity    integer not null check (capacity between 1 and 50),
  -- Days in Almaty, both included; without an end until further notice.
  valid_from  date not null,
  valid_to    date check (valid_to >= valid_from),
  changed_by  text not null,
  changed_at  timestamptz not null default clock_timestamp(),
  primary key (center, code, version)
);
create view room_now with (security_invoker = true) as
  select distinct on (center, code) * from room order by center, code, version desc;

-- Who had which place when, by wall time: the claim says who has it now, and is gone with the stay. Two in one place at one
-- instant, or one person in two, are no rows here, whatever any program believes. Ranges of texts need no extension.
create type text_span as range (subtype = text, collation = "C");
create table place_use (
  stay_id     uuid not null,
  person_id   uuid not null,
  subject_id  uuid not null,
  center      text not null,
  room        text not null,
  place       integer not null,
  since       timestamptz not null,
  until       timestamptz check (until >= since),
  primary key (stay_id, person_id),
  constraint one_person_in_a_place exclude using gist
    (text_span(center || '/' || room || '/' || place, center || '/' || room || '/' || place, '[]') with &&, tstzrange(since, until) with &&),
  constraint one_place_of_a_person exclude using gist (text_span(person_id::text, person_id::text, '[]') with &&, tstzrange(since, until) with &&)
);
create index place_use_of_case on place_use (subject_id);
create index place_use_of_person on place_use (person_id);
-- For the journal and the pages of a Center.
create index place_use_of_center on place_use (center, since);
-- P32: one person in open cases of two Centers. One question between two cases, the lesser id first, whoever comes when. Which
-- other case it is stands here and in no ledger.
create table transfer_question (
  id        uuid primary key,
  case_a    uuid not null,
  case_b    uuid not null check (case_a < case_b),
  asked_at  timestamptz not null default clock_timestamp(),
  unique (case_a, case_b)
);
-- What each of the two is to be told, signed by the API where the question came up; taken at once, or by the relay. That it is
-- withdrawn is told when the other case has ended, or hides.
create table transfer_order (
  question_id    uuid not null references transfer_question (id),
  case_id        uuid not null,
  other_case_id  uuid not null,
  what           text not null check (what in ('raise', 'withdraw')),
  center         text not null,
  command_id     uuid not null,
  act            text not null,
  -- `needless`: the case took it no more, or nobody of its Center may know.
  state          text not null default 'waiting' check (state in ('waiting', 'done', 'needless')),
  attempts       integer not null default 0,
  due_at         timestamptz not null default clock_timestamp(),
  primary key (question_id, case_id, what)
);
create index transfer_order_waiting on transfer_order (due_at) where state = 'waiting';
create index transfer_order_of on transfer_order (case_id) where state = 'waiting';
create index transfer_order_beside on transfer_order (other_case_id) where state = 'waiting';

create table appeal_number (
  center  text not null,
  year    integer not null,
  last    integer not null,
  primary key (center, year)
);

------------------------------------------------------------------ 6. Edges
-- The first answer to a client's key, for ever; a refused command leaves this row and nothing else. Keys of clients
-- are kept as keyed digests; the ledger knows the generated id only.
create table command (
  id               uuid primary key,
  actor_id         text not null,
  idempotency_key  text not null,
  -- HMAC-SHA256: a digest that anybody could compute would tell an ИИН by trying them.
  body_sha256      text not null,
  subject_id          uuid,
  kind             text not null,
  -- Signature of the door over id, actor, subject, kind, data and digest of the request; of what changes a ledger.
  act              text,
  payload          jsonb,
  -- What was known of that to which it refers, when it was decided.
  known            jsonb,
  answer           jsonb not null,
  created_at       timestamptz not null default clock_timestamp(),
  unique (actor_id, idempotency_key)
);
create index command_case on command (subject_id);
create table inbox (
  id              uuid primary key,
  -- Order of receipt: clocks step back, sequences do not.
  place           bigint generated always as identity,
  kind            text not null check (kind in ('appeal', 'report')),
  source          text not null,
  delivery_id     text not null,
  -- Of the parsed fields, HMAC-SHA256 as they may be guessed: the same delivery id with another content is a conflict, not a repeat.
  content_sha256  text not null,
  subject_id         uuid not null,
  -- Of the case when it came: threats never wait behind the rest.
  lane            smallint not null default 2,
  payload         jsonb not null,
  -- Signature of the door that received the report, over its content, its sender and the instant of its receipt.
  act             text,
  received_at     timestamptz not null default clock_timestamp(),
  state           text not null default 'waiting' check (state in ('waiting', 'delivered', 'rejected', 'orphan')),
  outcome         jsonb,
  settled_at      timestamptz,
  -- How often the sender repeated it after the first time.
  duplicates      integer not null default 0,
  attempts        integer not null default 0,
  due_at          timestamptz not null default clock_timestamp(),
  unique (source, delivery_id)
);
create index inbox_waiting on inbox (subject_id, place) where state = 'waiting';
create index inbox_of_source on inbox (source, place) where kind = 'report';
create index inbox_due on inbox (lane, due_at) where state = 'waiting';
create index inbox_case on inbox (subject_id);
create index inbox_unsettled on inbox (place) where state <> 'delivered';
-- A delivery id that came again with another content: refused to its sender, shown to people.
create table inbox_conflict (
  inbox_id        uuid not null references inbox (id),
  content_sha256  text not null,
  received_at     timestamptz not null default clock_timestamp(),
  primary key (inbox_id, content_sha256)
);

create table heartbeat (
  process   text not null,
  instance  text not null,
  at        timestamptz not null,
  primary key (process, instance)
);

------------------------------------------------------------------ 7. Clocks
-- What the engine has armed for a case, and what it should have armed. Narrow, because it moves at every turn.
create table subject_clock (
  subject_id    uuid primary key references subject_file (subject_id),
  -- 1 threat and minors, 2 the rest, 3 mass work: the engine's own priorities.
  lane       smallint not null,
  running    boolean not null,
  -- Nearest step of a ladder, and nearest moment of any kind (an effect is tried again): wall time.
  rings_at   timestamptz,
  wakes_at   timestamptz,
  -- Rule and step that ring, for supervisors.
  rings_for  text,
  -- What the run's timer is set for, wall time; null: nothing.
  armed_at   timestamptz,
  -- The run that said so: one that was replaced must not overwrite it.
  run_id     text,
  -- The lane whose priority the run has; null: it has to be given one.
  told_lane  smallint,
  -- Place of the ledger that the clock has seen.
  seen_seq   integer not null default 0,
  -- Place up to which signals have told it: what a look sees sooner than it is told is told with the next signal.
  told_seq   integer not null default 0,
  looked_at  timestamptz
) with (fillfactor = 60);
create index subject_clock_rings on subject_clock (rings_at) where running and rings_at is not null;
create index subject_clock_wakes on subject_clock (wakes_at) where running and wakes_at is not null;
-- What no timer watches: for moments only, until the look that was asked for has armed one.
create index subject_clock_unarmed on subject_clock (lane, subject_id) where running and wakes_at is not null and (armed_at is null or armed_at > wakes_at);
create index subject_clock_running on subject_clock (subject_id) where running;

-- "The clock must look", coalesced per case; deleted only by the look that heard it.
create table wake (
  subject_id      uuid primary key,
  lane         smallint not null,
  -- The signal's name: the first fact that moves the clock.
  name         text not null,
  seq          integer not null,
  -- Replace the run instead of waking it.
  rebuild      boolean not null default false,
  since        timestamptz not null default clock_timestamp(),
  due_at       timestamptz not null default clock_timestamp(),
  attempts     integer not null default 0,
  lease_token  uuid,
  lease_until  timestamptz
) with (fillfactor = 70);
create index wake_due on wake (lane, due_at);
create index wake_unheard on wake (attempts) where attempts >= 2;

-- What the engine was when it was seen last: another id under the same name is an empty server.
create table engine_seen (
  namespace     text primary key,
  namespace_id  text not null,
  -- Of the clocks that were set there last: a release that has another one sets them anew.
  clock_version integer not null,
  seen_at       timestamptz not null,
  -- When this id took the place of another one.
  changed_at    timestamptz
);
-- While a row stands here no referral and no notice is sent to agencies: the ledger was found restored to an earlier state.
create table effects_hold (
  only_one   boolean primary key default true check (only_one),
  since      timestamptz not null default clock_timestamp(),
  reason     text not null
);

------------------------------------------------------------------ 8. Work lists: leases by row and time
-- P44: a reminder waits for the end of the quiet hours (`held_until`); `lapsed` when its duty ended meanwhile.
create table alert_delivery (
  alert_id      text not null references alert (id),
  channel       text not null check (channel in ('webhook', 'mail')),
  turn          uuid not null,
  lane          smallint not null,
  state         text not null check (state in ('waiting', 'delivered', 'failed', 'lapsed')),
  attempts      integer not null default 0,
  last_error    text,
  held_until    timestamptz,
  delivered_at  timestamptz,
  due_at        timestamptz not null default clock_timestamp(),
  lease_token   uuid,
  lease_until   timestamptz,
  primary key (alert_id, channel)
);
create index alert_delivery_due on alert_delivery (lane, due_at) where state = 'waiting';
create index alert_delivery_turn on alert_delivery (turn, channel) where state = 'waiting';
create index alert_delivery_failed on alert_delivery (due_at) where state = 'failed';
create index alert_delivery_undelivered on alert_delivery (channel, state) where state in ('waiting', 'failed');

-- One mail to one person about everything that waited; its id is the Message-ID of every attempt.
create table digest (
  id            uuid primary key,
  person        text not null,
  -- Emptied when the mail is out.
  address       text,
  state         text not null default 'waiting' check (state in ('waiting', 'delivered', 'failed')),
  attempts      integer not null default 0,
  last_error    text,
  created_at    timestamptz not null default now(),
  delivered_at  timestamptz
);
create index digest_waiting on digest (person) where state = 'waiting';
-- A person whose mail waits, and until when it may wait for more.
create table digest_round (
  person       text primary key,
  lane         smallint not null,
  due_at       timestamptz not null,
  attempts     integer not null default 0,
  lease_token  uuid,
  lease_until  timestamptz
);
create index digest_round_due on digest_round (lane, due_at);

create table notice (
  alert_id      text not null references alert (id),
  person        text not null,
  channel       text not null check (channel in ('in_app', 'mail')),
  -- The Center or agency as whose member the person was found.
  holder        text not null,
  roles         text[] not null,
  -- The person who is away, when this one stands in.
  instead_of    text,
  state         text not null check (state in ('waiting', 'delivered', 'failed')),
  attempts      integer not null default 0,
  last_error    text,
  created_at    timestamptz not null default now(),
  -- The digest may wait for more until then, and no longer.
  send_by       timestamptz,
  delivered_at  timestamptz,
  seen_at       timestamptz,
  digest_id     uuid references digest (id),
  -- Of the alert, so that a person's own list is read in its order from an index.
  recorded_at   timestamptz not null,
  primary key (alert_id, person, channel)
);
create index notice_of_person on notice (person, recorded_at, alert_id) where channel = 'in_app';
create index notice_waiting on notice (person) where channel = 'mail' and state = 'waiting';
create index notice_digest on notice (digest_id) where digest_id is not null;

-- "I have it": who took an alert of a round-the-clock ladder (P53) in hand, once. It ends no duty. The first one keeps it.
create table alert_taken (
  alert_id  text primary key references alert (id),
  person    text not null,
  -- As what the person acts: of the token, or of those whom the alert was told to.
  role      text not null,
  way       text not null check (way in ('signed_in', 'mail_link')),
  taken_at  timestamptz not null default clock_timestamp()
);
-- Alerts that were told and that nobody has taken yet: at \`due_at\` the next in line is told. \`all_told\`: nobody is left to be
-- told, somebody must telephone. A row goes when somebody has the alert, or its duty has ended.
create table untaken_alert (
  alert_id     text primary key references alert (id),
  lane         smallint not null default 1,
  state        text not null default 'waiting' check (state in ('waiting', 'all_told')),
  since        timestamptz not null default clock_timestamp(),
  due_at       timestamptz not null,
  -- When that was said: a clock that stepped back since must not make the next in line wait for it.
  said_at      timestamptz not null default clock_timestamp(),
  attempts     integer not null default 0,
  lease_token  uuid,
  lease_until  timestamptz
);
create index untaken_alert_due on untaken_alert (lane, due_at) where state = 'waiting';
-- Who was told because nobody had taken it, in which place of the line, and when.
create table untaken_told (
  alert_id  text not null references alert (id),
  person    text not null,
  place     text not null check (place in ('rota', 'deputy', 'center_head', 'coordinator')),
  told_at   timestamptz not null default clock_timestamp(),
  primary key (alert_id, person)
);

-- Alarms to the administrator: what endangers the terms of many cases, not a step of one.
-- A cause is raised once while it lasts: its key is there once uncleared. When it comes back, a new row.
create table alarm (
  id          text primary key,
  key         text not null,
  kind        text not null,
  params      jsonb not null,
  raised_at   timestamptz not null,
  cleared_at  timestamptz
);
create unique index alarm_raised on alarm (key) where cleared_at is null;
create index alarm_list on alarm (raised_at, id);
create index alarm_list_raised on alarm (raised_at, id) where cleared_at is null;

create table alarm_delivery (
  alarm_id      text not null references alarm (id),
  event         text not null check (event in ('raised', 'cleared')),
  channel       text not null check (channel in ('webhook', 'mail')),
  state         text not null check (state in ('waiting', 'delivered', 'failed')),
  attempts      integer not null default 0,
  last_error    text,
  delivered_at  timestamptz,
  due_at        timestamptz not null default clock_timestamp(),
  lease_token   uuid,
  lease_until   timestamptz,
  primary key (alarm_id, event, channel)
);
create index alarm_delivery_due on alarm_delivery (due_at) where state = 'waiting';
create index alarm_delivery_failed on alarm_delivery (due_at) where state = 'failed';

-- After a restored backup: agencies are asked to send again what they had sent since then. One that does not speak
-- the message (`unspoken`) or never answered (`failed`) is a task for people until it is settled.
create table resend_request (
  -- The agency knows the request by it at every attempt.
  id           uuid primary key,
  agency       text not null,
  since        timestamptz not null,
  reason       text not null check (reason in ('ledger_restored', 'by_hand')),
  state        text not null default 'waiting' check (state in ('waiting', 'asked', 'unspoken', 'failed')),
  attempts     integer not null default 0,
  last_error   text,
  -- Of the statement: those that were asked together stand together.
  created_at   timestamptz not null default statement_timestamp(),
  -- When the agency took it, or a person ended the task.
  settled_at   timestamptz,
  due_at       timestamptz not null default clock_timestamp(),
  lease_token  uuid,
  lease_until  timestamptz,
  unique (agency, since)
);
create index resend_request_due on resend_request (due_at) where state = 'waiting';
create index resend_request_task on resend_request (agency) where state in ('unspoken', 'failed') and settled_at is null;

-- What a person has to look after is read from what it is about (a message that was refused or given up, a report that was
-- refused): here stands only who has taken it, and how it was ended by hand. What mends itself leaves the list by itself.
create table task_state (
  task_id   text primary key,
  taken_by  text,
  taken_at  timestamptz,
  ended_by  text,
  ended_at  timestamptz,
  -- A code: words about people stand elsewhere.
  how       text check (how in ('agreed_with_agency', 'recorded_otherwise', 'nothing_to_do')),
  check ((ended_at is null) = (ended_by is null) and (ended_at is null) = (how is null))
);
create index effect_for_people on effect (subject_id) where state in ('refused', 'given_up');

-- Inbox work is leased per case, in the order of receipt.
create table inbox_lease (
  subject_id      uuid primary key,
  lease_token  uuid not null,
  lease_until  timestamptz not null
);

-- Rounds that one relay at a time goes: whoever holds the row, until its time is up.
create table watch_turn (
  name         text primary key,
  lease_token  uuid not null,
  lease_until  timestamptz not null
);

-- What is counted against a bound of the doors and must outlive a restart, in the form of the limiter's library: tries to
-- sign in by address, look-ups by ИИН by person. Removed an hour after it has expired.
create table bound_count (
  key     text primary key,
  points  integer not null default 0,
  -- Epoch milliseconds of the clock of the process that counted first.
  expire  bigint
);

------------------------------------------------------------------ 9. Personal data: nowhere else
-- What is of people is sealed (AES-256-GCM) with a data key of theirs, bound to its table, column and row. The keys stand here
-- wrapped by a key that is outside of Postgres; to destroy one is to empty `wrapped`, and what it sealed is noise from then on.
create table data_key (
  id            uuid primary key,
  -- A family's seals the texts about several; a holder's what is of its staff, or of no family that is known.
  owner_kind    text not null check (owner_kind in ('person', 'household', 'holder')),
  owner_id      text not null,
  wrapped       text,
  -- Which key wraps it: those of families with signs of violence have one of their own.
  ring          text not null default 'ordinary' check (ring in ('ordinary', 'violence')),
  -- Version of the key that wraps it: those with an older one are wrapped again.
  wrapped_by    integer not null,
  created_at    timestamptz not null default clock_timestamp(),
  -- From then on it opens what it has sealed and seals nothing more: another one of its owner has taken its place.
  retired_at    timestamptz,
  destroyed_at  timestamptz check ((destroyed_at is null) = (wrapped is not null))
);
create unique index data_key_owner on data_key (owner_kind, owner_id) where destroyed_at is null and retired_at is null;
create index data_key_owned on data_key (owner_kind, owner_id);
create index data_key_wrapped_by on data_key (ring, wrapped_by, id) where destroyed_at is null;
-- To wrap it again, and to destroy it, is the owner's; whoever records signs of violence moves it to the other ring, and nothing else.
create function data_key_is_destroyed_for_good() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and old.destroyed_at is null and (old.ring = 'ordinary' or new.ring = old.ring)
     and (old.retired_at is null or new.retired_at is not distinct from old.retired_at)
     and (old.ring <> new.ring and new.retired_at is not null and new.destroyed_at is null
          or pg_has_role(current_user, (select relowner from pg_class where oid = tg_relid), 'member'))
     and to_jsonb(new) - array['wrapped', 'wrapped_by', 'ring', 'retired_at', 'destroyed_at'] = to_jsonb(old) - array['wrapped', 'wrapped_by', 'ring', 'retired_at', 'destroyed_at'] then
    return new;
  end if;
  raise exception 'a data key is wrapped again, kept apart or destroyed, and nothing else: % refused', tg_op using errcode = 'insufficient_privilege';
end $$;
create trigger data_key_destroyed before update or delete on data_key for each row execute function data_key_is_destroyed_for_good();

-- By which version of the key for digests people are indexed and found. While another one takes its place both count.
create table index_key (
  only_one  boolean primary key default true check (only_one),
  current   integer not null check (current > 0),
  next      integer check (next = current + 1),
  -- Its digests are being removed.
  former    integer check (former is null or (former = current - 1 and next is null)),
  since     timestamptz not null default clock_timestamp()
);
insert into index_key (current) values (1);

create table household (
  id                   uuid primary key,
  -- Where the family in fact lives, and where it is now: by them the directory proposes organisations.
  residence_territory  text check (residence_territory ~ '^[1-9][0-9]{8}$'),
  location_territory   text check (location_territory ~ '^[1-9][0-9]{8}$'),
  -- Under which key what is sealed of the family and its people is wrapped; since signs of violence were recorded, for good, under that of such families.
  key_ring             text not null default 'ordinary' check (key_ring in ('ordinary', 'violence')),
  created_at           timestamptz not null default now()
);
create table person (
  id            uuid primary key,
  household_id  uuid not null references household (id),
  -- Sealed with the person's own key.
  full_name     bytea,
  iin           bytea,
  -- Blind index: HMAC under a key that is outside of Postgres, of its odd and of its even versions (index_key).
  iin_index       bytea,
  iin_index_even  bytea,
  -- The version by which all of the person is indexed.
  indexed_by      integer not null default 1,
  phone         bytea,
  address       bytea,
  -- The day (sealed), or the year where no more is known.
  birth_date    bytea,
  -- Of a child the month from which on they are none any more, for who may see a case is asked by Postgres; of a grown-up nothing.
  child_until   date check (child_until is null or (birth_date is not null and extract(day from child_until) = 1)),
  born_about    smallint check (birth_date is null or born_about is null),
  -- What they are to the family, by the list of kinships.
  kinship           text,
  representative_id uuid references person (id) check (representative_id <> id),
  created_at    timestamptz not null default now(),
  -- From then on nothing is known of them but that the ledger names their id.
  erased_at     timestamptz check (erased_at is null or coalesce(full_name, iin, phone, address, birth_date) is null),
  check ((iin is null) = (iin_index is null and iin_index_even is null))
);
create index person_indexed_by on person (indexed_by, id) where erased_at is null;
-- By what they are found without being readable: keyed digests of the words of the name, the last digits of the telephone,
-- the day of birth.
create table person_token (
  person_id  uuid not null references person (id) on delete cascade,
  kind       text not null check (kind in ('name', 'phone', 'birth')),
  token      bytea not null,
  -- Of the key for digests.
  version    smallint not null default 1,
  primary key (token, person_id)
);
create index person_token_of on person_token (person_id);
create index person_token_version on person_token (version);
-- As it was before each correction.
create table person_history (
  person_id    uuid not null references person (id),
  version      integer not null,
  was          jsonb not null,
  changed_by   text not null,
  command_id   uuid not null,
  changed_at   timestamptz not null default clock_timestamp(),
  primary key (person_id, version)
);
create index person_iin on person (iin_index) where iin_index is not null;
create index person_iin_even on person (iin_index_even) where iin_index_even is not null;
create index person_household on person (household_id);
create table narrative (
  id          uuid primary key,
  case_id     uuid,
  kind        text not null,
  -- Sealed with the key of the family, for a text is about several.
  body        bytea,
  created_at  timestamptz not null default now(),
  -- Since when it is not there any more, because somebody whom it names was erased.
  redacted_at timestamptz check ((redacted_at is null) = (body is not null))
);
create index narrative_case on narrative (case_id);
-- What an agency answered when it took a message: whatever it writes, so it stands in no ledger.
create table receipt (
  effect_key   uuid primary key,
  -- Sealed with the key of the family.
  words        bytea not null,
  received_at  timestamptz not null default clock_timestamp()
);
-- What an organisation was told, exactly as it was sent: one row for each text, however many attempts brought it. The ledger
-- names fields, ids and the digest; it is a keyed one whose key lies sealed beside the bytes, so that it proves them and nobody
-- can guess a person from it.
create table said_message (
  effect_key   uuid not null,
  digest       text not null check (digest ~ '^[0-9a-f]{64}$'),
  subject_id   uuid not null,
  -- Key of the digest and bytes of the message, sealed with the key of whom it names, else of the family. Empty since somebody whom it names was erased.
  sealed       bytea,
  -- How often it was begun to send; the last one may have no outcome.
  times        integer not null default 1 check (times > 0),
  first_at     timestamptz not null default clock_timestamp(),
  last_at      timestamptz not null default clock_timestamp(),
  primary key (effect_key, digest)
);
create index said_message_of on said_message (subject_id);
-- What a document is. It waits for the command that refers to it (attached_at), and is gone after a day without one.
create table document (
  id           uuid primary key,
  center       text not null references center (id),
  -- For which it was uploaded; it belongs to that case, and to no other, from attached_at on.
  case_id      uuid not null,
  type         text not null,
  -- Words of people, sealed with the key of the family: erased in place.
  title        bytea,
  -- Found in the bytes, not believed.
  media_type   text not null,
  size         integer check (size between 1 and 20971520),
  sha256       text,
  uploaded_by  text not null,
  uploaded_at  timestamptz not null,
  -- Seen by nobody before.
  sealed_at    timestamptz check (sealed_at is null or (size is not null and sha256 is not null)),
  attached_at  timestamptz check (attached_at is null or sealed_at is not null)
);
create index document_of_case on document (case_id, uploaded_at, id) where sealed_at is not null;
create index document_unattached on document (uploaded_at) where attached_at is null;
-- Its bytes in parts of 256 KiB, each sealed with the key of the family. To erase a document is to delete its parts and its title: the rest is no personal data.
create table document_content (
  document_id  uuid not null references document (id) on delete cascade,
  place        integer not null check (place >= 0),
  bytes        bytea not null,
  primary key (document_id, place)
);
-- Scans are compressed already.
alter table document_content alter column bytes set storage external;

create function document_is_immutable() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    if old.attached_at is null then return old; end if;
  elsif old.sealed_at is null
     or (to_jsonb(new) - 'attached_at' - 'title' = to_jsonb(old) - 'attached_at' - 'title'
         and (old.attached_at is null or new.attached_at is not distinct from old.attached_at)
         and (new.title is null or new.title = old.title)) then
    return new;
  end if;
  raise exception 'a document never changes, and one of a case stays: % of % refused', tg_op, old.id using errcode = 'insufficient_privilege';
end $$;
create trigger document_immutable before update or delete on document for each row execute function document_is_immutable();

create function document_content_is_immutable() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' and exists (select from document where id = new.document_id and sealed_at is null) then return new; end if;
  raise exception 'the bytes of a document never change: % refused', tg_op using errcode = 'insufficient_privilege';
end $$;
create trigger document_content_immutable before insert or update on document_content for each row execute function document_content_is_immutable();

-- ЭЦҚ / ЭЦП over a document, as it was found good when it was brought. It goes with its document while that belongs to
-- nothing; whose it is follows from the ИИН of its certificate.
create table signature (
  id                     uuid primary key,
  document_id            uuid not null references document (id) on delete cascade,
  -- Of the document as it was signed, and of the CMS.
  document_sha256        text not null,
  cms_sha256             text not null,
  valid_from             timestamptz not null,
  valid_to               timestamptz not null,
  -- Who said then that the certificate is not revoked.
  revocation_checked_by  text not null check (revocation_checked_by in ('OCSP', 'CRL')),
  time_stamp             jsonb,
  -- Who looked: NCANode, or the development switch.
  verified_by            text not null check (verified_by in ('ncanode', 'development')),
  verified_at            timestamptz not null default clock_timestamp(),
  brought_by             text not null,
  -- The same signature again is the same row.
  unique (document_id, cms_sha256)
);
-- Erased by deleting the row: the rest is no personal data.
create table signature_content (
  signature_id   uuid primary key references signature (id) on delete cascade,
  -- Whose it is, by the blind index; number of the certificate and the signature itself, which names its signer, sealed.
  iin_index       bytea,
  iin_index_even  bytea check (iin_index is not null or iin_index_even is not null),
  serial_number  bytea not null,
  cms            bytea not null
);
create function signature_is_immutable() returns trigger language plpgsql as $$
begin
  raise exception 'a signature never changes: % of % refused', tg_op, tg_table_name using errcode = 'insufficient_privilege';
end $$;
create trigger signature_immutable before update on signature for each row execute function signature_is_immutable();
-- Its index comes to stand under another version of the key, or goes where it stands under the other; it is never another's.
create function signature_content_is_indexed_alone() returns trigger language plpgsql as $$
begin
  if to_jsonb(new) - 'iin_index' - 'iin_index_even' = to_jsonb(old) - 'iin_index' - 'iin_index_even'
     and (new.iin_index is not distinct from old.iin_index or old.iin_index is null or new.iin_index is null)
     and (new.iin_index_even is not distinct from old.iin_index_even or old.iin_index_even is null or new.iin_index_even is null)
     and (new.iin_index = old.iin_index or new.iin_index_even = old.iin_index_even) then
    return new;
  end if;
  raise exception 'a signature never changes: % of % refused', tg_op, tg_table_name using errcode = 'insufficient_privilege';
end $$;
create trigger signature_content_immutable before update on signature_content for each row execute function signature_content_is_indexed_alone();

-- Why somebody's data must stay, whatever else is due: the act that says so. While it stands nobody of it is erased.
create table legal_hold (
  id            uuid primary key,
  household_id  uuid not null references household (id),
  -- Absent: the whole family.
  person_id     uuid references person (id),
  act           text not null,
  set_by        text not null,
  set_at        timestamptz not null default clock_timestamp(),
  released_by   text,
  released_act  text,
  released_at   timestamptz,
  check ((released_at is null) = (released_by is null) and (released_at is null) = (released_act is null))
);
create index legal_hold_of on legal_hold (household_id) where released_at is null;
-- Every erasure, as an act: who, when, on which ground, what was chosen, how much it was. It names nobody but by an id of which
-- nothing is known any more; with it a restored backup is brought to the same again.
create table erasure (
  id         uuid primary key,
  person_id  uuid not null unique references person (id),
  -- A code of the grounds; the act is its citation.
  ground     text not null,
  act        text not null,
  -- What became of the texts about several that name the person, and of the documents that he signed.
  texts      text not null check (texts in ('keep', 'redact')),
  documents  text not null check (documents in ('keep', 'erase')),
  counts     jsonb not null,
  erased_by  text not null,
  -- The second person, where the people came by a list of who is due.
  approved_by  text check (approved_by <> erased_by),
  erased_at  timestamptz not null default clock_timestamp()
);
create function erasure_is_immutable() returns trigger language plpgsql as $$
begin
  raise exception 'the journal of erasures is append-only: % refused', tg_op using errcode = 'insufficient_privilege';
end $$;
create trigger erasure_append_only before update or delete or truncate on erasure
  for each statement execute function erasure_is_immutable();
-- For how long a class of data is kept after the end of what it is about. No row, no term: it is kept, and told of.
create table retention_term (
  class    text primary key,
  months   integer not null check (months > 0),
  act      text not null,
  set_by   text not null,
  set_at   timestamptz not null default clock_timestamp()
);

------------------------------------------------------------------ 10. Looks
-- Who looked at which case, by what right, and what was shown. Added to and read; a month is a table of its own, so that what is
-- kept no longer goes at once. Ids and codes alone.
create table access_log (
  id           bigint generated always as identity,
  at           timestamptz not null default clock_timestamp(),
  person       text not null,
  role         text not null,
  center       text not null,
  act          text not null,
  -- Of a list all that it showed.
  cases        uuid[] not null,
  fields       text[] not null,
  relation     text,
  outcome      text not null check (outcome in ('shown', 'refused')),
  within_work  boolean not null,
  primary key (at, id)
) partition by range (at);
create index access_log_cases on access_log using gin (cases);
create index access_log_person on access_log (person, at);
-- Last resort: a look is recorded even where nobody has made its month.
create table access_log_rest partition of access_log default;

-- Months as Almaty counts them. With the owner's rights: the processes may add to the log, and make its months, and nothing else.
create function access_log_month(day timestamptz) returns void language plpgsql security definer set search_path = public, pg_temp as $$
declare
  first date := date_trunc('month', day at time zone 'UTC' + interval '5 hours');
  part text := 'access_log_' || to_char(first, 'YYYY_MM');
begin
  if to_regclass(part) is not null then return; end if;
  perform pg_advisory_xact_lock(hashtext(part));
  if to_regclass(part) is not null then return; end if;
  execute format('create table %I partition of access_log for values from (%L) to (%L)', part,
                 first::timestamp at time zone 'UTC' - interval '5 hours', (first + interval '1 month')::timestamp at time zone 'UTC' - interval '5 hours');
end $$;
select access_log_month(now()), access_log_month(now() + interval '1 month');

create function access_log_is_append_only() returns trigger language plpgsql as $$
begin
  raise exception 'the log of looks is append-only: % refused', tg_op using errcode = 'insufficient_privilege';
end $$;
create trigger access_log_append_only before update or delete or truncate on access_log
  for each statement execute function access_log_is_append_only();

------------------------------------------------------------------ 11. Journal of appeals (D-REG)
create table appeal (
  appeal_id       uuid primary key,
  journal_number  text not null unique,
  case_id         uuid not null,
  center          text not null references center (id),
  household_id    uuid not null references household (id),
  person_id       uuid references person (id),
  narrative_id    uuid,
  channel         integer not null check (channel between 1 and 5),
  threat          boolean not null,
  registered_by   text not null,
  received_at     timestamptz not null
);
create index appeal_case on appeal (case_id);
create index appeal_household on appeal (household_id, center);

-- Of a question between two Centers what the one is told of the other's case: its Center and the number of the appeal by which it
-- was opened; of one that hides since then nothing (P43). Asked by the owner's rights: the case is past the asking Center's sight.
create function transfer_beside(question uuid, own uuid) returns table (asked_at timestamptz, center text, journal_number text, keeps boolean)
  language sql stable security definer set search_path = public, pg_temp as $$
  select asked.asked_at, case when other.violence then null else opened.center end, case when other.violence then null else opened.journal_number end,
         exists (select from jsonb_array_elements(other.transfers) answered where answered ->> 'questionId' = question::text and answered ->> 'answer' = 'keep')
    from transfer_question asked
   cross join lateral (select case when asked.case_a = own then asked.case_b else asked.case_a end as other_id) beside
    left join subject_file other on other.subject_id = other_id
    left join lateral (select appeal.center, appeal.journal_number from appeal where appeal.case_id = other_id order by received_at limit 1) opened on true
   where asked.id = question and own in (asked.case_a, asked.case_b)
$$;
