-- Calendars and policies as drafts and adopted versions, and the adoption that tells every open case.

------------------------------------------------------------------ Versions
-- A version never changes: what a case was counted by can be read again for ever. Without adopted_at
-- it is a draft.
alter table calendar_version add column based_on text, add column created_by text;
-- `given`: the settings as they were sent; `data` has them filled up from the policy in force at that time.
alter table policy_version add column act text, add column based_on text, add column created_by text, add column given jsonb;

-- Which version is in force must be clear: no two begin at one instant.
create unique index calendar_in_force on calendar_version (adopted_at) where adopted_at is not null;
create unique index policy_in_force on policy_version (adopted_at) where adopted_at is not null;

create function law_version_is_immutable() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and old.adopted_at is null and new.adopted_at is not null
     and to_jsonb(new) - 'adopted_at' = to_jsonb(old) - 'adopted_at' then
    return new;
  end if;
  raise exception 'a version of the law never changes: % of % refused', tg_op, old.version using errcode = 'insufficient_privilege';
end $$;
create trigger calendar_version_immutable before update or delete on calendar_version
  for each row execute function law_version_is_immutable();
create trigger policy_version_immutable before update or delete on policy_version
  for each row execute function law_version_is_immutable();

------------------------------------------------------------------ Adoptions
create table law_adoption (
  id               uuid primary key,
  kind             text not null check (kind in ('calendar', 'policy')),
  version          text not null,
  previous         text not null,
  -- Cited in the ledger beside every date that it moves.
  act              text not null,
  recompute        text not null check (recompute in ('own', 'adopted')),
  requested_by     text not null,
  idempotency_key  text not null,
  body_sha256      text not null,
  state            text not null default 'running' check (state in ('running', 'paused', 'done')),
  requested_at     timestamptz not null default clock_timestamp(),
  -- From then on new cases take the version.
  started_at       timestamptz,
  -- The sweep's last sign of life: without one for minutes it is woken.
  touched_at       timestamptz,
  ended_at         timestamptz,
  -- Open cases that had another version when it began, and stragglers found later.
  total            integer not null default 0,
  unique (requested_by, idempotency_key)
);
create unique index one_law_adoption_at_a_time on law_adoption ((true)) where state in ('running', 'paused');
create index law_adoption_list on law_adoption (requested_at, id);

-- Cases that could not be told, each tried again at the next pass.
create table law_adoption_failure (
  adoption_id  uuid not null references law_adoption (id),
  case_id      uuid not null,
  reason       text not null,
  attempts     integer not null default 1,
  first_at     timestamptz not null default clock_timestamp(),
  last_at      timestamptz not null default clock_timestamp(),
  primary key (adoption_id, case_id)
);

------------------------------------------------------------------ Open cases by their law
alter table case_file
  add column policy text generated always as (state -> 'law' ->> 'policy') stored,
  -- As long as its workflow runs: after the closing, too, while something with a term is owed.
  add column running boolean not null generated always as
    (stage <> 'closed' or jsonb_path_exists(state, '$.duties[*] ? (@.state == "open" && exists(@.dueAt))')) stored;
create index case_file_law on case_file (case_id) include (calendar, policy) where running;
