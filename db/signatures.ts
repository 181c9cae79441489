/** Electronic signatures over documents, as they were found good. Whose one is follows from its ИИН, read when it is asked for. */
import { createHash, randomUUID } from 'node:crypto';
import type { Instant } from '../domain/law/calendar.js';
import type { AnsweredAct } from './answers.js';
import type { Place } from '../vault/cipher.js';
import { familyOf, openerOf, sealerFor, type Opener } from './data-keys.js';
import { blindIndexOf, sameIin } from './blind-index.js';
import { transaction, type Pool, type PoolClient } from './pool.js';

export interface NewSignature {
  documentId: string;
  documentSha256: string;
  cms: Buffer;
  iin: string;
  serialNumber: string;
  validFrom: Instant;
  validTo: Instant;
  revocationCheckedBy: 'OCSP' | 'CRL';
  timeStamp?: { at: Instant; serialNumber: string; policy?: string; authority?: string };
  verifiedBy: string;
  broughtBy: string;
}

/** What its sender is told; nothing of it is personal, for it is kept with the key. */
export interface KeptSignature {
  signatureId: string;
  documentId: string;
  sha256: string;
  verifiedAt: Instant;
}

/**
 * Keeps it with the answer to its sender's key, in one go; the same signature of the document is kept once, whoever brings it.
 * @returns undefined when the key has another answer: then nothing was done
 */
export function keepSignature(pool: Pool, signature: NewSignature, act: Omit<AnsweredAct, 'answer'> & { caseId: string }): Promise<KeptSignature | undefined> {
  return transaction(pool, async (client) => {
    const kept = (await insertSignature(client, signature, act.caseId)) ?? (await readSame(client, signature));
    const { rowCount } = await client.query(
      `insert into command (id, actor_id, idempotency_key, body_sha256, subject_id, kind, answer) values ($1, $2, $3, $4, $5, $6, $7)
       on conflict (actor_id, idempotency_key) do nothing`,
      [act.id, act.actorId, act.idempotencyKey, act.bodySha256, act.caseId, act.kind, JSON.stringify(kept)],
    );
    return rowCount === 1 ? kept : undefined;
  });
}

function sha256Of({ cms }: NewSignature): string {
  return createHash('sha256').update(cms).digest('hex');
}

interface KeptRow {
  id: string;
  verified_at: Date;
}

/** Undefined when it is there already. */
async function insertSignature(client: PoolClient, signature: NewSignature, caseId: string): Promise<KeptSignature | undefined> {
  const id = randomUUID();
  const index = (await blindIndexOf(client)).iin(signature.iin);
  const sealer = await sealerFor(client, await familyOf(client, caseId));
  const { documentId, documentSha256, validFrom, validTo, revocationCheckedBy, timeStamp, verifiedBy, broughtBy, serialNumber, cms } = signature;
  const { rows } = await client.query<KeptRow>(
    `with kept as (
       insert into signature (id, document_id, document_sha256, cms_sha256, valid_from, valid_to, revocation_checked_by, time_stamp, verified_by, brought_by)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (document_id, cms_sha256) do nothing returning id, verified_at
     ), content as (
       insert into signature_content (signature_id, iin_index, iin_index_even, serial_number, cms) select id, $11, $14, $12, $13 from kept
     )
     select id, verified_at from kept`,
    [
      id,
      documentId,
      documentSha256,
      sha256Of(signature),
      new Date(validFrom),
      new Date(validTo),
      revocationCheckedBy,
      timeStamp === undefined ? null : JSON.stringify({ ...timeStamp, at: new Date(timeStamp.at).toISOString() }),
      verifiedBy,
      broughtBy,
      index.iin_index,
      sealer(contentPlace(id, 'serial_number'), serialNumber),
      sealer(contentPlace(id, 'cms'), cms),
      index.iin_index_even,
    ],
  );
  return rows[0] && keptOf(rows[0], signature);
}

function contentPlace(signatureId: string, column: 'serial_number' | 'cms'): Place {
  return { table: 'signature_content', column, row: signatureId };
}

async function readSame(client: PoolClient, signature: NewSignature): Promise<KeptSignature> {
  const { rows } = await client.query<KeptRow>('select id, verified_at from signature where document_id = $1 and cms_sha256 = $2', [
    signature.documentId,
    sha256Of(signature),
  ]);
  const [row] = rows;
  if (row === undefined) throw new Error(`a signature over document ${signature.documentId} was neither kept nor there`);
  return keptOf(row, signature);
}

function keptOf({ id, verified_at }: KeptRow, signature: NewSignature): KeptSignature {
  return { signatureId: id, documentId: signature.documentId, sha256: sha256Of(signature), verifiedAt: verified_at.getTime() };
}

export interface StoredSignature {
  signatureId: string;
  sha256: string;
  validFrom: Instant;
  validTo: Instant;
  revocationCheckedBy: 'OCSP' | 'CRL';
  timeStamp?: { at: string; serialNumber: string; policy?: string; authority?: string };
  verifiedBy: string;
  verifiedAt: Instant;
  broughtBy: string;
  /** Whose it is, as far as anybody of the Center or of the family has its ИИН. */
  colleague?: string;
  member?: string;
  /** Absent when the content was erased. */
  serialNumber?: string;
  cms?: Buffer;
}

interface SignatureRow {
  id: string;
  cms_sha256: string;
  valid_from: Date;
  valid_to: Date;
  revocation_checked_by: 'OCSP' | 'CRL';
  time_stamp: NonNullable<StoredSignature['timeStamp']> | null;
  verified_by: string;
  verified_at: Date;
  brought_by: string;
  colleague: string | null;
  member: string | null;
  serial_number: Buffer | null;
  cms: Buffer | null;
}

/** Those over a document, the first one first. */
export async function listSignatures(pool: Pool, documentId: string): Promise<StoredSignature[]> {
  const { rows } = await pool.query<SignatureRow>(
    `select signature.id, cms_sha256, valid_from, valid_to, revocation_checked_by, time_stamp, verified_by, verified_at, brought_by, serial_number, cms,
            (select staff.person from staff where staff.holder = document.center and ${sameIin('staff', 'content')}) as colleague,
            (select person.id from person join case_file on case_file.household_id = person.household_id
              where case_file.subject_id = document.case_id and ${sameIin('person', 'content')} order by person.created_at, person.id limit 1) as member
       from signature join document on document.id = signature.document_id left join signature_content content on content.signature_id = signature.id
      where document_id = $1 order by verified_at, signature.id`,
    [documentId],
  );
  const opener = await openerOf(
    pool,
    rows.flatMap(({ serial_number, cms }) => [serial_number, cms]),
  );
  return rows.map((row) => signatureOf(row, opener));
}

function signatureOf(row: SignatureRow, opener: Opener): StoredSignature {
  const { colleague, member, time_stamp: timeStamp } = row;
  const serialNumber = opener.text(contentPlace(row.id, 'serial_number'), row.serial_number);
  const cms = opener.bytes(contentPlace(row.id, 'cms'), row.cms);
  return {
    signatureId: row.id,
    sha256: row.cms_sha256,
    validFrom: row.valid_from.getTime(),
    validTo: row.valid_to.getTime(),
    revocationCheckedBy: row.revocation_checked_by,
    verifiedBy: row.verified_by,
    verifiedAt: row.verified_at.getTime(),
    broughtBy: row.brought_by,
    ...(timeStamp === null ? {} : { timeStamp }),
    ...(colleague === null ? {} : { colleague }),
    ...(member === null ? {} : { member }),
    ...(serialNumber === undefined ? {} : { serialNumber }),
    ...(cms === undefined ? {} : { cms }),
  };
}
