/** Erasures that the files beside the anchors tell of, and the database does not have: it was restored to before them. */
import { readErasures, type ErasureFault, type ErasureFile } from '../contracts/proof/erasures.js';
import type { ProofReader } from '../contracts/proof/proof.js';
import { erasePerson, notErased } from '../db/erasure.js';
import type { Pool } from '../db/pool.js';
import { ERASURE_GROUNDS } from '../domain/person/erasure.js';

export type ErasureMissing = Omit<ErasureFault, 'code'> & { code: ErasureFault['code'] | 'erasure_missing' };

export async function erasuresMissing(pool: Pool, files: readonly ErasureFile[], proof: ProofReader): Promise<ErasureMissing[]> {
  const { acts, faults } = readErasures(files, proof);
  const back = new Set(
    await notErased(
      pool,
      acts.map(({ person }) => person),
    ),
  );
  const missing = acts.filter(({ person }) => back.has(person));
  return [...faults, ...missing.map(({ id }) => ({ id, code: 'erasure_missing' as const, fault: 'its person is there again, and is not erased' }))];
}

export interface Replayed {
  erased: string[];
  /** By which act they must stay: the hold was released, in what was lost, before they were erased. */
  held: { erasureId: string; act: string }[];
  faults: readonly ErasureFault[];
}

/**
 * Carries out again what is missing, each as the same act. A person whom the restored database never had is not there to be erased.
 * @param owner connections of the role that owns the tables
 * @throws KeysAway; what was erased until then stays so
 */
export async function replayErasures(owner: Pool, files: readonly ErasureFile[], proof: ProofReader): Promise<Replayed> {
  const { acts, faults } = readErasures(files, proof);
  const replayed: Replayed = { erased: [], held: [], faults };
  for (const { id, person, ground: code, by, texts, documents, erasedBy, approvedBy } of acts) {
    const ground = ERASURE_GROUNDS.find((each) => each === code) ?? 'other_law';
    const request = { personId: person, ground, act: by, texts, documents, erasedBy, approvedBy: approvedBy ?? undefined, erasureId: id };
    const outcome = await erasePerson(owner, request);
    if (outcome.outcome === 'erased') replayed.erased.push(id);
    if (outcome.outcome === 'held') replayed.held.push({ erasureId: id, act: outcome.act });
  }
  return replayed;
}
