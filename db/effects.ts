/** The rows of what is sent to agencies. */
import type { EffectRequest } from '../contracts/case-clock.js';
import type { DispatchRequest } from '../domain/case/facts.js';
import { formOf, type MessageForm } from '../domain/access/message-form.js';
import { familyOf, sealerFor } from './data-keys.js';
import { onClient, type Pool, type Queryable } from './pool.js';

interface EffectRow {
  key: string;
  kind: DispatchRequest['kind'];
  agency: string;
  measureIds: string[];
  reportId: string | null;
  urgent: boolean;
}

/** Case time of an attempt that was put off has come; Postgres's clock, as ahead of it as the case is. */
const WANTED = `
select key, kind, agency, measure_ids as "measureIds", report_id as "reportId",
       coalesce((select lane = 1 from subject_clock where subject_clock.subject_id = effect.subject_id), false) as urgent
  from effect join case_file using (subject_id)
 where key = $1 and subject_id = $2 and series = $3
   and (state = 'pending' or (state = 'parked' and retry_at <= clock_timestamp() + skew_ms * interval '1 millisecond'))
   and not exists (select from effects_hold)`;

/** What the agency answered when it took it; the first that it wrote stands. @throws KeysAway */
export async function keepReceipt(pool: Pool, { key, caseId }: Pick<EffectRequest, 'key' | 'caseId'>, words: string): Promise<void> {
  const sealer = await sealerFor(pool, await familyOf(pool, caseId));
  const sealed = sealer({ table: 'receipt', column: 'words', row: key }, words);
  await onClient(pool, (client) => client.query('insert into receipt (effect_key, words) values ($1, $2) on conflict do nothing', [key, sealed]));
}

/**
 * How much of a case may leave now. Asked of the row and of the ledger: the narrower answer counts, so that a row that was
 * written past the ledger opens nothing.
 */
export async function formOfCase(pool: Queryable, caseId: string): Promise<MessageForm> {
  const { rows } = await pool.query<{ violence: boolean }>(
    `select coalesce((select violence from case_file where subject_id = $1), false)
         or exists (select from ledger where subject_id = $1 and type = 'ViolenceSignsRecorded') as violence`,
    [caseId],
  );
  return formOf({ violence: rows[0]?.violence ?? true });
}

/** What the attempt is to send; undefined when that attempt is not wanted now: ended, withdrawn, put off, or held. */
export async function readEffect(
  pool: Pool,
  { caseId, key, series }: EffectRequest,
): Promise<(DispatchRequest & { caseId: string; urgent: boolean }) | undefined> {
  const { rows } = await onClient(pool, (client) => client.query<EffectRow>({ name: 'wanted-effect', text: WANTED, values: [key, caseId, series] }));
  const [row] = rows;
  if (row === undefined) return undefined;
  const { reportId, ...request } = row;
  return { caseId, ...request, ...(reportId === null ? {} : { reportId }) };
}
