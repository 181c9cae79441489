/**
 * Documents and their bytes. A document is seen by nobody until it is sealed, and never changes afterwards. One that
 * belongs to its case stays; one to which no command has referred is gone after a day.
 */
import type { Columns } from './columns.js';
import type { DocumentType } from '../domain/case/documents.js';
import type { Instant } from '../domain/law/calendar.js';
import type { AnsweredAct } from './answers.js';
import { decodeCursor, pageOf, type Page } from './keyset.js';
import type { Place } from '../vault/cipher.js';
import { familyOf, openerOf, sealerFor, type Sealer } from './data-keys.js';
import { onClient, type Pool } from './pool.js';

/** How long a document waits for the command that refers to it. */
const UNATTACHED_HOURS = 24;

export interface NewDocument {
  id: string;
  caseId: string;
  center: string;
  type: DocumentType;
  title?: string;
  mediaType: string;
  uploadedBy: string;
}

/** A document on its way in: when it was begun, by the clock of Postgres (epoch ms), and how its parts are sealed. */
export interface Begun {
  uploadedAt: Instant;
  sealer: Sealer;
}

/** @throws KeysAway; then nothing was written */
export async function begin(pool: Pool, { id, caseId, center, type, title, mediaType, uploadedBy }: NewDocument): Promise<Begun> {
  const sealer = await sealerFor(pool, await familyOf(pool, caseId));
  const { rows } = await pool.query<{ uploaded_at: Date }>(
    `insert into document (id, case_id, center, type, title, media_type, uploaded_by, uploaded_at)
     values ($1, $2, $3, $4, $5, $6, $7, date_trunc('milliseconds', clock_timestamp())) returning uploaded_at`,
    [id, caseId, center, type, title === undefined ? null : sealer(titlePlace(id), title), mediaType, uploadedBy],
  );
  const [row] = rows;
  if (row === undefined) throw new Error(`document ${id} was not begun`);
  return { uploadedAt: row.uploaded_at.getTime(), sealer };
}

export function titlePlace(documentId: string): Place {
  return { table: 'document', column: 'title', row: documentId };
}

function partPlace(documentId: string, place: number): Place {
  return { table: 'document_content', column: 'bytes', row: `${documentId}/${place}` };
}

export async function keepPart(pool: Pool, { sealer }: Begun, documentId: string, place: number, bytes: Buffer): Promise<void> {
  await pool.query({
    name: 'keep-part',
    text: 'insert into document_content (document_id, place, bytes) values ($1, $2, $3)',
    values: [documentId, place, sealer(partPlace(documentId, place), bytes)],
  });
}

/**
 * From here on it is there, and its sender's key has its answer.
 * @param attached it belongs to its case at once
 * @returns false when the key has another answer: then nothing was done
 */
export async function seal(
  pool: Pool,
  { documentId, size, sha256, attached }: { documentId: string; size: number; sha256: string; attached: boolean },
  act: AnsweredAct,
): Promise<boolean> {
  const { rowCount } = await pool.query(
    `with answered as (
       insert into command (id, actor_id, idempotency_key, body_sha256, subject_id, kind, answer) values ($5, $6, $7, $8, $9, $10, $11)
       on conflict (actor_id, idempotency_key) do nothing returning id
     )
     update document set size = $2, sha256 = $3, sealed_at = clock_timestamp(), attached_at = case when $4 then clock_timestamp() end
       from answered where document.id = $1`,
    [documentId, size, sha256, attached, act.id, act.actorId, act.idempotencyKey, act.bodySha256, act.caseId, act.kind, JSON.stringify(act.answer)],
  );
  return rowCount === 1;
}

/** What is left of an upload that came to nothing; one that is sealed stays. */
export async function discard(pool: Pool, documentId: string): Promise<void> {
  await pool.query('delete from document where id = $1 and sealed_at is null', [documentId]);
}

export interface StoredDocument {
  documentId: string;
  caseId: string;
  center: string;
  type: DocumentType;
  title?: string;
  mediaType: string;
  /** Bytes. */
  size: number;
  /** Hex. */
  sha256: string;
  uploadedBy: string;
  uploadedAt: Instant;
  /** When it goes if no command refers to it until then; absent once it belongs to its case. */
  expiresAt?: Instant;
}

type DocumentRow = Columns<
  'document',
  'id' | 'case_id' | 'center' | 'type' | 'title' | 'media_type' | 'size' | 'sha256' | 'uploaded_by' | 'uploaded_at',
  { type: DocumentType; sha256: string; size: number }
> & { expires_at: Date | null; place: string };

const COLUMNS = `id, case_id, center, type, title, media_type, size, sha256, uploaded_by, uploaded_at, uploaded_at::text as place,
  case when attached_at is null then uploaded_at + interval '${UNATTACHED_HOURS} hours' end as expires_at`;

/** What is there, for people and for commands: whole, and not past its day. A condition on rows of `document`. */
export const IS_THERE = `sealed_at is not null and (attached_at is not null or uploaded_at > clock_timestamp() - interval '${UNATTACHED_HOURS} hours')`;

async function openDocuments(pool: Pool, rows: readonly DocumentRow[]): Promise<(row: DocumentRow) => StoredDocument> {
  const opener = await openerOf(
    pool,
    rows.map(({ title }) => title),
  );
  return (row) => documentOf(row, opener.text(titlePlace(row.id), row.title));
}

function documentOf(row: DocumentRow, title: string | undefined): StoredDocument {
  const { id, case_id, center, type, media_type, size, sha256, uploaded_by, uploaded_at, expires_at } = row;
  return {
    documentId: id,
    caseId: case_id,
    center,
    type,
    ...(title === undefined ? {} : { title }),
    mediaType: media_type,
    size,
    sha256,
    uploadedBy: uploaded_by,
    uploadedAt: uploaded_at.getTime(),
    ...(expires_at === null ? {} : { expiresAt: expires_at.getTime() }),
  };
}

export async function findDocument(pool: Pool, documentId: string): Promise<StoredDocument | undefined> {
  const { rows } = await pool.query<DocumentRow>(`select ${COLUMNS} from document where id = $1 and ${IS_THERE}`, [documentId]);
  return rows[0] && (await openDocuments(pool, rows))(rows[0]);
}

/**
 * Documents of a case, the last uploaded first.
 * @throws BadCursor
 */
export async function listDocuments(pool: Pool, { caseId, after, limit }: { caseId: string; after?: string; limit: number }): Promise<Page<StoredDocument>> {
  const [at, id] = after === undefined ? ['infinity', 'ffffffff-ffff-ffff-ffff-ffffffffffff'] : decodeCursor(after, ['instant', 'uuid']);
  const { rows } = await pool.query<DocumentRow>(
    `select ${COLUMNS} from document where case_id = $1 and (uploaded_at, id) < ($2::timestamptz, $3::uuid) and ${IS_THERE}
      order by uploaded_at desc, id desc limit $4`,
    [caseId, at, id, limit + 1],
  );
  return pageOf(rows, limit, await openDocuments(pool, rows), (row) => [row.place, row.id]);
}

/** One part of the bytes; undefined behind the last one, and when its key was destroyed. @throws Tampered, KeysAway */
export async function readPart(pool: Pool, documentId: string, place: number): Promise<Buffer | undefined> {
  const { rows } = await pool.query<{ bytes: Buffer }>({
    name: 'read-part',
    text: 'select bytes from document_content where document_id = $1 and place = $2',
    values: [documentId, place],
  });
  const sealed = rows[0]?.bytes ?? null;
  return (await openerOf(pool, [sealed])).bytes(partPlace(documentId, place), sealed);
}

/** Documents of twenty megabytes each: never so many at once that a statement runs long. */
const MOST_AT_ONCE = 50;

/**
 * Removes what nobody has referred to in time, and uploads that broke off. An hour later than it stops being there,
 * so that a take which has just seen it can still attach it.
 * @returns how many
 */
export async function removeExpired(pool: Pool): Promise<number> {
  const { rowCount } = await onClient(pool, (client) =>
    client.query(
      `delete from document where id in (
         select id from document where attached_at is null and uploaded_at < clock_timestamp() - interval '${UNATTACHED_HOURS + 1} hours'
          order by uploaded_at limit $1 for update skip locked)`,
      [MOST_AT_ONCE],
    ),
  );
  return rowCount ?? 0;
}
