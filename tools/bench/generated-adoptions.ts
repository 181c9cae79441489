/** Two adoptions in a generated house: one that nobody has taken up yet, and one that cases that are over took up. */
import { randomUUID } from 'node:crypto';
import type { StoredAdoption } from '../../db/law-adoptions.js';
import type { Pool } from '../../db/pool.js';

/**
 * Drafts a calendar that differs in nothing but its name, and writes into that many ledgers that an adoption of today's
 * moved three dates: rows to be counted, not to be decided on.
 */
export async function generateAdoptions(owner: Pool, told: number): Promise<{ ahead: StoredAdoption; told: StoredAdoption }> {
  const { rows } = await owner.query<{ version: string }>(
    `insert into calendar_version (version, data, based_on, created_by, act)
     select 'generated', data || '{"version":"generated"}', version, 'admin', 'Generated order'
       from calendar_version where adopted_at is not null and given_up_at is null order by adopted_at desc limit 1
     returning based_on as version`,
  );
  const version = rows[0]?.version ?? '';
  const common = {
    kind: 'calendar',
    previous: version,
    act: 'Generated order',
    recompute: 'own',
    requestedBy: 'admin',
    bodySha256: '',
    requestedAt: 0,
    total: told,
  } as const;
  const past: StoredAdoption = { ...common, id: randomUUID(), version, state: 'done' };
  await owner.query(
    `insert into ledger (subject_id, seq, type, at, occurred_at, cause, entry, digest, turn, decision)
     select filed.subject_id, filed.seq + 1, 'LawAdopted', filed.clock_at, filed.clock_at, $1,
            jsonb_build_object('seq', filed.seq + 1, 'type', 'LawAdopted', 'duties', dates.moved), '', gen_random_uuid(), 'generated'
       from (select * from case_file where not running order by subject_id limit $2) filed
       cross join lateral (
         select coalesce(jsonb_agg(jsonb_build_object('op', 'moved', 'key', key, 'from', 0, 'to', 86400000)), '[]') as moved
           from (select key from duty where duty.subject_id = filed.subject_id limit 3) owed
       ) dates`,
    [past.id, told],
  );
  await owner.query('vacuum analyze ledger');
  return { ahead: { ...common, id: randomUUID(), version: 'generated', state: 'running' }, told: past };
}
