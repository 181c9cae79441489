/** Calendars and policies from Postgres. Versions are immutable once adopted, so each is read once per pool. */
import type { LawKind } from '../contracts/http/law.js';
import type { Calendar } from '../domain/law/calendar.js';
import type { LawInForce, LawRef } from '../domain/law/law.js';
import type { Policy } from '../domain/law/policy.js';
import type { Pool, Queryable } from './pool.js';

interface Shelf {
  calendars: Map<string, Calendar>;
  policies: Map<string, Policy>;
}

/**
 * One object per version and pool: the calendar's index of working days is kept by object identity,
 * and a fresh object at every case would build it anew.
 */
const shelves = new WeakMap<Pool, Shelf>();

function shelfOf(pool: Pool): Shelf {
  const known = shelves.get(pool);
  if (known) return known;
  const shelf: Shelf = { calendars: new Map(), policies: new Map() };
  shelves.set(pool, shelf);
  return shelf;
}

/** Where the versions of a kind stand. */
export const VERSION_TABLES = { calendar: 'calendar_version', policy: 'policy_version' } as const satisfies Record<LawKind, string>;

/** The version in force is the one adopted last whose adoption was not given up. */
const latestAdopted = (kind: LawKind): string =>
  `select version from ${VERSION_TABLES[kind]} where adopted_at is not null and given_up_at is null order by adopted_at desc, version desc limit 1`;

/** Name of the version that new cases get; undefined when none was adopted. */
export async function versionInForce(pool: Pool, kind: LawKind): Promise<string | undefined> {
  const { rows } = await pool.query<{ version: string }>(latestAdopted(kind));
  return rows[0]?.version;
}

/**
 * What a new case starts with: the calendar and the policy adopted last.
 * @throws Error when none is adopted
 */
export async function currentLaw(pool: Pool): Promise<LawInForce> {
  const { rows } = await pool.query<{ calendar: string | null; policy: string | null }>(
    `select (${latestAdopted('calendar')}) as calendar, (${latestAdopted('policy')}) as policy`,
  );
  const [row] = rows;
  if (!row?.calendar || !row.policy) throw new Error('No calendar or no policy is adopted: run the seed of the law, or adopt one.');
  return lawByRef(pool, { calendar: row.calendar, policy: row.policy });
}

/**
 * Calendar and policy of a case by the names of their versions; the rule table is the code's, whatever
 * name the ledger keeps of it.
 * @throws Error when a version is not in the database
 */
export async function lawByRef(pool: Pool, ref: Pick<LawRef, 'calendar' | 'policy'>, from: Queryable = pool): Promise<LawInForce> {
  const calendar = await calendarByVersion(pool, ref.calendar, from);
  const policy = await policyByVersion(pool, ref.policy, from);
  return { calendar, policy };
}

/**
 * One calendar by its version.
 * @param from the connection of a transaction that must not wait for another one of the same pool
 * @throws Error when it is not in the database
 */
export function calendarByVersion(pool: Pool, version: string, from: Queryable = pool): Promise<Calendar> {
  return fromShelf(shelfOf(pool).calendars, version, () => read<Calendar>(from, 'calendar_version', version));
}

/**
 * One policy by its version.
 * @throws Error when it is not in the database
 */
export function policyByVersion(pool: Pool, version: string, from: Queryable = pool): Promise<Policy> {
  return fromShelf(shelfOf(pool).policies, version, () => read<Policy>(from, 'policy_version', version));
}

async function fromShelf<T>(shelf: Map<string, T>, version: string, fetch: () => Promise<T>): Promise<T> {
  const known = shelf.get(version);
  if (known !== undefined) return known;
  const fetched = await fetch();
  // Two readers may have fetched at once: the first object stays the only one.
  const first = shelf.get(version) ?? fetched;
  shelf.set(version, first);
  return first;
}

async function read<T>(from: Queryable, table: 'calendar_version' | 'policy_version', version: string): Promise<T> {
  const { rows } = await from.query<{ data: T }>(`select data from ${table} where version = $1`, [version]);
  const [row] = rows;
  if (row === undefined) throw new Error(`${table} has no version ${version}: it was adopted in another database, or its row is lost.`);
  return row.data;
}
