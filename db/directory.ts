/** Who may speak to us: actors by their token. */
import type { Actor } from '../domain/case/facts.js';
import type { Role } from '../domain/law/rule.js';
import { tokenDigest } from './development-tokens.js';
import type { Pool } from './pool.js';

/** The actor of a development token, or undefined. */
export async function findActorByToken(pool: Pool, token: string): Promise<Actor | undefined> {
  const { rows } = await pool.query<{ actor_id: string; role: Role; center: string }>({
    name: 'actor-by-token',
    text: 'select actor_id, role, center from access_token where token_sha256 = $1',
    values: [tokenDigest(token)],
  });
  const [row] = rows;
  return row === undefined ? undefined : { id: row.actor_id, role: row.role, center: row.center };
}
