/** Which family an appeal is about, and its people. */
import { randomUUID } from 'node:crypto';

import type { LegalDay } from '../domain/law/calendar.js';
import type { PoolClient, Queryable } from './pool.js';

/** Who turns to the Center. */
export interface Applicant {
  fullName?: string;
  iin?: string;
  phone?: string;
  address?: string;
  birthDate?: LegalDay;
  bornAbout?: number;
}

/** Where a family lives and where it is now, as codes of the classifier; each only where it is known. */
export interface HouseholdPlaces {
  residence?: string;
  location?: string;
}

/** With the territory of the Center of its case. */
export async function readTerritories(pool: Queryable, householdId: string, center: string): Promise<HouseholdPlaces & { center: string }> {
  const { rows } = await pool.query<{ residence: string | null; location: string | null; center: string }>(
    `select residence_territory as residence, location_territory as location, center.territory as center
       from household, center where household.id = $1 and center.id = $2`,
    [householdId, center],
  );
  const [row] = rows;
  if (row === undefined) throw new Error(`there is no family ${householdId}, or no Center ${center}`);
  const { residence, location } = row;
  return { center: row.center, ...(residence === null ? {} : { residence }), ...(location === null ? {} : { location }) };
}

/** Where it lives is completed and not overwritten in passing; where it is now is what was said last. */
export async function placeHousehold(client: PoolClient, householdId: string, { residence, location }: HouseholdPlaces): Promise<void> {
  if (residence === undefined && location === undefined) return;
  await client.query(
    `update household set residence_territory = coalesce(residence_territory, $2), location_territory = coalesce($3, location_territory) where id = $1`,
    [householdId, residence ?? null, location ?? null],
  );
}

function knownTo(center: string, household: string): string {
  return `exists (select from appeal where appeal.household_id = ${household} and appeal.center = ${center})`;
}

/**
 * The family by its id, else the one whose member has that ИИН, else a new one. Appeals with one
 * ИИН queue behind each other, so that two of an unknown family do not make two families of it.
 *
 * A family is known to a Center that has registered an appeal of it, and to no other: the family of
 * another Center is a new one here, so that nothing of it comes back or changes.
 *
 * @returns undefined when a given id names no family of the Center
 */
export async function findHousehold(
  client: PoolClient,
  center: string,
  householdId: string | undefined,
  applicant: Applicant | undefined,
): Promise<string | undefined> {
  if (householdId !== undefined) {
    const { rowCount } = await client.query(`select from household where id = $1 and ${knownTo('$2', 'household.id')}`, [householdId, center]);
    return rowCount === 1 ? householdId : undefined;
  }
  const known = applicant?.iin === undefined ? undefined : await householdOfIin(client, center, applicant.iin);
  if (known !== undefined) return known;
  const id = randomUUID();
  await client.query('insert into household (id) values ($1)', [id]);
  return id;
}

async function householdOfIin(client: PoolClient, center: string, iin: string): Promise<string | undefined> {
  await client.query(`select pg_advisory_xact_lock(hashtext('person by iin'), hashtext($1))`, [iin]);
  const { rows } = await client.query<{ household_id: string }>(
    `select household_id from person where iin = $1 and ${knownTo('$2', 'person.household_id')} order by created_at, id limit 1`,
    [iin, center],
  );
  return rows[0]?.household_id;
}

/**
 * The member of the family with that ИИН, else a new member. Of a known member only what is missing is
 * written: whoever gives a number must not put his own name or telephone in the place of the family's.
 */
export async function placePerson(client: PoolClient, householdId: string, applicant: Applicant): Promise<string> {
  const { fullName = null, iin = null, phone = null, address = null, birthDate = null, bornAbout = null } = applicant;
  const { rows } = await client.query<{ id: string }>(
    `with known as (
       select id from person where household_id = $2 and iin = $4 order by created_at, id limit 1
     ), completed as (
       update person set full_name = coalesce(full_name, $3), phone = coalesce(phone, $5), address = coalesce(address, $6),
              birth_date = case when born_about is null then coalesce(birth_date, $7) end,
              born_about = case when birth_date is null and $7::date is null then coalesce(born_about, $8) else born_about end
         from known where person.id = known.id
       returning person.id
     ), added as (
       insert into person (id, household_id, full_name, iin, phone, address, birth_date, born_about)
       select $1, $2, $3, $4, $5, $6, $7, $8 where not exists (select from known)
       returning id
     )
     select id from completed union all select id from added`,
    [randomUUID(), householdId, fullName, iin, phone, address, birthDate, bornAbout],
  );
  const [person] = rows;
  if (person === undefined) throw new Error('the applicant was neither found nor added');
  return person.id;
}
