/** Legal holds: why data of a family, or of one of it, must stay. */
import { randomUUID } from 'node:crypto';
import type { Pool } from './pool.js';

export interface LegalHold {
  holdId: string;
  householdId: string;
  /** Absent: the whole family. */
  personId?: string;
  act: string;
  setBy: string;
  /** ISO. */
  setAt: string;
}

export interface NewHold {
  householdId?: string;
  personId?: string;
  act: string;
  setBy: string;
}

/** @returns the id; undefined when there is no such family or person */
export async function setHold(owner: Pool, { householdId, personId, act, setBy }: NewHold): Promise<string | undefined> {
  const { rows } = await owner.query<{ id: string }>(
    `insert into legal_hold (id, household_id, person_id, act, set_by)
     select $1, household.id, $3, $4, $5 from household
      where household.id = coalesce($2, (select household_id from person where id = $3))
     returning id`,
    [randomUUID(), householdId ?? null, personId ?? null, act, setBy],
  );
  return rows[0]?.id;
}

/** @returns false when there is no such hold, or it was released before */
export async function releaseHold(owner: Pool, { holdId, act, releasedBy }: { holdId: string; act: string; releasedBy: string }): Promise<boolean> {
  const { rowCount } = await owner.query(
    'update legal_hold set released_at = clock_timestamp(), released_by = $3, released_act = $2 where id = $1 and released_at is null',
    [holdId, act, releasedBy],
  );
  return rowCount === 1;
}

/** Those that stand. */
export async function listHolds(pool: Pool): Promise<LegalHold[]> {
  const { rows } = await pool.query<{ id: string; household_id: string; person_id: string | null; act: string; set_by: string; set_at: Date }>(
    'select id, household_id, person_id, act, set_by, set_at from legal_hold where released_at is null order by set_at, id',
  );
  return rows.map(({ id, household_id, person_id, act, set_by, set_at }) => ({
    holdId: id,
    householdId: household_id,
    ...(person_id === null ? {} : { personId: person_id }),
    act,
    setBy: set_by,
    setAt: set_at.toISOString(),
  }));
}
