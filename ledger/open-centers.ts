/** Centers get their ledgers: each that the house knows is registered once, whoever is first. */
import { centersWithoutLedger, type KnownCenter } from '../db/centers.js';
import type { Desk } from './desk.js';

/**
 * Opens the ledger of a Center; of one that has one already nothing comes.
 * @throws ClocksDisagree, and the errors of Postgres; a repeat is safe then
 */
export async function openCenter(desk: Pick<Desk, 'take'>, { id, subjectId }: Pick<KnownCenter, 'id' | 'subjectId'>): Promise<void> {
  await desk.take(subjectId, [{ kind: 'registration', registration: { id: subjectId, center: id } }]);
}

/** Opens the ledgers of all Centers that have none yet. @returns how many */
export async function openCenters(desk: Pick<Desk, 'take' | 'pool'>): Promise<number> {
  const centers = await centersWithoutLedger(desk.pool);
  for (const center of centers) await openCenter(desk, center);
  return centers.length;
}
