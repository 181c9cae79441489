-- Escalations reach people: who holds which post, who stands in, who is on duty (P53, P54), and what
-- became of each message to each of them.

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
-- Mail addresses are personal data: kept here alone, changed and erased in place.
create table staff (
  holder  text not null,
  person  text not null,
  mail    text,
  primary key (holder, person)
);

-- A mailbox of a post becomes its holder. Case managers are found by the case itself, duty officers by the rota.
insert into staff (holder, person, mail)
select holder, 'box:' || replace(role, '_', '-') || ':' || holder, address from mailbox where role not in ('case_manager', 'duty_officer');
insert into staffing (holder, version, data, changed_by)
select holder, 1,
       jsonb_build_object(
         'posts', jsonb_agg(jsonb_build_object('role', role, 'person', 'box:' || replace(role, '_', '-') || ':' || holder, 'from', '2020-01-01') order by role),
         'deputies', '[]'::jsonb, 'rota', '[]'::jsonb),
       'migration'
  from mailbox where role not in ('case_manager', 'duty_officer') group by holder;
drop table mailbox;

-- P44: a reminder waits for the end of the quiet hours; `lapsed` when its duty ended meanwhile.
alter table alert_delivery add column held_until timestamptz;
alter table alert_delivery drop constraint alert_delivery_state_check;
alter table alert_delivery add constraint alert_delivery_state_check check (state in ('waiting', 'delivered', 'failed', 'lapsed'));

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
