/**
 * Erasing a person: the data key is destroyed, what is plain of them is emptied, and texts about several are treated as was
 * chosen. One transaction, on connections of the tables' owner; its act stands in `erasure`.
 */
import { randomUUID } from 'node:crypto';
import { textNames, type ErasureGround, type Named } from '../domain/person/erasure.js';
import { fromJson, openerOf } from './data-keys.js';
import { inTransaction, vaultOf, type Pool, type PoolClient } from './pool.js';
import { narrativePlace, SEALED_COLUMNS, type SealedColumn } from './personal-data.js';

import { titlePlace } from './documents.js';
import { sameIin } from './blind-index.js';
import { openSaid } from './said-messages.js';

export interface ErasureRequest {
  personId: string;
  ground: ErasureGround;
  /** Citation. */
  act: string;
  /** Texts about several that name the person. */
  texts: 'keep' | 'redact';
  /** Documents of the person's own: consents, and what he signed. */
  documents: 'keep' | 'erase';
  erasedBy: string;
  /** The second person, where two are asked. */
  approvedBy?: string | undefined;
  /** Of an erasure that is carried out again: it stays the same act. */
  erasureId?: string;
}

/** How much it was; no words. */
export interface ErasureCounts {
  /** Texts that name the person, words of agencies among them, and how many of them are gone. */
  textsNaming: number;
  textsRedacted: number;
  titlesRedacted: number;
  documentsOwn: number;
  documentsErased: number;
  signatures: number;
  versions: number;
  messageIds: number;
  /** The last one of the family: its key is destroyed, too. */
  familyKeys: number;
  /** Cases of the family that are not closed. */
  openCases: number;
}

export type ErasureOutcome =
  | { outcome: 'erased'; erasureId: string; counts: ErasureCounts }
  | { outcome: 'unknown' }
  | { outcome: 'erased_before' }
  /** It must stay, by that act. */
  | { outcome: 'held'; act: string };

interface Subject {
  id: string;
  household_id: string;
  erased_at: Date | null;
}

/**
 * @param owner connections of the role that owns the tables: the application may not erase
 * @throws KeysAway, and the errors of Postgres; then nothing was erased
 */
export function erasePerson(owner: Pool, request: ErasureRequest): Promise<ErasureOutcome> {
  return inTransaction(owner, async (client) => {
    const subject = await lockSubject(client, request.personId);
    if (subject === undefined) return { outcome: 'unknown' };
    if (subject.erased_at !== null) return { outcome: 'erased_before' };
    const act = await holdOn(client, subject);
    if (act !== undefined) return { outcome: 'held', act };
    const counts = await eraseAll(client, subject, request);
    const { erasureId = randomUUID(), approvedBy, personId, ground, act: citation, texts, documents, erasedBy } = request;
    await client.query(
      'insert into erasure (id, person_id, ground, act, texts, documents, counts, erased_by, approved_by) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)',
      [erasureId, personId, ground, citation, texts, documents, JSON.stringify(counts), erasedBy, approvedBy ?? null],
    );
    return { outcome: 'erased', erasureId, counts };
  });
}

/** The family first: nobody registers an appeal of it meanwhile. */
async function lockSubject(client: PoolClient, personId: string): Promise<Subject | undefined> {
  await client.query('select from household where id = (select household_id from person where id = $1) for update', [personId]);
  const { rows } = await client.query<Subject>('select id, household_id, erased_at from person where id = $1 for update', [personId]);
  return rows[0];
}

async function holdOn(client: PoolClient, { id, household_id }: Subject): Promise<string | undefined> {
  const { rows } = await client.query<{ act: string }>(
    'select act from legal_hold where released_at is null and household_id = $1 and (person_id is null or person_id = $2) order by set_at limit 1 for share',
    [household_id, id],
  );
  return rows[0]?.act;
}

async function eraseAll(client: PoolClient, subject: Subject, { texts, documents }: ErasureRequest): Promise<ErasureCounts> {
  const named = await namedBy(client, subject.id);
  const redact = texts === 'redact';
  const textsOf = await redactTexts(client, subject.household_id, named, redact);
  const titlesRedacted = redact ? await redactTitles(client, subject.household_id, named) : 0;
  const own = await ownDocuments(client, subject);
  const documentsErased = documents === 'erase' ? await eraseDocuments(client, own) : 0;
  const signatures = await eraseSignatures(client, subject);
  const messageIds = await forgetMessageIds(client, subject.household_id, named);
  const versions = await erasePlain(client, subject.id);
  await destroyKeys(client, 'person', subject.id);
  return {
    ...textsOf,
    titlesRedacted,
    documentsOwn: own.length,
    documentsErased,
    signatures,
    versions,
    messageIds,
    ...(await endFamily(client, subject.household_id, redact && documents === 'erase')),
  };
}

type SealedRow = { id: string } & Record<SealedColumn, Buffer | null>;

/** By what a text may name the person: as it is, and as it was before each correction. */
async function namedBy(client: PoolClient, personId: string): Promise<Named> {
  const { rows } = await client.query<SealedRow>(`select id, ${SEALED_COLUMNS.join(', ')} from person where id = $1`, [personId]);
  const { rows: history } = await client.query<{ was: Record<SealedColumn, string | null> }>('select was from person_history where person_id = $1', [personId]);
  const versions = [...rows, ...history.map(({ was }) => sealedOf(was))];
  const opener = await openerOf(
    client,
    versions.flatMap((version) => SEALED_COLUMNS.map((column) => version[column])),
  );
  const all = (column: SealedColumn): string[] => versions.flatMap((version) => opener.text({ table: 'person', column, row: personId }, version[column]) ?? []);
  return { names: all('full_name'), iins: all('iin'), phones: all('phone') };
}

function sealedOf(was: Record<SealedColumn, string | null>): Record<SealedColumn, Buffer | null> {
  return Object.fromEntries(SEALED_COLUMNS.map((column) => [column, was[column] === null ? null : fromJson(was[column])])) as Record<
    SealedColumn,
    Buffer | null
  >;
}

const CASES = `select subject_id from case_file where household_id = $1 union select case_id from appeal where household_id = $1`;

/** Texts about several: those of the family's cases, and what agencies have answered. */
async function redactTexts(
  client: PoolClient,
  householdId: string,
  named: Named,
  redact: boolean,
): Promise<Pick<ErasureCounts, 'textsNaming' | 'textsRedacted'>> {
  const narratives = await client.query<{ id: string; sealed: Buffer | null }>(`select id, body as sealed from narrative where case_id in (${CASES})`, [
    householdId,
  ]);
  const receipts = await client.query<{ id: string; sealed: Buffer | null }>(
    `select effect_key as id, words as sealed from receipt join effect on effect.key = effect_key where subject_id in (${CASES})`,
    [householdId],
  );
  await eraseSaid(client, householdId, named);
  const texts = await naming(client, narratives.rows, narrativePlace, named);
  const words = await naming(client, receipts.rows, (row) => ({ table: 'receipt', column: 'words', row }), named);
  if (redact) {
    await client.query('update narrative set body = null, redacted_at = clock_timestamp() where id = any($1::uuid[])', [texts]);
    await client.query('delete from receipt where effect_key = any($1::uuid[])', [words]);
  }
  const textsNaming = texts.length + words.length;
  return { textsNaming, textsRedacted: redact ? textsNaming : 0 };
}

/**
 * What organisations were told of the person goes whatever was chosen for texts: a message that names them is theirs. Most are
 * sealed with their key and go with it; one of a relative that names them is emptied. Fields and digest stay in the ledger.
 */
async function eraseSaid(client: PoolClient, householdId: string, named: Named): Promise<void> {
  const { rows } = await client.query<{ key: string; digest: string; sealed: Buffer | null }>(
    `select effect_key as key, digest, sealed from said_message where sealed is not null and subject_id in (${CASES})`,
    [householdId],
  );
  for (const { key, digest, text } of await openSaid(client, rows)) {
    if (textNames(text, named)) await client.query('update said_message set sealed = null where effect_key = $1 and digest = $2', [key, digest]);
  }
}

async function naming(
  client: PoolClient,
  rows: readonly { id: string; sealed: Buffer | null }[],
  placeOf: (id: string) => Parameters<Awaited<ReturnType<typeof openerOf>>['text']>[0],
  named: Named,
): Promise<string[]> {
  const opener = await openerOf(
    client,
    rows.map(({ sealed }) => sealed),
  );
  return rows.flatMap(({ id, sealed }) => {
    const text = opener.text(placeOf(id), sealed);
    return text !== undefined && textNames(text, named) ? [id] : [];
  });
}

async function redactTitles(client: PoolClient, householdId: string, named: Named): Promise<number> {
  const { rows } = await client.query<{ id: string; sealed: Buffer | null }>(
    `select id, title as sealed from document where title is not null and case_id in (${CASES})`,
    [householdId],
  );
  const ids = await naming(client, rows, titlePlace, named);
  await client.query('update document set title = null where id = any($1::uuid[])', [ids]);
  return ids.length;
}

/** Consents that the person gave, and documents that bear their electronic signature. */
async function ownDocuments(client: PoolClient, { id, household_id }: Subject): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(
    `select document.id from document where case_id in (${CASES}) and (
       exists (select from signature join signature_content content on content.signature_id = signature.id
                join person on person.id = $2 and ${sameIin('person', 'content')} where signature.document_id = document.id)
       or exists (select from ledger where ledger.subject_id = document.case_id and type = 'ConsentRecorded'
                   and entry #>> '{data,personId}' = $2::text and entry #>> '{data,documentId}' = document.id::text))`,
    [household_id, id],
  );
  return rows.map((row) => row.id);
}

async function eraseDocuments(client: PoolClient, ids: readonly string[]): Promise<number> {
  await client.query('delete from document_content where document_id = any($1::uuid[])', [ids]);
  await client.query('update document set title = null where id = any($1::uuid[])', [ids]);
  return ids.length;
}

/** A certificate names its holder: it goes in every case. Who has signed stays in the ledger, by id. */
async function eraseSignatures(client: PoolClient, { id }: Subject): Promise<number> {
  const { rowCount } = await client.query(`delete from signature_content using person where person.id = $1 and ${sameIin('signature_content', 'person')}`, [
    id,
  ]);
  return rowCount ?? 0;
}

/** Ids that agencies have chosen for their messages, where one names the person. */
async function forgetMessageIds(client: PoolClient, householdId: string, named: Named): Promise<number> {
  const { rows } = await client.query<{ id: string; delivery_id: string }>(`select id, delivery_id from inbox where subject_id in (${CASES})`, [householdId]);
  const ids = rows.filter((row) => textNames(row.delivery_id, named)).map(({ id }) => id);
  await client.query(`update inbox set delivery_id = 'erased:' || id where id = any($1::uuid[])`, [ids]);
  return ids.length;
}

/** @returns how many earlier versions of the person there were */
async function erasePlain(client: PoolClient, personId: string): Promise<number> {
  await client.query('delete from person_token where person_id = $1', [personId]);
  await client.query(
    `update person set full_name = null, iin = null, iin_index = null, iin_index_even = null, phone = null, address = null, birth_date = null, child_until = null, born_about = null,
                       kinship = null, representative_id = null, erased_at = clock_timestamp() where id = $1`,
    [personId],
  );
  const { rowCount } = await client.query('delete from person_history where person_id = $1', [personId]);
  return rowCount ?? 0;
}

async function destroyKeys(client: PoolClient, kind: 'person' | 'household', id: string): Promise<number> {
  const { rows } = await client.query<{ id: string }>(
    `update data_key set wrapped = null, destroyed_at = clock_timestamp() where owner_kind = $1 and owner_id = $2 and destroyed_at is null returning id`,
    [kind, id],
  );
  for (const { id: keyId } of rows) vaultOf(client).forget(keyId);
  return rows.length;
}

/** With the last member of a family whose cases are closed its texts are about nobody any more: their key goes, too. */
async function endFamily(client: PoolClient, householdId: string, everything: boolean): Promise<Pick<ErasureCounts, 'familyKeys' | 'openCases'>> {
  const { rows } = await client.query<{ left: number; open: number }>(
    `select (select count(*) from person where household_id = $1 and erased_at is null)::int as left,
            (select count(*) from case_file where household_id = $1 and stage <> 'closed')::int
              + (select count(*) from inbox where kind = 'appeal' and state = 'waiting' and subject_id in (${CASES}))::int as open`,
    [householdId],
  );
  const { left = 0, open = 0 } = rows[0] ?? {};
  if (!everything || left > 0 || open > 0) return { familyKeys: 0, openCases: open };
  await client.query(`update narrative set body = null, redacted_at = clock_timestamp() where body is not null and case_id in (${CASES})`, [householdId]);
  return { familyKeys: await destroyKeys(client, 'household', householdId), openCases: 0 };
}

export interface ErasureAct {
  erasureId: string;
  personId: string;
  ground: string;
  act: string;
  texts: 'keep' | 'redact';
  documents: 'keep' | 'erase';
  erasedBy: string;
  approvedBy: string | null;
  /** ISO. */
  erasedAt: string;
}

/** The journal, the first act first: what is done again after a backup was restored. */
export async function listErasures(pool: Pool): Promise<ErasureAct[]> {
  const { rows } = await pool.query<Omit<ErasureAct, 'erasedAt'> & { at: Date }>(
    `select id as "erasureId", person_id as "personId", ground, act, texts, documents, erased_by as "erasedBy", approved_by as "approvedBy", erased_at as at
       from erasure order by erased_at, id`,
  );
  return rows.map(({ at, ...act }) => ({ ...act, erasedAt: at.toISOString() }));
}

/** Of these people those who are there and not erased: a restored database has them again. */
export async function notErased(pool: Pool, personIds: readonly string[]): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>('select id from person where id = any ($1::uuid[]) and erased_at is null order by id', [personIds]);
  return rows.map(({ id }) => id);
}
