/** First answers to clients' keys, of acts that are neither a command to a case nor an appeal: those write theirs with what they change. */
import type { Pool } from './pool.js';

export interface KeptAnswer {
  kind: string;
  bodySha256: string;
  answer: unknown;
}

export interface AnsweredAct extends KeptAnswer {
  id: string;
  actorId: string;
  idempotencyKey: string;
  caseId: string;
}

/** What was answered to that key, if anything was. */
export async function findAnswer(pool: Pool, actorId: string, idempotencyKey: string): Promise<KeptAnswer | undefined> {
  const { rows } = await pool.query<KeptAnswer>(`select kind, body_sha256 as "bodySha256", answer from command where actor_id = $1 and idempotency_key = $2`, [
    actorId,
    idempotencyKey,
  ]);
  return rows[0];
}

/** Keeps the answer unless one is kept. @returns the one that stands from now on */
export async function keepAnswer(pool: Pool, { id, actorId, idempotencyKey, bodySha256, caseId, kind, answer }: AnsweredAct): Promise<KeptAnswer> {
  await pool.query(
    `insert into command (id, actor_id, idempotency_key, body_sha256, subject_id, kind, answer) values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (actor_id, idempotency_key) do nothing`,
    [id, actorId, idempotencyKey, bodySha256, caseId, kind, JSON.stringify(answer)],
  );
  const kept = await findAnswer(pool, actorId, idempotencyKey);
  if (kept === undefined) throw new Error(`the answer of ${kind} was not kept`);
  return kept;
}
