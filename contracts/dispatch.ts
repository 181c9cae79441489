/** What the workflow asks of an agency's adapter. References only: the adapter reads people from Postgres. */
import type { DispatchRequest } from '../domain/case/facts.js';

export interface DispatchOrder extends DispatchRequest {
  caseId: string;
  /** Case time (UTC, ms) at which it was asked: a fast-forwarded case is right in its own dates. */
  caseTime: number;
}

export interface DispatchReceipt {
  /** The agency's own id of what it took. */
  receiptId: string;
}

/** Type of the failure when the agency refused the message itself: no further attempt will help. */
export const DISPATCH_REFUSED = 'DispatchRefused';
