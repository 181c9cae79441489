/** Who is registered at the development provider: ids are known, secrets are made at the first start. */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '../stack/atomic-file.js';

/** What a token for this API names as its audience, and how a client names the API when it asks for one (RFC 8707). */
export const AUDIENCE = 'tirek-api';
export const RESOURCE = 'urn:tirek:api';
/** What a token for the API has among its `scope`. */
export const SCOPE = 'tirek';
/** The strength of a sign-in that approvals ask for, as `acr`; here it is only played. */
export const TWO_FACTORS = 'two_factors';
/** The grant by which the command line asks for a token of a development person, without a browser. */
export const PERSON_GRANT = 'urn:tirek:development:person';
/** The pages, the command line, and the software of a Center. */
export const CLIENT_IDS = { pages: 'tirek-pages', cli: 'tirek-cli', service: 'center-software' } as const;

export type ClientName = keyof typeof CLIENT_IDS;
export type ClientSecrets = Readonly<Record<ClientName, string>>;

function fileIn(dataDir: string): string {
  return join(dataDir, 'provider-clients.json');
}

/** Undefined where no provider has run. */
export async function readClientSecrets(dataDir: string): Promise<ClientSecrets | undefined> {
  try {
    return JSON.parse(await readFile(fileIn(dataDir), 'utf8')) as ClientSecrets;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Those of the data folder; made where there are none. */
export async function clientSecrets(dataDir: string): Promise<ClientSecrets> {
  const known = await readClientSecrets(dataDir);
  if (known !== undefined) return known;
  const made = Object.fromEntries(Object.keys(CLIENT_IDS).map((name) => [name, randomBytes(32).toString('base64url')])) as Record<ClientName, string>;
  await writeFileAtomically(fileIn(dataDir), `${JSON.stringify(made, null, 2)}\n`, 0o600);
  return made;
}

/** What the API is told of the provider, as an installation tells it of its own. */
export function clientEnvironment(issuer: string, secrets: ClientSecrets): Record<string, string> {
  return {
    TIREK_OIDC_ISSUER: issuer,
    TIREK_OIDC_CLIENT_ID: CLIENT_IDS.pages,
    TIREK_OIDC_CLIENT_SECRET: secrets.pages,
    TIREK_OIDC_AUDIENCE: AUDIENCE,
    TIREK_OIDC_SCOPE: SCOPE,
    TIREK_OIDC_SERVICES: CLIENT_IDS.service,
    TIREK_STEP_UP_ACR: TWO_FACTORS,
  };
}
