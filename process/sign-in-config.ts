/** How people and services come in: the provider of OpenID Connect, sessions of the pages, and the development switch. */
import { z } from 'zod';

const list = z
  .string()
  .default('')
  .transform((text) => text.split(/[\s,]+/).filter((part) => part !== ''));

/** By which a provider may sign: no symmetric one, where whoever verifies could sign, too, and never none. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'] as const;

export const SIGN_IN_VARIABLES = {
  /** The provider, by the address that its tokens name as their issuer. */
  TIREK_OIDC_ISSUER: z.url().optional(),
  /** The pages as a client of the provider. */
  TIREK_OIDC_CLIENT_ID: z.string().optional(),
  TIREK_OIDC_CLIENT_SECRET: z.string().optional(),
  /** What a token for this API names as its audience. */
  TIREK_OIDC_AUDIENCE: z.string().default('tirek-api'),
  /** What a token for this API has among its `scope`: one that was made for something else opens nothing here. */
  TIREK_OIDC_SCOPE: z
    .string()
    .regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/, 'one scope, without spaces')
    .default('tirek'),
  TIREK_OIDC_ALGORITHMS: list.transform((given, context) => {
    const known = given.filter((name): name is (typeof ALGORITHMS)[number] => ALGORITHMS.some((each) => each === name));
    if (known.length < given.length) context.addIssue({ code: 'custom', message: `only ${ALGORITHMS.join(', ')}` });
    return known.length === 0 ? (['RS256', 'PS256', 'ES256'] as const) : known;
  }),
  /** `typ` of an access token (RFC 9068); `JWT` for a provider that does not mark them. */
  TIREK_OIDC_TOKEN_TYPE: z.enum(['at+jwt', 'JWT']).default('at+jwt'),
  /** Client ids of the services that may ask by themselves, or in the name of a person. */
  TIREK_OIDC_SERVICES: list,
  /** How long after a sign-in an approval, or an act on the law, is taken on it. */
  TIREK_STEP_UP_MINUTES: z.coerce.number().min(1).max(720).default(15),
  /** `acr` of a sign-in that is strong enough for these; without it every one is. */
  TIREK_STEP_UP_ACR: list,
  TIREK_SESSION_IDLE_MINUTES: z.coerce.number().min(1).max(720).default(30),
  TIREK_SESSION_HOURS: z.coerce.number().min(0.1).max(24).default(12),
  /** Where people reach the pages. */
  TIREK_PUBLIC_URL: z.url().optional(),
  TIREK_DEVELOPMENT_TOKENS: z.enum(['0', '1']).default('0'),
} as const;

const Variables = z.object(SIGN_IN_VARIABLES);
type Given = z.infer<typeof Variables> & { TIREK_HOST: string; PORT: number };

export interface ProviderConfig {
  issuer: string;
  clientId: string;
  clientSecret: string;
  audience: string;
  scope: string;
  algorithms: readonly string[];
  tokenType: 'at+jwt' | 'JWT';
  services: readonly string[];
  stepUp: { minutes: number; acr: readonly string[] };
}

export interface SessionsConfig {
  /** Origin at which browsers reach the pages. */
  publicUrl: string;
  idleMinutes: number;
  hours: number;
}

export interface SignInConfig {
  provider?: ProviderConfig;
  sessions: SessionsConfig;
  /** Tokens that everybody knows are taken, too. */
  developmentTokens: boolean;
}

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[?::1\]?)$/;

/** Whether a name or an address is this machine itself. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host);
}

/**
 * Undefined when neither a provider nor the switch is named: worker and relay need none.
 * @throws Error with one sentence that names the variable and what it should be
 */
export function signInOf(given: Given): SignInConfig | undefined {
  const developmentTokens = given.TIREK_DEVELOPMENT_TOKENS === '1';
  const provider = providerOf(given);
  if (provider === undefined && !developmentTokens) return undefined;
  if (developmentTokens) refuseStrangers(given);
  const publicUrl = publicUrlOf(given, provider !== undefined);
  const sessions = { publicUrl, idleMinutes: given.TIREK_SESSION_IDLE_MINUTES, hours: given.TIREK_SESSION_HOURS };
  return { ...(provider === undefined ? {} : { provider }), sessions, developmentTokens };
}

function providerOf(given: Given): ProviderConfig | undefined {
  const { TIREK_OIDC_ISSUER: issuer, TIREK_OIDC_CLIENT_ID: clientId, TIREK_OIDC_CLIENT_SECRET: clientSecret } = given;
  if (issuer === undefined) return undefined;
  const { protocol, hostname } = new URL(issuer);
  if (protocol !== 'https:' && !(protocol === 'http:' && isLoopback(hostname))) {
    throw new Error(`TIREK_OIDC_ISSUER=${issuer} is not https: whoever stands between could sign people in; name the provider by its https address.`);
  }
  if (!clientId || !clientSecret) {
    throw new Error('TIREK_OIDC_CLIENT_ID and TIREK_OIDC_CLIENT_SECRET are needed with TIREK_OIDC_ISSUER: register the pages at the provider and set both.');
  }
  return {
    issuer,
    clientId,
    clientSecret,
    audience: given.TIREK_OIDC_AUDIENCE,
    scope: given.TIREK_OIDC_SCOPE,
    algorithms: given.TIREK_OIDC_ALGORITHMS,
    tokenType: given.TIREK_OIDC_TOKEN_TYPE,
    services: given.TIREK_OIDC_SERVICES,
    stepUp: { minutes: given.TIREK_STEP_UP_MINUTES, acr: given.TIREK_STEP_UP_ACR },
  };
}

/** What everybody knows must open nothing where strangers can knock: neither at the process nor through what stands before it. */
function refuseStrangers({ TIREK_HOST: host, TIREK_PUBLIC_URL: publicUrl }: Given): void {
  const reached = [host, ...(publicUrl === undefined ? [] : [new URL(publicUrl).hostname])].find((name) => !isLoopback(name));
  if (reached === undefined) return;
  throw new Error(
    `TIREK_DEVELOPMENT_TOKENS=1 lets everybody in who knows a published token, and ${reached} is not this machine alone: unset it, and name a provider by TIREK_OIDC_ISSUER.`,
  );
}

/** Origin of the pages where it was named; undefined where it was not. @throws Error as `signInOf` for one that is neither https nor this machine */
export function pagesUrlOf(given: Given): string | undefined {
  return given.TIREK_PUBLIC_URL === undefined ? undefined : publicUrlOf(given, false);
}

/** A cookie of a session must not travel in the clear. */
function publicUrlOf({ TIREK_PUBLIC_URL: publicUrl, TIREK_HOST: host, PORT: port }: Given, pages: boolean): string {
  if (publicUrl === undefined) {
    if (pages && !isLoopback(host)) {
      throw new Error(`TIREK_PUBLIC_URL is not set, and TIREK_HOST=${host} is not this machine alone: set the https address at which people reach the pages.`);
    }
    if (pages && port === 0)
      throw new Error('TIREK_PUBLIC_URL is not set, and PORT=0 leaves the port open: set either, the provider must know where to send people back to.');
    return `http://127.0.0.1:${port}`;
  }
  const { protocol, hostname, origin } = new URL(publicUrl);
  if (protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname) && isLoopback(host))) return origin;
  throw new Error(`TIREK_PUBLIC_URL=${publicUrl} is not https, and not on this machine alone: put a proxy with TLS before the API and set its https address.`);
}
