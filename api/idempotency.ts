/** The client's key of an action, and the text whose digest tells whether a repeat asks for the same. */
import type { Request } from 'express';
import { canonicalJson } from '../contracts/ledger-digest.js';
import { problem } from '../office/problem.js';
import { instanceOf } from './problems.js';

/** Visible ASCII, so that every client and proxy hands it on unchanged. */
const KEY = /^[\x21-\x7e]{1,200}$/;

/** @throws ProblemError when the header is absent or malformed */
export function idempotencyKeyOf(request: Request): string {
  const key = request.get('idempotency-key');
  if (key === undefined || key === '') throw problem('idempotency_key_missing');
  if (!KEY.test(key)) throw problem('idempotency_key_malformed');
  return key;
}

/**
 * Method, address and body in one way of writing; the order of members and white space do not matter.
 * Call it after the body was checked: a shape that a schema took has a bounded depth.
 */
export function bodyText(request: Request, body: unknown): string {
  return `${request.method}\n${instanceOf(request)}\n${canonicalJson(body)}`;
}
