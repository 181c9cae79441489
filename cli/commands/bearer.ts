/** Whose token a command brings: that of a development person by name, or one that was given. */
import { dataDirOf } from '../../tools/stack/data-dir.js';
import { readEndpoints } from '../../tools/stack/endpoints.js';
import { CommandFailure } from './terminal.js';

export type BearerOf = (name: string) => Promise<string>;

/**
 * Names of development people (`dev-manager`) become tokens of the provider that runs on this data folder; whatever else is
 * given, and everything where no such provider runs, is a token itself.
 * @param fresh as after a sign-in of this moment with a second factor
 */
export async function bearerOf(env: NodeJS.ProcessEnv, { fresh = false }: { fresh?: boolean } = {}): Promise<BearerOf> {
  const provider = await developmentProvider(env);
  if (provider === undefined) return async (name) => name;
  const { createTokenSource } = await import('../../tools/provider/token-source.js');
  return createTokenSource(provider.issuer, provider.secrets, { fresh });
}

/** Undefined where sign-in is by somebody else's provider, or by the switch of a development machine alone. */
export async function developmentProvider(env: NodeJS.ProcessEnv) {
  const dataDir = dataDirOf(env);
  const issuer = (await readEndpoints(dataDir))?.provider;
  if (typeof issuer !== 'string') return undefined;
  const { readClientSecrets } = await import('../../tools/provider/clients.js');
  const secrets = await readClientSecrets(dataDir);
  if (secrets === undefined)
    throw new CommandFailure('secrets_missing', `${dataDir} has no provider-clients.json: start the stack once more with "npm start".`);
  return { issuer, secrets };
}
