/** OpenID Connect as the provider speaks it: its own description, the code flow with PKCE, the end of a session. */
import * as oidc from 'openid-client';
import type { ProviderConfig } from '../../process/sign-in-config.js';
import { createTokenCheck, keysOf } from './access-tokens.js';
import { createLogoutCheck } from './logout-tokens.js';
import { ProviderAway, SignInBroken, type IdentityProvider, type ProvedPerson, type SignInAsked, type SignInFlow } from './identity-provider.js';

const WITHIN_SECONDS = 2.5;
/** A provider counts whole seconds, and its clock is its own. */
const CLOCK_TOLERANCE_SECONDS = 5;

/** Nothing is asked of the provider before the first that needs it: this process starts without it. */
export function createProvider(config: ProviderConfig): IdentityProvider {
  const client = discovered(config);
  const keys = keysOf(async () => (await client()).serverMetadata().jwks_uri);
  return {
    check: createTokenCheck(config, keys),
    checkLogout: createLogoutCheck(config, keys),
    begin: async (asked) => begin(await client(), config, asked),
    finish: async (back, flow, maxAgeSeconds) => finish(await client(), back, flow, maxAgeSeconds),
    async endSession(backTo) {
      const known = await client();
      if (known.serverMetadata().end_session_endpoint === undefined) return undefined;
      return oidc.buildEndSessionUrl(known, { post_logout_redirect_uri: backTo });
    },
  };
}

/** What the provider tells of itself, asked once; again after it did not answer. */
function discovered({ issuer, clientId, clientSecret }: ProviderConfig): () => Promise<oidc.Configuration> {
  let asked: Promise<oidc.Configuration> | undefined;
  const ask = async (): Promise<oidc.Configuration> => {
    // Read from the configuration: http is taken on this machine alone.
    const insecure = new URL(issuer).protocol === 'http:' ? [oidc.allowInsecureRequests] : [];
    const settings = { [oidc.clockTolerance]: CLOCK_TOLERANCE_SECONDS };
    const known = await oidc.discovery(new URL(issuer), clientId, settings, oidc.ClientSecretBasic(clientSecret), {
      timeout: WITHIN_SECONDS,
      execute: [...insecure, oidc.enableNonRepudiationChecks],
    });
    known.timeout = WITHIN_SECONDS;
    return known;
  };
  return () => {
    asked ??= ask().catch((error: unknown) => {
      asked = undefined;
      throw new ProviderAway('the provider does not tell what it is', { cause: error });
    });
    return asked;
  };
}

async function begin(client: oidc.Configuration, { stepUp }: ProviderConfig, asked: SignInAsked): Promise<{ url: URL; flow: SignInFlow }> {
  const flow = { state: oidc.randomState(), nonce: oidc.randomNonce(), verifier: oidc.randomPKCECodeVerifier() };
  const url = oidc.buildAuthorizationUrl(client, {
    redirect_uri: asked.redirectUri,
    scope: 'openid',
    state: flow.state,
    nonce: flow.nonce,
    code_challenge: await oidc.calculatePKCECodeChallenge(flow.verifier),
    code_challenge_method: 'S256',
    max_age: String(asked.maxAgeSeconds),
    ...(asked.fresh ? { prompt: 'login' } : {}),
    ...(asked.fresh && stepUp.acr.length > 0 ? { acr_values: stepUp.acr.join(' ') } : {}),
  });
  return { url, flow };
}

async function finish(client: oidc.Configuration, back: URL, flow: SignInFlow, maxAgeSeconds: number): Promise<ProvedPerson> {
  const checks = { expectedState: flow.state, expectedNonce: flow.nonce, pkceCodeVerifier: flow.verifier, maxAge: maxAgeSeconds, idTokenExpected: true };
  const tokens = await oidc.authorizationCodeGrant(client, back, checks).catch((error: unknown) => {
    throw isAway(error) ? new ProviderAway('the provider does not answer', { cause: error }) : new SignInBroken('no sign-in', { cause: error });
  });
  const claims = tokens.claims();
  if (claims === undefined) throw new SignInBroken('the provider has told nobody');
  const { acr: strength, sid } = claims;
  return {
    person: claims.sub,
    ...(typeof sid === 'string' ? { sid } : {}),
    proof: {
      ...(claims.auth_time === undefined ? {} : { at: claims.auth_time * 1_000 }),
      ...(typeof strength === 'string' ? { strength } : {}),
    },
  };
}

/** No connection, no answer in time, or an answer of its own trouble; everything else is about what was brought. */
function isAway(error: unknown): boolean {
  if (error instanceof oidc.ResponseBodyError) return error.status >= 500;
  if (error instanceof oidc.AuthorizationResponseError || error instanceof oidc.WWWAuthenticateChallengeError) return false;
  if (error instanceof oidc.ClientError) return error.code === 'OAUTH_TIMEOUT';
  return error instanceof TypeError && error.message === 'fetch failed';
}
