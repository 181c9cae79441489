/** What organisations were told of a case, as the ledger and the sealed texts beside it have it. */
import type { Entry, FactType } from '../domain/case/facts.js';
import type { Instant } from '../domain/law/calendar.js';
import { openSaid } from './said-messages.js';
import type { Pool } from './pool.js';

const OF_MESSAGES: readonly FactType[] = [
  'IprSent',
  'RevisionSent',
  'ReportReturned',
  'DispatchSentAgain',
  'DispatchDelivered',
  'DispatchParked',
  'DispatchRefused',
  'DispatchGivenUp',
];

/** The entries that order messages and say what became of them, in order. */
export async function readMessageEntries(pool: Pool, caseId: string): Promise<Entry[]> {
  const { rows } = await pool.query<{ entry: Entry }>('select entry from ledger where subject_id = $1 and type = any($2) order by seq', [caseId, OF_MESSAGES]);
  return rows.map(({ entry }) => entry);
}

export interface SaidText {
  key: string;
  digest: string;
  times: number;
  firstAt: Instant;
  lastAt: Instant;
  /** As it was posted; absent where it was not asked for, or erased. */
  text?: string;
}

/** @param opened also what was said; without it nothing is unsealed */
export async function readSaidTexts(pool: Pool, caseId: string, opened: boolean): Promise<SaidText[]> {
  const { rows } = await pool.query<{ key: string; digest: string; sealed: Buffer | null; times: number; first_at: Date; last_at: Date }>(
    'select effect_key as key, digest, sealed, times, first_at, last_at from said_message where subject_id = $1 order by first_at, digest',
    [caseId],
  );
  const texts = new Map((opened ? await openSaid(pool, rows) : []).map(({ key, digest, text }) => [`${key} ${digest}`, text]));
  return rows.map(({ key, digest, times, first_at, last_at }) => {
    const text = texts.get(`${key} ${digest}`);
    return { key, digest, times, firstAt: first_at.getTime(), lastAt: last_at.getTime(), ...(text === undefined ? {} : { text }) };
  });
}
