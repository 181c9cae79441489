/** Codes of the reference lists: each version as it was written, the last one counts. */
import type { ReferenceList } from '../domain/case/reference-lists.js';
import type { Instant, LegalDay } from '../domain/law/calendar.js';
import { writeNextVersion } from './next-version.js';
import type { Pool, PoolClient } from './pool.js';

export interface StoredCode {
  code: string;
  version: number;
  title: { kk: string; ru: string; en: string };
  from: LegalDay;
  to?: LegalDay;
  changedBy: string;
  changedAt: Instant;
}

const COLUMNS = `code, version, json_build_object('kk', title_kk, 'ru', title_ru, 'en', title_en) as title, valid_from::text as "from", valid_to::text as "to",
  changed_by as "changedBy", floor(extract(epoch from changed_at) * 1000)::float8 as "changedAt"`;

type CodeRow = Omit<StoredCode, 'to'> & { to: LegalDay | null };

function stored({ to, ...row }: CodeRow): StoredCode {
  return { ...row, ...(to === null ? {} : { to }) };
}

/** Codes in use on a day. */
export async function codesOn(pool: Pool, list: ReferenceList, day: LegalDay): Promise<StoredCode[]> {
  const { rows } = await pool.query<CodeRow>(
    `select ${COLUMNS} from reference_code_now where list = $1 and valid_from <= $2 and coalesce(valid_to >= $2, true) order by code`,
    [list, day],
  );
  return rows.map(stored);
}

/** The titles of a list as they stand now, of codes that are in use no more, too. */
export async function titlesOf(pool: Pool, list: ReferenceList): Promise<Map<string, StoredCode['title']>> {
  const { rows } = await pool.query<CodeRow>(`select ${COLUMNS} from reference_code_now where list = $1`, [list]);
  return new Map(rows.map(({ code, title }) => [code, title]));
}

/** Every version of a code, the last one first; empty when there is no such code. */
export async function historyOf(pool: Pool | PoolClient, list: ReferenceList, code: string): Promise<StoredCode[]> {
  const { rows } = await pool.query<CodeRow>(`select ${COLUMNS} from reference_code where list = $1 and code = $2 order by version desc`, [list, code]);
  return rows.map(stored);
}

export interface CodeChange extends Pick<StoredCode, 'code' | 'version' | 'title' | 'from' | 'changedBy'> {
  list: ReferenceList;
  to?: LegalDay | undefined;
}

/**
 * Writes the next version of a code. A repeat of what stands already has its answer.
 * @returns `changed_meanwhile` when another version than the one that was read counts
 */
export async function writeCode(pool: Pool, change: CodeChange): Promise<StoredCode | 'changed_meanwhile'> {
  const { list, code, version } = change;
  return writeNextVersion(pool, {
    lock: `reference code ${list}:${code}`,
    version,
    read: async (client) => (await historyOf(client, list, code))[0],
    isSame: (now) => isSame(now, change),
    write: (client) => insertCode(client, change),
  });
}

async function insertCode(client: PoolClient, { list, code, version, title, from, to, changedBy }: CodeChange): Promise<StoredCode> {
  await client.query(
    `insert into reference_code (list, code, version, title_kk, title_ru, title_en, valid_from, valid_to, changed_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [list, code, version + 1, title.kk, title.ru, title.en, from, to ?? null, changedBy],
  );
  const [written] = await historyOf(client, list, code);
  if (written === undefined) throw new Error(`code ${list}:${code} was written and is not there`);
  return written;
}

function isSame(stored: StoredCode, { title, from, to }: CodeChange): boolean {
  return stored.from === from && stored.to === to && (['kk', 'ru', 'en'] as const).every((language) => stored.title[language] === title[language]);
}
