/** What the provider tells of an end behind the browser's back (OpenID Connect Back-Channel Logout 1.0): a signed word, looked into. */
import { jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import type { ProviderConfig } from '../../process/sign-in-config.js';
import { refusedBy } from './access-tokens.js';
import type { CheckedLogout } from './identity-provider.js';

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';
const CLOCK_TOLERANCE_SECONDS = 5;
/** An older word is none: until then its id is kept, so that it counts once. */
const COUNTS_FOR_SECONDS = 300;
/** Providers of before the type was named send none, or that of any JWT. Never an access token. */
const TYPES: readonly unknown[] = ['logout+jwt', 'JWT', undefined];

/** @throws ProviderAway in its answer, when the keys cannot be read */
export function createLogoutCheck({ issuer, clientId, algorithms }: ProviderConfig, keys: JWTVerifyGetKey): (token: string) => Promise<CheckedLogout> {
  return async (token) => {
    try {
      const { payload, protectedHeader } = await jwtVerify(token, keys, {
        issuer,
        audience: clientId,
        algorithms: [...algorithms],
        requiredClaims: ['iat', 'jti', 'events'],
        maxTokenAge: COUNTS_FOR_SECONDS,
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
      });
      if (!TYPES.includes(protectedHeader.typ)) return { refused: 'logout_type' };
      return endIn(payload);
    } catch (error) {
      return refusedBy(error);
    }
  };
}

/** An ID token has a nonce and no event: it must not end a session, nor this word begin one. */
function endIn({ jti, iat, sub, sid, nonce, events }: JWTPayload): CheckedLogout {
  const isEnd = typeof events === 'object' && events !== null && typeof (events as Record<string, unknown>)[EVENT] === 'object';
  if (!isEnd) return { refused: 'logout_event_missing' };
  if (nonce !== undefined) return { refused: 'logout_with_nonce' };
  const said = { ...(typeof sub === 'string' ? { person: sub } : {}), ...(typeof sid === 'string' ? { sid } : {}) };
  if (typeof jti !== 'string' || jti === '' || iat === undefined || Object.keys(said).length === 0) return { refused: 'logout_of_nobody' };
  return { jti, ...said, until: (iat + COUNTS_FOR_SECONDS + 2 * CLOCK_TOLERANCE_SECONDS) * 1_000 };
}
