/** First rows of an installation: the law, and what a development machine needs to be walked through. */
import { AGENCY_POSTS, CENTER_POSTS, type PostRole } from '../contracts/staffing.js';
import { CALENDAR_2026_11_21 } from '../domain/law/calendar-data.js';
import { DEFAULT_POLICY } from '../domain/law/policy.js';
import type { Role } from '../domain/law/rule.js';
import { developmentIin } from './development-iin.js';
import { developmentOrganisation } from './development-organisations.js';
import { DEVELOPMENT_CENTERS, DEVELOPMENT_TOKENS, tokenDigest, type DevelopmentToken } from './development-tokens.js';
import { upsertKey } from './organisation-keys.js';
import { inTransaction, type Pool, type PoolClient } from './pool.js';
import { SEEDED_CODES } from './reference-code-seed.js';
import { insertStaffing } from './staffing.js';

/** Long before any case, so that a case in skipped or past time finds its people too. */
const SINCE = '2020-01-01';

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
  await nameTheLawInForce(pool);
  await seedReferenceCodes(pool);
}

/** Codes that nobody has written yet; what an administrator has written stays. Valid long before any case, so that one in past time finds them too. */
async function seedReferenceCodes(pool: Pool): Promise<void> {
  const rows = Object.entries(SEEDED_CODES).flatMap(([list, codes]) =>
    Object.entries(codes).map(([code, [kk, ru, en]]) => ({
      list,
      code,
      version: 1,
      title_kk: kk,
      title_ru: ru,
      title_en: en,
      valid_from: SINCE,
      changed_by: 'seed',
    })),
  );
  await pool.query(
    `insert into reference_code (list, code, version, title_kk, title_ru, title_en, valid_from, changed_by)
     select list, code, version, title_kk, title_ru, title_en, valid_from, changed_by from json_populate_recordset(null::reference_code, $1::json)
     on conflict do nothing`,
    [JSON.stringify(rows)],
  );
}

/** The first versions came by no act that a running case would have to take up. */
async function nameTheLawInForce(pool: Pool): Promise<void> {
  await pool.query(
    `insert into law_in_force (kind, version)
     (select 'calendar', version from calendar_version where adopted_at is not null and given_up_at is null order by adopted_at desc limit 1)
     union all
     (select 'policy', version from policy_version where adopted_at is not null and given_up_at is null order by adopted_at desc limit 1)
     on conflict (kind) do nothing`,
  );
}

export interface DevelopmentAgency {
  /** Id of the organisation. */
  code: string;
  endpointUrl: string;
  /** Standard Webhooks secret, `whsec_...`. */
  secret: string;
}

export interface DevelopmentSeed {
  agencies: readonly DevelopmentAgency[];
  /** Default: `DEVELOPMENT_TOKENS`. */
  tokens?: readonly DevelopmentToken[];
  /** More people of the first center who lead cases. */
  caseManagers?: readonly string[];
}

/**
 * Two centers, their tokens and people, and the directory of organisations; what is there already gets the
 * given addresses and keys, but who answers for what stays as somebody has written it. Needs the owner's pool: the application may not hand out tokens to itself.
 */
export async function seedDevelopment(ownerPool: Pool, { agencies, tokens = DEVELOPMENT_TOKENS, caseManagers = [] }: DevelopmentSeed): Promise<void> {
  await inTransaction(ownerPool, async (client) => {
    await seedCenters(client);
    await upsert(
      client,
      'access_token',
      ['token_sha256'],
      tokens.map(({ token, actorId, role, center }) => ({
        token_sha256: tokenDigest(token),
        actor_id: actorId,
        role,
        center,
      })),
    );
    for (const agency of agencies) await seedOrganisation(client, agency);
    await seedStaffing(
      client,
      agencies.map(({ code }) => code),
      caseManagers,
    );
  });
}

async function seedCenters(client: PoolClient): Promise<void> {
  await upsert(
    client,
    'center',
    ['id'],
    DEVELOPMENT_CENTERS.map(({ id, nameKk, nameRu, territory }) => ({ id, name_kk: nameKk, name_ru: nameRu, territory })),
  );
}

/** What a simulator plays, from the first start on with the same key and at the address of today. */
async function seedOrganisation(client: PoolClient, { code, endpointUrl, secret }: DevelopmentAgency): Promise<void> {
  const { function: purpose, territory, nameKk, nameRu } = developmentOrganisation(code);
  const { rowCount } = await client.query(
    `insert into organisation (id, version, function, territory, name_kk, name_ru, protocol, endpoint_url, valid_from)
     values ($1, 1, $2, $3, $4, $5, 'http', $6, $7) on conflict (id) do nothing`,
    [code, purpose, territory, nameKk, nameRu, endpointUrl, SINCE],
  );
  if (rowCount === 0) await client.query(`update organisation set endpoint_url = $2 where id = $1 and protocol = 'http'`, [code, endpointUrl]);
  else {
    const data = { organisationId: code, function: purpose, territory, nameKk, nameRu, protocol: 'http', endpointUrl, validFrom: SINCE };
    await client.query(`insert into organisation_change (organisation_id, version, what, data, changed_by) values ($1, 1, 'registered', $2, 'seed')`, [
      code,
      JSON.stringify(data),
    ]);
  }
  await upsertKey(client, code, { keyId: 'first', secret, validFrom: Date.parse(SINCE) });
}

/** `.example` is reserved: a mail to it reaches nobody. */
function addressAt(holder: string, role: Role): string {
  return `${role.replaceAll('_', '-')}@${holder.replaceAll('_', '-')}.example`;
}

/** People of the centers and agencies, where nobody has written any yet. The head has the duty: there is no rota. */
async function seedStaffing(client: PoolClient, organisations: readonly string[], caseManagers: readonly string[]): Promise<void> {
  for (const [place, { id }] of DEVELOPMENT_CENTERS.entries()) {
    const staff = DEVELOPMENT_TOKENS.filter(({ center }) => center === id).map(({ actorId, role }) => ({ person: actorId, role }));
    const more = place === 0 ? caseManagers.map((person) => ({ person, role: 'case_manager' as const })) : [];
    await seedHolder(client, id, [...staff, ...more, ...SPECIALISTS.map((specialist) => ({ person: `${specialist}-${id}` }))]);
  }
  for (const code of organisations) {
    await seedHolder(
      client,
      code,
      AGENCY_POSTS.map((role) => ({ person: `${role.replaceAll('_', '-')}-${code}`, role })),
    );
  }
}

/** They hold no post that the law names, and draw up plans with the family (256-15-2). */
const SPECIALISTS = ['psychologist', 'lawyer'] as const;

async function seedHolder(client: PoolClient, holder: string, staff: readonly { person: string; role?: Role }[]): Promise<void> {
  const { rowCount } = await client.query('select from staffing where holder = $1 limit 1', [holder]);
  if (rowCount !== 0) return;
  const posts = staff.flatMap(({ person, role }) => (role !== undefined && isPost(role) ? [{ role, person, from: SINCE }] : []));
  await insertStaffing(client, {
    holder,
    version: 0,
    staffing: { posts, deputies: [], rota: [] },
    people: staff.map(({ person, role }) => ({ person, iin: developmentIin(person), ...(role === undefined ? {} : { mail: addressAt(holder, role) }) })),
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
