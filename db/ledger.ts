/** The ledger's table and the read model beside it: the statements that the journal runs. */
import type { JournalTurn } from '../contracts/journal.js';
import { chainDigest } from '../contracts/ledger-digest.js';
import { evolve } from '../domain/case/evolve.js';
import type { Entry } from '../domain/case/facts.js';
import type { CaseState } from '../domain/case/state.js';
import { ALERT_CHANNELS } from './jobs.js';
import type { Pool } from './pool.js';
import { alertRow, changedDuties, isoOf, isStep, projectionOf, type AlertRow } from './projection.js';

/** Where a case stands in Postgres. */
export interface StoredCase {
  seq: number;
  head: string;
  state: CaseState;
}

export async function readStoredCase(pool: Pool, caseId: string): Promise<StoredCase | undefined> {
  const { rows } = await pool.query<StoredCase>({
    name: 'stored-case',
    text: 'select seq, head, state from case_file where case_id = $1',
    values: [caseId],
  });
  return rows[0];
}

/** The digests stored for a stretch of the ledger, both ends included, in order. */
export async function readDigests(pool: Pool, caseId: string, from: number, to: number): Promise<{ seq: number; digest: string }[]> {
  const { rows } = await pool.query<{ seq: number; digest: string }>(
    'select seq, digest from ledger where case_id = $1 and seq between $2 and $3 order by seq',
    [caseId, from, to],
  );
  return rows;
}

/** The entries after a place of the ledger, in order. */
export async function readEntriesAfter(pool: Pool, caseId: string, seq: number): Promise<Entry[]> {
  const { rows } = await pool.query<{ entry: Entry }>('select entry from ledger where case_id = $1 and seq > $2 order by seq', [
    caseId,
    seq,
  ]);
  return rows.map((row) => row.entry);
}

interface LedgerRow {
  case_id: string;
  seq: number;
  type: string;
  at: string;
  occurred_at: string;
  cause: string;
  entry: Entry;
  digest: string;
}

export interface PreparedTurn {
  state: CaseState;
  head: string;
  ledger: readonly LedgerRow[];
  alerts: readonly AlertRow[];
}

/** Takes the entries of a turn one by one: their digests, what they make of the case, the alerts they raise. */
export function prepareTurn(before: CaseState | undefined, { caseId, previousHead, entries }: JournalTurn): PreparedTurn {
  let state = before;
  let head = previousHead;
  const ledger: LedgerRow[] = [];
  const alerts: AlertRow[] = [];
  for (const entry of entries) {
    state = evolve(state, entry, caseId);
    head = chainDigest(head, entry);
    const { seq, type, at, occurredAt, cause } = entry;
    ledger.push({ case_id: caseId, seq, type, at: isoOf(at), occurred_at: isoOf(occurredAt), cause, entry, digest: head });
    if (isStep(entry)) alerts.push(alertRow(state, entry));
  }
  if (state === undefined) throw new Error(`case ${caseId}: a turn without entries changes nothing`);
  return { state, head, ledger, alerts };
}

/**
 * What the ledger accepted stands, also over a refusal that a second request with the same key was
 * told a moment earlier; an acceptance is never replaced.
 */
const ANSWERABLE = `(command.answer is null or command.answer ->> 'ok' = 'false')`;

/**
 * One statement is one transaction and one round trip. A second writer of the same places fails on
 * the ledger's primary key, and nothing of this statement remains.
 */
const WRITE_TURN = `
with recorded as (
  insert into ledger (case_id, seq, type, at, occurred_at, cause, entry, digest)
  select case_id, seq, type, at, occurred_at, cause, entry, digest from json_populate_recordset(null::ledger, $1::json)
), filed as (
  insert into case_file (case_id, center, household_id, case_manager, stage, opened_at, clock_at, next_moment, overdue, waiting_on, seq, head, state)
  select case_id, center, household_id, case_manager, stage, opened_at, clock_at, next_moment, overdue, waiting_on, seq, head, state
    from json_populate_record(null::case_file, $2::json)
  on conflict (case_id) do update set
    case_manager = excluded.case_manager, stage = excluded.stage, clock_at = excluded.clock_at, next_moment = excluded.next_moment,
    overdue = excluded.overdue, waiting_on = excluded.waiting_on, seq = excluded.seq, head = excluded.head, state = excluded.state,
    recorded_at = now()
), owed as (
  insert into duty (case_id, key, rule, subject, owner, agency, force, center, case_manager, started_at, due_at, standing, ended_at)
  select case_id, key, rule, subject, owner, agency, force, center, case_manager, started_at, due_at, standing, ended_at
    from json_populate_recordset(null::duty, $3::json)
  on conflict (case_id, key) do update set
    case_manager = excluded.case_manager, due_at = excluded.due_at, standing = excluded.standing, ended_at = excluded.ended_at
), raised as (
  insert into alert (id, case_id, seq, center, case_manager, duty_key, rule, force, step, moment, due_at, raised_at, recipients)
  select id, case_id, seq, center, case_manager, duty_key, rule, force, step, moment, due_at, raised_at, recipients
    from json_populate_recordset(null::alert, $4::json)
), posted as (
  insert into alert_delivery (alert_id, channel, state)
  select alert.id, way.channel, 'waiting'
    from json_populate_recordset(null::alert, $4::json) alert cross join json_to_recordset($5::json) way (channel text, job text)
), freed as (
  delete from open_case where case_id = $6 and $7
), answered as (
  update command set answer = given.answer, answered_at = now()
    from json_to_recordset($8::json) given (id uuid, answer jsonb)
   where command.id = given.id and ${ANSWERABLE}
), wanted as (
  select array_agg((way.job, json_build_object('alertId', alert.id), null, null, null, null, null, null)::graphile_worker.job_spec) specs
    from json_populate_recordset(null::alert, $4::json) alert cross join json_to_recordset($5::json) way (channel text, job text)
  having count(*) > 0
)
select count(*) from wanted cross join lateral graphile_worker.add_jobs(wanted.specs)`;

/**
 * Writes a prepared turn: ledger, read model, alerts with their jobs, answers of commands, and the
 * household's claim given back when the case is closed. All or nothing.
 */
export async function writeTurn(pool: Pool, before: CaseState | undefined, turn: JournalTurn, prepared: PreparedTurn): Promise<void> {
  const { state, head, ledger, alerts } = prepared;
  const clockAt = ledger.at(-1)?.at;
  const closed = state.stage === 'closed' && before?.stage !== 'closed';
  await pool.query({
    name: 'write-turn',
    text: WRITE_TURN,
    values: [
      JSON.stringify(ledger),
      JSON.stringify({ ...projectionOf(state).caseFile, clock_at: clockAt, head, state }),
      JSON.stringify(changedDuties(before, state)),
      JSON.stringify(alerts),
      JSON.stringify(ALERT_CHANNELS),
      state.caseId,
      closed,
      JSON.stringify(answerRows(turn)),
    ],
  });
}

/** Stores answers that are not there yet: a repeat of a turn, or a turn that only refuses. */
export async function writeAnswers(pool: Pool, turn: JournalTurn): Promise<void> {
  if (turn.answers.length === 0) return;
  await pool.query(
    `update command set answer = given.answer, answered_at = now()
       from json_to_recordset($1::json) given (id uuid, answer jsonb)
      where command.id = given.id and ${ANSWERABLE}`,
    [JSON.stringify(answerRows(turn))],
  );
}

function answerRows({ answers }: JournalTurn): { id: string; answer: unknown }[] {
  return answers.map(({ commandId, answer }) => ({ id: commandId, answer }));
}
