/**
 * Keys of organisations: secrets of Standard Webhooks, sealed with the key of the organisation, and how one is spoken to with
 * those that are good now.
 */
import type { Instant } from '../domain/law/calendar.js';
import type { OrganisationKey } from '../domain/organisation/organisation.js';
import type { Place } from '../vault/cipher.js';
import type { Columns } from './columns.js';
import { fromJson, openerOf, sealerFor, type Opener } from './data-keys.js';
import type { Queryable } from './pool.js';

type KeyRow = Columns<'organisation_key', 'key_id' | 'secret' | 'valid_from' | 'valid_to'>;

function secretPlace(organisationId: string, keyId: string): Place {
  return { table: 'organisation_key', column: 'secret', row: JSON.stringify([organisationId, keyId]) };
}

/** A secret that does not open would leave its organisation without an answer and nobody to hear of it. */
function secretOf(opener: Opener, organisationId: string, keyId: string, sealed: Buffer): string {
  const secret = opener.text(secretPlace(organisationId, keyId), sealed);
  if (secret === undefined) throw new Error('the secret of an organisation is sealed with a key that is gone');
  return secret;
}

/** All keys of an organisation, those that are good no more too; the oldest first. @throws KeysAway */
export async function readKeys(on: Queryable, organisationId: string): Promise<OrganisationKey[]> {
  const { rows } = await on.query<KeyRow>(
    'select key_id, secret, valid_from, valid_to from organisation_key where organisation_id = $1 order by valid_from, key_id',
    [organisationId],
  );
  const opener = await openerOf(
    on,
    rows.map(({ secret }) => secret),
  );
  return rows.map(({ key_id, secret, valid_from, valid_to }) => ({
    keyId: key_id,
    secret: secretOf(opener, organisationId, key_id, secret),
    validFrom: valid_from.getTime(),
    ...(valid_to === null ? {} : { validTo: valid_to.getTime() }),
  }));
}

/** Writes a key, or what has changed of it. @throws KeysAway */
export async function upsertKey(on: Queryable, organisationId: string, { keyId, secret, validFrom, validTo }: OrganisationKey): Promise<void> {
  const sealer = await sealerFor(on, { kind: 'holder', id: organisationId });
  await on.query(
    `insert into organisation_key (organisation_id, key_id, secret, valid_from, valid_to) values ($1, $2, $3, $4, $5)
     on conflict (organisation_id, key_id) do update set secret = excluded.secret, valid_from = excluded.valid_from, valid_to = excluded.valid_to`,
    [organisationId, keyId, sealer(secretPlace(organisationId, keyId), secret), timeOf(validFrom), validTo === undefined ? null : timeOf(validTo)],
  );
}

function timeOf(instant: Instant): Date {
  return new Date(instant);
}

// ------------------------------------------------------------------ How one is spoken to

export interface OrganisationAddress {
  /** The organisation that is spoken to: the successor of the one that was asked for, where that has ended. */
  code: string;
  /** Absent: on paper. */
  endpointUrl?: string;
  /** Secrets that are good now, the newest first: we sign with each, and take any. */
  secrets: readonly string[];
}

/** Of the row `organisation`: its keys that are good at the moment, by Postgres's clock; the newest first. */
const GOOD_KEYS = `coalesce((
  select json_agg(json_build_object('keyId', key_id, 'sealed', secret) order by valid_from desc) from organisation_key
   where organisation_key.organisation_id = organisation.id and valid_from <= clock_timestamp() and (valid_to is null or clock_timestamp() < valid_to)), '[]')`;

/** Today in Almaty, by Postgres's clock. */
export const TODAY = `(clock_timestamp() at time zone interval '5 hours')::date`;

const ADDRESS = `
with recursive heir as (
  select organisation.*, 1 as place from organisation where id = $1
  union all
  select next.*, heir.place + 1 from heir join organisation next on next.id = heir.successor
   where heir.valid_to < ${TODAY} and heir.place < 20
)
select id, endpoint_url, ${GOOD_KEYS} as keys from heir organisation order by place desc limit 1`;

interface AddressRow {
  id: string;
  endpoint_url: string | null;
  /** Sealed, as JSON has them. */
  keys: { keyId: string; sealed: string }[];
}

async function addressOf(on: Queryable, { id, endpoint_url, keys }: AddressRow): Promise<OrganisationAddress> {
  const sealed = keys.map((key) => ({ keyId: key.keyId, secret: fromJson(key.sealed) }));
  const opener = await openerOf(
    on,
    sealed.map(({ secret }) => secret),
  );
  const secrets = sealed.map(({ keyId, secret }) => secretOf(opener, id, keyId, secret));
  return { code: id, ...(endpoint_url === null ? {} : { endpointUrl: endpoint_url }), secrets };
}

/** Where messages for an organisation go today; undefined when the directory has none of that id. @throws KeysAway */
export async function addressForMessages(on: Queryable, organisationId: string): Promise<OrganisationAddress | undefined> {
  const { rows } = await on.query<AddressRow>({ name: 'organisation-address', text: ADDRESS, values: [organisationId] });
  return rows[0] && addressOf(on, rows[0]);
}

/** The same of the organisation itself, whether it has ended or not: by its keys what it sends is known to be its own. @throws KeysAway */
export async function ownAddress(on: Queryable, organisationId: string): Promise<OrganisationAddress | undefined> {
  const { rows } = await on.query<AddressRow>({
    name: 'own-address',
    text: `select id, endpoint_url, ${GOOD_KEYS} as keys from organisation where id = $1`,
    values: [organisationId],
  });
  return rows[0] && addressOf(on, rows[0]);
}
