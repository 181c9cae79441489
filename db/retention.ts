/** How long each class of data is kept: a term that somebody set by an act, or none; and what is due. Nothing is erased here. */
import type { Pool } from './pool.js';

/** Classes of data, and from when the term of a row counts; rows of a family are due when its last case is closed for so long. */
export const RETENTION_CLASSES = ['people', 'texts', 'documents', 'signatures', 'receipts', 'requests', 'messages', 'notices'] as const;
export type RetentionClass = (typeof RETENTION_CLASSES)[number];

/** Families whose cases are all closed, none of them held, with the end of the last one. */
const ENDED = `
with ended as (
  select household_id, max(clock_at) as since from case_file group by household_id
  having bool_and(stage = 'closed' and not running)
     and not exists (select from legal_hold where legal_hold.household_id = case_file.household_id and released_at is null)
)`;

/** Of each class the rows that are there, each with the instant from which its term counts; null: what it is about has not ended. */
const ROWS: Readonly<Record<RetentionClass, string>> = {
  people: 'select ended.since from person left join ended using (household_id) where erased_at is null',
  texts: 'select ended.since from narrative left join case_file on subject_id = case_id left join ended using (household_id) where body is not null',
  documents:
    'select ended.since from document left join case_file on subject_id = case_id left join ended using (household_id) where exists (select from document_content where document_id = document.id)',
  signatures:
    'select ended.since from signature_content join signature on id = signature_id join document on document.id = document_id left join case_file on subject_id = case_id left join ended using (household_id)',
  receipts: 'select ended.since from receipt join effect on key = effect_key left join case_file using (subject_id) left join ended using (household_id)',
  requests: 'select created_at as since from command',
  messages: `select received_at as since from inbox where state <> 'waiting'`,
  notices: 'select recorded_at as since from notice',
};

export interface RetentionRow {
  class: RetentionClass;
  /** Months; absent: no term is set, and all of it is kept. */
  months?: number;
  act?: string;
  rows: number;
  /** Rows whose term has passed; of a class without a term none. */
  due: number;
}

export async function readRetention(pool: Pool): Promise<RetentionRow[]> {
  const { rows: terms } = await pool.query<{ class: string; months: number; act: string }>('select class, months, act from retention_term');
  const report: RetentionRow[] = [];
  for (const name of RETENTION_CLASSES) {
    const term = terms.find((row) => row.class === name);
    const { rows } = await pool.query<{ rows: number; due: number }>(
      `${ENDED} select count(*)::int as rows, count(*) filter (where since < now() - make_interval(months => $1::int))::int as due from (${ROWS[name]}) kept`,
      [term?.months ?? null],
    );
    const { rows: count = 0, due = 0 } = rows[0] ?? {};
    report.push({ class: name, ...(term === undefined ? {} : { months: term.months, act: term.act }), rows: count, due });
  }
  return report;
}

export interface DuePerson {
  personId: string;
  householdId: string;
  /** When the family's last case ended, ISO. */
  since: string;
}

/** People whose term has passed, those of the longest time first; none while no term is set. */
export async function listDuePeople(pool: Pool, limit: number): Promise<DuePerson[]> {
  const { rows } = await pool.query<{ id: string; household_id: string; since: Date }>(
    `${ENDED} select person.id, household_id, since from person join ended using (household_id), retention_term
      where class = 'people' and erased_at is null and since < now() - make_interval(months => months) order by since, person.id limit $1`,
    [limit],
  );
  return rows.map(({ id, household_id, since }) => ({ personId: id, householdId: household_id, since: since.toISOString() }));
}

export interface RetentionTerm {
  class: RetentionClass;
  months: number;
  act: string;
  setBy: string;
}

export async function setRetention(owner: Pool, { class: name, months, act, setBy }: RetentionTerm): Promise<void> {
  await owner.query(
    `insert into retention_term (class, months, act, set_by) values ($1, $2, $3, $4)
     on conflict (class) do update set months = excluded.months, act = excluded.act, set_by = excluded.set_by, set_at = clock_timestamp()`,
    [name, months, act, setBy],
  );
}

/** @returns false when there was none */
export async function unsetRetention(owner: Pool, name: RetentionClass): Promise<boolean> {
  const { rowCount } = await owner.query('delete from retention_term where class = $1', [name]);
  return rowCount === 1;
}
