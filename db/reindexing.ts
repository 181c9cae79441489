/**
 * Another version of the key by which people are found: everything is indexed anew, in batches, beside everybody else's work.
 * Both versions count meanwhile; then the former one goes. What is broken off goes on where it stopped.
 */
import { personTokens } from './personal-data.js';
import { columnOf, indexBy, readIndexVersions, sameIin, type BlindIndex, type IndexVersions } from './blind-index.js';
import { inJson, openerOf } from './data-keys.js';
import { transaction, vaultOf, type Pool, type PoolClient, type Queryable } from './pool.js';
import { iinPlace } from './staffing.js';

const AT_ONCE = 200;

/**
 * Until then a process may still write what it has digested by the former version alone: the longest that anything takes from its
 * look to its write, many times over.
 */
export const SETTLED_AFTER_MS = 600_000;

export interface Reindexed {
  version: number;
  /** `both`: indexed anew, and both versions count until the moment in `dropAfter`. `done`: the former one is gone. */
  state: 'both' | 'done';
  people: number;
  dropAfter?: Date;
  /** Signatures of somebody who is in no record of ours: nobody can be found by them, and their digests stay as they are. */
  strangers: number;
}

/**
 * One call begins, goes on or ends it, as far as it has come.
 * @param owner connections of the role that owns the tables
 * @throws KeysAway, KeyNotHeld; what was indexed until then stays so
 */
export async function reindex(
  owner: Pool,
  { settledAfterMs = SETTLED_AFTER_MS, tell = () => {} }: { settledAfterMs?: number; tell?: (people: number) => void } = {},
): Promise<Reindexed> {
  const begun = await begin(owner);
  const version = begun.next ?? begun.current;
  let people = await indexPeople(owner, version, tell);
  if (begun.next !== null) {
    const dropAfter = new Date(begun.since.getTime() + settledAfterMs);
    if (dropAfter.getTime() > (await nowOf(owner))) return { version, state: 'both', people, dropAfter, strangers: await strangersTo(owner, version) };
    await owner.query('update index_key set current = next, former = current, next = null, since = clock_timestamp() where next = $1', [version]);
    // Who had digested by the former version alone has written by now.
    people += await indexPeople(owner, version, tell);
  }
  await dropFormer(owner, version);
  return { version, state: 'done', people, strangers: await strangersTo(owner, version) };
}

/** The versions that count, with a next one: of the key service's own making, where none is under way. */
async function begin(owner: Pool): Promise<IndexVersions> {
  const { current, next, former } = await readIndexVersions(owner);
  if (next === null && former === null) {
    const { service } = vaultOf(owner);
    const newest = await service.digestVersion();
    // One that was made by a call that was broken off right behind it is taken up.
    const made = newest > current ? current + 1 : await service.rotateDigests();
    await owner.query('update index_key set next = $1, since = clock_timestamp() where next is null and former is null', [made]);
  }
  return readIndexVersions(owner);
}

async function nowOf(db: Queryable): Promise<number> {
  const { rows } = await db.query<{ now: Date }>('select clock_timestamp() as now');
  return rows[0]?.now.getTime() ?? 0;
}

/** Everybody who is not indexed by that version: people, staff, and the signatures of both. @returns how many */
async function indexPeople(owner: Pool, version: number, tell: (people: number) => void): Promise<number> {
  const index = await indexBy(owner, [version]);
  let people = 0;
  for (;;) {
    const indexed = (await transaction(owner, (client) => indexBatch(client, index))) + (await transaction(owner, (client) => indexStaff(client, index)));
    if (indexed === 0) break;
    people += indexed;
    tell(people);
  }
  const column = columnOf(version);
  for (const table of ['person', 'staff']) await indexSignatures(owner, table, column);
  return people;
}

interface PersonRow {
  id: string;
  iin: Buffer | null;
  full_name: Buffer | null;
  phone: Buffer | null;
  birth_date: Buffer | null;
}

/** The words and the index of some who are behind, in a few statements, under their row locks: a correction comes before or after. */
async function indexBatch(client: PoolClient, index: BlindIndex): Promise<number> {
  const { rows } = await client.query<PersonRow>(
    'select id, iin, full_name, phone, birth_date from person where indexed_by < $1 and erased_at is null order by indexed_by, id limit $2 for update',
    [index.version, AT_ONCE],
  );
  const opener = await openerOf(
    client,
    rows.flatMap(({ iin, full_name, phone, birth_date }) => [iin, full_name, phone, birth_date]),
  );
  const column = columnOf(index.version);
  const indexed = rows.map((row) => indexedPerson(index, row, (name) => opener.text({ table: 'person', column: name, row: row.id }, row[name])));
  await client.query(
    `update person set ${column} = given.digest, indexed_by = $2 from json_to_recordset($1::json) given (id uuid, digest bytea) where person.id = given.id`,
    [JSON.stringify(indexed), index.version],
  );
  // A correction that waited for the row has removed what it saw before, and not what was added since: whoever is behind again is done from the beginning.
  await client.query('delete from person_token where version = $2 and person_id = any($1::uuid[])', [rows.map(({ id }) => id), index.version]);
  await client.query(
    `insert into person_token (person_id, kind, token, version)
     select given.id, said.kind, said.token, said.version from jsonb_to_recordset($1::jsonb) given (id uuid, tokens jsonb)
      cross join lateral jsonb_to_recordset(given.tokens) said (kind text, token bytea, version smallint) on conflict do nothing`,
    [JSON.stringify(indexed)],
  );
  return rows.length;
}

type Indexed = 'iin' | 'full_name' | 'phone' | 'birth_date';

function indexedPerson(index: BlindIndex, { id }: PersonRow, said: (name: Indexed) => string | undefined): object {
  const iin = said('iin');
  const digest = iin === undefined ? null : index.iin(iin)[columnOf(index.version)];
  const tokens = personTokens(index, { full_name: said('full_name'), phone: said('phone'), birth_date: said('birth_date') });
  return { id, digest: digest && inJson(digest), tokens };
}

async function indexStaff(client: PoolClient, index: BlindIndex): Promise<number> {
  const column = columnOf(index.version);
  const { rows } = await client.query<{ holder: string; person: string; iin: Buffer }>(
    `select holder, person, iin from staff where iin is not null and ${column} is null order by holder, person limit $1 for update`,
    [AT_ONCE],
  );
  const opener = await openerOf(
    client,
    rows.map(({ iin }) => iin),
  );
  const indexed = rows.flatMap(({ holder, person, iin }) => {
    const text = opener.text(iinPlace(holder, person), iin);
    const digest = text === undefined ? null : index.iin(text)[column];
    return digest === null ? [] : [{ holder, person, digest: inJson(digest) }];
  });
  await client.query(
    `update staff set ${column} = given.digest from json_to_recordset($1::json) given (holder text, person text, digest bytea)
      where staff.holder = given.holder and staff.person = given.person`,
    [JSON.stringify(indexed)],
  );
  return indexed.length;
}

/** A signature has no ИИН that could be opened: whose it is, is known by the same digest of the former version. */
async function indexSignatures(owner: Pool, table: string, column: string): Promise<void> {
  for (;;) {
    const { rowCount } = await owner.query(
      `update signature_content set ${column} = whose.digest
         from (select content.signature_id, min(${table}.${column}::text)::bytea as digest from signature_content content
                 join ${table} on ${sameIin(table, 'content')}
                where content.${column} is null and ${table}.${column} is not null group by 1 limit ${AT_ONCE}) whose
        where signature_content.signature_id = whose.signature_id`,
    );
    if (rowCount === 0) return;
  }
}

async function strangersTo(owner: Pool, version: number): Promise<number> {
  const { rows } = await owner.query<{ count: number }>(`select count(*)::int as count from signature_content where ${columnOf(version)} is null`);
  return rows[0]?.count ?? 0;
}

/** What the former version has left, in batches; at the end it counts as never more. */
async function dropFormer(owner: Pool, version: number): Promise<void> {
  const column = columnOf(version - 1);
  const batches = [
    `update person set ${column} = null where id in (select id from person where ${column} is not null and ${columnOf(version)} is not null limit ${AT_ONCE})`,
    `update staff set ${column} = null where (holder, person) in
       (select holder, person from staff where ${column} is not null and ${columnOf(version)} is not null limit ${AT_ONCE})`,
    `update signature_content set ${column} = null where signature_id in
       (select signature_id from signature_content where ${column} is not null and ${columnOf(version)} is not null limit ${AT_ONCE})`,
    `delete from person_token where ctid in (select ctid from person_token where version < ${version} limit ${AT_ONCE})`,
  ];
  for (const batch of batches) {
    let left = true;
    while (left) left = ((await owner.query(batch)).rowCount ?? 0) > 0;
  }
  await owner.query('update index_key set former = null, since = clock_timestamp() where current = $1 and former is not null', [version]);
}
