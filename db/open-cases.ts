/** Stored states of the open cases that another version of the law would reach. */
import type { LawKind } from '../contracts/http/law.js';
import type { CaseState } from '../domain/case/state.js';
import type { Instant } from '../domain/law/calendar.js';
import { behind } from './law-adoptions.js';
import type { Pool } from './pool.js';

export interface OpenCase {
  state: CaseState;
  /** The case's own clock: time of its last entry. */
  clockAt: Instant;
}

/** States are some ten kilobytes each: never all of them at once. */
const PAGE = 200;

/** All of them in pages, in the order of their ids. */
export async function* openCasesBehind(pool: Pool, kind: LawKind, version: string): AsyncGenerator<OpenCase[]> {
  let after: string | undefined;
  for (;;) {
    const { rows } = await pool.query<{ case_id: string; state: CaseState; clock_at: Date }>(
      `select case_id, state, clock_at from case_file
        where ${behind(kind)} and ($2::uuid is null or case_id > $2) order by case_id limit ${PAGE}`,
      [version, after ?? null],
    );
    if (rows.length > 0) yield rows.map(({ state, clock_at }) => ({ state, clockAt: clock_at.getTime() }));
    after = rows.at(-1)?.case_id;
    if (rows.length < PAGE) return;
  }
}
