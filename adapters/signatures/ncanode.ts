/**
 * Signatures of the National Certification Authority, looked into by NCANode (https://github.com/malikzh/NCANode), which
 * has the libraries that may do it. Its `valid` alone proves little, as its source shows (CmsService): it is true for a CMS
 * without any signer or certificate, and for one that brings bytes of its own, whatever bytes are sent beside it. So each
 * of these is asked here; and whom OCSP knows nothing of is not taken for not revoked.
 */
import { z } from 'zod';
import type { Instant } from '../../domain/law/calendar.js';
import { judge, type ReadCertificate, type ReadCms, type ReadSigner, type SignatureVerifier, type Verdict } from './verifier.js';

export interface NcanodeOptions {
  /** Base address, e.g. `http://ncanode:14579`. */
  url: string;
  fetch?: typeof globalThis.fetch;
  /** Bound of everything that one signature asks; keep it below the bound of the API's answers (7 s). */
  timeoutMs?: number;
  clock?: () => Instant;
}

const DEFAULT_TIMEOUT_MS = 6_000;

const When = z
  .union([z.string(), z.number()])
  .transform((written) => new Date(written).getTime())
  .refine(Number.isFinite);

const Revocation = z.object({ revoked: z.boolean(), by: z.enum(['OCSP', 'CRL']), reason: z.string().nullish() });

const Certificate = z.object({
  valid: z.boolean(),
  revocations: z.array(Revocation).nullish(),
  notBefore: When,
  notAfter: When,
  serialNumber: z.string(),
  subject: z.object({ iin: z.string().nullish() }).nullish(),
});

const Tsp = z.object({ serialNumber: z.string(), genTime: When, policy: z.string().nullish(), tsa: z.string().nullish() });

const Verified = z.object({
  valid: z.boolean(),
  signers: z.array(z.object({ certificates: z.array(Certificate).nullish(), tsp: Tsp.nullish() })).nullish(),
});

const Extracted = z.object({ data: z.base64() });

/** Creates the adapter; it holds no state and no connection of its own. */
export function createNcanode({ url, fetch = globalThis.fetch, timeoutMs = DEFAULT_TIMEOUT_MS, clock = Date.now }: NcanodeOptions): SignatureVerifier {
  return {
    name: 'ncanode',
    verify: async ({ cms, data }) => {
      const signal = AbortSignal.timeout(timeoutMs);
      const ask = (path: string, body: object): Promise<Answer> => post(fetch, new URL(path, withSlash(url)), body, signal);
      const base64 = Buffer.from(cms).toString('base64');
      const verdict = verdictOf(await ask('cms/verify', { cms: base64, data: Buffer.from(data).toString('base64'), revocationCheck: ['OCSP'] }), clock());
      return verdict.verdict === 'good' ? unlessOther(verdict, await ask('cms/extract', { cms: base64 }), data) : verdict;
    },
  };
}

function withSlash(url: string): string {
  return url.endsWith('/') ? url : `${url}/`;
}

type Answer = { status: number; body: unknown } | { away: string };

async function post(fetch: typeof globalThis.fetch, url: URL, body: object, signal: AbortSignal): Promise<Answer> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      redirect: 'error',
      signal,
    });
    return { status: response.status, body: await response.json() };
  } catch {
    return { away: signal.aborted ? 'timeout' : 'unreachable' };
  }
}

/** 400 is what it answers to a CMS that its libraries cannot read. */
function verdictOf(answer: Answer, now: Instant): Verdict {
  if ('away' in answer) return { verdict: 'away', reason: answer.away };
  if (answer.status === 400) return { verdict: 'refused', code: 'signature_unreadable' };
  const parsed = Verified.safeParse(answer.body);
  if (answer.status !== 200 || !parsed.success) return { verdict: 'away', reason: answer.status === 200 ? 'answer_unknown' : `http_${answer.status}` };
  return judge(readCms(parsed.data), now);
}

/** A CMS that brings bytes was verified over those: they must be the document's. 400: it brings none. */
function unlessOther(good: Verdict, answer: Answer, data: Uint8Array): Verdict {
  if ('away' in answer) return { verdict: 'away', reason: answer.away };
  if (answer.status === 400) return good;
  const brought = Extracted.safeParse(answer.body);
  if (answer.status !== 200 || !brought.success) return { verdict: 'away', reason: answer.status === 200 ? 'answer_unknown' : `http_${answer.status}` };
  return Buffer.from(brought.data.data, 'base64').equals(data) ? good : { verdict: 'refused', code: 'signature_changed' };
}

function readCms({ valid, signers }: z.infer<typeof Verified>): ReadCms {
  return { isSound: valid, signers: (signers ?? []).map(readSigner) };
}

/** The first certificate of a signer is the signer's own. */
function readSigner({ certificates, tsp }: NonNullable<z.infer<typeof Verified>['signers']>[number]): ReadSigner {
  const own = certificates?.[0];
  return { certificate: own && readCertificate(own), timeStamp: tsp ? stampOf(tsp) : undefined };
}

function stampOf({ genTime, serialNumber, policy, tsa }: z.infer<typeof Tsp>): ReadSigner['timeStamp'] {
  return { at: genTime, serialNumber, ...(policy ? { policy } : {}), ...(tsa ? { authority: tsa } : {}) };
}

function readCertificate({ valid, revocations, notBefore, notAfter, serialNumber, subject }: z.infer<typeof Certificate>): ReadCertificate {
  return {
    iin: subject?.iin ?? undefined,
    serialNumber,
    validFrom: notBefore,
    validTo: notAfter,
    isTrusted: valid,
    revocation: revocationOf(revocations ?? []),
  };
}

/** Of a server that did not answer NCANode says "not revoked", with what went wrong as the reason; "OK" is what it says of an answer. */
function revocationOf(revocations: readonly z.infer<typeof Revocation>[]): ReadCertificate['revocation'] {
  const revoked = revocations.find((each) => each.revoked);
  if (revoked !== undefined) return { state: 'revoked', by: revoked.by };
  const good = revocations.find(({ reason }) => reason === 'OK');
  return good === undefined ? { state: 'unknown' } : { state: 'good', by: good.by };
}
