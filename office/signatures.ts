/** Electronic signatures over documents: looked into when they are brought, before anything refers to them (256-17-1, P42). */
import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { z } from 'zod';
import type { SignatureVerifier, VerifiedSignature } from '../adapters/signatures/verifier.js';
import { SignatureUpload, type BroughtSignature, type SignatureList } from '../contracts/http/signatures.js';
import { findAnswer, type KeptAnswer } from '../db/answers.js';
import type { StoredDocument } from '../db/documents.js';
import type { Pool } from '../db/pool.js';
import { keepSignature, listSignatures, type KeptSignature, type StoredSignature } from '../db/signatures.js';
import { handOut } from '../documents/hand-out.js';
import type { Actor } from '../domain/case/facts.js';
import { readBody, requireRight, type AskedOnce } from './asked.js';
import { documentFor, documentToRead } from './documents.js';
import { iso } from './instants.js';
import { problem } from './problem.js';

const BRING = 'bringSignature';

export interface SignatureDeps {
  pool: Pool;
  verifier: SignatureVerifier;
  log: Logger;
}

/**
 * Takes a signature over a document in; the same key with the same signature has the same answer.
 * @throws ProblemError for one that is not good, or when nobody can tell; then nothing is kept
 */
export async function bringSignature(deps: SignatureDeps, asked: AskedOnce, documentId: string): Promise<z.input<typeof BroughtSignature>> {
  const { pool } = deps;
  const { actor, key: idempotencyKey } = asked;
  requireRight('bringSignature', actor);
  const { document } = await documentFor(pool, actor, documentId, { act: 'bringSignature' });
  const body = readBody(SignatureUpload, asked.body);
  const bodySha256 = asked.digestOf(body);
  const known = await findAnswer(pool, actor.id, idempotencyKey);
  if (known !== undefined) return answerIn(known, bodySha256);
  const cms = Buffer.from(body.cms, 'base64');
  const verified = await verifiedOver(deps, document, cms);
  const { sha256: documentSha256, caseId } = document;
  const kept = await keepSignature(
    pool,
    { ...verified, documentId, documentSha256, cms, verifiedBy: deps.verifier.name, broughtBy: actor.id },
    { id: randomUUID(), actorId: actor.id, idempotencyKey, bodySha256, caseId, kind: BRING },
  );
  if (kept !== undefined) return told(kept);
  const first = await findAnswer(pool, actor.id, idempotencyKey);
  if (first === undefined) throw new Error(`the signature over document ${documentId} was neither kept nor answered before`);
  return answerIn(first, bodySha256);
}

function answerIn({ kind, bodySha256, answer }: KeptAnswer, asked: string): z.input<typeof BroughtSignature> {
  if (kind !== BRING || bodySha256 !== asked) throw problem('idempotency_key_reused');
  return told(answer as KeptSignature);
}

function told({ signatureId, documentId, sha256, verifiedAt }: KeptSignature): z.input<typeof BroughtSignature> {
  return { signatureId, documentId, sha256, verifiedAt: iso(verifiedAt) };
}

async function verifiedOver({ pool, verifier, log }: SignatureDeps, document: StoredDocument, cms: Buffer): Promise<VerifiedSignature> {
  const verdict = await verifier.verify({ cms, data: await bytesOf(pool, document) });
  switch (verdict.verdict) {
    case 'good':
      return verdict.signature;
    case 'refused':
      throw problem(verdict.code);
    case 'away':
      log.warn({ reason: verdict.reason, verifier: verifier.name }, 'a signature could not be verified');
      throw problem('signature_verifier_away');
  }
}

/** @throws ProblemError `document_erased`, `document_damaged` */
async function bytesOf(pool: Pool, document: StoredDocument): Promise<Buffer> {
  const handed = await handOut(pool, document);
  if (handed.state === 'erased') throw problem('document_erased');
  if (handed.state === 'damaged') throw problem('document_damaged');
  const parts: Buffer[] = [];
  for await (const part of handed.parts) parts.push(part);
  return Buffer.concat(parts);
}

/** @throws ProblemError `document_unknown`, also for another Center's */
export async function listSignaturesOf(pool: Pool, actor: Actor, documentId: string): Promise<z.input<typeof SignatureList>> {
  const { reads } = await documentToRead(pool, actor, documentId);
  return { items: (await listSignatures(reads, documentId)).map(recordOf) };
}

function recordOf({ validFrom, validTo, verifiedAt, cms, ...rest }: StoredSignature): z.input<typeof SignatureList>['items'][number] {
  return {
    ...rest,
    validFrom: iso(validFrom),
    validTo: iso(validTo),
    verifiedAt: iso(verifiedAt),
    ...(cms === undefined ? {} : { cms: cms.toString('base64') }),
  };
}
