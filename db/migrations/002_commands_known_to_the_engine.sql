-- The journal answers a command before the history of its workflow knows of it. Until the engine
-- itself has answered, a crash may have taken the end of the turn from it: the relay asks again.
alter table command add column settled_at timestamptz;
update command set settled_at = answered_at where answered_at is not null;
create index command_unsettled on command (answered_at) where answered_at is not null and settled_at is null;
