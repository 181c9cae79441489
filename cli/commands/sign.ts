/** `tirek sign`: a development signature over a file, for whoever walks the road by hand. It proves nothing about a person. */
import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { DEVELOPMENT_TOKENS } from '../../db/development-tokens.js';
import { isIin } from '../../domain/person/iin.js';
import { CommandFailure, outJson, type Terminal } from './terminal.js';

interface Options {
  as?: string;
  iin?: string;
  json?: true;
}

export function addSignCommand(program: Command, terminal: Terminal): void {
  program
    .command('sign <file>')
    .description('sign a file with a development certificate: the CMS in base64, as a signing program would answer; a development stack alone takes it')
    .option('--as <token>', 'as whoever has this development token, e.g. dev-manager')
    .option('--iin <number>', 'as the person with this ИИН, e.g. one of the family')
    .option('--json', 'one JSON object: the body of POST /v1/documents/{documentId}/signatures')
    .action(async (file: string, { as: token, iin, json }: Options) => {
      const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
        throw new CommandFailure('file_unreadable', `${file} cannot be read (${error.code}): name the file that was uploaded.`);
      });
      const { signatureOf, signatureOfToken } = await import('../../tools/demo/development-signer.js');
      const signer = signerOf(token, iin);
      const cms = 'token' in signer ? signatureOfToken(signer.token, bytes) : signatureOf(signer, bytes);
      if (json) outJson(terminal, { cms });
      else terminal.out(cms);
    });
}

function signerOf(token: string | undefined, iin: string | undefined): { token: string } | { iin: string } {
  if (token !== undefined && iin === undefined) {
    if (DEVELOPMENT_TOKENS.some((known) => known.token === token)) return { token };
    throw new CommandFailure('token_unknown', `${token} is no development token: "npm start" lists them.`);
  }
  if (iin === undefined || token !== undefined) {
    throw new CommandFailure('signer_missing', 'Say who signs: --as dev-manager, or --iin with the number of one of the family.');
  }
  if (!isIin(iin)) throw new CommandFailure('iin_invalid', `${iin} is no ИИН: its date of birth or its check digit does not fit.`);
  return { iin };
}
