/** Sessions of the pages. What the browser keeps is known here by its digest alone: who reads the table opens nothing. */
import { createHash, randomBytes } from 'node:crypto';
import type { Pool } from './pool.js';

export interface NewSession {
  person: string;
  provedAt?: Date;
  strength?: string;
  /** How long it lasts without a visit, and at all. */
  idleMs: number;
  lastsMs: number;
}

export interface Session {
  person: string;
  post?: string;
  provedAt?: Date;
  strength?: string;
}

function digestOf(id: string): string {
  return createHash('sha256').update(id, 'utf8').digest('hex');
}

/** @returns the id that the browser keeps: 256 bits that nobody can guess, and that were nobody's before */
export async function beginSession(pool: Pool, { person, provedAt, strength, idleMs, lastsMs }: NewSession): Promise<string> {
  const id = randomBytes(32).toString('base64url');
  await pool.query(
    `insert into session (id_sha256, person, proved_at, strength, idle_until, ends_at)
     values ($1, $2, $3, $4, statement_timestamp() + least($5::float8, $6::float8) * interval '1 ms', statement_timestamp() + $6 * interval '1 ms')`,
    [digestOf(id), person, provedAt ?? null, strength ?? null, idleMs, lastsMs],
  );
  return id;
}

/** The session, which lasts on by this visit; undefined when there is none, or it is over. */
export async function visitSession(pool: Pool, id: string, idleMs: number): Promise<Session | undefined> {
  const { rows } = await pool.query<{ person: string; post: string | null; proved_at: Date | null; strength: string | null }>({
    name: 'visit-session',
    text: `update session set last_seen_at = statement_timestamp(), idle_until = least(ends_at, statement_timestamp() + $2::float8 * interval '1 ms')
            where id_sha256 = $1 and idle_until > statement_timestamp() returning person, post, proved_at, strength`,
    values: [digestOf(id), idleMs],
  });
  const [row] = rows;
  if (row === undefined) return undefined;
  const { person, post, proved_at: provedAt, strength } = row;
  return { person, ...(post === null ? {} : { post }), ...(provedAt === null ? {} : { provedAt }), ...(strength === null ? {} : { strength }) };
}

export async function choosePost(pool: Pool, id: string, post: string): Promise<void> {
  await pool.query('update session set post = $2 where id_sha256 = $1', [digestOf(id), post]);
}

export async function endSession(pool: Pool, id: string): Promise<void> {
  await pool.query('delete from session where id_sha256 = $1', [digestOf(id)]);
}

export async function removeEndedSessions(pool: Pool): Promise<void> {
  await pool.query('delete from session where idle_until <= statement_timestamp()');
}
