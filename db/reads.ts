/** One case, one family. Lists are in `lists.ts`. Instants are epoch milliseconds. */
import { present } from '../contracts/optional.js';
import type { Columns } from './columns.js';
import { fromJson, openerOf } from './data-keys.js';
import { narrativePlace, SEALED_COLUMNS, type SealedColumn } from './personal-data.js';
import type { Entry } from '../domain/case/facts.js';
import type { Instant, LegalDay } from '../domain/law/calendar.js';
import type { Pool } from './pool.js';

export { listAlerts, listCases, listDuties } from './lists.js';

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
    'select entry, recorded_at from ledger where subject_id = $1 and seq > $2 order by seq limit $3',
    [caseId, afterSeq, limit + 1],
  );
  const items = rows.slice(0, limit).map((row): TimelineItem => ({ entry: row.entry, recordedAt: row.recorded_at.getTime() }));
  const last = items.at(-1);
  return { items, ...(rows.length > limit && last !== undefined ? { nextSeq: last.entry.seq } : {}) };
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
       from inbox where subject_id = $1`,
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
  birthDate?: LegalDay;
  bornAbout?: number;
  /** A code of the list of kinships. */
  kinship?: string;
  representativeId?: string;
}

type PersonRow = Columns<'person', 'id' | SealedColumn | 'born_about' | 'kinship' | 'representative_id'>;

export async function readPersons(pool: Pool, householdId: string): Promise<PersonRead[]> {
  const { rows } = await pool.query<PersonRow>(
    `select id, ${SEALED_COLUMNS.join(', ')}, born_about, kinship, representative_id from person where household_id = $1 order by created_at, id`,
    [householdId],
  );
  return openPersons(pool, rows);
}

/** Persons by their ids, of whatever family. */
export async function readPersonsById(pool: Pool, ids: readonly string[]): Promise<ReadonlyMap<string, PersonRead>> {
  const { rows } = await pool.query<PersonRow>(
    `select id, ${SEALED_COLUMNS.join(', ')}, born_about, kinship, representative_id from person where id = any($1::uuid[])`,
    [[...new Set(ids)]],
  );
  return new Map((await openPersons(pool, rows)).map((person) => [person.personId, person]));
}

/** Texts by their ids; one that was redacted is not there. */
export async function readTextsById(pool: Pool, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const { rows } = await pool.query<{ id: string; body: Buffer }>('select id, body from narrative where id = any($1::uuid[]) and body is not null', [ids]);
  const opener = await openerOf(
    pool,
    rows.map(({ body }) => body),
  );
  return new Map(
    rows.flatMap(({ id, body: sealed }): [string, string][] => {
      const body = opener.text(narrativePlace(id), sealed);
      return body === undefined ? [] : [[id, body]];
    }),
  );
}

/** From rows to people: the one place where they are opened, all of a read with one question for their keys. */
async function openPersons(pool: Pool, rows: readonly PersonRow[]): Promise<PersonRead[]> {
  const opener = await openerOf(
    pool,
    rows.flatMap((row) => SEALED_COLUMNS.map((column) => row[column])),
  );
  return rows.map((row) => personRead(row, (column) => opener.text({ table: 'person', column, row: row.id }, row[column])));
}

function personRead(row: PersonRow, opened: (column: SealedColumn) => string | undefined): PersonRead {
  return {
    personId: row.id,
    ...present({
      fullName: opened('full_name'),
      iin: opened('iin'),
      phone: opened('phone'),
      address: opened('address'),
      birthDate: opened('birth_date'),
      bornAbout: row.born_about ?? undefined,
      kinship: row.kinship ?? undefined,
      representativeId: row.representative_id ?? undefined,
    }),
  };
}

export interface NarrativeRead {
  id: string;
  kind: string;
  body: string;
  createdAt: Instant;
}

/** The texts of a case in the order in which they came; one that was redacted is not there. */
export async function readNarratives(pool: Pool, caseId: string): Promise<NarrativeRead[]> {
  const { rows } = await pool.query<{ id: string; kind: string; body: Buffer; created_at: Date }>(
    'select id, kind, body, created_at from narrative where case_id = $1 and body is not null order by created_at, id',
    [caseId],
  );
  const opener = await openerOf(
    pool,
    rows.map(({ body }) => body),
  );
  return rows.flatMap(({ id, kind, body: sealed, created_at }) => {
    const body = opener.text(narrativePlace(id), sealed);
    return body === undefined ? [] : [{ id, kind, body, createdAt: created_at.getTime() }];
  });
}

/** What a member of the family was said to be before each correction, the last one first. */
export interface PersonVersion {
  version: number;
  was: Omit<PersonRead, 'personId'>;
  changedBy: string;
  changedAt: Instant;
}

/** A row of `person` as JSON, in which what is sealed is text. */
type WasRow = Omit<PersonRow, SealedColumn> & Readonly<Record<SealedColumn, string | null>>;

export async function readPersonHistory(pool: Pool, householdId: string, personId: string): Promise<PersonVersion[]> {
  const { rows } = await pool.query<{ version: number; was: WasRow; changed_by: string; changed_at: Date }>(
    `select version, was, changed_by, changed_at from person_history join person on person.id = person_id
      where person_id = $1 and household_id = $2 order by version desc`,
    [personId, householdId],
  );
  const opened = await openPersons(
    pool,
    rows.map(({ was }) => sealedRow(was)),
  );
  return rows.map(({ version, changed_by: changedBy, changed_at }, place) => {
    const { personId: _same, ...said } = opened[place] ?? { personId };
    return { version, was: said, changedBy, changedAt: changed_at.getTime() };
  });
}

function sealedRow(was: WasRow): PersonRow {
  const sealed = SEALED_COLUMNS.map((column) => [column, was[column] === null ? null : fromJson(was[column])] as const);
  return { ...was, ...(Object.fromEntries(sealed) as Record<SealedColumn, Buffer | null>) };
}
