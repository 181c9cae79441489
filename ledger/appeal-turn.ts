/** The turn of an appeal: it joins the open case of its family, or opens one; inside of the registration's transaction. */
import { randomUUID } from 'node:crypto';
import type { PoolClient } from 'pg';
import type { Desk } from './desk.js';
import { lockedOn } from './postgres-store.js';
import type { SignedOpening } from './proven.js';
import { recordAppeal } from './record-appeal.js';
import type { AppealRow } from './writing.js';

export interface PlacedAppeal {
  caseId: string;
  attached: boolean;
  signed: SignedOpening;
  /** False when a table of the calendar is missing: the appeal is registered and waits for it (P51). */
  recorded: boolean;
}

/**
 * Puts an appeal into the case where it belongs.
 * @param wanted id of the case that it opens, when it opens one
 * @param open takes the journal number and the instant: called last, when every other lock is held and the case was looked at
 */
export async function joinOrOpen(
  desk: Desk,
  client: PoolClient,
  householdId: string,
  open: () => Promise<SignedOpening>,
  wanted: string = randomUUID(),
): Promise<PlacedAppeal> {
  const caseId = await claimHousehold(client, householdId, wanted);
  const attached = caseId !== wanted;
  // Shared with every opening, alone for an adoption that begins: no case is opened under a law that is just leaving.
  await client.query('select from law_in_force for share');
  let opened: SignedOpening | undefined;
  const recorded = await recordAppeal(desk.deps, lockedOn(client, desk.shelf, caseId), caseId, attached, async () => (opened = await open()));
  const signed = opened ?? neverOpened(caseId);
  if (!recorded) await wait(client, caseId, { opens: !attached, ...signed });
  return { caseId, attached, signed, recorded };
}

function neverOpened(caseId: string): never {
  throw new Error(`the appeal of case ${caseId} was recorded without a number`);
}

/**
 * The claim of the family on its one open case, and the lock of that case. Appeals of one family queue on this
 * row: the first opens, the others join.
 */
async function claimHousehold(client: PoolClient, householdId: string, wanted: string): Promise<string> {
  const { rows } = await client.query<{ subject_id: string }>(
    `with taken as (
       insert into claim (kind, thing, subject_id) values ('household', $1, $2) on conflict do nothing returning subject_id
     ) select subject_id from taken`,
    [householdId, wanted],
  );
  if (rows[0] !== undefined) return wanted;
  const held = await holderOf(client, householdId);
  if (held !== undefined) await client.query('select from case_file where subject_id = $1 for update', [held]);
  // Asked again under the lock: the case may have been closed, and the claim given back, while we waited for it.
  return held !== undefined && (await holderOf(client, householdId)) === held ? held : claimHousehold(client, householdId, wanted);
}

async function holderOf(client: PoolClient, householdId: string): Promise<string | undefined> {
  const { rows } = await client.query<{ subject_id: string }>(`select subject_id from claim where kind = 'household' and thing = $1`, [householdId]);
  return rows[0]?.subject_id;
}

/** P51: no appeal is turned away because a table is missing. It has its number and waits; the inbox takes it again. */
async function wait(client: PoolClient, caseId: string, row: AppealRow): Promise<void> {
  const { appealId, registeredAt } = row.opening;
  await client.query(
    `insert into inbox (id, kind, source, delivery_id, content_sha256, subject_id, payload, received_at)
     values ($1, 'appeal', 'appeals', $2, '', $3, $4, $5) on conflict (source, delivery_id) do nothing`,
    [randomUUID(), appealId, caseId, JSON.stringify(row), new Date(registeredAt)],
  );
}
