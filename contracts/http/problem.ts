/** Problems of the API (RFC 9457): their shape, and the status of every code in one table. */
import { z } from 'zod';
import { EDGE_CODES, FIELD_CODES, PROBLEM_STATUSES, type EdgeCode, type ProblemCode, type ProblemStatus } from './problem-codes.js';
import type { RefusalCode, RefusalKind } from '../../domain/case/refusal.js';
import { REFUSAL_CODES, REFUSAL_KINDS } from '../../domain/case/refusal-kinds.js';

export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

/** `type` of a problem: a name, not an address. */
export function problemType(code: ProblemCode): string {
  return `urn:tirek:problem:${code}`;
}

/** What a refusal of the core is over HTTP. 409: the same request may pass later; 422: what was sent is not accepted. */
const STATUS_OF_KIND: Readonly<Record<RefusalKind, ProblemStatus>> = { unknown: 404, forbidden: 403, conflict: 409, invalid: 422 };

const STATUS_OF_REFUSAL = Object.fromEntries(REFUSAL_CODES.map((code) => [code, STATUS_OF_KIND[REFUSAL_KINDS[code]]])) as Record<RefusalCode, ProblemStatus>;

/** What the edge finds by itself. */
const STATUS_OF_EDGE: Readonly<Record<EdgeCode, ProblemStatus>> = {
  code_changed: 409,
  code_invalid: 422,
  agency_not_connected: 404,
  alert_not_urgent: 409,
  alert_over: 409,
  alert_taken: 409,
  alert_unknown: 404,
  body_too_large: 413,
  calendar_invalid: 422,
  case_not_started_yet: 503,
  case_unknown: 404,
  family_code_invalid: 401,
  cursor_invalid: 400,
  document_damaged: 500,
  document_empty: 422,
  document_erased: 410,
  document_kind_differs: 422,
  document_kind_refused: 415,
  document_too_large: 413,
  duty_unknown: 404,
  fields_not_yours: 403,
  holder_unknown: 404,
  household_unknown: 422,
  idempotency_key_malformed: 400,
  idempotency_key_missing: 400,
  idempotency_key_reused: 422,
  internal: 500,
  json_broken: 400,
  keys_unavailable: 503,
  law_act_missing: 422,
  law_adoption_ended: 409,
  law_adoption_running: 409,
  law_adoption_unknown: 404,
  law_draft_outdated: 409,
  law_version_in_force: 409,
  law_version_superseded: 409,
  law_version_taken: 409,
  law_version_unknown: 404,
  media_type_unsupported: 415,
  method_not_allowed: 405,
  not_ready: 503,
  nothing_to_send: 409,
  organisation_changed: 409,
  organisation_ended: 409,
  organisation_invalid: 422,
  organisation_on_paper: 409,
  organisation_overlaps: 409,
  organisation_owes: 409,
  clocks_disagree: 503,
  delivery_id_reused: 409,
  proposal_decided: 409,
  proposal_of_another: 403,
  proposal_own: 403,
  proposal_unknown: 404,
  room_changed: 409,
  room_invalid: 422,
  release_outdated: 503,
  period_invalid: 422,
  person_unknown: 422,
  policy_invalid: 422,
  report_unproven: 422,
  request_invalid: 400,
  route_unknown: 404,
  signature_invalid: 401,
  certificate_expired: 422,
  certificate_revoked: 422,
  certificate_untrusted: 422,
  certificate_without_iin: 422,
  signature_changed: 422,
  signature_of_several: 422,
  signature_unreadable: 422,
  signature_verifier_away: 503,
  staffing_changed: 409,
  staffing_invalid: 422,
  storage_unavailable: 503,
  successor_unfit: 422,
  taking_link_expired: 410,
  taking_link_invalid: 404,
  task_not_yours: 409,
  task_unknown: 404,
  too_many_requests: 429,
  unauthenticated: 401,
  form_from_elsewhere: 403,
  no_post_today: 403,
  on_behalf_refused: 403,
  post_not_held: 403,
  service_alone: 403,
  service_only: 403,
  sign_in_away: 503,
  sign_in_failed: 403,
  step_up_needed: 401,
};

export const PROBLEM_STATUS: Readonly<Record<ProblemCode, ProblemStatus>> = { ...STATUS_OF_REFUSAL, ...STATUS_OF_EDGE };

export const FieldFault = z
  .strictObject({
    field: z.string().meta({ description: 'JSON Pointer into the body; a name for parts of the address.', example: '/measures/0/dueOn' }),
    code: z.enum(FIELD_CODES),
    message: z.string(),
  })
  .meta({ id: 'FieldFault' });

export const ProblemBody = z
  .strictObject({
    type: z.string().meta({ example: 'urn:tirek:problem:plan_too_long' }),
    title: z.string(),
    status: z.literal(PROBLEM_STATUSES).meta({ type: 'integer' }),
    code: z.enum([...REFUSAL_CODES, ...EDGE_CODES]).meta({ id: 'ProblemCode' }),
    rule: z.string().optional().meta({ description: 'The rule that refuses, where one does.', example: '256-15-1' }),
    detail: z.string().meta({ description: 'One sentence with the remedy, in the language of Content-Language.' }),
    params: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
    errors: z.array(FieldFault).optional(),
    instance: z.string(),
    errorId: z.string().optional().meta({ description: 'Number of an internal error in the log.' }),
  })
  .meta({ id: 'Problem' });

export type ProblemBody = z.infer<typeof ProblemBody>;
export type FieldFault = z.infer<typeof FieldFault>;
