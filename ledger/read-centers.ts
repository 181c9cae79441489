/** Centers as their ledgers have made them, for readers. */
import type { Pool } from '../db/pool.js';
import { evolveCenter } from '../domain/center/evolve.js';
import type { CenterEntry } from '../domain/center/facts.js';
import type { CenterState } from '../domain/center/state.js';
import type { Instant } from '../domain/law/calendar.js';
import { KNOWN_VERSION, VersionUnknown } from './version.js';

export interface ReadCenter {
  state: CenterState;
  /** The Center's own clock: time of its last entry. */
  clockAt: Instant;
  /** The clock of Postgres, with which the rest was read, in the Center's own time. */
  now: Instant;
}

interface CenterRow {
  version: number;
  clock_at: Date;
  now: Date;
  state: CenterState;
  tail: CenterEntry[] | null;
}

/** Undefined when the Center has no ledger. @throws VersionUnknown */
export async function readLedgerCenter(pool: Pool, subjectId: string): Promise<ReadCenter | undefined> {
  const { rows } = await pool.query<CenterRow>({
    name: 'read-center',
    text: `select filed.version, filed.clock_at, clock_timestamp() + filed.skew_ms * interval '1 millisecond' as now, kept.state,
                  (select json_agg(entry order by ledger.seq) from ledger where ledger.subject_id = filed.subject_id and ledger.seq > kept.seq) as tail
             from subject_file filed join subject_state kept using (subject_id) where subject_id = $1 and kind = 'center'`,
    values: [subjectId],
  });
  const [row] = rows;
  if (row === undefined) return undefined;
  if (row.version > KNOWN_VERSION) throw new VersionUnknown(subjectId, row.version, KNOWN_VERSION);
  const state = (row.tail ?? []).reduce((current, entry) => evolveCenter(current, entry, subjectId), row.state);
  return { state, clockAt: row.clock_at.getTime(), now: row.now.getTime() };
}
