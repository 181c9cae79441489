/** The ledger alone rebuilds state, read model and dates; what was changed behind its back is found. */
import { randomUUID } from 'node:crypto';

import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import type { Entry } from '../../domain/case/facts.js';
import { verifyLedger } from '../../cli/ledger-verify.js';
import { local } from '../lives/straight-road.js';
import { createDatabase, type TestDatabase } from '../stack/database.js';
import { liveTheStraightRoad, RecordedLife } from './recorded-life.js';

let database: TestDatabase;
let owner: Client;
let closed: RecordedLife;
let late: RecordedLife;

beforeAll(async () => {
  database = await createDatabase();
  owner = new Client({ connectionString: database.ownerUrl });
  await owner.connect();
  closed = await liveTheStraightRoad(database.pool);
  late = new RecordedLife(database.pool);
  await late.open();
  await late.sleepUntil(local('2026-04-30'));
});

afterAll(async () => {
  await owner.end();
  await database.drop();
});

let undo: (() => Promise<unknown>) | undefined;

afterEach(async () => {
  await undo?.();
  undo = undefined;
});

/** Changes rows as somebody with the owner's rights could, and restores them after the test. */
async function tamper(sql: string, ...values: unknown[]): Promise<void> {
  await owner.query('alter table ledger disable trigger ledger_append_only');
  for (const table of [...ALONE, ...REFERRED_TO]) await owner.query(`create temporary table kept_${table} as select * from ${table}`);
  await owner.query(sql, values);
  undo = restore;
}

/** Nothing refers to their rows. */
const ALONE = ['ledger', 'subject_state', 'duty', 'effect', 'subject_clock'];
/** By their keys; none of the tests removes a row of theirs. */
const REFERRED_TO = ['case_file', 'alert'];

/** Postgres makes the generated ones by itself. */
async function writtenColumns(table: string): Promise<string> {
  const { rows } = await owner.query<{ name: string }>(
    `select quote_ident(column_name) as name from information_schema.columns where table_schema = 'public' and table_name = $1 and is_generated = 'NEVER'`,
    [table],
  );
  return rows.map(({ name }) => name).join(', ');
}

async function restore(): Promise<void> {
  for (const table of ALONE) {
    const columns = await writtenColumns(table);
    await owner.query(`delete from ${table}; insert into ${table} (${columns}) select ${columns} from kept_${table}`);
  }
  await owner.query(
    'update case_file set overdue = kept.overdue, next_moment = kept.next_moment from kept_case_file kept where kept.subject_id = case_file.subject_id',
  );
  await owner.query('update alert set rule = kept.rule from kept_alert kept where kept.id = alert.id');
  for (const table of [...ALONE, ...REFERRED_TO]) await owner.query(`drop table kept_${table}`);
  await owner.query('alter table ledger enable trigger ledger_append_only');
}

async function faultsOf(caseId: string): Promise<string[]> {
  const { faults } = await verifyLedger(database.auditor, { caseId });
  return faults.map(({ seq, code }) => (seq === undefined ? code : `${code} at ${seq}`));
}

describe('tirek ledger verify', () => {
  it('finds nothing in lives that were written turn by turn, kept or missed their terms', async () => {
    const { cases, entries, faults } = await verifyLedger(database.auditor);
    expect(faults).toEqual([]);
    expect({ cases, entries }).toEqual({ cases: 2, entries: closed.caseState.seq + late.caseState.seq });
  });

  it('finds a changed entry by its digest, and what it would have made of the case', async () => {
    await tamper(`update ledger set entry = jsonb_set(entry, '{data,threat}', 'true') where subject_id = $1 and seq = 1`, closed.caseId);
    expect(await faultsOf(closed.caseId)).toEqual(['digest_differs at 1', expect.stringMatching(/^state_differs at \d+$/)]);
    expect(await faultsOf(late.caseId)).toEqual([]);
  });

  it('finds a date that does not follow from its term, even under a digest that was forged with it', async () => {
    const entry = closed.entries[0] as Entry;
    const moved = {
      ...entry,
      duties: entry.duties.map((change) =>
        change.op === 'opened' && change.duty.rule === '256-13-2'
          ? { ...change, duty: { ...change.duty, dueAt: (change.duty.dueAt ?? 0) + 86_400_000 } }
          : change,
      ),
    };
    expect(moved).not.toEqual(entry);
    await tamper('update ledger set entry = $2 where subject_id = $1 and seq = 1', closed.caseId, JSON.stringify(moved));
    expect(await faultsOf(closed.caseId)).toContain('date_differs at 1');
  });

  it.each([
    ['a removed entry', `delete from ledger where subject_id = $1 and seq = 3`, ['place_missing at 3']],
    ['a removed end', `delete from ledger where subject_id = $1 and seq > 3`, ['file_differs', 'state_differs']],
    ['another time beside the entry', `update ledger set at = at + interval '1 second' where subject_id = $1 and seq = 2`, ['entry_differs_from_columns at 2']],
  ])('finds %s', async (_what, sql, expected) => {
    await tamper(sql, closed.caseId);
    expect(await faultsOf(closed.caseId)).toEqual(expect.arrayContaining(expected));
  });

  it.each([
    [`update case_file set overdue = overdue + 1 where subject_id = $1`, 'file_differs'],
    [`update subject_state set state = jsonb_set(state, '{contacts}', '9') where subject_id = $1`, 'state_differs'],
    [`update duty set due_at = due_at + interval '1 day' where subject_id = $1 and rule = '256-13-2'`, 'duty_differs'],
    [`delete from duty where subject_id = $1 and rule = '256-13-2'`, 'duty_differs'],
    [`update subject_clock set wakes_at = now() where subject_id = $1`, 'clock_differs'],
    [`update subject_clock set rings_for = 'P4 reminder' where subject_id = $1`, 'clock_differs'],
    [`delete from subject_clock where subject_id = $1`, 'clock_differs'],
    [`delete from subject_state where subject_id = $1`, 'state_differs'],
    [`update alert set rule = 'P1' where subject_id = $1`, 'alert_differs'],
  ])('finds a read model that says something else: %s', async (sql, code) => {
    await tamper(sql, late.caseId);
    const faults = await faultsOf(late.caseId);
    expect(new Set(faults.map((fault) => fault.split(' ')[0]))).toEqual(new Set([code]));
  });

  it('finds a message to an agency that says something else', async () => {
    await tamper(`update effect set state = 'pending' where subject_id = $1`, closed.caseId);
    expect(await faultsOf(closed.caseId)).toEqual(['effect_differs', 'effect_differs']);
  });

  it('finds a case that has no ledger', async () => {
    const lost = randomUUID();
    await owner.query(
      `insert into case_file (subject_id, center, household_id, stage, opened_at, clock_at, overdue, waiting_on, seq, head, calendar, policy, running, version)
       select $1, center, $2, 'closed', opened_at, clock_at, overdue, waiting_on, seq, head, calendar, policy, running, version from case_file where subject_id = $3`,
      [lost, randomUUID(), closed.caseId],
    );
    undo = () => owner.query('delete from case_file where subject_id = $1', [lost]);
    const { faults } = await verifyLedger(database.auditor);
    expect(faults).toMatchObject([{ caseId: lost, code: 'ledger_missing' }]);
  });
});
