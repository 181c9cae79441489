/** One case, one appeal, one family. Lists are in `lists.ts`. Instants are epoch milliseconds. */
import type { Channel, Entry } from '../domain/case/facts.js';
import type { CaseState } from '../domain/case/state.js';
import type { Instant } from '../domain/law/calendar.js';
import type { Pool } from './pool.js';

export { listAlerts, listCases, listDuties } from './lists.js';

export interface CaseRead {
  state: CaseState;
  /** Digest of the ledger up to the state. */
  head: string;
  /** The case's own clock: time of its last entry. */
  clockAt: Instant;
  nextMoment?: Instant;
  overdue: number;
  waitingOn: string[];
}

/** A case as the ledger has made it, or undefined before its first entry. */
export async function readCase(pool: Pool, caseId: string): Promise<CaseRead | undefined> {
  const { rows } = await pool.query<{
    state: CaseState;
    head: string;
    clock_at: Date;
    next_moment: Date | null;
    overdue: number;
    waiting_on: string[];
  }>('select state, head, clock_at, next_moment, overdue, waiting_on from case_file where case_id = $1', [caseId]);
  const [row] = rows;
  if (row === undefined) return undefined;
  return {
    state: row.state,
    head: row.head,
    clockAt: row.clock_at.getTime(),
    ...(row.next_moment === null ? {} : { nextMoment: row.next_moment.getTime() }),
    overdue: row.overdue,
    waitingOn: row.waiting_on,
  };
}

export interface TimelineItem {
  entry: Entry;
  /** Wall time of the record; `entry.at` is case time. */
  recordedAt: Instant;
}

export interface Timeline {
  items: TimelineItem[];
  /** Place to go on after; absent at the end. */
  nextSeq?: number;
}

/** The ledger of a case in order, after a place. */
export async function readTimeline(pool: Pool, caseId: string, { afterSeq = 0, limit }: { afterSeq?: number; limit: number }): Promise<Timeline> {
  const { rows } = await pool.query<{ entry: Entry; recorded_at: Date }>(
    'select entry, recorded_at from ledger where case_id = $1 and seq > $2 order by seq limit $3',
    [caseId, afterSeq, limit + 1],
  );
  const items = rows.slice(0, limit).map((row): TimelineItem => ({ entry: row.entry, recordedAt: row.recorded_at.getTime() }));
  const last = items.at(-1);
  return { items, ...(rows.length > limit && last !== undefined ? { nextSeq: last.entry.seq } : {}) };
}

export interface AppealRead {
  appealId: string;
  journalNumber: string;
  /** The case it opened or joined; another one when that was closed meanwhile. */
  caseId: string;
  center: string;
  householdId: string;
  personId?: string;
  narrativeId?: string;
  channel: Channel;
  threat: boolean;
  registeredBy: string;
  registeredAt: Instant;
  /** `waiting` until the engine has it. */
  state: 'waiting' | 'delivered' | 'rejected' | 'orphan';
}

interface AppealRow {
  appeal_id: string;
  journal_number: string;
  case_id: string;
  center: string;
  household_id: string;
  person_id: string | null;
  narrative_id: string | null;
  channel: Channel;
  threat: boolean;
  registered_by: string;
  received_at: Date;
  state: AppealRead['state'];
}

export async function readAppeal(pool: Pool, appealId: string): Promise<AppealRead | undefined> {
  const { rows } = await pool.query<AppealRow>(
    `select appeal_id, journal_number, appeal.case_id, center, household_id, person_id, narrative_id, channel, threat, registered_by,
            appeal.received_at, inbox.state
       from appeal join inbox on inbox.source = 'appeals' and inbox.delivery_id = appeal_id::text
      where appeal_id = $1`,
    [appealId],
  );
  const [row] = rows;
  if (row === undefined) return undefined;
  return {
    appealId: row.appeal_id,
    journalNumber: row.journal_number,
    caseId: row.case_id,
    center: row.center,
    householdId: row.household_id,
    ...(row.person_id === null ? {} : { personId: row.person_id }),
    ...(row.narrative_id === null ? {} : { narrativeId: row.narrative_id }),
    channel: row.channel,
    threat: row.threat,
    registeredBy: row.registered_by,
    registeredAt: row.received_at.getTime(),
    state: row.state,
  };
}

/** How many messages of each state the inbox has for a case, and how often senders repeated one. */
export interface InboxCounts {
  waiting: number;
  delivered: number;
  rejected: number;
  orphan: number;
  duplicates: number;
}

export async function inboxOfCase(pool: Pool, caseId: string): Promise<InboxCounts> {
  const { rows } = await pool.query<InboxCounts>(
    `select count(*) filter (where state = 'waiting')::int as waiting, count(*) filter (where state = 'delivered')::int as delivered,
            count(*) filter (where state = 'rejected')::int as rejected, count(*) filter (where state = 'orphan')::int as orphan,
            coalesce(sum(duplicates), 0)::int as duplicates
       from inbox where case_id = $1`,
    [caseId],
  );
  return rows[0] ?? { waiting: 0, delivered: 0, rejected: 0, orphan: 0, duplicates: 0 };
}

/** Personal data of a member of the family. */
export interface PersonRead {
  personId: string;
  fullName?: string;
  iin?: string;
  phone?: string;
  address?: string;
}

interface PersonRow {
  id: string;
  full_name: string | null;
  iin: string | null;
  phone: string | null;
  address: string | null;
}

export async function readPersons(pool: Pool, householdId: string): Promise<PersonRead[]> {
  const { rows } = await pool.query<PersonRow>(
    'select id, full_name, iin, phone, address from person where household_id = $1 order by created_at, id',
    [householdId],
  );
  return rows.map((row) => ({
    personId: row.id,
    ...(row.full_name === null ? {} : { fullName: row.full_name }),
    ...(row.iin === null ? {} : { iin: row.iin }),
    ...(row.phone === null ? {} : { phone: row.phone }),
    ...(row.address === null ? {} : { address: row.address }),
  }));
}

export interface NarrativeRead {
  id: string;
  kind: string;
  body: string;
  createdAt: Instant;
}

/** The texts of a case in the order in which they came. */
export async function readNarratives(pool: Pool, caseId: string): Promise<NarrativeRead[]> {
  const { rows } = await pool.query<{ id: string; kind: string; body: string; created_at: Date }>(
    'select id, kind, body, created_at from narrative where case_id = $1 order by created_at, id',
    [caseId],
  );
  return rows.map(({ id, kind, body, created_at }) => ({ id, kind, body, createdAt: created_at.getTime() }));
}
