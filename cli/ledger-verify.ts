/**
 * Verifies the ledger: its digests, the state and the read model that follow from it, and every
 * date. Cases are read some at a time, each in one snapshot, so that it may run beside the engine.
 */
import type { AnchorBook } from '../contracts/proof/anchors.js';
import { headsNotHeld } from '../db/heads.js';
import type { ProofReader } from '../contracts/proof/proof.js';
import { checkActs, type KeptActs } from '../ledger/check-acts.js';
import { checkCase, type LedgerFault, type StoredRows } from '../ledger/check-case.js';
import { readActs } from './stored-acts.js';
import type { KeptInputs } from '../ledger/decide-again.js';
import { decisionDigest } from '../ledger/decision-digest.js';
import { inTransaction, type Pool, type PoolClient } from '../db/pool.js';
import type { CommandKind } from '../domain/case/commands.js';
import type { CenterCommandKind } from '../domain/center/commands.js';
import type { Known } from '../domain/case/references.js';
import type { Calendar } from '../domain/law/calendar.js';
import type { Policy } from '../domain/law/policy.js';

export interface LedgerVerdict {
  cases: number;
  entries: number;
  faults: LedgerFault[];
  /** Takes that today's code has decided again, and those that it cannot compare. */
  decidedAgain: number;
  notComparable: number;
  /** False: nobody said which keys sign here, so whose acts the entries are was not looked into. */
  proofs: boolean;
}

export interface VerifyOptions {
  /** One case instead of all. */
  caseId?: string;
  /** Looks into signatures. */
  proof?: ProofReader;
  /** Heads of the days before, from outside of the database. */
  anchors?: AnchorBook;
}

const CASES_AT_ONCE = 50;

const NO_ACTS: KeptActs = { commands: new Map(), reports: new Map(), appeals: new Map(), adoptions: new Map() };

/** Verifies one case or all of them; faults are found, never mended. */
export async function verifyLedger(pool: Pool, { caseId, proof, anchors }: VerifyOptions = {}): Promise<LedgerVerdict> {
  const law = await readLaw(pool);
  const verdict: LedgerVerdict = { cases: 0, entries: 0, faults: [], decidedAgain: 0, notComparable: 0, proofs: proof !== undefined };
  if (anchors !== undefined) verdict.faults.push(...(await anchorFaults(pool, anchors, caseId)));
  if (caseId !== undefined) return verifyCases(pool, [caseId], law, verdict, proof);
  let after = '00000000-0000-0000-0000-000000000000';
  for (;;) {
    const cases = await readCasesAfter(pool, after);
    const last = cases.at(-1);
    if (last === undefined) return verdict;
    await verifyCases(pool, cases, law, verdict, proof);
    after = last;
  }
}

async function verifyCases(
  pool: Pool,
  cases: readonly string[],
  law: LawVersions,
  verdict: LedgerVerdict,
  proof: ProofReader | undefined,
): Promise<LedgerVerdict> {
  const inputs = await readInputs(pool, cases);
  for (const { acts, ...rows } of await readCases(pool, cases)) {
    const found = checkCase(rows, { ...law, ...inputs }, decisionDigest());
    if (proof !== undefined) verdict.faults.push(...checkActs({ caseId: rows.caseId, ledger: rows.ledger, acts, proof }));
    verdict.cases += 1;
    verdict.entries += rows.ledger.length;
    verdict.faults.push(...found.faults);
    verdict.decidedAgain += found.decidedAgain;
    verdict.notComparable += found.notComparable;
  }
  return verdict;
}

/** What stood in the ledgers when they were anchored must stand there for ever. */
async function anchorFaults(pool: Pool, { heads }: AnchorBook, caseId: string | undefined): Promise<LedgerFault[]> {
  const anchored = [...heads.values()].filter(({ subject }) => caseId === undefined || subject === caseId);
  const lost = await headsNotHeld(pool, anchored);
  return lost.map(({ subject, seq, found }) => {
    const day = heads.get(subject)?.day ?? '';
    if (found === 'no_subject')
      return { caseId: subject, code: 'anchored_case_missing', fault: `it was anchored on ${day} with ${seq} entries, and the ledger has none of it` };
    const what = found === 'other' ? 'has another past now' : 'ends before that place now';
    return { caseId: subject, seq, code: 'anchor_differs', fault: `its ledger ${what}: it was anchored on ${day}` };
  });
}

type LawVersions = Pick<KeptInputs, 'calendars' | 'policies'>;

async function readLaw(pool: Pool): Promise<LawVersions> {
  const { rows: calendars } = await pool.query<{ version: string; data: Calendar }>('select version, data from calendar_version');
  const { rows: policies } = await pool.query<{ version: string; data: Policy }>('select version, data from policy_version');
  return { calendars: new Map(calendars.map(({ version, data }) => [version, data])), policies: new Map(policies.map(({ version, data }) => [version, data])) };
}

/** What was asked of these cases and is kept beside their ledgers. */
async function readInputs(pool: Pool, cases: readonly string[]): Promise<Pick<KeptInputs, 'commands' | 'reports'>> {
  const { rows: commands } = await pool.query<{ id: string; kind: CommandKind | CenterCommandKind; payload: unknown; known: Known | null }>(
    'select id, kind, payload, known from command where subject_id = any ($1) and payload is not null',
    [cases],
  );
  const { rows: reports } = await pool.query<{ id: string; source: string; payload: ReportData }>(
    `select id, source, payload from inbox where subject_id = any ($1) and kind = 'report'`,
    [cases],
  );
  return {
    commands: new Map(commands.map(({ id, kind, payload, known }) => [id, { kind, payload, known }])),
    reports: new Map(reports.map(({ id, source, payload }) => [id, { source, payload }])),
  };
}

type ReportData = KeptInputs['reports'] extends ReadonlyMap<string, { payload: infer P }> ? P : never;

/** Cases of the ledger and of the read model: one that only the read model knows is a fault too. */
async function readCasesAfter(pool: Pool, after: string): Promise<string[]> {
  const { rows } = await pool.query<{ subject_id: string }>(
    `select subject_id from (
       (select distinct subject_id from ledger where subject_id > $1 order by subject_id limit $2)
       union
       (select subject_id from subject_file where subject_id > $1 order by subject_id limit $2)
     ) known order by subject_id limit $2`,
    [after, CASES_AT_ONCE],
  );
  return rows.map((row) => row.subject_id);
}

async function readCases(pool: Pool, cases: readonly string[]): Promise<(StoredRows & { acts: KeptActs })[]> {
  return inTransaction(pool, async (client) => {
    await client.query('set transaction isolation level repeatable read, read only');
    const ledger = await byCase<StoredRows['ledger'][number]>(client, LEDGER, cases);
    const files = await byCase<NonNullable<StoredRows['file']>>(client, FILES, cases);
    const duties = await byCase<StoredRows['duties'][number]>(client, DUTIES, cases);
    const kept = await byCase<NonNullable<StoredRows['kept']>>(client, KEPT, cases);
    const clocks = await byCase<NonNullable<StoredRows['clock']>>(client, CLOCKS, cases);
    const effects = await byCase<StoredRows['effects'][number]>(client, EFFECTS, cases);
    const places = await byCase<StoredRows['places'][number]>(client, PLACES, cases);
    const alerts = await byCase<StoredRows['alerts'][number]>(client, ALERTS, cases);
    const acts = await readActs(client, cases);
    return cases.map((caseId) => ({
      caseId,
      acts: acts.get(caseId) ?? NO_ACTS,
      ledger: ledger.get(caseId) ?? [],
      file: files.get(caseId)?.[0],
      kept: kept.get(caseId)?.[0],
      clock: clocks.get(caseId)?.[0],
      duties: duties.get(caseId) ?? [],
      effects: effects.get(caseId) ?? [],
      places: places.get(caseId) ?? [],
      alerts: alerts.get(caseId) ?? [],
    }));
  });
}

const LEDGER = `select subject_id as "of", seq, type, at, occurred_at, cause, entry, digest, turn, decision, seal from ledger where subject_id = any ($1) order by subject_id, seq`;
const FILES = `
select subject_id as "of", subject_id, center, kind, household_id, case_manager, team, violence, open_threat, emergencies, transfers, family_code, stage, opened_at, clock_at, next_moment, overdue, waiting_on, seq, head, calendar, policy, running, skew_ms::float8
  from subject_file where subject_id = any ($1)`;
const KEPT = `select subject_id as "of", seq, state from subject_state where subject_id = any ($1)`;
const CLOCKS = `select subject_id as "of", lane, running, rings_at, wakes_at, rings_for from subject_clock where subject_id = any ($1)`;
const EFFECTS = `
select subject_id as "of", key, subject_id, kind, agency, measure_ids, report_id, seq, state, series, retry_at
  from effect where subject_id = any ($1) order by subject_id, key`;
const PLACES = `
select subject_id as "of", stay_id, person_id, subject_id, center, room, place, until is not null as over,
       exists (select from claim where kind = 'place' and thing = center || '/' || room || '/' || place and claim.subject_id = used.subject_id) and until is null as claimed
  from place_use used where subject_id = any ($1) order by subject_id, stay_id, person_id`;
const DUTIES = `
select subject_id as "of", subject_id, key, rule, subject, owner, agency, force, ladder, center, case_manager, started_at, due_at, standing, ended_at, urgent
  from duty where subject_id = any ($1) order by subject_id, key`;
const ALERTS = `
select subject_id as "of", id, subject_id, seq, center, case_manager, duty_key, rule, force, step, moment, due_at, raised_at, recipients
  from alert where subject_id = any ($1) order by subject_id, seq, id`;

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
