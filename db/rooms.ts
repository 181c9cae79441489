/** Rooms of a Center for a temporary stay: each version as it was written, the last one counts; and who is in which place. */
import type { Instant, LegalDay } from '../domain/law/calendar.js';
import type { EntryOf } from '../domain/case/facts.js';
import { STAY_FACT_TYPES } from '../domain/case/roads/stay/facts.js';
import type { RoomFor } from '../domain/case/roads/stay/stay.js';
import { TODAY } from './organisation-keys.js';
import { inTransaction, type Pool, type Queryable } from './pool.js';

export type StayEntry = { [T in (typeof STAY_FACT_TYPES)[number]]: EntryOf<T> }[(typeof STAY_FACT_TYPES)[number]];

export interface StoredRoom {
  room: string;
  version: number;
  forWhom: RoomFor;
  capacity: number;
  from: LegalDay;
  to?: LegalDay;
  changedBy: string;
  changedAt: Instant;
}

type RoomRow = Omit<StoredRoom, 'to'> & { to: LegalDay | null };

const ROOMS = `select code as room, version, for_whom as "forWhom", capacity, valid_from::text as "from", valid_to::text as "to",
  changed_by as "changedBy", floor(extract(epoch from changed_at) * 1000)::float8 as "changedAt" from room_now where center = $1`;

function stored({ to, ...row }: RoomRow): StoredRoom {
  return { ...row, ...(to === null ? {} : { to }) };
}

/** Every room, those that are not used any more too. */
export async function listRooms(pool: Pool, center: string): Promise<StoredRoom[]> {
  const { rows } = await pool.query<RoomRow>(`${ROOMS} order by code collate "C"`, [center]);
  return rows.map(stored);
}

async function findRoom(db: Queryable, center: string, room: string): Promise<StoredRoom | undefined> {
  const { rows } = await db.query<RoomRow>(`${ROOMS} and code = $2`, [center, room]);
  return rows[0] && stored(rows[0]);
}

export interface RoomChange extends Pick<StoredRoom, 'room' | 'version' | 'forWhom' | 'capacity' | 'from' | 'changedBy'> {
  center: string;
  to?: LegalDay | undefined;
}

/**
 * Writes the next version of a room. A repeat of what stands already has its answer.
 * @returns `changed_meanwhile` when another version than the one that was read counts
 */
export async function writeRoom(pool: Pool, change: RoomChange): Promise<StoredRoom | 'changed_meanwhile'> {
  return inTransaction(pool, async (client) => {
    const { center, room, version, forWhom, capacity, from, to, changedBy } = change;
    // One writer of a room at a time: the second sees what the first has written.
    await client.query('select pg_advisory_xact_lock(hashtext($1))', [`room ${center}/${room}`]);
    const now = await findRoom(client, center, room);
    if (now !== undefined && now.version === version + 1 && isSame(now, change)) return now;
    if ((now?.version ?? 0) !== version) return 'changed_meanwhile';
    await client.query(
      'insert into room (center, code, version, for_whom, capacity, valid_from, valid_to, changed_by) values ($1, $2, $3, $4, $5, $6, $7, $8)',
      [center, room, version + 1, forWhom, capacity, from, to ?? null, changedBy],
    );
    const written = await findRoom(client, center, room);
    if (written === undefined) throw new Error(`the room ${room} was written and is not there`);
    return written;
  });
}

function isSame(known: StoredRoom, { forWhom, capacity, from, to }: RoomChange): boolean {
  return known.forWhom === forWhom && known.capacity === capacity && known.from === from && known.to === to;
}

/** Somebody in a place now. */
export interface Occupant {
  caseId: string;
  stayId: string;
  personId: string;
  room: string;
  place: number;
  since: Instant;
  /** The end of the month (256-23-5). */
  dueAt?: Instant;
}

const MONTH = `left join duty on duty.subject_id = used.subject_id and duty.rule = '256-23-5' and duty.subject = used.stay_id::text`;

export async function listOccupants(pool: Pool, center: string): Promise<Occupant[]> {
  const { rows } = await pool.query<Omit<Occupant, 'dueAt'> & { dueAt: Instant | null }>(
    `select used.subject_id as "caseId", stay_id as "stayId", person_id as "personId", room, place,
            floor(extract(epoch from since) * 1000)::float8 as since, floor(extract(epoch from due_at) * 1000)::float8 as "dueAt"
       from place_use used ${MONTH} where used.center = $1 and until is null order by room collate "C", place`,
    [center],
  );
  return rows.map(({ dueAt, ...row }) => ({ ...row, ...(dueAt === null ? {} : { dueAt }) }));
}

export interface DayOfPlaces {
  day: LegalDay;
  places: number;
  taken: number;
}

/** How many places there are on each day, and how many somebody has or had; of a day to come, until the end of the month of who is inside now. */
export async function countPlaces(pool: Pool, center: string, from: LegalDay, to: LegalDay): Promise<DayOfPlaces[]> {
  const { rows } = await pool.query<DayOfPlaces>(
    `select day::date::text as day,
            (select coalesce(sum(capacity), 0)::int from room_now where room_now.center = $1 and valid_from <= day::date and coalesce(valid_to >= day::date, true)) as places,
            (select count(distinct (room, place))::int from place_use used ${MONTH}
              where used.center = $1 and since < (day + interval '1 day') at time zone interval '5 hours'
                and coalesce(until, case when day::date > ${TODAY} then due_at end, 'infinity') > day at time zone interval '5 hours') as taken
       from generate_series($2::date::timestamp, $3::date::timestamp, interval '1 day') day order by day`,
    [center, from, to],
  );
  return rows;
}

/** The cases of a Center of which somebody was in a place on one of those days. */
export async function casesWithStays(pool: Pool, center: string, from: LegalDay, to: LegalDay): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>(
    `select distinct subject_id as id from place_use
      where center = $1 and since < ($3::date + 1)::timestamp at time zone interval '5 hours'
        and coalesce(until, 'infinity') >= $2::date::timestamp at time zone interval '5 hours'`,
    [center, from, to],
  );
  return rows.map(({ id }) => id);
}

/** What happened in the stays of those cases, in the order of each ledger. */
export async function readStayEntries(pool: Pool, caseIds: readonly string[]): Promise<{ caseId: string; entry: StayEntry }[]> {
  const { rows } = await pool.query<{ caseId: string; entry: StayEntry }>(
    `select subject_id as "caseId", entry from ledger where subject_id = any($1::uuid[]) and type = any($2) order by subject_id, seq`,
    [caseIds, STAY_FACT_TYPES],
  );
  return rows;
}

/** Stays that are not over, and follow an earlier one of somebody of them (P27), Center by Center. */
export async function renewedStays(pool: Pool): Promise<{ center: string; stays: number }[]> {
  const { rows } = await pool.query<{ center: string; stays: number }>({
    name: 'renewed-stays',
    text: `select center, count(*)::int as stays from duty where rule = '256-23-5' and ladder = 'stay_again' and ended_at is null group by center order by center`,
  });
  return rows;
}
