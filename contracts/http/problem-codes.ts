/**
 * Codes of problems that the HTTP edge itself finds. Refusals of the core keep their own codes
 * (`RefusalCode`); a client tells all of them apart by `code` alone.
 */
import type { RefusalCode } from '../../domain/case/refusal.js';

export const EDGE_CODES = [
  'agency_not_connected',
  'alert_unknown',
  'body_too_large',
  'calendar_invalid',
  'case_not_started_yet',
  'case_unknown',
  'certificate_expired',
  'certificate_revoked',
  'certificate_untrusted',
  'certificate_without_iin',
  'clocks_disagree',
  'cursor_invalid',
  'delivery_id_reused',
  'document_damaged',
  'document_empty',
  'document_erased',
  'document_kind_differs',
  'document_kind_refused',
  'document_too_large',
  'duty_unknown',
  'fields_not_yours',
  'holder_unknown',
  'household_unknown',
  'idempotency_key_malformed',
  'idempotency_key_missing',
  'idempotency_key_reused',
  'internal',
  'json_broken',
  'law_act_missing',
  'law_adoption_ended',
  'law_adoption_running',
  'law_adoption_unknown',
  'law_draft_outdated',
  'law_version_in_force',
  'law_version_superseded',
  'law_version_taken',
  'law_version_unknown',
  'media_type_unsupported',
  'method_not_allowed',
  'not_ready',
  'organisation_changed',
  'organisation_ended',
  'organisation_invalid',
  'organisation_on_paper',
  'organisation_overlaps',
  'organisation_owes',
  'person_unknown',
  'policy_invalid',
  'proposal_decided',
  'proposal_of_another',
  'proposal_own',
  'proposal_unknown',
  'release_outdated',
  'request_invalid',
  'route_unknown',
  'signature_changed',
  'signature_invalid',
  'signature_of_several',
  'signature_unreadable',
  'signature_verifier_away',
  'code_changed',
  'code_invalid',
  'staffing_changed',
  'staffing_invalid',
  'storage_unavailable',
  'successor_unfit',
  'task_not_yours',
  'task_unknown',
  'too_many_requests',
  'unauthenticated',
] as const;

export type EdgeCode = (typeof EDGE_CODES)[number];

export type ProblemCode = RefusalCode | EdgeCode;

/** What is wrong with one field of a request. */
export const FIELD_CODES = [
  'required',
  'wrong_type',
  'wrong_format',
  'too_long',
  'too_short',
  'too_large',
  'too_small',
  'value_not_allowed',
  'unknown_field',
  'day_impossible',
  'iin_invalid',
  'one_of_required',
  'duplicate',
  'circle',
  'dates_reversed',
  'overlap',
  'person_unlisted',
  'weekend_listed_off',
  'weekday_listed_worked',
  'unchanged',
  'rule_not_switchable',
  'step_missing',
  'step_not_allowed',
  'recipient_not_allowed',
  'min_above_max',
] as const;

export type FieldCode = (typeof FIELD_CODES)[number];

/** Every status that a problem may have. */
export const PROBLEM_STATUSES = [400, 401, 403, 404, 405, 409, 410, 413, 415, 422, 429, 500, 503] as const;

export type ProblemStatus = (typeof PROBLEM_STATUSES)[number];
