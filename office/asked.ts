/** What a door hands to a use case: who asks, what was sent, in which language an answer is read. Nothing of HTTP. */
import type { z } from 'zod';
import type { Language } from '../contracts/messages/language.js';
import type { Act } from '../domain/access/rights.js';
import { refusalOfAct } from '../domain/access/rights.js';
import type { Actor } from '../domain/case/facts.js';
import { fieldIssues } from './field-faults.js';
import { problem, refused } from './problem.js';

export interface Asked {
  actor: Actor;
  /** As it was sent: a use case reads it by its schema. */
  body: unknown;
  language: Language;
}

/** Of an act that is done once, however often it is sent. */
export interface AskedOnce extends Asked {
  /** The client's key of the act. */
  key: string;
  /** Keyed digest (HMAC-SHA256, hex) of what is asked. Call it on what a schema took: its depth is bounded. */
  digestOf: (content: unknown) => string;
}

/** Checks a body against its schema. @throws ProblemError `request_invalid` with each field's fault */
export function readBody<B extends z.ZodType>(schema: B, body: unknown): z.output<B> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw problem('request_invalid', { issues: fieldIssues(parsed.error.issues, body) });
}

/** @param center to which that belongs which it is about @throws ProblemError `role_not_allowed`, `actor_of_other_center` */
export function requireRight(act: Act, actor: Actor, center?: string): void {
  const refusal = refusalOfAct(act, actor, center);
  if (refusal !== undefined) throw refused(refusal);
}
