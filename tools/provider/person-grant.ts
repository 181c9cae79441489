/** A grant of this provider alone: the command line asks for a token of a development person, without a browser. */
import { errors, type KoaContextWithOIDC, type Provider, type ResourceServer } from 'oidc-provider';
import { PERSON_GRANT, RESOURCE, TWO_FACTORS } from './clients.js';

const ONE_FACTOR = 'one_factor';

/** `auth_time` and `acr` of a sign-in, which step-up asks for (RFC 9470). */
export interface SignInClaims {
  auth_time: number;
  acr: string;
}

/** Only a client whose registration names the grant comes as far as this. */
export function registerPersonGrant(provider: Provider, people: ReadonlySet<string>, resource: ResourceServer): void {
  provider.registerGrantType(
    PERSON_GRANT,
    async (ctx) => {
      const { client, params } = ctx.oidc;
      const person = params?.['person'];
      if (client === undefined || typeof person !== 'string' || !people.has(person)) throw new errors.InvalidGrant('no development person of that id');
      const token = new provider.AccessToken({ client, accountId: person, gty: 'person', scope: resource.scope, grantId: `development-${person}` });
      token.resourceServer = new provider.ResourceServer(RESOURCE, resource);
      ctx.oidc.entity('AccessToken', token);
      ctx.body = { access_token: await token.save(), expires_in: token.expiration, token_type: token.tokenType, scope: token.scope };
    },
    new Set(['person', 'fresh']),
  );
}

/** What a token tells of the sign-in behind it; undefined where nobody has signed in. */
export function signInClaimsOf(ctx: KoaContextWithOIDC): SignInClaims | undefined {
  const { params, entities } = ctx.oidc;
  if (params?.['grant_type'] === PERSON_GRANT) {
    // Nobody has signed in at all: the development provider says so, and plays a second factor where it is asked to.
    return { auth_time: Math.floor(Date.now() / 1_000), acr: params['fresh'] === 'true' ? TWO_FACTORS : ONE_FACTOR };
  }
  const { authTime, acr } = entities.AuthorizationCode ?? entities.RefreshToken ?? {};
  return authTime === undefined ? undefined : { auth_time: authTime, acr: acr ?? ONE_FACTOR };
}
