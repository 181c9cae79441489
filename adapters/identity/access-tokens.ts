/** Whom an access token speaks for: a JWT, signed by the provider, for this API, in its time (RFC 9068). */
import { createRemoteJWKSet, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import { isLoopback, type ProviderConfig } from '../../process/sign-in-config.js';
import { ProviderAway, type CheckedToken } from './identity-provider.js';

const CLOCK_TOLERANCE_SECONDS = 5;
const KEYS_WITHIN_MS = 2_000;
/** A key that nobody knows has the keys read anew, but not by every stranger's word. */
const READ_ANEW_AFTER_MS = 5_000;
/** A key that the provider has withdrawn is believed so long. */
const KEYS_KNOWN_FOR_MS = 300_000;

export function createTokenCheck(config: ProviderConfig, keys: JWTVerifyGetKey): (token: string) => Promise<CheckedToken> {
  const { issuer, audience, scope, tokenType } = config;
  return async (token) => {
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer,
        audience,
        algorithms: [...config.algorithms],
        typ: tokenType,
        requiredClaims: ['exp', 'iat', 'sub'],
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
      });
      return hasScope(payload, scope) ? whoIn(payload, config.services) : { refused: 'scope_missing' };
    } catch (error) {
      return refusedBy(error);
    }
  };
}

/** Why a token is none. @throws ProviderAway when nobody can tell */
export function refusedBy(error: unknown): { refused: string } {
  if (isNoToken(error)) return { refused: error.code };
  throw error instanceof ProviderAway ? error : new ProviderAway('the keys of the provider cannot be read', { cause: error });
}

/** The provider's keys, read when first asked for. @param keysAt tells where they are */
export function keysOf(keysAt: () => Promise<string | undefined>): JWTVerifyGetKey {
  let read: ReturnType<typeof createRemoteJWKSet> | undefined;
  return async (header, token) => {
    if (read === undefined) {
      const address = new URL((await keysAt()) ?? 'about:blank');
      if (address.protocol !== 'https:' && !isLoopback(address.hostname)) throw new ProviderAway('the keys of the provider are not at an https address');
      read = createRemoteJWKSet(address, { timeoutDuration: KEYS_WITHIN_MS, cooldownDuration: READ_ANEW_AFTER_MS, cacheMaxAge: KEYS_KNOWN_FOR_MS });
    }
    return read(header, token);
  };
}

/** Whatever is wrong with the token itself; a set of keys that does not come, or makes no sense, is not. */
function isNoToken(error: unknown): error is errors.JOSEError {
  const ofTheKeys = error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid || error instanceof errors.JWKInvalid;
  return error instanceof errors.JOSEError && !ofTheKeys && error.code !== errors.JOSEError.code;
}

/** Whoever gave the token away gave it for that (RFC 9068, 2.2.3; RFC 8693, 4.2): names with a space between them. */
function hasScope({ scope: given }: JWTPayload, scope: string): boolean {
  return typeof given === 'string' && given.split(' ').includes(scope);
}

/** A token that nobody stands behind names its client as its subject (RFC 9068, 2.2). */
function whoIn(payload: JWTPayload, services: readonly string[]): CheckedToken {
  const { sub = '', auth_time: at, acr: strength, client_id: clientId, azp } = payload;
  const client = clientId ?? azp;
  if (sub !== client) {
    return { person: sub, proof: { ...(typeof at === 'number' ? { at: at * 1_000 } : {}), ...(typeof strength === 'string' ? { strength } : {}) } };
  }
  return services.includes(sub) ? { service: sub } : { refused: 'service_unknown' };
}
