/** Which family an appeal is about, and its people. */
import { randomUUID } from 'node:crypto';

import type { PoolClient } from './pool.js';

/** Who turns to the Center. */
export interface Applicant {
  fullName?: string;
  iin?: string;
  phone?: string;
  address?: string;
}

/**
 * The family by its id, else the one whose member has that ИИН, else a new one. Appeals with one
 * ИИН queue behind each other, so that two of an unknown family do not make two families of it.
 *
 * @returns undefined when a given id names no family
 */
export async function findHousehold(
  client: PoolClient,
  householdId: string | undefined,
  applicant: Applicant | undefined,
): Promise<string | undefined> {
  if (householdId !== undefined) {
    const { rowCount } = await client.query('select from household where id = $1', [householdId]);
    return rowCount === 1 ? householdId : undefined;
  }
  const known = applicant?.iin === undefined ? undefined : await householdOfIin(client, applicant.iin);
  if (known !== undefined) return known;
  const id = randomUUID();
  await client.query('insert into household (id) values ($1)', [id]);
  return id;
}

async function householdOfIin(client: PoolClient, iin: string): Promise<string | undefined> {
  await client.query(`select pg_advisory_xact_lock(hashtext('person by iin'), hashtext($1))`, [iin]);
  const { rows } = await client.query<{ household_id: string }>(
    'select household_id from person where iin = $1 order by created_at, id limit 1',
    [iin],
  );
  return rows[0]?.household_id;
}

/** The member of the family with that ИИН, with the contacts given now; else a new member. */
export async function placePerson(client: PoolClient, householdId: string, applicant: Applicant, commandId: string): Promise<string> {
  const { fullName = null, iin = null, phone = null, address = null } = applicant;
  const { rows } = await client.query<{ id: string }>(
    `with known as (
       select id from person where household_id = $2 and iin = $4 order by created_at, id limit 1
     ), renewed as (
       update person set full_name = coalesce($3, full_name), phone = coalesce($5, phone), address = coalesce($6, address)
         from known where person.id = known.id
       returning person.id
     ), added as (
       insert into person (id, household_id, full_name, iin, phone, address, command_id)
       select $1, $2, $3, $4, $5, $6, $7 where not exists (select from known)
       returning id
     )
     select id from renewed union all select id from added`,
    [randomUUID(), householdId, fullName, iin, phone, address, commandId],
  );
  const [person] = rows;
  if (person === undefined) throw new Error('the applicant was neither found nor added');
  return person.id;
}
