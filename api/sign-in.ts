/** How people and services come in, made of the configuration: for the API, and for the pages. */
import type { Logger } from 'pino';
import { createProvider } from '../adapters/identity/open-id-connect.js';
import type { Pool } from '../db/pool.js';
import type { PageSignIn } from '../office/page-sign-in.js';
import type { SignInConfig } from '../process/sign-in-config.js';
import { authenticateByEither, authenticateByProvider, authenticateByToken, type Authenticate } from './authenticate.js';

export interface SignInParts {
  authenticate: Authenticate;
  pages: PageSignIn | 'development_tokens';
}

/** Says in the log what a start without TLS, or with the switch, gives up. */
export function signInParts({ provider: config, sessions, developmentTokens }: SignInConfig, pool: Pool, log: Logger): SignInParts {
  if (developmentTokens) log.warn('TIREK_DEVELOPMENT_TOKENS=1: whoever reaches this machine comes in by a published token; never where a real case is');
  if (config === undefined) return { authenticate: authenticateByToken(pool), pages: 'development_tokens' };
  if (!sessions.publicUrl.startsWith('https:')) {
    log.warn({ publicUrl: sessions.publicUrl }, 'no TLS: the cookie of the pages is neither Secure nor __Host-, which is for this machine alone');
  }
  const provider = createProvider(config);
  const identities = { pool, provider, stepUp: config.stepUp, log };
  const byProvider = authenticateByProvider(identities);
  const pages = {
    pool,
    log,
    provider,
    stepUp: config.stepUp,
    publicUrl: sessions.publicUrl,
    providerOrigin: new URL(config.issuer).origin,
    idleMs: sessions.idleMinutes * 60_000,
    lastsMs: sessions.hours * 3_600_000,
  };
  return { authenticate: developmentTokens ? authenticateByEither(authenticateByToken(pool), byProvider) : byProvider, pages };
}
