/** Heads of the ledgers: where each stands, and what stands now at a place that it had. */
import type { Head } from '../contracts/proof/anchors.js';
import type { Pool } from './pool.js';

export async function readHeads(pool: Pool): Promise<Head[]> {
  const { rows } = await pool.query<Head>('select subject_id as subject, seq, head from subject_file order by subject_id');
  return rows;
}

const PAGE = 1_000;

/** Of these heads those that the ledger does not have at their places any more: another digest stands there, or nothing. */
export async function headsNotHeld(pool: Pool, heads: readonly Head[]): Promise<{ subject: string; seq: number; found: 'other' | 'nothing' | 'no_subject' }[]> {
  const lost: { subject: string; seq: number; found: 'other' | 'nothing' | 'no_subject' }[] = [];
  for (let start = 0; start < heads.length; start += PAGE) {
    const { rows } = await pool.query<(typeof lost)[number]>(
      `select given.subject, given.seq,
              case when ledger.digest is not null then 'other'
                   when exists (select from ledger any_of where any_of.subject_id = given.subject) then 'nothing' else 'no_subject' end as found
         from json_to_recordset($1::json) given (subject uuid, seq integer, head text)
         left join ledger on ledger.subject_id = given.subject and ledger.seq = given.seq
        where ledger.digest is distinct from given.head`,
      [JSON.stringify(heads.slice(start, start + PAGE).map(({ subject, seq, head }) => ({ subject, seq, head })))],
    );
    lost.push(...rows);
  }
  return lost;
}
