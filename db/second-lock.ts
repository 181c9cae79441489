/**
 * The second lock, in Postgres itself: what is read on behalf of somebody is of their Center, and of cases of violence only of
 * those whose team they stand in (or all, or none, by their post). It is coarse and knows nothing of the filters in the queries
 * (`db/sight.ts`): one that was forgotten there shows nothing, instead of everything. The API reads as `tirek_api`, for which
 * these policies are; what it does itself, and the worker, relay and auditor, the lock lets through.
 *
 * Who looks is told by settings of the session (`db/reading-as.ts`). Without them nothing is seen.
 */
import type { Client } from 'pg';
import { createHash } from 'node:crypto';
import { roleName } from './roles.js';

/** Settings of the session. `team` is an array of people, `violence` one of `all`, `team`, `none`. */
export const SETTINGS = ['tirek.center', 'tirek.team', 'tirek.person', 'tirek.violence'] as const;

/** Asked once per statement and not per row: a sub-select that names no column. */
const setting = (name: (typeof SETTINGS)[number]): string => `(select current_setting('${name}', true))`;

const CENTER = setting('tirek.center');
const TEAM = `(select nullif(current_setting('tirek.team', true), '')::text[])`;
const PERSON = setting('tirek.person');
const VIOLENCE = setting('tirek.violence');

/** Opened to them in an emergency (P59) and not over: by the clock of the case. */
const OPENED = `exists (select from jsonb_array_elements(emergencies) opened where opened ->> 'person' = ${PERSON}
  and (opened ->> 'to')::timestamptz > clock_timestamp() + skew_ms * interval '1 millisecond')`;

const OF_FILE = `center = ${CENTER} and (not violence or ${VIOLENCE} = 'all' or (${VIOLENCE} = 'team' and (team && ${TEAM} or ${OPENED})))`;

/**
 * There is such a row that they see: the policy of that table holds in here, too. As a value and not as `exists`, which Postgres
 * may answer by reading all that the viewer sees into a hash: a page of a list would read the house.
 */
const of = (table: string, condition: string): string => `(select true from ${table} seen where ${condition} limit 1)`;

/** The row's case is one that they see. */
const ofCase = (column: string): string => of('subject_file', `seen.subject_id = ${column}`);

/** An appeal that waits for a calendar (P51), or a message about a case that nobody knows: there is no file that could hide it. */
const unfiled = (column: string): string => `not is_filed(${column})`;

/** A family is a Center's by its cases there, and by an appeal that waits. */
const ofFamily = (column: string): string =>
  `${of('subject_file', `seen.kind = 'case' and seen.household_id = ${column}`)} or ${of('appeal', `seen.household_id = ${column}`)}`;

/** What hides a row of each table from whom; a table with words or things of families that is not here would be open to every viewer. */
export const POLICIES: Readonly<Record<string, string>> = {
  subject_file: OF_FILE,
  subject_state: ofCase('subject_state.subject_id'),
  subject_clock: ofCase('subject_clock.subject_id'),
  ledger: ofCase('ledger.subject_id'),
  duty: ofCase('duty.subject_id'),
  effect: ofCase('effect.subject_id'),
  // What somebody was told stays theirs to read, though the case may be no longer.
  alert: `center = ${CENTER} and (${ofCase('alert.subject_id')} or was_told(alert.id, ${PERSON}))`,
  alert_delivery: of('alert', 'seen.id = alert_delivery.alert_id'),
  notice: of('alert', 'seen.id = notice.alert_id'),
  alert_taken: of('alert', 'seen.id = alert_taken.alert_id'),
  inbox: `${ofCase('inbox.subject_id')} or ${unfiled('inbox.subject_id')}`,
  inbox_conflict: of('inbox', 'seen.id = inbox_conflict.inbox_id'),
  appeal: `center = ${CENTER} and (${ofCase('appeal.case_id')} or ${unfiled('appeal.case_id')})`,
  document: `center = ${CENTER} and (${ofCase('document.case_id')} or ${unfiled('document.case_id')})`,
  document_content: of('document', 'seen.id = document_content.document_id'),
  signature: of('document', 'seen.id = signature.document_id'),
  signature_content: of('signature', 'seen.id = signature_content.signature_id'),
  said_message: ofCase('said_message.subject_id'),
  narrative: `${ofCase('narrative.case_id')} or ${of('appeal', 'seen.case_id = narrative.case_id')}`,
  household: ofFamily('household.id'),
  person: ofFamily('person.household_id'),
  person_history: of('person', 'seen.id = person_history.person_id'),
  person_token: of('person', 'seen.id = person_token.person_id'),
};

/** Questions that the lock must ask past itself; they answer with nothing but yes or no. */
const FUNCTIONS = `
create or replace function is_filed(case_id uuid) returns boolean language sql stable security definer set search_path = public, pg_temp
  as $$ select exists (select from subject_file where subject_id = case_id) $$;
create or replace function was_told(alert text, reader text) returns boolean language sql stable security definer set search_path = public, pg_temp
  as $$ select exists (select from notice where notice.alert_id = alert and notice.person = reader) $$;
revoke all on function is_filed(uuid), was_told(text, text) from public;
grant execute on function is_filed(uuid), was_told(text, text) to ${roleName('api')};`;

interface Policy {
  table: string;
  name: string;
  sql: string;
}

/** Named for what it says, so that one that stands is known to be the right one. */
function policiesOf(table: string, seen: string): Policy[] {
  const named = (kind: string, body: string): Policy => {
    const digest = createHash('sha256').update(body).digest('hex').slice(0, 12);
    const name = `${kind}_${digest}`;
    return { table, name, sql: `create policy ${name} on ${table} ${body};` };
  };
  const through = (['desk', 'clock', 'work', 'auditor'] as const).map(roleName).join(', ');
  return [named('viewer', `for select to ${roleName('api')} using (${seen})`), named('through', `for all to ${through} using (true) with check (true)`)];
}

/**
 * Puts the lock on, as the owner of the tables; where it is on already no table is touched, so that processes at work wait for
 * nothing. The owner itself is not held by it: it migrates and erases.
 */
export async function lockRows(owner: Client): Promise<void> {
  const { rows } = await owner.query<{ tablename: string; policyname: string }>(`select tablename, policyname from pg_policies where schemaname = 'public'`);
  const standing = new Set(rows.map(({ tablename, policyname }) => `${tablename} ${policyname}`));
  const wanted = Object.entries(POLICIES).flatMap(([table, seen]) => policiesOf(table, seen));
  const stays = new Set(wanted.map(({ table, name }) => `${table} ${name}`));
  const dropped = rows.filter(({ tablename, policyname }) => !stays.has(`${tablename} ${policyname}`));
  const { rows: open } = await owner.query<{ name: string }>(
    'select relname as name from pg_class where relnamespace = $1::regnamespace and relname = any ($2) and not relrowsecurity',
    ['public', Object.keys(POLICIES)],
  );
  await owner.query(
    [
      FUNCTIONS,
      ...open.map(({ name }) => `alter table ${name} enable row level security;`),
      ...dropped.map(({ tablename, policyname }) => `drop policy ${policyname} on ${tablename};`),
      ...wanted.filter(({ table, name }) => !standing.has(`${table} ${name}`)).map(({ sql }) => sql),
    ].join('\n'),
  );
}
