-- The house of Tirek. Owner role: migrations only. Application role: reads, inserts, and updates of
-- the read model; into the ledger it may insert and nothing else (grants and a trigger, section 3).
-- Times of a case (at, occurred_at, due_at ...) are case time; *_recorded_at / received_at are wall time.

------------------------------------------------------------------ 1. Law as data
create table calendar_version (
  version     text primary key,
  data        jsonb not null,
  act         text,
  created_at  timestamptz not null default now(),
  adopted_at  timestamptz
);
create table policy_version (
  version     text primary key,
  data        jsonb not null,
  created_at  timestamptz not null default now(),
  adopted_at  timestamptz
);

------------------------------------------------------------------ 2. Centers, staff, agencies
create table center (
  id       text primary key,
  name_kk  text not null,
  name_ru  text not null
);
-- Development tokens; OpenID Connect takes their place behind the same seam. Only digests are kept.
create table access_token (
  token_sha256  text primary key,
  actor_id      text not null,
  role          text not null,
  center        text not null references center (id)
);
create table agency (
  code          text primary key,
  endpoint_url  text not null,
  -- Standard Webhooks secret (whsec_...), shared by both directions of one agency.
  secret        text not null
);
-- Where alerts to a role are mailed. Mailboxes of posts, not of persons; the holder is a center or an agency.
create table mailbox (
  holder   text not null,
  role     text not null,
  address  text not null,
  primary key (holder, role)
);

------------------------------------------------------------------ 3. The ledger
create table ledger (
  case_id      uuid not null,
  seq          integer not null check (seq > 0),
  type         text not null,
  at           timestamptz not null,
  occurred_at  timestamptz not null,
  cause        text not null,
  entry        jsonb not null,
  digest       text not null,
  recorded_at  timestamptz not null default now(),
  primary key (case_id, seq)
);
create index ledger_cause on ledger (cause);

create function ledger_is_append_only() returns trigger language plpgsql as $$
begin
  raise exception 'the ledger is append-only: % refused', tg_op using errcode = 'insufficient_privilege';
end $$;
create trigger ledger_append_only before update or delete or truncate on ledger
  for each statement execute function ledger_is_append_only();

------------------------------------------------------------------ 4. Read model, rebuilt from the ledger alone
create table case_file (
  case_id       uuid primary key,
  center        text not null,
  household_id  uuid not null,
  case_manager  text,
  stage         text not null,
  opened_at     timestamptz not null,
  -- Case time of the last entry: differs from the wall clock in a fast-forwarded case.
  clock_at      timestamptz not null,
  next_moment   timestamptz,
  overdue       integer not null,
  waiting_on    text[] not null,
  seq           integer not null,
  head          text not null,
  state         jsonb not null,
  recorded_at   timestamptz not null default now()
);
create index case_file_list on case_file (center, opened_at, case_id);
create index case_file_manager on case_file (case_manager, opened_at, case_id);
-- A family has at most one open case.
create unique index one_open_case_per_household on case_file (household_id) where stage <> 'closed';

create table duty (
  case_id       uuid not null references case_file (case_id),
  key           text not null,
  rule          text not null,
  subject       text not null,
  owner         text not null,
  agency        text,
  force         text not null,
  center        text not null,
  case_manager  text,
  started_at    timestamptz not null,
  due_at        timestamptz,
  standing      text not null,
  ended_at      timestamptz,
  primary key (case_id, key)
);
-- A duty without a term sorts last; lists page by this very expression.
create index duty_due on duty (center, coalesce(due_at, 'infinity'), case_id, key) where standing in ('open', 'overdue', 'exceeded');

create table alert (
  -- case:duty:step:moment, so that a step is one alert whatever is repeated.
  id           text primary key,
  case_id      uuid not null,
  seq          integer not null,
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
  recorded_at  timestamptz not null default now()
);
create index alert_list on alert (center, recorded_at, id);
create index alert_case on alert (case_id, seq);
create table alert_delivery (
  alert_id      text not null references alert (id),
  channel       text not null check (channel in ('webhook', 'mail')),
  state         text not null check (state in ('waiting', 'delivered', 'failed')),
  attempts      integer not null default 0,
  last_error    text,
  delivered_at  timestamptz,
  primary key (alert_id, channel)
);

------------------------------------------------------------------ 5. Edges
-- Raw client keys stay here; Temporal sees the generated id only.
create table command (
  id               uuid primary key,
  actor_id         text not null,
  idempotency_key  text not null,
  body_sha256      text not null,
  case_id          uuid,
  kind             text not null,
  payload          jsonb not null,
  answer           jsonb,
  created_at       timestamptz not null default now(),
  answered_at      timestamptz,
  unique (actor_id, idempotency_key)
);
-- For the sweep: commands that never got an answer are few.
create index command_unanswered on command (created_at) where answer is null;
create table inbox (
  id           uuid primary key,
  kind         text not null check (kind in ('appeal', 'report')),
  source       text not null,
  delivery_id  text not null,
  case_id      uuid not null,
  payload      jsonb not null,
  received_at  timestamptz not null default clock_timestamp(),
  state        text not null default 'waiting' check (state in ('waiting', 'delivered', 'rejected', 'orphan')),
  outcome      jsonb,
  settled_at   timestamptz,
  -- How often the sender repeated it after the first time.
  duplicates   integer not null default 0,
  unique (source, delivery_id)
);
create index inbox_waiting on inbox (case_id, received_at, id) where state = 'waiting';
create index inbox_case on inbox (case_id);

-- The claim of a household on its one open case: taken when an appeal is registered, before any
-- workflow exists; given back by the journal when the case is closed.
create table open_case (
  household_id  uuid primary key,
  case_id       uuid not null unique
);

create table heartbeat (
  process   text not null,
  instance  text not null,
  at        timestamptz not null,
  primary key (process, instance)
);

------------------------------------------------------------------ 6. Personal data: nowhere else
create table household (
  id          uuid primary key,
  created_at  timestamptz not null default now()
);
create table person (
  id            uuid primary key,
  household_id  uuid not null references household (id),
  full_name     text,
  iin           text,
  phone         text,
  address       text,
  command_id    uuid,
  created_at    timestamptz not null default now()
);
create index person_iin on person (iin) where iin is not null;
create index person_household on person (household_id);
create index person_command on person (command_id) where command_id is not null;
create table narrative (
  id          uuid primary key,
  case_id     uuid,
  kind        text not null,
  body        text not null,
  -- The command or inbox row that brought it: what a refused one left behind is swept.
  command_id  uuid,
  created_at  timestamptz not null default now()
);
create index narrative_case on narrative (case_id);
create index narrative_command on narrative (command_id) where command_id is not null;

------------------------------------------------------------------ 7. Journal of appeals (D-REG)
create table appeal_number (
  center  text not null,
  year    integer not null,
  last    integer not null,
  primary key (center, year)
);
create table appeal (
  appeal_id       uuid primary key,
  journal_number  text not null unique,
  case_id         uuid not null,
  center          text not null references center (id),
  household_id    uuid not null,
  person_id       uuid,
  narrative_id    uuid,
  channel         integer not null check (channel between 1 and 5),
  threat          boolean not null,
  registered_by   text not null,
  received_at     timestamptz not null
);
create index appeal_case on appeal (case_id);
