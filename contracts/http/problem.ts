/** Problems of the API (RFC 9457): their shape, and the status of every code in one table. */
import { z } from 'zod';
import { EDGE_CODES, FIELD_CODES, PROBLEM_STATUSES, type ProblemCode, type ProblemStatus } from './problem-codes.js';
import { REFUSAL_CODES } from '../../domain/case/refusal.js';

export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

/** `type` of a problem: a name, not an address. */
export function problemType(code: ProblemCode): string {
  return `urn:tirek:problem:${code}`;
}

/**
 * 409: the case is not where the command belongs; the same request may pass later. 422: the data
 * itself is not accepted. 403: another person or role must do it.
 */
export const PROBLEM_STATUS: Readonly<Record<ProblemCode, ProblemStatus>> = {
  // What the core refuses.
  actor_of_other_center: 404,
  agency_required: 422,
  agency_unknown: 422,
  appeal_already_triaged: 409,
  appeal_unknown: 404,
  approver_is_author: 403,
  acting_order_required: 422,
  calendar_year_missing: 422,
  case_not_open: 409,
  category_contradictory: 422,
  category_not_addressed: 422,
  consent_required: 409,
  completion_before_approval: 422,
  date_in_future: 422,
  day_impossible: 422,
  delay_already_explained: 409,
  delay_not_late: 409,
  delayed_duty_unknown: 404,
  delivery_malformed: 422,
  family_measure_required: 422,
  ground_required: 422,
  ground_text_required: 422,
  ground_unknown: 422,
  measure_after_plan_end: 422,
  measure_duplicate: 422,
  measure_term_in_past: 422,
  measure_term_missing: 422,
  measure_unknown: 404,
  measures_not_done: 409,
  monitoring_too_short: 409,
  monitoring_months_out_of_range: 422,
  not_your_measure: 403,
  plan_already_sent: 409,
  plan_already_signed: 409,
  plan_not_drafted: 409,
  plan_not_signed: 409,
  plan_ends_in_past: 422,
  plan_too_long: 422,
  report_already_marked: 409,
  report_required: 422,
  report_not_of_measure: 422,
  report_unknown: 404,
  result_already_notified: 409,
  rework_term_out_of_plan: 422,
  role_not_allowed: 403,
  state_measure_required: 422,
  status_not_supported_by_report: 409,
  threat_not_recorded: 409,
  wrong_stage: 409,
  // What the edge finds.
  agency_not_connected: 404,
  alert_unknown: 404,
  body_too_large: 413,
  calendar_invalid: 422,
  case_not_started_yet: 503,
  case_unknown: 404,
  cursor_invalid: 400,
  duty_unknown: 404,
  holder_unknown: 404,
  household_unknown: 422,
  idempotency_key_malformed: 400,
  idempotency_key_missing: 400,
  idempotency_key_reused: 422,
  internal: 500,
  json_broken: 400,
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
  outcome_unknown: 503,
  person_unknown: 422,
  policy_invalid: 422,
  request_invalid: 400,
  route_unknown: 404,
  signature_invalid: 401,
  staffing_changed: 409,
  staffing_invalid: 422,
  storage_unavailable: 503,
  unauthenticated: 401,
};

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
