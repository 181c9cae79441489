/** A version in force with the signed act by which running cases take it up, as the API and the sweep leave it. */
import { dataDigest } from '../../contracts/proof/acts.js';
import type { Queryable } from '../../db/pool.js';
import type { RecomputedTerms } from '../../domain/law/recomputation.js';
import { TEST_PROOF } from './test-proof.js';

export interface AdoptedVersion {
  id: string;
  kind: 'calendar' | 'policy';
  version: string;
  act: string;
  recompute: RecomputedTerms;
}

/** The version itself is there already. */
export async function putAdoptedInForce(pool: Queryable, { id, kind, version, act, recompute }: AdoptedVersion): Promise<void> {
  const { rows } = await pool.query<{ data: unknown }>(`select data from ${kind}_version where version = $1`, [version]);
  const proof = TEST_PROOF.sign({ act: 'adoption', id, kind, version, data: dataDigest(rows[0]?.data), by: act, recompute });
  await pool.query(
    `insert into law_adoption (id, kind, version, previous, act, recompute, proof, requested_by, idempotency_key, body_sha256, state)
     select $1::uuid, $2::text, $3, version, $4, $5, $6, 'administrator-1', $1::uuid::text, '', 'done' from law_in_force where kind = $2::text`,
    [id, kind, version, act, recompute, proof],
  );
  await pool.query('update law_in_force set version = $1, adoption_id = $2, act = $3, recompute = $4, since = clock_timestamp() where kind = $5', [
    version,
    id,
    act,
    recompute,
    kind,
  ]);
}
