/** First rows of an installation: the law, and what a development machine needs to be walked through. */
import { CALENDAR_2026_11_21 } from '../domain/law/calendar-data.js';
import { DEFAULT_POLICY } from '../domain/law/policy.js';
import type { Role } from '../domain/law/rule.js';
import { SECTORS } from '../domain/law/sectors.js';
import { DEVELOPMENT_CENTERS, DEVELOPMENT_TOKENS, tokenDigest, type DevelopmentToken } from './development-tokens.js';
import { inTransaction, type Pool, type PoolClient } from './pool.js';

/** Puts the built-in calendar and policy in force where they are absent; adopted ones are never touched. */
export async function seedLaw(pool: Pool): Promise<void> {
  const { version, act } = CALENDAR_2026_11_21;
  await pool.query(
    'insert into calendar_version (version, data, act, adopted_at) values ($1, $2, $3, now()) on conflict do nothing',
    [version, JSON.stringify(CALENDAR_2026_11_21), act ?? null],
  );
  await pool.query('insert into policy_version (version, data, adopted_at) values ($1, $2, now()) on conflict do nothing', [
    DEFAULT_POLICY.version,
    JSON.stringify(DEFAULT_POLICY),
  ]);
}

export interface DevelopmentAgency {
  code: string;
  endpointUrl: string;
  /** Standard Webhooks secret, `whsec_...`. */
  secret: string;
}

export interface DevelopmentSeed {
  agencies: readonly DevelopmentAgency[];
  /** Default: `DEVELOPMENT_TOKENS`. */
  tokens?: readonly DevelopmentToken[];
}

/**
 * Two centers, their tokens and mailboxes, and the agencies' addresses; what is there already gets
 * the given values. Needs the owner's pool: the application may not hand out tokens to itself.
 */
export async function seedDevelopment(ownerPool: Pool, { agencies, tokens = DEVELOPMENT_TOKENS }: DevelopmentSeed): Promise<void> {
  await inTransaction(ownerPool, async (client) => {
    await seedCenters(client);
    await upsert(client, 'access_token', ['token_sha256'], tokens.map(({ token, actorId, role, center }) => ({
      token_sha256: tokenDigest(token), actor_id: actorId, role, center,
    })));
    await upsert(client, 'agency', ['code'], agencies.map(({ code, endpointUrl, secret }) => ({ code, endpoint_url: endpointUrl, secret })));
    await upsert(client, 'mailbox', ['holder', 'role'], mailboxes());
  });
}

async function seedCenters(client: PoolClient): Promise<void> {
  await upsert(client, 'center', ['id'], DEVELOPMENT_CENTERS.map(({ id, nameKk, nameRu }) => ({ id, name_kk: nameKk, name_ru: nameRu })));
}

const CENTER_ROLES: readonly Role[] = ['case_manager', 'unit_head', 'center_head', 'duty_officer', 'coordinator', 'administrator'];
const AGENCY_ROLES: readonly Role[] = ['agency', 'agency_head'];

type Mailbox = Record<'holder' | 'role' | 'address', string>;

function mailboxes(): Mailbox[] {
  return [
    ...DEVELOPMENT_CENTERS.flatMap(({ id }) => mailboxesOf(id, CENTER_ROLES)),
    ...SECTORS.flatMap(({ code }) => mailboxesOf(code, AGENCY_ROLES)),
  ];
}

/** `.example` is reserved: a mail to it reaches nobody. */
function mailboxesOf(holder: string, roles: readonly Role[]): Mailbox[] {
  return roles.map((role) => ({ holder, role, address: `${role.replaceAll('_', '-')}@${holder.replaceAll('_', '-')}.example` }));
}

async function upsert(client: PoolClient, table: string, key: readonly string[], rows: readonly Record<string, string>[]): Promise<void> {
  const [first] = rows;
  if (first === undefined) return;
  const columns = Object.keys(first);
  const changed = columns.filter((column) => !key.includes(column)).map((column) => `${column} = excluded.${column}`);
  await client.query(
    `insert into ${table} (${columns.join(', ')})
     select ${columns.join(', ')} from json_populate_recordset(null::${table}, $1::json)
     on conflict (${key.join(', ')}) do update set ${changed.join(', ')}`,
    [JSON.stringify(rows)],
  );
}
