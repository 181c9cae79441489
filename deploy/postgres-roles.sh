#!/bin/sh
# Runs once, when the data folder is empty: one role owns the tables, each process works as one of its own, and whoever checks the
# ledger as another. What each may do is given by the migrations (db/roles.ts). tirek_desk is nobody's login: the API takes it for
# what it does itself, and reads for people as tirek_api, behind the second lock (db/second-lock.ts).
set -eu
psql -v ON_ERROR_STOP=1 --username postgres <<SQL
create role tirek_owner login password '${TIREK_OWNER_PASSWORD}';
create role tirek_api login password '${TIREK_API_PASSWORD}';
create role tirek_clock login password '${TIREK_CLOCK_PASSWORD}';
create role tirek_work login password '${TIREK_WORK_PASSWORD}';
create role tirek_auditor login password '${TIREK_AUDITOR_PASSWORD}';
create role tirek_desk nologin;
grant tirek_desk to tirek_api with inherit false, set true;
create database tirek owner tirek_owner;
revoke all on database tirek from public;
grant connect on database tirek to tirek_api, tirek_clock, tirek_work, tirek_auditor;
SQL
