/** Codes by which families see their cases, by keyed digests, and the short sessions of the page. Whether a code counts, the case says. */
import { createHash, randomBytes } from 'node:crypto';
import type { Pool } from './pool.js';

export interface FamilyCodeHolder {
  codeId: string;
  caseId: string;
  center: string;
}

/** @returns false when the code of that id was made before: it is shown once */
export async function keepFamilyCode(pool: Pool, { codeId, caseId, digest }: { codeId: string; caseId: string; digest: Buffer }): Promise<boolean> {
  const { rowCount } = await pool.query('insert into family_code (id, case_id, digest) values ($1, $2, $3) on conflict do nothing', [codeId, caseId, digest]);
  return rowCount === 1;
}

/** Withdrawn, replaced and expired ones are found no more than those that never were: one question, one answer. */
const COUNTS = `join case_file filed on filed.subject_id = family_code.case_id and filed.family_code ->> 'codeId' = family_code.id::text
   and (filed.family_code ->> 'until')::timestamptz > clock_timestamp() + filed.skew_ms * interval '1 millisecond'`;

export async function findFamilyCode(pool: Pool, digest: Buffer): Promise<FamilyCodeHolder | undefined> {
  const { rows } = await pool.query<FamilyCodeHolder>({
    name: 'find-family-code',
    text: `select family_code.id as "codeId", family_code.case_id as "caseId", filed.center from family_code ${COUNTS} where digest = $1`,
    values: [digest],
  });
  return rows[0];
}

function digestOf(id: string): string {
  return createHash('sha256').update(id, 'utf8').digest('hex');
}

/** @returns the id that the browser keeps */
export async function beginFamilySession(pool: Pool, codeId: string, lastsMs: number): Promise<string> {
  const id = randomBytes(32).toString('base64url');
  await pool.query(`insert into family_session (id_sha256, code_id, ends_at) values ($1, $2, statement_timestamp() + $3::float8 * interval '1 ms')`, [
    digestOf(id),
    codeId,
    lastsMs,
  ]);
  return id;
}

/** Whose session it is; undefined when it is over, or its code counts no more. */
export async function familyOfSession(pool: Pool, id: string): Promise<FamilyCodeHolder | undefined> {
  const { rows } = await pool.query<FamilyCodeHolder>({
    name: 'family-of-session',
    text: `select family_code.id as "codeId", family_code.case_id as "caseId", filed.center
             from family_session join family_code on family_code.id = code_id ${COUNTS} where id_sha256 = $1 and ends_at > statement_timestamp()`,
    values: [digestOf(id)],
  });
  return rows[0];
}

export async function endFamilySession(pool: Pool, id: string): Promise<void> {
  await pool.query('delete from family_session where id_sha256 = $1', [digestOf(id)]);
}

export async function removeEndedFamilySessions(pool: Pool): Promise<void> {
  await pool.query('delete from family_session where ends_at <= statement_timestamp()');
}
