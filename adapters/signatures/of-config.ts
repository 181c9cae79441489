/** Which verifier an installation has. */
import type { SignaturesConfig } from '../../process/config.js';
import { createDevelopmentVerifier } from './development-certificates.js';
import { createNcanode } from './ncanode.js';
import { NO_VERIFIER, type SignatureVerifier } from './verifier.js';

export function verifierOf(config: SignaturesConfig | undefined): SignatureVerifier {
  if (config === undefined) return NO_VERIFIER;
  return config.by === 'ncanode' ? createNcanode({ url: config.url }) : createDevelopmentVerifier();
}
