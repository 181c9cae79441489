/** Appeals that were registered while a table of the calendar was missing (P51): taken again until it is there. */
import type { PoolClient } from 'pg';
import { transaction } from '../db/pool.js';
import { joinOrOpen } from './appeal-turn.js';
import type { Desk } from './desk.js';
import type { SignedOpening } from './proven.js';
import type { AppealRow } from './writing.js';

/**
 * Takes a waiting appeal again. It keeps its number and the instant of its receipt; when its family's case has
 * been closed meanwhile it opens another.
 * @returns false while the calendar still lacks the year
 */
export function takeWaitingAppeal(desk: Desk, inboxId: string): Promise<boolean> {
  return transaction(desk.pool, async (client) => {
    const { rows } = await client.query<{ subject_id: string; payload: AppealRow }>(
      `select subject_id, payload from inbox where id = $1 and kind = 'appeal' and state = 'waiting' for update`,
      [inboxId],
    );
    const [row] = rows;
    if (row === undefined) return true;
    const { caseId, recorded } = await placeAgain(desk, client, row.subject_id, row.payload);
    if (!recorded) return false;
    await settle(client, inboxId, row.payload, caseId);
    return true;
  });
}

/**
 * The claim that the appeal took at its registration is its own: with no case behind it the appeal opens that very
 * one, whose id was answered then.
 */
async function placeAgain(desk: Desk, client: PoolClient, caseId: string, signed: SignedOpening): Promise<{ caseId: string; recorded: boolean }> {
  const { householdId } = signed.opening;
  const { rowCount: exists } = await client.query('select from case_file where subject_id = $1', [caseId]);
  if (exists === 1) return joinOrOpen(desk, client, householdId, async () => signed);
  await client.query(`delete from claim where kind = 'household' and thing = $1 and subject_id = $2`, [householdId, caseId]);
  return joinOrOpen(desk, client, householdId, async () => signed, caseId);
}

async function settle(client: PoolClient, inboxId: string, { opening: { appealId } }: SignedOpening, caseId: string): Promise<void> {
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
