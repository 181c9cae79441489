/** Registration of an appeal: one transaction in Postgres, whether the engine is up or not. */
import type { Request } from 'express';
import type { z } from 'zod';
import { RegisterAppealBody, type AppealRegistered } from '../contracts/http/appeals.js';
import { present } from '../contracts/optional.js';
import { registerAppeal } from '../db/appeals.js';
import type { Pool } from '../db/pool.js';
import { actorOf } from './authenticate.js';
import { bodyDigest, idempotencyKeyOf } from './idempotency.js';
import { iso } from './instants.js';
import { problem } from './problems.js';
import { readBody } from './serve.js';

/** @throws ProblemError for a bad body, a key used for another one, or a family that is not there */
export async function takeAppeal(pool: Pool, request: Request): Promise<z.input<typeof AppealRegistered>> {
  const idempotencyKey = idempotencyKeyOf(request);
  const { channel, threat, applicant, householdId, text } = readBody(RegisterAppealBody, request.body);
  const outcome = await registerAppeal(pool, {
    actor: actorOf(request),
    idempotencyKey,
    bodySha256: bodyDigest(request, request.body),
    channel,
    threat,
    ...present({ householdId, applicant: applicant && present(applicant), narrative: text }),
  });
  switch (outcome.outcome) {
    case 'new':
    case 'repeat': {
      const { appealId, caseId, householdId, journalNumber, attached, registeredAt, personId } = outcome.appeal;
      // Member by member: an answer that comes back from Postgres has another order, and a repeat is the same to the byte.
      return { appealId, caseId, householdId, journalNumber, attached, registeredAt: iso(registeredAt), personId };
    }
    case 'conflict':
      throw problem('idempotency_key_reused');
    case 'household_unknown':
      throw problem('household_unknown');
  }
}
