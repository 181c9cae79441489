/** The directory of organisations: what is in force, its history, its keys. */
import type { Columns } from './columns.js';
import { readKeys, TODAY, upsertKey } from './organisation-keys.js';
import { canonicalJson } from '../contracts/ledger-digest.js';
import type { Instant, LegalDay } from '../domain/law/calendar.js';
import type { Organisation, OrganisationKey } from '../domain/organisation/organisation.js';
import { decodeCursor, pageOf, type Page } from './keyset.js';
import { writeNextVersion } from './next-version.js';
import { transaction, type Pool, type PoolClient, type Queryable } from './pool.js';
import { Where } from './where.js';

export interface StoredOrganisation {
  /** 0 before the first: then there is no organisation. */
  version: number;
  organisation: Organisation;
}

const DAY_FORM = "'YYYY-MM-DD'";
const COLUMNS = `id, version, function, territory, name_kk, name_ru, protocol, endpoint_url, successor,
  to_char(valid_from, ${DAY_FORM}) as valid_from, to_char(valid_to, ${DAY_FORM}) as valid_to`;

type OrganisationRow = Columns<
  'organisation',
  'id' | 'version' | 'function' | 'territory' | 'name_kk' | 'name_ru' | 'protocol' | 'endpoint_url' | 'successor',
  { protocol: Organisation['protocol'] }
> & { valid_from: LegalDay; valid_to: LegalDay | null };

function storedOf({ id, version, name_kk, name_ru, endpoint_url, valid_from, valid_to, successor, ...row }: OrganisationRow): StoredOrganisation {
  const organisation: Organisation = {
    organisationId: id,
    function: row.function,
    territory: row.territory,
    nameKk: name_kk,
    nameRu: name_ru,
    protocol: row.protocol,
    ...(endpoint_url === null ? {} : { endpointUrl: endpoint_url }),
    validFrom: valid_from,
    ...(valid_to === null ? {} : { validTo: valid_to }),
    ...(successor === null ? {} : { successor }),
  };
  return { version, organisation };
}

export async function readOrganisation(pool: Queryable, organisationId: string): Promise<StoredOrganisation | undefined> {
  const { rows } = await pool.query<OrganisationRow>(`select ${COLUMNS} from organisation where id = $1`, [organisationId]);
  return rows[0] && storedOf(rows[0]);
}

export interface OrganisationQuery {
  function?: string;
  territory?: string;
  /** Only those that are valid on it. */
  day?: LegalDay;
  after?: string;
  limit: number;
}

/**
 * The directory by its ids.
 * @throws BadCursor
 */
export async function listOrganisations(pool: Pool, query: OrganisationQuery): Promise<Page<StoredOrganisation>> {
  const { after, limit, day } = query;
  const where = new Where().andIf(query.function, 'function = ?').andIf(query.territory, 'territory = ?');
  if (day !== undefined) where.and('valid_from <= ? and (valid_to is null or valid_to >= ?)', day, day);
  if (after !== undefined) where.and('id > ?', ...decodeCursor(after, ['text']));
  const { rows } = await pool.query<OrganisationRow>(
    `select ${COLUMNS} from organisation ${where.clause} order by id limit ${where.value(limit + 1)}`,
    where.values,
  );
  return pageOf(rows, limit, storedOf, ({ id }) => [id]);
}

/** What organisations are called, by their ids. */
export type OrganisationNames = ReadonlyMap<string, { kk: string; ru: string }>;

/** Of all organisations: a few thousand short rows, for whoever shows many at once. */
export async function organisationNames(pool: Queryable): Promise<OrganisationNames> {
  const { rows } = await pool.query<{ id: string; kk: string; ru: string }>({
    name: 'organisation-names',
    text: 'select id, name_kk as kk, name_ru as ru from organisation',
  });
  return new Map(rows.map(({ id, kk, ru }) => [id, { kk, ru }]));
}

/** Those of the named territories that are valid on a day. */
export async function organisationsOf(pool: Queryable, territories: readonly string[], day: LegalDay): Promise<StoredOrganisation[]> {
  const { rows } = await pool.query<OrganisationRow>(
    `select ${COLUMNS} from organisation where territory = any ($1) and valid_from <= $2 and (valid_to is null or valid_to >= $2) order by id`,
    [territories, day],
  );
  return rows.map(storedOf);
}

export interface OrganisationChange {
  version: number;
  what: 'registered' | 'changed' | 'ended' | 'key_set';
  /** As it was from then on; of a key its id and validity. */
  data: Readonly<Record<string, unknown>>;
  changedBy: string;
  changedAt: Instant;
}

/** Every version of an organisation, the last first. */
export async function organisationHistory(pool: Pool, organisationId: string): Promise<OrganisationChange[]> {
  const { rows } = await pool.query<Omit<OrganisationChange, 'changedAt'> & { changedAt: Date }>(
    `select version, what, data, changed_by as "changedBy", changed_at as "changedAt"
       from organisation_change where organisation_id = $1 order by version desc`,
    [organisationId],
  );
  return rows.map((row) => ({ ...row, changedAt: row.changedAt.getTime() }));
}

export interface OrganisationWriting {
  /** The version that the writer has read; another one is in force: nothing changes. */
  version: number;
  organisation: Organisation;
  /** Its first key, where it has none. */
  firstKey?: OrganisationKey;
  what: 'registered' | 'changed' | 'ended';
  changedBy: string;
}

export type OrganisationWritten =
  | { outcome: 'written'; stored: StoredOrganisation }
  | { outcome: 'changed_meanwhile' }
  /** Another one of the same function and territory is valid on a day of its own. */
  | { outcome: 'overlaps'; organisationId: string };

/** Writes the next version. A repeat of a change that was written already has its answer. */
export async function writeOrganisation(pool: Pool, writing: OrganisationWriting): Promise<OrganisationWritten> {
  const { version, organisation } = writing;
  const written = await writeNextVersion<StoredOrganisation, OrganisationWritten>(pool, {
    // Of the whole directory: what two of one function and territory would overlap by is seen by the second.
    lock: 'organisations',
    version,
    read: (client) => readOrganisation(client, organisation.organisationId),
    isSame: (now) => isSame(now.organisation, organisation),
    write: (client) => writeUnderLock(client, writing),
  });
  if (written === 'changed_meanwhile') return { outcome: written };
  return 'outcome' in written ? written : { outcome: 'written', stored: written };
}

async function writeUnderLock(client: PoolClient, { version, organisation, firstKey, what, changedBy }: OrganisationWriting): Promise<OrganisationWritten> {
  const other = await overlapping(client, organisation);
  if (other !== undefined) return { outcome: 'overlaps', organisationId: other };
  await upsert(client, organisation, version + 1);
  if (firstKey !== undefined) await upsertKey(client, organisation.organisationId, firstKey);
  await noteChange(client, organisation.organisationId, { version: version + 1, what, data: { ...organisation }, changedBy });
  return { outcome: 'written', stored: { version: version + 1, organisation } };
}

function isSame(stored: Organisation, given: Organisation): boolean {
  return canonicalJson(stored) === canonicalJson(given);
}

async function overlapping(client: PoolClient, { organisationId, function: code, territory, validFrom, validTo }: Organisation): Promise<string | undefined> {
  const { rows } = await client.query<{ id: string }>(
    `select id from organisation
      where id <> $1 and function = $2 and territory = $3
        and daterange(valid_from, valid_to, '[]') && daterange($4::date, $5::date, '[]') order by id limit 1`,
    [organisationId, code, territory, validFrom, validTo ?? null],
  );
  return rows[0]?.id;
}

async function upsert(client: PoolClient, organisation: Organisation, version: number): Promise<void> {
  const { organisationId, function: code, territory, nameKk, nameRu, protocol, endpointUrl, validFrom, validTo, successor } = organisation;
  await client.query(
    `insert into organisation (id, version, function, territory, name_kk, name_ru, protocol, endpoint_url, valid_from, valid_to, successor)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
     on conflict (id) do update set
       version = excluded.version, function = excluded.function, territory = excluded.territory, name_kk = excluded.name_kk, name_ru = excluded.name_ru,
       protocol = excluded.protocol, endpoint_url = excluded.endpoint_url, valid_from = excluded.valid_from, valid_to = excluded.valid_to,
       successor = excluded.successor`,
    [organisationId, version, code, territory, nameKk, nameRu, protocol, endpointUrl ?? null, validFrom, validTo ?? null, successor ?? null],
  );
}

/** Adds a version to its history. */
export async function noteChange(
  client: PoolClient,
  organisationId: string,
  { version, what, data, changedBy }: Omit<OrganisationChange, 'changedAt'>,
): Promise<void> {
  await client.query('insert into organisation_change (organisation_id, version, what, data, changed_by) values ($1, $2, $3, $4, $5)', [
    organisationId,
    version,
    what,
    JSON.stringify(data),
    changedBy,
  ]);
}

/** Measures of approved plans on which an organisation still owes its information (192-11-1, 192-11-3). */
export async function measuresOwedBy(pool: Pool, organisationId: string): Promise<{ caseId: string; measureId: string }[]> {
  const { rows } = await pool.query<{ caseId: string; measureId: string }>(
    `select distinct subject_id as "caseId", subject as "measureId" from duty
      where agency = $1 and owner = 'agency' and standing in ('open', 'overdue', 'exceeded') order by 1, 2`,
    [organisationId],
  );
  return rows;
}

/**
 * Sets a key by what `change` makes of those that there are, under the lock of the directory; its history names it without its secret.
 * @param change undefined: nothing is to be written
 */
export async function setKey(
  pool: Pool,
  organisationId: string,
  changedBy: string,
  change: (keys: readonly OrganisationKey[]) => OrganisationKey | undefined,
): Promise<void> {
  await transaction(pool, async (client) => {
    await client.query(`select pg_advisory_xact_lock(hashtext('organisations'))`);
    const key = change(await readKeys(client, organisationId));
    if (key === undefined) return;
    await upsertKey(client, organisationId, key);
    const { keyId, validFrom, validTo } = key;
    const data = { keyId, validFrom: new Date(validFrom).toISOString(), ...(validTo === undefined ? {} : { validTo: new Date(validTo).toISOString() }) };
    const { rows } = await client.query<{ version: number }>('update organisation set version = version + 1 where id = $1 returning version', [organisationId]);
    await noteChange(client, organisationId, { version: rows[0]?.version ?? 1, what: 'key_set', data, changedBy });
  });
}

/**
 * Of each of some functions the organisation of a Center's own territory that is valid today: of its settlement, else of the
 * district, else of the region, as `propose` chooses.
 * @param center SQL of its id @param functions SQL of an array of their codes
 */
export function nearestTo(center: string, functions: string): string {
  const around = [9, 6, 4, 2].map((digits) => `rpad(left(center.territory, ${digits}), 9, '0')`);
  return `select distinct on (organisation.function) organisation.function, organisation.id
    from center join organisation on organisation.territory in (${around.join(', ')})
   where center.id = ${center} and organisation.function = any(${functions})
     and organisation.valid_from <= ${TODAY} and (organisation.valid_to is null or organisation.valid_to >= ${TODAY})
   order by organisation.function, length(rtrim(organisation.territory, '0')) desc, organisation.id`;
}

/** The same for whoever asks outside of a look: ids by function. */
export async function localOrganisations(pool: Queryable, center: string, functions: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const { rows } = await pool.query<{ function: string; id: string }>({
    name: 'local-organisations',
    text: nearestTo('$1', '$2::text[]'),
    values: [center, functions],
  });
  return new Map(rows.map((row) => [row.function, row.id]));
}
