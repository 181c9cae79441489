/**
 * A provider of OpenID Connect for a development machine: a real one, with people who have no password. Tirek speaks with it
 * exactly as with that of an installation.
 */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import express, { type Express, type Request, type Response } from 'express';
import { errors, Provider, type Configuration, type ResourceServer } from 'oidc-provider';
import { DEVELOPMENT_TOKENS, type DevelopmentToken } from '../../db/development-tokens.js';
import { AUDIENCE, CLIENT_IDS, PERSON_GRANT, RESOURCE, clientSecrets, SCOPE, TWO_FACTORS, type ClientSecrets } from './clients.js';
import { rotateKeys, signingKeys } from './keys.js';
import { registerPersonGrant, signInClaimsOf } from './person-grant.js';
import { PAGE_HEADERS, signInPage, signOutPage } from './sign-in-page.js';

export interface ProviderOptions {
  /** Where keys and secrets are kept. */
  dataDir: string;
  port: number;
  /** Origin of the pages, to which browsers are sent back. */
  pages: string;
  /** Default: all development people. */
  people?: readonly DevelopmentToken[];
  /** Seconds; default: ten minutes. */
  tokenLastsSeconds?: number;
  onFault?: (error: unknown) => void;
}

export interface RunningProvider {
  issuer: string;
  secrets: ClientSecrets;
  /** A new key signs from now on; the former one is still known. */
  rotate(): Promise<void>;
  stop(): Promise<void>;
}

/** Whoever reaches it comes in as anybody: it listens nowhere else. */
const LOOPBACK = '127.0.0.1';
const DAY_SECONDS = 24 * 60 * 60;

/** @throws Error when the port is taken */
export async function startProvider(options: ProviderOptions): Promise<RunningProvider> {
  const { dataDir, port, onFault = () => {} } = options;
  const issuer = `http://${LOOPBACK}:${port}`;
  const secrets = await clientSecrets(dataDir);
  const build = (keys: Awaited<ReturnType<typeof signingKeys>>): Provider => {
    const provider = createProvider(issuer, { ...options, keys, secrets });
    provider.on('server_error', (_ctx, error) => onFault(error));
    // Whoever left here is still signed in there: that must not pass in silence.
    provider.on('backchannel.error', (_ctx, error) => onFault(error));
    return provider;
  };
  let current = build(await signingKeys(dataDir));
  const server = createServer(appOf(() => current, options.people ?? DEVELOPMENT_TOKENS));
  server.listen(port, LOOPBACK);
  await once(server, 'listening');
  return {
    issuer,
    secrets,
    rotate: async () => void (current = build(await rotateKeys(dataDir))),
    stop: () => close(server),
  };
}

interface Parts extends ProviderOptions {
  keys: Awaited<ReturnType<typeof signingKeys>>;
  secrets: ClientSecrets;
}

function createProvider(issuer: string, { people = DEVELOPMENT_TOKENS, tokenLastsSeconds = 600, ...parts }: Parts): Provider {
  const resource: ResourceServer = {
    scope: SCOPE,
    audience: AUDIENCE,
    accessTokenFormat: 'jwt',
    accessTokenTTL: tokenLastsSeconds,
    jwt: { sign: { alg: 'RS256' } },
  };
  const provider = new Provider(issuer, {
    ...clientsOf(parts),
    ...SETTINGS,
    jwks: { keys: parts.keys },
    cookies: { keys: [parts.secrets.pages], names: { session: 'provider', interaction: 'provider-interaction', resume: 'provider-resume' } },
    findAccount: (_ctx, sub) => (people.some(({ actorId }) => actorId === sub) ? { accountId: sub, claims: async () => ({ sub }) } : undefined),
    extraTokenClaims: (ctx, token) => (token.kind === 'AccessToken' ? { ...signInClaimsOf(ctx) } : undefined),
    loadExistingGrant: grantWhatIsAsked,
    fetch: tellOfEnds,
    features: {
      ...SETTINGS.features,
      resourceIndicators: {
        enabled: true,
        defaultResource: async (_ctx, client) => (client.clientId === CLIENT_IDS.pages ? [] : RESOURCE),
        useGrantedResource: async () => true,
        getResourceServerInfo: async (_ctx, indicator) => {
          if (indicator !== RESOURCE) throw new errors.InvalidTarget();
          return resource;
        },
      },
    },
  });
  registerPersonGrant(provider, new Set(people.map(({ actorId }) => actorId)), resource);
  return provider;
}

const SETTINGS = {
  scopes: ['openid', SCOPE],
  acrValues: ['one_factor', TWO_FACTORS],
  claims: { openid: ['sub'], acr: null, auth_time: null, iss: null },
  pkce: { required: () => true },
  responseTypes: ['code'] as Configuration['responseTypes'] & string[],
  interactions: { url: (_ctx: unknown, { uid }: { uid: string }) => `/sign-in/${uid}` },
  ttl: { AccessToken: 600, ClientCredentials: 600, Session: DAY_SECONDS, Grant: DAY_SECONDS, Interaction: 600, AuthorizationCode: 60, IdToken: 600 },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    userinfo: { enabled: false },
    backchannelLogout: { enabled: true },
    rpInitiatedLogout: {
      enabled: true,
      logoutSource: (ctx: { body: unknown; set(headers: Record<string, string>): void }, form: string) => {
        ctx.set(PAGE_HEADERS);
        ctx.body = signOutPage(form);
      },
    },
  },
} satisfies Configuration;

function clientsOf({ pages, secrets }: Pick<Parts, 'pages' | 'secrets'>): Pick<Configuration, 'clients'> {
  return {
    clients: [
      {
        client_id: CLIENT_IDS.pages,
        client_secret: secrets.pages,
        redirect_uris: [`${pages}/console/callback`],
        post_logout_redirect_uris: [`${pages}/console/signed-out`],
        grant_types: ['authorization_code'],
        response_types: ['code'],
        backchannel_logout_uri: `${pages}/console/backchannel-logout`,
        backchannel_logout_session_required: true,
      },
      { client_id: CLIENT_IDS.cli, client_secret: secrets.cli, redirect_uris: [], grant_types: [PERSON_GRANT], response_types: [] },
      {
        client_id: CLIENT_IDS.service,
        client_secret: secrets.service,
        redirect_uris: [],
        grant_types: ['client_credentials'],
        response_types: [],
        scope: SCOPE,
      },
    ],
  };
}

/** All clients are ours: nobody is asked to agree. */
const grantWhatIsAsked: NonNullable<Configuration['loadExistingGrant']> = async (ctx) => {
  const { client, session, provider } = ctx.oidc;
  if (client === undefined || session?.accountId === undefined) return undefined;
  const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
  grant.addOIDCScope('openid');
  grant.addResourceScope(RESOURCE, SCOPE);
  await grant.save();
  return grant;
};

/** The library speaks with no machine of its own network; ours is on this very machine, at the one address that is registered. */
function tellOfEnds(
  url: Parameters<typeof fetch>[0],
  { dispatcher: _dispatcher, ...options }: RequestInit & { dispatcher?: unknown } = {},
): Promise<globalThis.Response> {
  return fetch(url, options);
}

function appOf(current: () => Provider, people: readonly DevelopmentToken[]): Express {
  const app = express();
  app.disable('x-powered-by');
  app.get('/healthz', (_request, response) => void response.json({ alive: true }));
  app.get('/sign-in/:uid', async (request, response) => {
    const { uid, params } = await current().interactionDetails(request, response);
    response
      .set(PAGE_HEADERS)
      .type('html')
      .send(signInPage(`/sign-in/${uid}`, people, isStrong(params)));
  });
  app.post('/sign-in/:uid', express.urlencoded({ extended: false, limit: '4kb' }), (request, response) => signIn(current(), request, response, people));
  app.use((request, response) => void current().callback()(request, response));
  return app;
}

function isStrong({ acr_values: asked }: Record<string, unknown>): boolean {
  return typeof asked === 'string' && asked.split(' ').includes(TWO_FACTORS);
}

async function signIn(provider: Provider, request: Request, response: Response, people: readonly DevelopmentToken[]): Promise<void> {
  const { params } = await provider.interactionDetails(request, response);
  const { person } = (request.body ?? {}) as { person?: unknown };
  const accountId = people.find(({ actorId }) => actorId === person)?.actorId;
  const result =
    accountId === undefined ? { error: 'access_denied' } : { login: { accountId, acr: isStrong(params) ? TWO_FACTORS : 'one_factor', remember: false } };
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}

async function close(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
