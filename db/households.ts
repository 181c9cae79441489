/** Which family an appeal is about, and its people. */
import { randomUUID } from 'node:crypto';

import type { LegalDay } from '../domain/law/calendar.js';
import type { Birth } from '../domain/person/age.js';
import { dataKeyOf, openerOf } from './data-keys.js';
import { sealPerson } from './personal-data.js';
import { blindIndexOf } from './blind-index.js';
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
 * ИИН queue behind each other (`lockIin`), so that two of an unknown family do not make two families of it.
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
  const { iin_index: odd, iin_index_even: even } = (await blindIndexOf(client)).iin(iin);
  // By each version that counts, in one order: who knows of one more waits for who does not.
  for (const index of [odd, even])
    if (index !== null) await client.query(`select pg_advisory_xact_lock(hashtext('person by iin'), hashtext($1))`, [index.toString('hex')]);
  const { rows } = await client.query<{ household_id: string }>(
    `select household_id from person where (iin_index = $1 or iin_index_even = $3) and ${knownTo('$2', 'person.household_id')} order by created_at, id limit 1`,
    [odd, center, even],
  );
  return rows[0]?.household_id;
}

/**
 * The member of the family with that ИИН, else a new member. Of a known member only what is missing is
 * written: whoever gives a number must not put his own name or telephone in the place of the family's.
 * @param newId id of a new one
 * @throws KeysAway; then nothing was written
 */
export async function placePerson(client: Queryable, householdId: string, applicant: Applicant, newId: string = randomUUID()): Promise<string> {
  const known = applicant.iin === undefined ? undefined : await memberOfIin(client, householdId, applicant.iin);
  const id = known?.id ?? newId;
  const key = await dataKeyOf(client, { kind: 'person', id, householdId });
  const sealed = await sealPerson(client, key, id, known === undefined ? saidBy(applicant) : missingOf(known, saidBy(applicant)));
  await client.query(known === undefined ? ADD : COMPLETE, [id, householdId, JSON.stringify(sealed.given), JSON.stringify(sealed.tokens)]);
  return id;
}

const FOUND_BY = `insert into person_token (person_id, kind, token, version)
  select $1, kind, token, version from jsonb_to_recordset($4::jsonb) said (kind text, token bytea, version smallint) on conflict do nothing`;

const ADD = `
with added as (
  insert into person (id, household_id, full_name, iin, iin_index, iin_index_even, indexed_by, phone, address, birth_date, child_until, born_about)
  select $1, $2, full_name, iin, iin_index, iin_index_even, indexed_by, phone, address, birth_date, child_until, born_about from jsonb_populate_record(null::person, $3::jsonb)
)
${FOUND_BY}`;

const COMPLETE = `
with completed as (
  update person set full_name = said.full_name, phone = said.phone, address = said.address, birth_date = said.birth_date, child_until = said.child_until, born_about = said.born_about,
                    indexed_by = least(known.indexed_by, said.indexed_by)
    from person known cross join lateral jsonb_populate_record(known, $3::jsonb) said
   where known.id = $1 and known.household_id = $2 and person.id = known.id
)
${FOUND_BY}`;

/** When members of the family were born, as far as is known; who is none of it, or was erased, is not among them. */
export async function readBirths(client: Queryable, householdId: string, ids: readonly string[]): Promise<ReadonlyMap<string, Birth>> {
  const { rows } = await client.query<{ id: string; birth_date: Buffer | null; born_about: number | null }>(
    'select id, birth_date, born_about from person where household_id = $1 and id = any ($2::uuid[]) and erased_at is null',
    [householdId, ids],
  );
  const opener = await openerOf(
    client,
    rows.map(({ birth_date }) => birth_date),
  );
  return new Map(
    rows.map(({ id, birth_date, born_about }) => {
      const birthDate = opener.text({ table: 'person', column: 'birth_date', row: id }, birth_date);
      return [id, { ...(birthDate === undefined ? {} : { birthDate }), ...(born_about === null ? {} : { bornAbout: born_about }) }];
    }),
  );
}

/** What is there of a member. */
interface KnownMember {
  id: string;
  has: Readonly<Record<'full_name' | 'phone' | 'address' | 'birth', boolean>>;
}

async function memberOfIin(client: Queryable, householdId: string, iin: string): Promise<KnownMember | undefined> {
  const { iin_index: odd, iin_index_even: even } = (await blindIndexOf(client)).iin(iin);
  const { rows } = await client.query<KnownMember>(
    `select id, json_build_object('full_name', full_name is not null, 'phone', phone is not null, 'address', address is not null,
                                  'birth', birth_date is not null or born_about is not null) as has
       from person where household_id = $1 and (iin_index = $2 or iin_index_even = $3) order by created_at, id limit 1 for update`,
    [householdId, odd, even],
  );
  return rows[0];
}

type SaidByApplicant = Parameters<typeof sealPerson>[3];

function saidBy({ fullName, iin, phone, address, birthDate, bornAbout }: Applicant): SaidByApplicant {
  return { full_name: fullName, iin, phone, address, birth_date: birthDate, born_about: birthDate === undefined ? bornAbout : undefined };
}

function missingOf({ has }: KnownMember, { full_name, phone, address, birth_date, born_about }: SaidByApplicant): SaidByApplicant {
  return {
    ...(has.full_name ? {} : { full_name }),
    ...(has.phone ? {} : { phone }),
    ...(has.address ? {} : { address }),
    ...(has.birth ? {} : { birth_date, born_about }),
  };
}
