/** Who may speak to us: actors by their token, agencies by their code. */
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

export interface Agency {
  code: string;
  endpointUrl: string;
  /** Standard Webhooks secret, shared by both directions. */
  secret: string;
}

/** The agency with that sector code, or undefined when it is not connected. */
export async function findAgency(pool: Pool, code: string): Promise<Agency | undefined> {
  const { rows } = await pool.query<Agency>({
    name: 'agency-by-code',
    text: 'select code, endpoint_url as "endpointUrl", secret from agency where code = $1',
    values: [code],
  });
  return rows[0];
}
