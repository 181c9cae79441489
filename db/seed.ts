/** First rows of an installation: the law, and what a development machine needs to be walked through. */
import { AGENCY_POSTS, CENTER_POSTS, type PostRole } from '../contracts/staffing.js';
import { CALENDAR_2026_11_21 } from '../domain/law/calendar-data.js';
import { DEFAULT_POLICY } from '../domain/law/policy.js';
import type { Role } from '../domain/law/rule.js';
import { SECTORS } from '../domain/law/sectors.js';
import { DEVELOPMENT_CENTERS, DEVELOPMENT_TOKENS, tokenDigest, type DevelopmentToken } from './development-tokens.js';
import { inTransaction, type Pool, type PoolClient } from './pool.js';
import { insertStaffing } from './staffing.js';

const whenNoneIsInForce = (table: 'calendar_version' | 'policy_version'): string =>
  `case when exists (select from ${table} where adopted_at is not null) then null else now() end`;

/**
 * Puts the built-in calendar and policy in force where none is; elsewhere a new built-in version is a
 * draft like any other, for running cases would not hear of it and the administrator did not ask for it.
 */
export async function seedLaw(pool: Pool): Promise<void> {
  const { version, act } = CALENDAR_2026_11_21;
  await pool.query(
    `insert into calendar_version (version, data, act, adopted_at) values ($1, $2, $3, ${whenNoneIsInForce('calendar_version')}) on conflict do nothing`,
    [version, JSON.stringify(CALENDAR_2026_11_21), act ?? null],
  );
  await pool.query(`insert into policy_version (version, data, adopted_at) values ($1, $2, ${whenNoneIsInForce('policy_version')}) on conflict do nothing`, [
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
 * Two centers, their tokens and people, and the agencies' addresses; what is there already gets the
 * given values, but who answers for what stays as somebody has written it. Needs the owner's pool: the application may not hand out tokens to itself.
 */
export async function seedDevelopment(ownerPool: Pool, { agencies, tokens = DEVELOPMENT_TOKENS }: DevelopmentSeed): Promise<void> {
  await inTransaction(ownerPool, async (client) => {
    await seedCenters(client);
    await upsert(client, 'access_token', ['token_sha256'], tokens.map(({ token, actorId, role, center }) => ({
      token_sha256: tokenDigest(token), actor_id: actorId, role, center,
    })));
    await upsert(client, 'agency', ['code'], agencies.map(({ code, endpointUrl, secret }) => ({ code, endpoint_url: endpointUrl, secret })));
    await seedStaffing(client);
  });
}

async function seedCenters(client: PoolClient): Promise<void> {
  await upsert(client, 'center', ['id'], DEVELOPMENT_CENTERS.map(({ id, nameKk, nameRu }) => ({ id, name_kk: nameKk, name_ru: nameRu })));
}

/** `.example` is reserved: a mail to it reaches nobody. */
function addressAt(holder: string, role: Role): string {
  return `${role.replaceAll('_', '-')}@${holder.replaceAll('_', '-')}.example`;
}

/** Long before any case, so that a case in skipped or past time finds its people too. */
const SINCE = '2020-01-01';

/** People of the centers and agencies, where nobody has written any yet. The head has the duty: there is no rota. */
async function seedStaffing(client: PoolClient): Promise<void> {
  for (const { id } of DEVELOPMENT_CENTERS) {
    const staff = DEVELOPMENT_TOKENS.filter(({ center }) => center === id).map(({ actorId, role }) => ({ person: actorId, role }));
    await seedHolder(client, id, staff);
  }
  for (const { code } of SECTORS) {
    await seedHolder(client, code, AGENCY_POSTS.map((role) => ({ person: `${role.replaceAll('_', '-')}-${code}`, role })));
  }
}

async function seedHolder(client: PoolClient, holder: string, staff: readonly { person: string; role: Role }[]): Promise<void> {
  const { rowCount } = await client.query('select from staffing where holder = $1 limit 1', [holder]);
  if (rowCount !== 0) return;
  const posts = staff.flatMap(({ person, role }) => (isPost(role) ? [{ role, person, from: SINCE }] : []));
  await insertStaffing(client, {
    holder,
    version: 0,
    staffing: { posts, deputies: [], rota: [] },
    people: staff.map(({ person, role }) => ({ person, mail: addressAt(holder, role) })),
    changedBy: 'seed',
  });
}

function isPost(role: Role): role is PostRole {
  return [...CENTER_POSTS, ...AGENCY_POSTS].some((post) => post === role);
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
