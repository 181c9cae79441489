/** How people come in, as the environment says it: what is refused at the start, and in which words. */
import { signingEnv } from '../stack/signing-env.js';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../process/config.js';

const NEEDED = { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing', ...(await signingEnv('api')) };
const CLIENT = { TIREK_OIDC_CLIENT_ID: 'tirek-pages', TIREK_OIDC_CLIENT_SECRET: 'secret' };
const PROVIDER = { TIREK_OIDC_ISSUER: 'https://id.example', ...CLIENT };

const signIn = (env: Record<string, string>) => readConfig({ ...NEEDED, ...env }, 'api').signIn;

describe('the provider of OpenID Connect', () => {
  it('is named by its issuer and what the pages are to it; everything else has a default', () => {
    expect(signIn(PROVIDER)).toEqual({
      developmentTokens: false,
      provider: {
        issuer: 'https://id.example',
        clientId: 'tirek-pages',
        clientSecret: 'secret',
        audience: 'tirek-api',
        scope: 'tirek',
        algorithms: ['RS256', 'PS256', 'ES256'],
        tokenType: 'at+jwt',
        services: [],
        stepUp: { minutes: 15, acr: [] },
      },
      sessions: { publicUrl: 'http://127.0.0.1:3000', idleMinutes: 30, hours: 12 },
    });
  });

  it('has its own audience, algorithms, services, strengths and ends, where they are named', () => {
    const named = signIn({
      ...PROVIDER,
      TIREK_OIDC_AUDIENCE: 'other-api',
      TIREK_OIDC_ALGORITHMS: 'ES256, EdDSA',
      TIREK_OIDC_TOKEN_TYPE: 'JWT',
      TIREK_OIDC_SERVICES: 'office journal',
      TIREK_STEP_UP_MINUTES: '5',
      TIREK_STEP_UP_ACR: 'gold,silver',
      TIREK_SESSION_IDLE_MINUTES: '10',
      TIREK_SESSION_HOURS: '8',
      TIREK_PUBLIC_URL: 'https://tirek.example/console',
      TIREK_HOST: '0.0.0.0',
    });
    expect(named?.provider).toMatchObject({
      audience: 'other-api',
      algorithms: ['ES256', 'EdDSA'],
      tokenType: 'JWT',
      services: ['office', 'journal'],
      stepUp: { minutes: 5, acr: ['gold', 'silver'] },
    });
    expect(named?.sessions).toEqual({ publicUrl: 'https://tirek.example', idleMinutes: 10, hours: 8 });
  });

  it('is needed by no process but the API', () => {
    expect(signIn({})).toBeUndefined();
  });

  it.each<[string, Record<string, string>, string]>([
    ['an issuer without TLS', { ...PROVIDER, TIREK_OIDC_ISSUER: 'http://id.example' }, 'is not https'],
    ['an issuer under the name of this machine elsewhere', { ...PROVIDER, TIREK_OIDC_ISSUER: 'http://127.0.0.1.example' }, 'is not https'],
    ['pages that are nobody to it', { TIREK_OIDC_ISSUER: 'https://id.example' }, 'TIREK_OIDC_CLIENT_ID and TIREK_OIDC_CLIENT_SECRET are needed'],
    ['no algorithm at all', { ...PROVIDER, TIREK_OIDC_ALGORITHMS: 'none' }, 'TIREK_OIDC_ALGORITHMS'],
    ['an algorithm with a shared secret', { ...PROVIDER, TIREK_OIDC_ALGORITHMS: 'RS256 HS256' }, 'TIREK_OIDC_ALGORITHMS'],
    ['pages that strangers reach under no address', { ...PROVIDER, TIREK_HOST: '0.0.0.0' }, 'TIREK_PUBLIC_URL is not set'],
    ['pages without TLS', { ...PROVIDER, TIREK_PUBLIC_URL: 'http://tirek.example' }, 'put a proxy with TLS before the API'],
    [
      'pages without TLS that seem to be here, and are not here alone',
      { ...PROVIDER, TIREK_PUBLIC_URL: 'http://127.0.0.1:3000', TIREK_HOST: '0.0.0.0' },
      'put a proxy with TLS before the API',
    ],
    ['a port that nobody knows', { ...PROVIDER, PORT: '0' }, 'PORT=0 leaves the port open'],
    ['a session without an end', { ...PROVIDER, TIREK_SESSION_HOURS: '240' }, 'TIREK_SESSION_HOURS'],
  ])('does not start with %s, and says what to do', (_what, env, sentence) => {
    expect(() => signIn(env)).toThrow(sentence);
  });
});

describe('development tokens', () => {
  it('are taken on this machine, with the switch', () => {
    expect(signIn({ TIREK_DEVELOPMENT_TOKENS: '1' })).toMatchObject({ developmentTokens: true });
    expect(signIn({ TIREK_DEVELOPMENT_TOKENS: '1', TIREK_HOST: '::1' })).toMatchObject({ developmentTokens: true });
    expect(signIn({ ...PROVIDER, TIREK_DEVELOPMENT_TOKENS: '0' })).toMatchObject({ developmentTokens: false });
  });

  it.each<[string, Record<string, string>]>([
    ['listens to everybody', { TIREK_HOST: '0.0.0.0' }],
    ['listens to the network', { TIREK_HOST: '10.0.0.4' }],
    ['is known under a name', { TIREK_HOST: 'tirek.example' }],
    ['stands behind a proxy for everybody', { TIREK_PUBLIC_URL: 'https://tirek.example' }],
  ])('are refused where the API %s', (_where, env) => {
    for (const given of [env, { ...env, ...PROVIDER }]) {
      expect(() => signIn({ ...given, TIREK_DEVELOPMENT_TOKENS: '1' })).toThrow(/TIREK_DEVELOPMENT_TOKENS=1 lets everybody in who knows a published token/);
    }
  });
});
