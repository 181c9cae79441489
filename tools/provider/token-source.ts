/** Tokens of development people, and of the service, from the development provider: for the command line and the demonstration. */
import { DEVELOPMENT_TOKENS } from '../../db/development-tokens.js';
import { reasonOf } from '../../process/failure.js';
import { z } from 'zod';
import { CLIENT_IDS, PERSON_GRANT, SCOPE, type ClientName, type ClientSecrets } from './clients.js';

/** A token for whom a name stands. */
export type BearerOf = (name: string) => Promise<string>;

const Answer = z.object({ access_token: z.string(), expires_in: z.number() });
const WITHIN_MS = 10_000;
/** A token that soon ends would end under way. */
const SPARE_MS = 60_000;

/** A name that the provider does not know is a token itself: whoever brings one has it from elsewhere. */
export function personOf(name: string): string | undefined {
  return DEVELOPMENT_TOKENS.find(({ token, actorId }) => token === name || actorId === name)?.actorId;
}

/**
 * Tokens of people by the names of development, renewed before they end.
 * @param fresh as after a sign-in of this moment with a second factor: approvals and acts on the law ask for it
 */
export function createTokenSource(issuer: string, secrets: ClientSecrets, { fresh }: { fresh: boolean }): BearerOf {
  const known = new Map<string, { token: string; until: number }>();
  return async (name) => {
    const person = personOf(name);
    if (person === undefined) return name;
    const found = known.get(person);
    if (found !== undefined && Date.now() < found.until) return found.token;
    const asked = Date.now();
    const { access_token: token, expires_in: seconds } = await askFor(issuer, secrets, 'cli', { grant_type: PERSON_GRANT, person, fresh: String(fresh) });
    known.set(person, { token, until: asked + seconds * 1_000 - SPARE_MS });
    return token;
  };
}

/** The token of the Center's software by itself. */
export async function serviceToken(issuer: string, secrets: ClientSecrets): Promise<string> {
  return (await askFor(issuer, secrets, 'service', { grant_type: 'client_credentials', scope: SCOPE })).access_token;
}

async function askFor(issuer: string, secrets: ClientSecrets, client: ClientName, form: Record<string, string>): Promise<z.infer<typeof Answer>> {
  const response = await fetch(`${issuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${CLIENT_IDS[client]}:${secrets[client]}`).toString('base64')}` },
    body: new URLSearchParams(form),
    signal: AbortSignal.timeout(WITHIN_MS),
  }).catch((error: unknown) => {
    throw new Error(`the development provider at ${issuer} does not answer (${reasonOf(error)}): is the stack of this data folder running?`);
  });
  if (!response.ok) throw new Error(`the development provider gives no token: ${response.status} ${await response.text()}`);
  return Answer.parse(await response.json());
}
