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

create table alarm_delivery (
  alarm_id      text not null references alarm (id),
  event         text not null check (event in ('raised', 'cleared')),
  channel       text not null check (channel in ('webhook', 'mail')),
  state         text not null check (state in ('waiting', 'delivered', 'failed')),
  attempts      integer not null default 0,
  last_error    text,
  delivered_at  timestamptz,
  primary key (alarm_id, event, channel)
);

-- By which calendar the dates of a case were counted last; lists ask for it without opening the state.
alter table case_file add column calendar text generated always as (state -> 'law' ->> 'calendar') stored;

-- The deliveries that metrics count are few among many.
create index alert_delivery_undelivered on alert_delivery (channel, state) where state in ('waiting', 'failed');
