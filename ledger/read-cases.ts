/** Cases as their ledgers have made them, for readers: the stored state and the entries after it. */
import { evolve, takenUp } from '../domain/case/evolve.js';
import type { Entry } from '../domain/case/facts.js';
import type { CaseState } from '../domain/case/state.js';
import type { AnyEntry } from '../domain/subject/subjects.js';
import type { Instant } from '../domain/law/calendar.js';
import { BEFORE_ALL, fromSubjectsBehind } from '../db/law-adoptions.js';
import type { Pool } from '../db/pool.js';
import { KNOWN_VERSION, VersionUnknown } from './version.js';

export interface ReadCase {
  state: CaseState;
  /** Digest of the ledger up to the state. */
  head: string;
  /** The case's own clock: time of its last entry. */
  clockAt: Instant;
}

interface CaseReadRow {
  subject_id: string;
  head: string;
  version: number;
  clock_at: Date;
  state: CaseState;
  tail: Entry[] | null;
}

const COLUMNS = `filed.subject_id, filed.head, filed.version, filed.clock_at, kept.state,
  (select json_agg(entry order by ledger.seq) from ledger where ledger.subject_id = filed.subject_id and ledger.seq > kept.seq) as tail`;

/** One case; undefined when nothing of it is in the ledger. */
export async function readLedgerCase(pool: Pool, caseId: string): Promise<ReadCase | undefined> {
  const { rows } = await pool.query<CaseReadRow>({
    name: 'read-case',
    text: `select ${COLUMNS} from case_file filed join subject_state kept using (subject_id) where subject_id = $1`,
    values: [caseId],
  });
  return rows[0] && caseOf(rows[0]);
}

/** The entries after a place of a ledger, in order. */
export async function readEntriesAfter(pool: Pool, caseId: string, seq: number): Promise<AnyEntry[]> {
  const { rows } = await pool.query<{ entry: AnyEntry }>('select entry from ledger where subject_id = $1 and seq > $2 order by seq', [caseId, seq]);
  return rows.map((row) => row.entry);
}

/** States are some ten kilobytes each: never all of them at once, nor so many that a process is busy reading them for long. */
const PAGE = 25;

/**
 * All running cases whose dates were counted by another version of the law, in the order of their ids; read page by page.
 * @param kind one of our own words
 */
export async function* readCasesBehind(pool: Pool, kind: 'calendar' | 'policy', version: string): AsyncGenerator<ReadCase> {
  let after = BEFORE_ALL;
  for (;;) {
    const { rows } = await pool.query<CaseReadRow>(
      `select ${COLUMNS} from (select behind.* ${fromSubjectsBehind(kind, 'subject_id, head, version, clock_at', `kind = 'case'`)} order by subject_id limit $3) filed
         join subject_state kept using (subject_id) order by subject_id`,
      [version, after, PAGE],
    );
    for (const row of rows) yield caseOf(row);
    after = rows.at(-1)?.subject_id ?? after;
    if (rows.length < PAGE) return;
  }
}

/** @throws VersionUnknown */
function caseOf({ subject_id, head, version, clock_at, state, tail }: CaseReadRow): ReadCase {
  if (version > KNOWN_VERSION) throw new VersionUnknown(subject_id, version, KNOWN_VERSION);
  return { head, clockAt: clock_at.getTime(), state: (tail ?? []).reduce((current, entry) => evolve(current, entry, subject_id), takenUp(state)) };
}
