/** Calendars and policies as rows: drafts, the version in force, those before it. A row is written once. */
import type { Columns } from './columns.js';
import { canonicalJson } from '../contracts/ledger-digest.js';
import type { LawKind } from '../contracts/http/law.js';
import type { Calendar, Instant } from '../domain/law/calendar.js';
import type { Policy } from '../domain/law/policy.js';
import { VERSION_TABLES } from './law.js';
import type { Pool } from './pool.js';

export interface LawVersionItem {
  kind: LawKind;
  version: string;
  act?: string;
  /** The version in force when it was drafted; absent for the first ones. */
  basedOn?: string;
  createdBy?: string;
  createdAt: Instant;
  adoptedAt?: Instant;
  /** Open cases that were counted by it last. */
  openCases: number;
}

export type StoredLawVersion = LawVersionItem & ({ kind: 'calendar'; data: Calendar } | { kind: 'policy'; data: Policy });

type VersionRow = Columns<
  'calendar_version',
  'version' | 'data' | 'act' | 'based_on' | 'created_by' | 'created_at' | 'adopted_at',
  { data: Calendar | Policy }
> & { open_cases: number };

const columns = (kind: LawKind): string =>
  `version, data, act, based_on, created_by, created_at, adopted_at,
   (select count(*)::int from case_file where running and case_file.${kind} = version_row.version) as open_cases`;

/** All versions of a kind, the newest first. */
export async function listLawVersions(pool: Pool, kind: LawKind): Promise<StoredLawVersion[]> {
  const { rows } = await pool.query<VersionRow>(
    `select ${columns(kind)} from ${VERSION_TABLES[kind]} version_row order by coalesce(adopted_at, created_at) desc, version desc`,
  );
  return rows.map((row) => versionOf(kind, row));
}

export async function readLawVersion(pool: Pool, kind: LawKind, version: string): Promise<StoredLawVersion | undefined> {
  const { rows } = await pool.query<VersionRow>(`select ${columns(kind)} from ${VERSION_TABLES[kind]} version_row where version = $1`, [version]);
  return rows[0] === undefined ? undefined : versionOf(kind, rows[0]);
}

function versionOf(kind: LawKind, row: VersionRow): StoredLawVersion {
  const item: LawVersionItem = {
    kind,
    version: row.version,
    ...(row.act === null ? {} : { act: row.act }),
    ...(row.based_on === null ? {} : { basedOn: row.based_on }),
    ...(row.created_by === null ? {} : { createdBy: row.created_by }),
    createdAt: row.created_at.getTime(),
    ...(row.adopted_at === null ? {} : { adoptedAt: row.adopted_at.getTime() }),
    openCases: row.open_cases,
  };
  // The table that the row came from holds nothing else, which the compiler cannot follow.
  return { ...item, data: row.data } as StoredLawVersion;
}

export interface LawDraft {
  basedOn: string;
  createdBy: string;
  act: string | undefined;
  content: { kind: 'calendar'; data: Calendar } | { kind: 'policy'; data: Policy; given: object };
}

/**
 * Writes a draft under its name. The same content again changes nothing, wherever the law has got to since.
 * @returns 'taken' when the name belongs to another content
 */
export async function insertLawDraft(pool: Pool, draft: LawDraft): Promise<'written' | 'repeated' | 'taken'> {
  const { basedOn, createdBy, act = null, content } = draft;
  const { version } = content.data;
  const given = content.kind === 'policy' ? content.given : undefined;
  const { rowCount } = await pool.query(
    content.kind === 'calendar'
      ? 'insert into calendar_version (version, data, act, based_on, created_by) values ($1, $2, $3, $4, $5) on conflict do nothing'
      : 'insert into policy_version (version, data, act, based_on, created_by, given) values ($1, $2, $3, $4, $5, $6) on conflict do nothing',
    [version, JSON.stringify(content.data), act, basedOn, createdBy, ...(given === undefined ? [] : [JSON.stringify(given)])],
  );
  if (rowCount === 1) return 'written';
  return (await isRepeat(pool, content, act)) ? 'repeated' : 'taken';
}

/** Is there a version of that name, and is it another one than the draft? Asked before its faults, which hang on the law in force. */
export async function isRepeat(pool: Pool, content: LawDraft['content'], act: string | null): Promise<boolean> {
  const given = content.kind === 'calendar' ? 'data' : 'given';
  const { rows } = await pool.query<{ content: unknown; act: string | null }>(
    `select ${given} as content, act from ${VERSION_TABLES[content.kind]} where version = $1`,
    [content.data.version],
  );
  const [row] = rows;
  const sent = content.kind === 'calendar' ? content.data : content.given;
  return row !== undefined && row.act === act && canonicalJson(row.content) === canonicalJson(sent);
}
