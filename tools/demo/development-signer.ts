/** The ЭЦП of the people of a development installation: known to everybody, as their tokens are. */
import { developmentSignature } from '../../adapters/signatures/development-certificates.js';
import { developmentIin } from '../../db/development-iin.js';
import { DEVELOPMENT_TOKENS } from '../../db/development-tokens.js';

/** The CMS, base64, of whoever has that development token. */
export function signatureOfToken(token: string, bytes: Uint8Array): string {
  const actor = DEVELOPMENT_TOKENS.find((known) => known.token === token);
  if (actor === undefined) throw new Error(`${token} is no development token`);
  return signatureOf({ iin: developmentIin(actor.actorId), commonName: actor.actorId }, bytes);
}

/** The CMS, base64, of whoever has that ИИН, with a time stamp of now. */
export function signatureOf({ iin, commonName }: { iin: string; commonName?: string }, bytes: Uint8Array): string {
  return developmentSignature(bytes, { iin, ...(commonName === undefined ? {} : { commonName }), stampedAt: Date.now() }).toString('base64');
}
