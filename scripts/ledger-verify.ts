/**
 * Verifies the ledger: its digests, the state and the read model that follow from it, and every
 * date. Cases are read some at a time, each in one snapshot, so that it may run beside the engine.
 */
import { checkCase, type Calendars, type LedgerFault, type StoredRows } from '../db/ledger-check.js';
import { inTransaction, type Pool, type PoolClient } from '../db/pool.js';
import type { Calendar } from '../domain/law/calendar.js';

export interface LedgerVerdict {
  cases: number;
  entries: number;
  faults: LedgerFault[];
}

const CASES_AT_ONCE = 50;

/** Verifies one case or all of them; faults are found, never mended. */
export async function verifyLedger(pool: Pool, { caseId }: { caseId?: string } = {}): Promise<LedgerVerdict> {
  const calendars = await readCalendars(pool);
  const verdict: LedgerVerdict = { cases: 0, entries: 0, faults: [] };
  if (caseId !== undefined) return verifyCases(pool, [caseId], calendars, verdict);
  let after = '00000000-0000-0000-0000-000000000000';
  for (;;) {
    const cases = await readCasesAfter(pool, after);
    const last = cases.at(-1);
    if (last === undefined) return verdict;
    await verifyCases(pool, cases, calendars, verdict);
    after = last;
  }
}

async function verifyCases(pool: Pool, cases: readonly string[], calendars: Calendars, verdict: LedgerVerdict): Promise<LedgerVerdict> {
  for (const rows of await readCases(pool, cases)) {
    verdict.cases += 1;
    verdict.entries += rows.ledger.length;
    verdict.faults.push(...checkCase(rows, calendars));
  }
  return verdict;
}

async function readCalendars(pool: Pool): Promise<Calendars> {
  const { rows } = await pool.query<{ version: string; data: Calendar }>('select version, data from calendar_version');
  return new Map(rows.map(({ version, data }) => [version, data]));
}

/** Cases of the ledger and of the read model: one that only the read model knows is a fault too. */
async function readCasesAfter(pool: Pool, after: string): Promise<string[]> {
  const { rows } = await pool.query<{ case_id: string }>(
    `select case_id from (
       (select distinct case_id from ledger where case_id > $1 order by case_id limit $2)
       union
       (select case_id from case_file where case_id > $1 order by case_id limit $2)
     ) known order by case_id limit $2`,
    [after, CASES_AT_ONCE],
  );
  return rows.map((row) => row.case_id);
}

async function readCases(pool: Pool, cases: readonly string[]): Promise<StoredRows[]> {
  return inTransaction(pool, async (client) => {
    await client.query('set transaction isolation level repeatable read, read only');
    const ledger = await byCase<StoredRows['ledger'][number]>(client, LEDGER, cases);
    const files = await byCase<NonNullable<StoredRows['caseFile']>>(client, CASE_FILES, cases);
    const duties = await byCase<StoredRows['duties'][number]>(client, DUTIES, cases);
    const alerts = await byCase<StoredRows['alerts'][number]>(client, ALERTS, cases);
    return cases.map((caseId) => ({
      caseId,
      ledger: ledger.get(caseId) ?? [],
      caseFile: files.get(caseId)?.[0],
      duties: duties.get(caseId) ?? [],
      alerts: alerts.get(caseId) ?? [],
    }));
  });
}

const LEDGER = `select case_id as "of", seq, type, at, occurred_at, cause, entry, digest from ledger where case_id = any ($1) order by case_id, seq`;
const CASE_FILES = `
select case_id as "of", case_id, center, household_id, case_manager, stage, opened_at, clock_at, next_moment, overdue, waiting_on, seq, head, state
  from case_file where case_id = any ($1)`;
const DUTIES = `
select case_id as "of", case_id, key, rule, subject, owner, agency, force, center, case_manager, started_at, due_at, standing, ended_at
  from duty where case_id = any ($1) order by case_id, key`;
const ALERTS = `
select case_id as "of", id, case_id, seq, center, case_manager, duty_key, rule, force, step, moment, due_at, raised_at, recipients
  from alert where case_id = any ($1) order by case_id, seq, id`;

/** Rows by their case, with instants as the projection writes them. */
async function byCase<T>(client: PoolClient, sql: string, cases: readonly string[]): Promise<Map<string, T[]>> {
  const { rows } = await client.query<Record<string, unknown>>(sql, [cases]);
  const grouped = new Map<string, T[]>();
  for (const { of, ...columns } of rows) {
    const row = Object.fromEntries(Object.entries(columns).map(([name, value]) => [name, value instanceof Date ? value.toISOString() : value]));
    const known = grouped.get(String(of)) ?? [];
    known.push(row as T);
    grouped.set(String(of), known);
  }
  return grouped;
}
