/** What an operation of the API is: address, shapes, who may call. */
import type { z } from 'zod';
import type { Act } from '../../domain/access/rights.js';
import type { ProblemCode } from './problem-codes.js';

/** Who may come in: a door for people without a decision about its act does not compile. */
export type Door =
  /** A person of a Center, by token, who may do that act (domain/access); `stepUp`: on a recent and strong sign-in. */
  | { access: 'token'; act: Act; stepUp?: boolean }
  /** A service by itself, by its own token: it acts for nobody. */
  | { access: 'service' }
  /** An agency, by the signature of its message. */
  | { access: 'signature' }
  /** A family, by the code on its paper. */
  | { access: 'family' }
  | { access: 'open' };

export type OperationSpec = OperationShape & Door;

interface OperationShape {
  method: 'get' | 'post' | 'put' | 'delete';
  /** Names of parts in braces. */
  path: string;
  tag: string;
  summary: string;
  /** Needs `Idempotency-Key`. */
  idempotent?: boolean;
  /** Goes through every open case: it has no bound but the client's own patience. */
  looksAtEverything?: boolean;
  parameters?: z.ZodObject;
  query?: z.ZodObject;
  /** Besides those that every operation of its kind has; the handler reads them. */
  headers?: z.ZodObject;
  body?: { schema: z.ZodType; example: unknown };
  /** The body is bytes of one of these types, read by the handler as they come: they take as long as the sender's line. */
  upload?: { mediaTypes: readonly string[] };
  /** `download`: the answer is bytes of one of these types. */
  success: { status: 200 | 201 | 202; description: string; schema: z.ZodType; mediaType?: string; download?: readonly string[] };
  /** 202 with a proposal, where it waits for a second person. */
  proposes?: boolean;
  /** What may go wrong beyond what every operation of its kind has in common. */
  problems: readonly ProblemCode[];
}

/** Keeps the exact types of a row, so that its handler is checked against them. */
export function operation<const S extends OperationSpec>(spec: S): S {
  return spec;
}
