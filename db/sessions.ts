/** Sessions of the pages. What the browser keeps is known here by its digest alone: who reads the table opens nothing. */
import { createHash, randomBytes } from 'node:crypto';
import type { Instant } from '../domain/law/calendar.js';
import type { Columns } from './columns.js';
import type { Pool } from './pool.js';

export interface NewSession {
  person: string;
  provedAt?: Date;
  strength?: string;
  /** The session at the provider, `sid`. */
  providerSid?: string;
  /** How long it lasts without a visit, and at all. */
  idleMs: number;
  lastsMs: number;
}

export interface Session {
  /** Uuid by which it is named; it opens nothing. */
  id: string;
  person: string;
  post?: string;
  provedAt?: Date;
  strength?: string;
}

function digestOf(id: string): string {
  return createHash('sha256').update(id, 'utf8').digest('hex');
}

/** @returns what the browser keeps: 256 bits that nobody can guess, and that were nobody's before; and the uuid by which the session is named */
export async function beginSession(
  pool: Pool,
  { person, provedAt, strength, providerSid, idleMs, lastsMs }: NewSession,
): Promise<{ secret: string; id: string }> {
  const secret = randomBytes(32).toString('base64url');
  const { rows } = await pool.query<{ id: string }>(
    `insert into session (id_sha256, person, proved_at, strength, provider_sid, idle_until, ends_at)
     values ($1, $2, $3, $4, $7, statement_timestamp() + least($5::float8, $6::float8) * interval '1 ms', statement_timestamp() + $6 * interval '1 ms') returning id`,
    [digestOf(secret), person, provedAt ?? null, strength ?? null, idleMs, lastsMs, providerSid ?? null],
  );
  return { secret, id: rows[0]?.id ?? '' };
}

/** The session, which lasts on by this visit; undefined when there is none, or it is over. */
export async function visitSession(pool: Pool, id: string, idleMs: number): Promise<Session | undefined> {
  const { rows } = await pool.query<{ id: string; person: string; post: string | null; proved_at: Date | null; strength: string | null }>({
    name: 'visit-session',
    text: `update session set last_seen_at = statement_timestamp(), idle_until = least(ends_at, statement_timestamp() + $2::float8 * interval '1 ms')
            where id_sha256 = $1 and idle_until > statement_timestamp() returning id, person, post, proved_at, strength`,
    values: [digestOf(id), idleMs],
  });
  const [row] = rows;
  if (row === undefined) return undefined;
  const { id: name, person, post, proved_at: provedAt, strength } = row;
  return { id: name, person, ...(post === null ? {} : { post }), ...(provedAt === null ? {} : { provedAt }), ...(strength === null ? {} : { strength }) };
}

export async function choosePost(pool: Pool, id: string, post: string): Promise<void> {
  await pool.query('update session set post = $2 where id_sha256 = $1', [digestOf(id), post]);
}

/** @param id what the browser keeps @returns the uuid of the session; undefined when it was over */
export async function endSession(pool: Pool, id: string): Promise<string | undefined> {
  const { rows } = await pool.query<{ id: string }>('delete from session where id_sha256 = $1 returning id', [digestOf(id)]);
  return rows[0]?.id;
}

export interface OpenSession {
  id: string;
  /** The post that was chosen, <role>@<center>. */
  post?: string;
  strength?: string;
  createdAt: Instant;
  lastSeenAt: Instant;
  /** At the latest. */
  endsAt: Instant;
}

type OpenRow = Columns<'session', 'id' | 'post' | 'strength' | 'created_at' | 'last_seen_at' | 'ends_at'>;

/** Those of a person that are not over, the last one seen first. */
export async function openSessions(pool: Pool, person: string): Promise<OpenSession[]> {
  const { rows } = await pool.query<OpenRow>(
    `select id, post, strength, created_at, last_seen_at, ends_at from session
      where person = $1 and idle_until > statement_timestamp() order by last_seen_at desc, id`,
    [person],
  );
  return rows.map(({ id, post, strength, created_at, last_seen_at, ends_at }) => ({
    id,
    ...(post === null ? {} : { post }),
    ...(strength === null ? {} : { strength }),
    createdAt: created_at.getTime(),
    lastSeenAt: last_seen_at.getTime(),
    endsAt: ends_at.getTime(),
  }));
}

/**
 * Ends sessions of a person.
 * @param only that one; without it all @param but all others
 * @returns how many ended
 */
export async function endSessionsOf(pool: Pool, person: string, { only, but }: { only?: string; but?: string } = {}): Promise<number> {
  const { rowCount } = await pool.query('delete from session where person = $1 and ($2::uuid is null or id = $2) and ($3::uuid is null or id <> $3)', [
    person,
    only ?? null,
    but ?? null,
  ]);
  return rowCount ?? 0;
}

/** The same of somebody whom the staffing record of that Center names; of anybody else none end. */
export async function endSessionsAt(pool: Pool, center: string, person: string): Promise<number> {
  const { rowCount } = await pool.query('delete from session where person = $2 and exists (select from staff where holder = $1 and person = $2)', [
    center,
    person,
  ]);
  return rowCount ?? 0;
}

/** What the provider has told: which of its sessions, or whose, have ended. */
export interface EndAtProvider {
  jti: string;
  person?: string;
  sid?: string;
  /** When the word would be too old to be taken. */
  until: Instant;
}

/**
 * Ends what the provider has ended, once by one word. A session of that person of which the provider named no session of its own
 * ends, too: it may be the one.
 * @returns how many ended; undefined when the word was heard before
 */
export async function endByProvider(pool: Pool, { jti, person, sid, until }: EndAtProvider): Promise<number | undefined> {
  const { rows } = await pool.query<{ heard: number; ended: number }>(
    `with heard as (
       insert into logout_token (jti_sha256, until) values ($1, $2) on conflict do nothing returning 1
     ), ended as (
       delete from session where exists (select from heard) and ($3::text is null or person = $3)
          and ($4::text is null or provider_sid = $4 or (provider_sid is null and person = $3)) returning 1
     ) select (select count(*) from heard)::int as heard, (select count(*) from ended)::int as ended`,
    [digestOf(jti), new Date(until), person ?? null, sid ?? null],
  );
  return rows[0]?.heard === 1 ? rows[0].ended : undefined;
}

export async function removeEndedSessions(pool: Pool): Promise<void> {
  await pool.query('delete from session where idle_until <= statement_timestamp()');
  await pool.query('delete from logout_token where until <= statement_timestamp()');
}
