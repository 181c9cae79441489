/** The real development provider on a port of its own, and tokens that it, or somebody else, might have made. */
import { signingEnv } from './signing-env.js';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importJWK, SignJWT, type CryptoKey, type JWK, type JWTPayload } from 'jose';
import { readConfig } from '../../process/config.js';
import type { ProviderConfig, SignInConfig } from '../../process/sign-in-config.js';
import { clientEnvironment } from '../../tools/provider/clients.js';
import { startProvider, type RunningProvider } from '../../tools/provider/provider.js';
import { createTokenSource, serviceToken } from '../../tools/provider/token-source.js';
import { freePort } from '../../tools/stack/free-port.js';

export interface ProviderUnderTest extends RunningProvider {
  /** What an API is told of it. */
  config: ProviderConfig;
  signIn: SignInConfig;
  /** A token of a development person, as the command line gets it. */
  token(name: string, how?: { fresh?: boolean }): Promise<string>;
  serviceToken(): Promise<string>;
  /** A token signed by the provider's own key of now, with these claims in place of the usual ones. */
  forged(claims?: JWTPayload, header?: Record<string, string>): Promise<string>;
  /** The private key that signs now, first. */
  keys(): Promise<JWK[]>;
}

/** @param pages origin of the pages */
export async function startProviderUnderTest(pages = 'http://127.0.0.1:3000'): Promise<ProviderUnderTest> {
  const dataDir = await mkdtemp(join(tmpdir(), 'tirek-provider-'));
  const provider = await startProvider({ dataDir, port: await freePort(), pages });
  const environment = clientEnvironment(provider.issuer, provider.secrets);
  const { signIn } = readConfig({ DATABASE_URL: 'postgres://unused', ...(await signingEnv('api')), ...environment, TIREK_PUBLIC_URL: pages }, 'api');
  if (signIn?.provider === undefined) throw new Error('the provider is not in the configuration');
  const { provider: config } = signIn;
  const keys = async (): Promise<JWK[]> => (JSON.parse(await readFile(join(dataDir, 'provider-keys.json'), 'utf8')) as { keys: JWK[] }).keys;
  return {
    ...provider,
    config,
    signIn,
    keys,
    token: (name, { fresh = false } = {}) => createTokenSource(provider.issuer, provider.secrets, { fresh })(name),
    serviceToken: () => serviceToken(provider.issuer, provider.secrets),
    forged: async (claims = {}, header = {}) => {
      const [key = {}] = await keys();
      const kid = await kidOf(provider.issuer);
      return signed((await importJWK(key, 'RS256')) as CryptoKey, provider.issuer, claims, { kid, ...header });
    },
    stop: async () => {
      await provider.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Of the key that the provider names first. */
async function kidOf(issuer: string): Promise<string> {
  const { keys } = (await (await fetch(`${issuer}/jwks`)).json()) as { keys: { kid: string }[] };
  return keys[0]?.kid ?? '';
}

/** A token for the API, of the case manager, for ten minutes; `null` leaves a claim out. */
export async function signed(key: CryptoKey | Uint8Array, issuer: string, claims: JWTPayload, header: Record<string, string>): Promise<string> {
  const now = Math.floor(Date.now() / 1_000);
  const usual = {
    iss: issuer,
    aud: 'tirek-api',
    sub: 'manager-almaty-auezov',
    client_id: 'tirek-cli',
    scope: 'openid tirek',
    iat: now,
    exp: now + 600,
    auth_time: now,
    acr: 'two_factors',
  };
  const wanted = Object.fromEntries(Object.entries({ ...usual, ...claims }).filter(([, value]) => value !== null));
  return new SignJWT(wanted).setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', ...header }).sign(key);
}
