/** `tirek token`: an access token of a development person, or of the Center's software, for curl and scripts. */
import type { Command } from 'commander';
import { developmentProvider } from './bearer.js';
import { CommandFailure, outJson, type Terminal } from './terminal.js';

interface Options {
  as?: string;
  service?: true;
  fresh?: true;
  json?: true;
}

export function addTokenCommand(program: Command, terminal: Terminal): void {
  program
    .command('token')
    .description('an access token from the development provider of the running stack, for ten minutes')
    .option('--as <name>', 'of this development person, e.g. dev-manager')
    .option('--service', 'of the Center’s software by itself')
    .option('--fresh', 'as after a sign-in of this moment with a second factor, which approvals and acts on the law ask for')
    .option('--json', 'one JSON object')
    .action(async (options: Options) => {
      const token = await tokenFor(terminal.env, options);
      if (options.json) outJson(terminal, { token });
      else terminal.out(token);
    });
}

async function tokenFor(env: NodeJS.ProcessEnv, { as: name, service, fresh = false }: Omit<Options, 'fresh'> & { fresh?: boolean }): Promise<string> {
  if ((name === undefined) === (service === undefined)) {
    throw new CommandFailure('person_missing', 'Say for whom: --as dev-manager, or --service for the Center’s software.');
  }
  const provider = await developmentProvider(env);
  if (provider === undefined) {
    throw new CommandFailure(
      'provider_missing',
      'No development provider runs on this data folder: start the stack with "npm start", or take a token from your own provider.',
    );
  }
  const { createTokenSource, personOf, serviceToken } = await import('../../tools/provider/token-source.js');
  if (name === undefined) return serviceToken(provider.issuer, provider.secrets);
  if (personOf(name) === undefined)
    throw new CommandFailure('token_unknown', `${name} is nobody of the development people: the sign-in page of the provider lists them.`);
  return createTokenSource(provider.issuer, provider.secrets, { fresh })(name);
}
