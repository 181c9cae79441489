/**
 * What organisations were told, byte by byte, beside the ledger, which names fields, ids and the digest. It is written before
 * anything leaves: whatever becomes of the process, nothing was said of which no record is.
 */
import { createHmac, randomBytes } from 'node:crypto';
import { familyOf, openerOf, sealerFor, type KeyOwner } from './data-keys.js';
import { onClient, type Pool, type Queryable } from './pool.js';

/** A message as it goes. */
export interface SaidMessage {
  caseId: string;
  /** Key of its effect. */
  key: string;
  text: string;
  /** Whom it names; with their key it is sealed, and goes with it. */
  personId?: string;
}

interface SaidRow {
  digest: string;
  sealed: Buffer | null;
}

const SALT_BYTES = 32;

function placeOf(key: string, digest: string): { table: string; column: string; row: string } {
  return { table: 'said_message', column: 'sealed', row: `${key} ${digest}` };
}

/** Bound to the text, and to nobody who cannot open it: the key of it is random and lies sealed beside the text. */
function digestOf(salt: Uint8Array, text: string): string {
  return createHmac('sha256', salt).update(text, 'utf8').digest('hex');
}

/**
 * Writes down what is about to be sent. The same text again under the same key is the same row, counted.
 * @returns the digest that stands for it in the ledger
 * @throws KeysAway, and the errors of Postgres; then nothing may be sent
 */
export async function keepSaid(pool: Pool, said: SaidMessage): Promise<string> {
  const before = await readSaid(pool, [said.key]);
  const known = before.find(({ text }) => text === said.text);
  if (known !== undefined) {
    await onClient(pool, (client) =>
      client.query('update said_message set times = times + 1, last_at = clock_timestamp() where effect_key = $1 and digest = $2', [said.key, known.digest]),
    );
    return known.digest;
  }
  const salt = randomBytes(SALT_BYTES);
  const digest = digestOf(salt, said.text);
  const sealer = await sealerFor(pool, await ownerOf(pool, said));
  const sealed = sealer(placeOf(said.key, digest), Buffer.concat([salt, Buffer.from(said.text, 'utf8')]));
  await onClient(pool, (client) =>
    client.query('insert into said_message (effect_key, digest, subject_id, sealed) values ($1, $2, $3, $4)', [said.key, digest, said.caseId, sealed]),
  );
  return digest;
}

async function ownerOf(pool: Queryable, { caseId, personId }: SaidMessage): Promise<KeyOwner> {
  return personId === undefined ? familyOf(pool, caseId) : { kind: 'person', id: personId };
}

/** A message that can still be opened, and is what its digest says. */
export interface SaidText {
  key: string;
  digest: string;
  text: string;
}

/**
 * The texts that were said under these keys; what was erased is absent.
 * @throws Error for one that its digest does not fit, KeysAway
 */
export async function readSaid(pool: Queryable, keys: readonly string[]): Promise<SaidText[]> {
  const { rows } = await pool.query<SaidRow & { key: string }>(
    'select effect_key as key, digest, sealed from said_message where effect_key = any($1::uuid[]) order by first_at, digest',
    [keys],
  );
  return openSaid(pool, rows);
}

/** From rows to texts, each held against its digest. */
export async function openSaid(db: Queryable, rows: readonly (SaidRow & { key: string })[]): Promise<SaidText[]> {
  const opener = await openerOf(
    db,
    rows.map(({ sealed }) => sealed),
  );
  return rows.flatMap(({ key, digest, sealed }) => {
    const bytes = opener.bytes(placeOf(key, digest), sealed);
    if (bytes === undefined) return [];
    const text = bytes.toString('utf8', SALT_BYTES);
    if (digestOf(bytes.subarray(0, SALT_BYTES), text) !== digest) throw new Error('a message is not what its digest says');
    return [{ key, digest, text }];
  });
}
