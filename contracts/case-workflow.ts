/**
 * What crosses into the case workflow: its name, Updates, Query, queue, input. Free of zod, because
 * the workflow sandbox loads it.
 */
import type { CommandKind } from '../domain/case/commands.js';
import type { Delivery, Opening } from '../domain/case/deliveries.js';
import type { CaseState } from '../domain/case/state.js';
import type { Answer, Remembered } from '../domain/case/turn.js';
import type { LawInForce } from '../domain/law/law.js';

export const CASE_WORKFLOW = 'caseWorkflow';
export const CASES_TASK_QUEUE = 'cases';

/** Activities that speak with one agency run on a queue of their own: a slow agency starves nobody else. */
export function agencyTaskQueue(agency: string): string {
  return `agency-${agency}`;
}

/** Workflow id of a case. `caseId` is an opaque UUID: nothing personal enters Temporal. */
export function caseWorkflowId(caseId: string): string {
  return `case-${caseId}`;
}

/** One Update per command, under the command's own name. */
export function commandUpdate(kind: CommandKind): string {
  return kind;
}

/** Messages from the inbox, a batch at a time; the answers are in the order of the items. */
export const DELIVER_UPDATE = 'deliver';
export interface DeliverBatch {
  deliveries: readonly Delivery[];
}

/** Another calendar or policy, told by the sweep of an adoption; its id is that of the adoption, so a repeat is answered. */
export const ADOPT_LAW_UPDATE = 'adoptLaw';

/** The state as the running workflow holds it: for supervisors and tests, not the product's read path. */
export const STATE_QUERY = 'state';

/** Type of the ApplicationFailure by which a validator refuses; its first detail is the `Refusal`. */
export const REFUSED = 'Refused';

/** What one run hands to the next at continue-as-new. */
export interface CarriedCase {
  schema: 1;
  state: CaseState;
  remembered: Remembered;
  /** Digest of the ledger up to `state.seq`. */
  head: string;
}

/** When a run makes way for the next one; smaller numbers let tests force it at every step. */
export interface RunLimits {
  events: number;
  ageMs: number;
}

export interface CaseInput {
  caseId: string;
  law: LawInForce;
  opening?: Opening;
  carried?: CarriedCase;
  limits?: RunLimits;
}

export interface CaseOutcome {
  caseId: string;
  stage: CaseState['stage'];
  seq: number;
  head: string;
}

export type DeliverAnswers = readonly Answer[];
