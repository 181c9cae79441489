/**
 * A stand-in of NCANode for development and tests: it speaks its HTTP over development certificates, and has the manners
 * of the real one that a client must know, e.g. that an attached signature is verified over the bytes that it brings.
 */
import { Router, json } from 'express';
import { z } from 'zod';
import {
  isIssued,
  isRevoked,
  isSoundOver,
  parseDevelopmentCms,
  type DevelopmentCertificate,
  type DevelopmentCms,
} from '../adapters/signatures/development-certificates.js';

const VerifyRequest = z.object({ cms: z.string(), data: z.string().nullish(), revocationCheck: z.array(z.enum(['OCSP', 'CRL'])).nullish() });
const ExtractRequest = z.object({ cms: z.string() });

/** What it is told to do wrong. */
const NcanodeBehaviour = z.object({
  /** Every request is answered with 500. */
  broken: z.boolean().default(false),
  /** The OCSP server does not answer it. */
  withoutOcsp: z.boolean().default(false),
});

export interface SimulatedNcanode {
  /** Routes below `/ncanode`. */
  routes: Router;
  reset(): void;
}

export function createSimulatedNcanode(clock: () => number = Date.now): SimulatedNcanode {
  let behaviour = NcanodeBehaviour.parse({});
  const routes = Router();
  routes.put('/behaviour', json(), (req, res) => {
    behaviour = NcanodeBehaviour.parse(req.body);
    res.json(behaviour);
  });
  routes.use(json({ limit: '64mb' }), (_req, res, next) => {
    if (behaviour.broken) res.status(500).json({ status: 500, message: 'told to fail' });
    else next();
  });
  routes.post('/cms/verify', (req, res) => {
    const { cms, data, revocationCheck } = VerifyRequest.parse(req.body);
    const parsed = parseDevelopmentCms(Buffer.from(cms, 'base64'));
    if (parsed === undefined) return void res.status(400).json({ status: 400, message: 'Malformed content.' });
    const asksOcsp = revocationCheck?.includes('OCSP') === true;
    res.json({ status: 200, message: 'OK', ...verified(parsed, data, { asksOcsp, withoutOcsp: behaviour.withoutOcsp, now: clock() }) });
  });
  routes.post('/cms/extract', (req, res) => {
    const data = parseDevelopmentCms(Buffer.from(ExtractRequest.parse(req.body).cms, 'base64'))?.data;
    if (data === undefined) return void res.status(400).json({ status: 400, message: "CMS doesn't have signed content" });
    res.json({ status: 200, message: 'OK', data });
  });
  return { routes, reset: () => void (behaviour = NcanodeBehaviour.parse({})) };
}

interface Asked {
  asksOcsp: boolean;
  withoutOcsp: boolean;
  now: number;
}

function verified(cms: DevelopmentCms, detached: string | null | undefined, asked: Asked): object {
  // As the real one: what is sent beside an attached signature is not looked at.
  const bytes = Buffer.from(cms.data ?? detached ?? '', 'base64');
  const signers = cms.signers.map((signer) => ({ ...signer, stands: isSoundOver(bytes, signer) && isValid(signer, asked) }));
  return {
    valid: signers.every(({ certificate, stands }) => certificate === undefined || stands),
    signers: signers.map((signer) => ({
      certificates: signer.certificate === undefined ? [] : [certificateInfo(signer, signer.certificate, asked)],
      ...(signer.stamp === undefined ? {} : { tsp: stampInfo(signer.stamp) }),
    })),
  };
}

function isValid(signer: DevelopmentCms['signers'][number], { asksOcsp, withoutOcsp, now }: Asked): boolean {
  const { certificate } = signer;
  if (certificate === undefined || !isIssued(signer)) return false;
  const inTime = Date.parse(certificate.notBefore) <= now && now <= Date.parse(certificate.notAfter);
  return inTime && !(asksOcsp && !withoutOcsp && isRevoked(certificate));
}

function certificateInfo(signer: DevelopmentCms['signers'][number], certificate: DevelopmentCertificate, asked: Asked): object {
  const { serialNumber, commonName, iin, notBefore, notAfter } = certificate;
  return {
    valid: isValid(signer, asked),
    revocations: asked.asksOcsp && isIssued(signer) ? [ocspOf(certificate, asked)] : [],
    notBefore: springDate(notBefore),
    notAfter: springDate(notAfter),
    keyUsage: 'SIGN',
    serialNumber,
    signAlg: 'ED25519',
    keyUser: ['INDIVIDUAL'],
    subject: { commonName, ...(iin === undefined ? { bin: '000140000000' } : { iin }), country: 'KZ', dn: `CN=${commonName}` },
    issuer: { commonName: 'TIREK DEVELOPMENT AUTHORITY', country: 'KZ', dn: 'CN=TIREK DEVELOPMENT AUTHORITY' },
  };
}

function ocspOf(certificate: DevelopmentCertificate, { withoutOcsp, now }: Asked): object {
  if (withoutOcsp) return { revoked: false, by: 'OCSP', revocationTime: null, reason: 'Connect to ocsp timed out' };
  const revoked = isRevoked(certificate);
  return { revoked, by: 'OCSP', revocationTime: revoked ? springDate(new Date(now).toISOString()) : null, reason: revoked ? 'KEY_COMPROMISE' : 'OK' };
}

function stampInfo({ serialNumber, genTime }: { serialNumber: string; genTime: string }): object {
  return {
    serialNumber,
    genTime: springDate(genTime),
    policy: '1.2.398.3.3.2.6.1',
    tsa: '4: C=KZ,CN=TIREK DEVELOPMENT TSA',
    tspHashAlgorithm: 'SHA256',
    hash: '',
  };
}

/** As the server writes instants: with an offset and no `Z`. */
function springDate(iso: string): string {
  return iso.replace(/Z$/, '+00:00');
}
