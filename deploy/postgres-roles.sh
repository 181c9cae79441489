#!/bin/sh
# Runs once, when the data folder is empty: one role owns the tables, another works with them.
set -eu
psql -v ON_ERROR_STOP=1 --username postgres <<SQL
create role tirek_owner login password '${TIREK_OWNER_PASSWORD}';
create role tirek_app login password '${TIREK_APP_PASSWORD}';
create database tirek owner tirek_owner;
revoke all on database tirek from public;
grant connect on database tirek to tirek_app;
SQL
