/** Appeals that were registered while a table of the calendar was missing (P51): taken again until it is there. */
import type { PoolClient } from 'pg';
import { transaction } from '../db/pool.js';
import type { Opening } from '../domain/case/deliveries.js';
import { joinOrOpen } from './appeal-turn.js';
import type { Desk } from './desk.js';

/**
 * Takes a waiting appeal again. It keeps its number and the instant of its receipt; when its family's case has
 * been closed meanwhile it opens another.
 * @returns false while the calendar still lacks the year
 */
export function takeWaitingAppeal(desk: Desk, inboxId: string): Promise<boolean> {
  return transaction(desk.pool, async (client) => {
    const { rows } = await client.query<{ subject_id: string; opening: Opening }>(
      `select subject_id, payload -> 'opening' as opening from inbox where id = $1 and kind = 'appeal' and state = 'waiting' for update`,
      [inboxId],
    );
    const [row] = rows;
    if (row === undefined) return true;
    const { caseId, recorded } = await placeAgain(desk, client, row.subject_id, row.opening);
    if (!recorded) return false;
    await settle(client, inboxId, row.opening, caseId);
    return true;
  });
}

/**
 * The claim that the appeal took at its registration is its own: with no case behind it the appeal opens that very
 * one, whose id was answered then.
 */
async function placeAgain(desk: Desk, client: PoolClient, caseId: string, opening: Opening): Promise<{ caseId: string; recorded: boolean }> {
  const { rowCount: exists } = await client.query('select from case_file where subject_id = $1', [caseId]);
  if (exists === 1) return joinOrOpen(desk, client, opening.householdId, async () => opening);
  await client.query(`delete from claim where kind = 'household' and thing = $1 and subject_id = $2`, [opening.householdId, caseId]);
  return joinOrOpen(desk, client, opening.householdId, async () => opening, caseId);
}

async function settle(client: PoolClient, inboxId: string, { appealId }: Opening, caseId: string): Promise<void> {
  await client.query(
    `with moved as (
       update appeal set case_id = $3 where appeal_id = $2 returning narrative_id
     ), words as (
       update narrative set case_id = $3 from moved where narrative.id = moved.narrative_id
     )
     update inbox set state = 'delivered', subject_id = $3, outcome = '{"ok": true}', settled_at = clock_timestamp() where id = $1`,
    [inboxId, appealId, caseId],
  );
}
