/** Who answers for a Center or an agency: versions of the document, and the addresses beside it. */
import { canonicalJson } from '../contracts/ledger-digest.js';
import { holdersOf, NO_STAFFING, type Holder, type HolderKind, type PostRole, type Staffing } from '../contracts/staffing.js';
import type { Instant } from '../domain/law/calendar.js';
import { present } from '../contracts/optional.js';
import type { Place } from '../vault/cipher.js';
import { fromJson, inJson, openerOf, sealerFor } from './data-keys.js';
import { writeNextVersion } from './next-version.js';
import { type Pool, type PoolClient, type Queryable } from './pool.js';
import { blindIndexOf } from './blind-index.js';
import { iinIndexInJson } from './personal-data.js';

export interface StaffMember {
  person: string;
  mail?: string | undefined;
  /** By it a signature is theirs. */
  iin?: string | undefined;
  /** For the list of telephones. */
  phone?: string | undefined;
}

export interface StoredStaffing {
  /** 0 before the first document. */
  version: number;
  staffing: Staffing;
  people: readonly StaffMember[];
}

interface ListedRow {
  person: string;
  mail: string | null;
  /** Sealed, as JSON has it; so is the telephone. */
  iin: string | null;
  phone: string | null;
}

interface ReadRow {
  version: number | null;
  data: Staffing | null;
  people: ListedRow[];
}

async function readRow(connections: Queryable, holder: string): Promise<ReadRow> {
  const { rows } = await connections.query<ReadRow>(
    `select latest.version, latest.data, listed.people
       from (select coalesce(json_agg(json_build_object('person', person, 'mail', mail, 'iin', iin, 'phone', phone) order by person), '[]') as people
               from staff where holder = $1) listed
       left join lateral (select version, data from staffing where holder = $1 order by version desc limit 1) latest on true`,
    [holder],
  );
  return rows[0] ?? { version: null, data: null, people: [] };
}

/** What is in force for a holder; empty where nothing was written yet. @throws KeysAway */
export async function readStaffing(connections: Queryable, holder: string): Promise<StoredStaffing> {
  const { version, data, people } = await readRow(connections, holder);
  const sealed = people.map(({ iin, phone, ...listed }) => ({ ...listed, iin: sealedIn(iin), phone: sealedIn(phone) }));
  const opener = await openerOf(
    connections,
    sealed.flatMap(({ iin, phone }) => [iin, phone]),
  );
  return {
    version: version ?? 0,
    staffing: data ?? NO_STAFFING,
    people: sealed.map(({ person, mail, iin, phone }) => ({
      person,
      ...present({
        mail: mail ?? undefined,
        iin: opener.text(placeIn('iin', holder, person), iin),
        phone: opener.text(placeIn('phone', holder, person), phone),
      }),
    })),
  };
}

function sealedIn(json: string | null): Buffer | null {
  return json === null ? null : fromJson(json);
}

export function iinPlace(holder: string, person: string): Place {
  return placeIn('iin', holder, person);
}

function placeIn(column: 'iin' | 'phone', holder: string, person: string): Place {
  return { table: 'staff', column, row: JSON.stringify([holder, person]) };
}

/** Whose telephone is known at a holder; nothing is opened for it, so that it waits for no key. */
export async function phonesKnown(pool: Pool, holder: string): Promise<ReadonlySet<string>> {
  const { rows } = await pool.query<{ person: string }>('select person from staff where holder = $1 and phone is not null', [holder]);
  return new Set(rows.map(({ person }) => person));
}

/** The same, as the resolution of recipients takes it: without any ИИН, so that alerts wait for no key. */
export async function readHolder(pool: Pool, holder: string): Promise<Holder> {
  const { data, people } = await readRow(pool, holder);
  return { holder, staffing: data ?? NO_STAFFING, people: new Map(people.map(({ person, mail }) => [person, mail ?? undefined])) };
}

/** What supervises: a region in which there is a Center, by the first two digits of its territory, or the whole country. */
const REGION = `(holder ~ '^region-[1-9][0-9]$' and exists (select from center where left(center.territory, 2) = right(holder, 2)))`;
const SUPERVISES = `(holder = 'ministry' or ${REGION}) and not exists (select from organisation where organisation.id = holder)`;

/** The record of each Center, and of what supervises them, that names a person, and the time by the clock of the database. */
export async function staffingsOf(pool: Pool, person: string): Promise<{ at: Instant; staffings: readonly { center: string; staffing: Staffing }[] }> {
  const { rows } = await pool.query<{ at: Date; center: string | null; staffing: Staffing | null }>({
    name: 'staffings-of-person',
    text: `select statement_timestamp() as at, named.center, named.staffing
             from (select 1) always
             left join (select staff.holder as center, latest.data as staffing
                          from staff
                          cross join lateral (select data from staffing where staffing.holder = staff.holder order by version desc limit 1) latest
                         where staff.person = $1 and (exists (select from center where center.id = staff.holder) or ${SUPERVISES})) named on true
            order by named.center`,
    values: [person],
  });
  const staffings = rows.flatMap(({ center, staffing }) => (center === null || staffing === null ? [] : [{ center, staffing }]));
  return { at: rows[0]?.at.getTime() ?? Date.now(), staffings };
}

/** Mail addresses of everybody who acts in a post today, at any holder, each once. */
export async function addressesOf(pool: Pool, role: PostRole, at: Instant = Date.now()): Promise<string[]> {
  const { rows } = await pool.query<{ holder: string }>('select distinct holder from staffing');
  const holders = await Promise.all(rows.map(({ holder }) => readHolder(pool, holder)));
  const acting = holders.flatMap((holder) => holdersOf(role, holder, at));
  return [...new Set(acting.flatMap(({ mail }) => mail ?? []))].toSorted();
}

/** What kind of holder that is, or undefined when there is none of that name. */
export async function holderKind(pool: Pool, holder: string): Promise<HolderKind | undefined> {
  const { rows } = await pool.query<{ kind: HolderKind }>(
    `select 'center' as kind from center where id = $1
      union all select 'agency' from organisation where id = $1
      union all select case when holder = 'ministry' then 'country' else 'region' end from (select $1::text as holder) asked where ${SUPERVISES} limit 1`,
    [holder],
  );
  return rows[0]?.kind;
}

export interface StaffingChange {
  holder: string;
  /** The version that the writer has read; another one is in force: nothing changes. */
  version: number;
  staffing: Staffing;
  people: readonly StaffMember[];
  changedBy: string;
}

/** Replaces the document. A repeat of a change that was written already has its answer. */
export async function writeStaffing(pool: Pool, change: StaffingChange): Promise<StoredStaffing | 'changed_meanwhile'> {
  return writeNextVersion(pool, {
    lock: `staffing ${change.holder}`,
    version: change.version,
    read: (client) => readStaffing(client, change.holder),
    isSame: (now) => isSame(now, change),
    write: async (client) => {
      await insertStaffing(client, change);
      return readStaffing(client, change.holder);
    },
  });
}

/** Writes the next version and exactly these people. */
export async function insertStaffing(client: PoolClient, { holder, version, staffing, people, changedBy }: StaffingChange): Promise<void> {
  await client.query('insert into staffing (holder, version, data, changed_by) values ($1, $2, $3, $4)', [
    holder,
    version + 1,
    JSON.stringify(staffing),
    changedBy,
  ]);
  await client.query('delete from staff where holder = $1 and person <> all ($2)', [holder, people.map(({ person }) => person)]);
  // Two may have changed their numbers with each other.
  await client.query('update staff set iin = null, iin_index = null, iin_index_even = null where holder = $1 and iin is not null', [holder]);
  await client.query(
    `insert into staff (holder, person, mail, iin, iin_index, iin_index_even, phone)
     select $1, person, mail, iin, iin_index, iin_index_even, phone from json_populate_recordset(null::staff, $2::json)
     on conflict (holder, person) do update set mail = excluded.mail, iin = excluded.iin, iin_index = excluded.iin_index,
       iin_index_even = excluded.iin_index_even, phone = excluded.phone`,
    [holder, JSON.stringify(await sealedPeople(client, holder, people))],
  );
}

async function sealedPeople(client: PoolClient, holder: string, people: readonly StaffMember[]): Promise<object[]> {
  if (people.every(({ iin, phone }) => iin === undefined && phone === undefined)) return people.map(({ person, mail }) => ({ person, mail }));
  const index = await blindIndexOf(client);
  const sealer = await sealerFor(client, { kind: 'holder', id: holder });
  return people.map(({ person, mail, iin, phone }) => ({
    person,
    mail,
    ...(iin === undefined ? {} : { iin: inJson(sealer(iinPlace(holder, person), iin)), ...iinIndexInJson(index.iin(iin)) }),
    ...(phone === undefined ? {} : { phone: inJson(sealer(placeIn('phone', holder, person), phone)) }),
  }));
}

function isSame(stored: StoredStaffing, { staffing, people }: StaffingChange): boolean {
  const said = (what: Pick<StoredStaffing, 'staffing' | 'people'>): string =>
    canonicalJson({ staffing: what.staffing, people: what.people.toSorted((a, b) => (a.person < b.person ? -1 : 1)) });
  return said(stored) === said({ staffing, people });
}

/** How many open cases each person of a Center leads; who leads none is not there. */
export async function openCasesByManager(pool: Pool, center: string): Promise<Map<string, number>> {
  const { rows } = await pool.query<{ person: string; cases: number }>(
    `select case_manager as person, count(*)::int as cases from case_file
      where center = $1 and case_manager is not null and stage <> 'closed' group by case_manager`,
    [center],
  );
  return new Map(rows.map(({ person, cases }) => [person, cases]));
}
